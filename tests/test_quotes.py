"""Quoted scores beside what is published today: on pages, on the desk, in the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.dateformat import format as dated

from assessments.actions import drafts, identity, roles
from assessments.models import Assessment, PeerQuote, Role, User
from assessments.queries import published as reads
from assessments.queries import quotes
from tests.making import a_document, a_draft, in_review, published, retracted, verdict

SignedIn = Callable[[User], Client]
SILENT = {"definition": {"not_this_role": "Nobody else."}, "override": {"rationale": "It fits."}}

# The weighted total of the specimen, with less time at 3 and above.
STABLE_TASKS = [
    {**a_document()["tasks"][0], "name": name, "time_percent": share, "score": score}
    for name, share, score in (("Listen", "75", 2), ("File", "12.5", 1), ("Write reports", "12.5", 4))
]


def says(text: str, **changes: Any) -> dict[str, Any]:
    """Changes that make a document quote nobody but in this text."""
    return {**SILENT, "commentary": {"score_vs_reality": text}, **changes}


def moved(by: User, reviewer: User, title: str = "Bell Founder", **changes: Any) -> Assessment:
    """A further version of a role, at 57.4 where nothing else is said."""
    after = in_review(by, title, **{"evidence": (2, 1, 1, 1, 1), **SILENT, **changes})
    verdict(after, reviewer)
    after.refresh_from_db()
    return after


def told(of: Assessment) -> list[tuple[str, bool, str]]:
    """State, staleness and words of every quote of a version."""
    return [(each.state, each.stale, each.words) for each in quotes.of_version(of)]


def on(assessment: Assessment) -> str:
    return dated(assessment.published_at, "j F Y")


@pytest.fixture
def founder(assessor: User, reviewer: User) -> Assessment:
    """Published at 55.3, Green (Transforming)."""
    return published(assessor, reviewer, "Bell Founder", **SILENT)


@pytest.mark.parametrize(
    "text", ["(55.3)", "(55.3 Green)", "(55.3 Green Transforming)", "(55.3, green (Transforming))"]
)
def test_a_quote_that_says_what_is_published_holds(
    text: str, founder: Assessment, assessor: User, reviewer: User
) -> None:
    tuner = published(assessor, reviewer, **says(f"Close to Bell Founder {text}."))
    assert [(state, stale) for state, stale, _ in told(tuner)] == [("holds", False)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("(55.3 Red)", "55.3 Red here, 55.3 Green (Transforming) today; it was never published so"),
        ("(55.3 Green Stable)", "55.3 Green (Stable) here, 55.3 Green (Transforming) today; it was never published so"),
        ("(12.3)", "12.3 here, 55.3 today; it was never published so"),
    ],
)
def test_another_score_zone_or_label_is_stale_and_never_was(
    text: str, words: str, founder: Assessment, assessor: User, reviewer: User
) -> None:
    tuner = published(assessor, reviewer, **says(f"Close to Bell Founder {text}."))
    assert told(tuner) == [("never", True, words)]


def test_a_moved_quote_says_what_stood_and_stands_and_since_when(
    founder: Assessment, assessor: User, reviewer: User
) -> None:
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (55.3)."))
    after = moved(assessor, reviewer)
    moved(assessor, reviewer, evidence=(2, 2, 1, 1, 1))
    assert told(tuner) == [("moved", True, f"55.3 when written, 59.5 today, since version 2 of {on(after)}")]
    moved(assessor, reviewer, evidence=(1, 1, 1, 1, 1))
    assert told(tuner) == [("holds", False, "55.3, as it stands today")]


def test_a_label_that_moves_alone_makes_a_quote_of_it_stale(
    founder: Assessment, assessor: User, reviewer: User
) -> None:
    named = published(assessor, reviewer, **says("Close to Bell Founder (55.3 Green Transforming)."))
    bare = published(assessor, reviewer, "Harp Maker", **says("Close to Bell Founder (55.3 Green)."))
    after = moved(assessor, reviewer, evidence=(1, 1, 1, 1, 1), tasks=STABLE_TASKS)
    assert (str(after.published_score), after.published_label) == ("55.3", "Green (Stable)")
    assert [told(each)[0][:2] for each in (named, bare)] == [("moved", True), ("holds", False)]


def test_a_quoted_role_whose_assessment_is_retracted_is_said_so(
    founder: Assessment, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (55.3). Bell Founder (12.3) is wrong."))
    gone = retracted(founder, admin, other_admin)
    assert gone.retracted_at is not None
    end = f"the role’s assessment was retracted on {dated(gone.retracted_at, 'j F Y')}"
    assert told(tuner) == [("retracted", True, f"55.3 when written; {end}"), ("retracted", True, f"12.3 here; {end}")]
    assert [(each["peer"]["slug"], each["current_score"]) for each in reads.peers(tuner.role)["quotes"]] == [
        ("bell-founder", None),
        ("bell-founder", None),
    ]


def test_a_quoted_role_that_was_merged_is_said_into_what_and_what_that_stands_at(
    founder: Assessment, assessor: User, reviewer: User, admin: User, client: Client
) -> None:
    caster = published(assessor, reviewer, "Bell Caster", evidence=(2, 1, 1, 1, 1), **SILENT)
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (55.3 Green). Bell Founder (12.3) is wrong."))
    assert "is merged" not in client.get("/roles/bell-tuner/").content.decode()
    identity.merge(role=founder.role, into=caster.role, reason="One.", by=admin, at=timezone.now())
    founder.refresh_from_db()
    merged = f"the role was merged into Bell Caster (Mid-level) on {dated(founder.superseded_at, 'j F Y')}"
    assert told(tuner) == [
        ("merged", True, f"55.3 Green when written; {merged}, which stands at 57.4 today"),
        ("merged", True, f"12.3 here; {merged}, which stands at 57.4 today"),
    ]
    assert quotes.of_version(tuner)[0].about == {founder.role_id, caster.role_id}
    page = client.get("/roles/bell-tuner/").content.decode()
    assert ("which stands at 57.4 today" in page, "retracted" in page) == (True, False)
    german = client.get("/roles/bell-tuner/", headers={"accept-language": "de"}).content.decode()
    assert 'in <span lang="en">Bell Caster (Mid-level)</span> aufgegangen, die heute bei 57.4 steht' in german
    entry = client.get("/api/v1/roles/bell-tuner/peers/").json()["quotes"][0]
    assert (entry["state"], entry["merged_into"]) == (
        "merged",
        {"slug": "bell-caster", "title": "Bell Caster", "score": "57.4"},
    )
    moved(assessor, reviewer, "Bell Caster", evidence=(2, 2, 1, 1, 1))
    assert "which stands at 59.5 today" in client.get("/roles/bell-tuner/").content.decode()
    identity.retire(role=caster.role, reason="None left.", by=admin, at=timezone.now())
    assert told(tuner)[0][2] == f"55.3 Green when written; {merged}"


def test_a_quoted_role_that_is_retired_or_back_is_said_so_and_not_called_retracted(
    founder: Assessment, assessor: User, reviewer: User, admin: User, client: Client
) -> None:
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (55.3)."))
    identity.retire(role=founder.role, reason="None left.", by=admin, at=timezone.now())
    founder.refresh_from_db()
    since = f"since {dated(founder.superseded_at, 'j F Y')}"
    assert told(tuner) == [("retired", True, f"55.3 when written; the role is retired {since}")]
    page = client.get("/roles/bell-tuner/").content.decode()
    assert ("the role is retired" in page, "retracted" in page) == (True, False)
    identity.bring_back(role=founder.role, reason="Some are.", by=admin, at=timezone.now())
    said = f"55.3 when written; nothing of the role is in force {since}"
    assert told(tuner) == [("superseded", True, said)]
    assert client.get("/api/v1/roles/bell-tuner/peers/").json()["quotes"][0]["state"] == "superseded"


def test_a_retracted_assessment_stays_retracted_when_its_role_is_retired(
    founder: Assessment, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (55.3)."))
    gone = retracted(founder, admin, other_admin)
    identity.retire(role=founder.role, reason="None left.", by=admin, at=timezone.now())
    assert gone.retracted_at is not None
    when = dated(gone.retracted_at, "j F Y")
    assert told(tuner) == [
        (
            "retracted",
            True,
            f"55.3 when written; the role’s assessment was retracted on {when}; the role is retired",
        )
    ]


def test_of_a_quoted_role_that_only_a_draft_knows_nothing_is_said(
    assessor: User, other_assessor: User, reviewer: User, client: Client
) -> None:
    a_draft(other_assessor, "Secret Maker", **SILENT)
    tuner = published(assessor, reviewer, **says("Close to Secret Maker (61.5) and Nobody Known (50.1)."))
    assert [(quote.state, quote.slug) for quote in quotes.of_version(tuner)] == [("waiting", None), ("waiting", None)]
    page = client.get("/roles/bell-tuner/").content.decode()
    assert "secret-maker" not in page
    assert "2 quotes name roles that nobody has published here" in " ".join(page.split())


def test_the_mark_stands_at_the_words_themselves(
    founder: Assessment, assessor: User, reviewer: User, client: Client
) -> None:
    text = "Twice: Bell Founder (55.3) here.\n\n- and Bell Founder (55.3) there"
    lead = [{"lead": "By Bell Founder (55.3)", "text": "Said at https://example.org/ of Bell Founder (55.3)."}]
    override = {"rationale": "It sits by Bell Founder (55.3)."}
    published(
        assessor,
        reviewer,
        **says(text, override=override) | {"commentary": {"score_vs_reality": text, "not_captured": lead}},
    )
    assert "<mark" not in client.get("/roles/bell-tuner/").content.decode()
    after = moved(assessor, reviewer)
    page = client.get("/roles/bell-tuner/").content.decode()
    note = (
        '<mark class="quote-mark">55.3</mark><small class="margin-note"><a href="/roles/bell-founder/">Bell Founder</a>'
        f": 55.3 when written, 57.4 today, since version 2 of {on(after)}</small>"
    )
    for place in (
        f"<p>Twice: Bell Founder ({note}) here.</p>",
        f"<li>and Bell Founder ({note}) there</li>",
        f"<strong>By Bell Founder ({note}).</strong> Said at <a href",
        f"of Bell Founder ({note}).</li>",
        f"It sits by Bell Founder ({note}).",
    ):
        assert place in page
    assert page.count("<mark") == 5


def test_what_the_same_transaction_changes_is_shown_though_later_ones_ended_before(
    founder: Assessment, assessor: User, reviewer: User, client: Client
) -> None:
    published(assessor, reviewer, **says("Close to Bell Founder (55.3)."))
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")
    other.close()
    assert client.get("/roles/bell-tuner/").content.decode().count("<mark") == 0
    moved(assessor, reviewer)
    assert client.get("/roles/bell-tuner/").content.decode().count("<mark") == 1


def test_a_superseded_version_is_marked_as_well(
    founder: Assessment, assessor: User, reviewer: User, client: Client
) -> None:
    published(assessor, reviewer, **says("Close to Bell Founder (55.3)."))
    moved(assessor, reviewer)
    moved(assessor, reviewer, "Bell Tuner", **says("Close to Bell Founder (57.4)."))
    pages = [client.get(f"/roles/bell-tuner/{part}").content.decode() for part in ("v1/", "")]
    assert ["55.3 when written, 57.4 today" in page for page in pages] == [True, False]
    assert "1 quoted score holds today." in pages[1]


def test_hostile_text_around_a_mark_stays_text(
    founder: Assessment, assessor: User, reviewer: User, client: Client
) -> None:
    hostile = "<script>alert(1)</script> Bell Founder (55.3)<b>&amp;</b> <img src=x onerror=alert(2)>"
    published(assessor, reviewer, **says(hostile))
    moved(assessor, reviewer)
    page = client.get("/roles/bell-tuner/").content.decode()
    assert "<mark" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Bell Founder (<mark" in page
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt; &lt;img src=x onerror=alert(2)&gt;" in page


def test_every_span_that_is_kept_is_the_quoted_number(founder: Assessment, assessor: User, reviewer: User) -> None:
    text = "É̀ 𝕏 “Bell Founder” (55.3), Bell Founder's 55.3 and +2.1 points against Bell Founder."
    tuner = published(assessor, reviewer, **says(text))
    kept = tuner.document["commentary"]["score_vs_reality"]
    assert [kept[each.start : each.end] for each in PeerQuote.objects.filter(assessment=tuner)] == [
        "55.3",
        "55.3",
        "+2.1 points",
    ]


def test_the_desk_of_those_who_wrote_it_has_it_as_a_task(
    founder: Assessment, assessor: User, other_assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (55.3), once more Bell Founder (55.3)."))
    moved(other_assessor, reviewer)
    desks = {who: signed_in(who).get("/desk/").content.decode() for who in (assessor, other_assessor, reviewer)}
    texts = {who: " ".join(re.sub(r"<[^>]+>", "", page).split()) for who, page in desks.items()}
    task = (
        "Your published assessment of Bell Tuner (Mid-level) quotes Bell Founder at 55.3; it is 57.4 today."
        " Start a revision of Bell Tuner (Mid-level)"
    )
    assert [texts[who].count(task) for who in (assessor, other_assessor, reviewer)] == [1, 0, 0]
    assert "?role=bell-tuner" in desks[assessor]
    draft = drafts.revise(
        role=tuner.role, kind="revision", change_reason="correction", by=assessor, at=timezone.now()
    ).assessment
    again = signed_in(assessor).get("/desk/").content.decode()
    assert f'<a href="/drafts/{draft.pk}/">Go on with the new version' in again


def test_the_api_says_what_was_quoted_and_what_is_so_today(
    founder: Assessment, assessor: User, reviewer: User, client: Client
) -> None:
    published(assessor, reviewer, **says("Close to Bell Founder (55.3 Green Transforming) and Harp Maker (50.1)."))
    before = client.get("/api/v1/roles/bell-tuner/peers/")
    after = moved(assessor, reviewer)
    answer = client.get("/api/v1/roles/bell-tuner/peers/", headers={"if-none-match": before["ETag"]})
    assert answer.status_code == 200
    assert after.published_at is not None
    assert answer.json()["quotes"] == [
        {
            "peer": {"slug": "bell-founder", "title": "Bell Founder"},
            "section": "commentary.score_vs_reality",
            "quoted_score": "55.3",
            "current_score": "57.4",
            "stale": True,
            "quoted_label": "Green (Transforming)",
            "current_label": "Green (Transforming)",
            "state": "moved",
            "since": {"number": 2, "at": after.published_at.isoformat().replace("+00:00", "Z")},
            "merged_into": None,
        },
        {
            "peer": {"slug": None, "title": "Harp Maker"},
            "section": "commentary.score_vs_reality",
            "quoted_score": "50.1",
            "current_score": None,
            "stale": False,
            "quoted_label": None,
            "current_label": None,
            "state": "waiting",
            "since": None,
            "merged_into": None,
        },
    ]


def test_a_quote_that_waits_finds_its_role_when_that_is_published(assessor: User, reviewer: User) -> None:
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (61.5)."))
    assert told(tuner)[0][0] == "waiting"
    published(assessor, reviewer, "Bell Founder", **SILENT)
    assert told(tuner) == [("never", True, "61.5 here, 55.3 today; it was never published so")]


def test_a_name_that_two_roles_bear_is_not_answered_by_a_third(assessor: User, reviewer: User) -> None:
    for level in ("Lead", "Senior"):
        published(assessor, reviewer, "Bell Founder", seniority=level, **SILENT)
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (55.3)."))
    assert [each.state for each in quotes.of_version(tuner)] == ["waiting"]
    published(assessor, reviewer, "Bell Founder", seniority="Junior", **SILENT)
    assert [each.state for each in quotes.of_version(tuner)] == ["waiting"]


def test_a_name_that_was_ambiguous_is_answered_once_one_role_is_meant(
    assessor: User, reviewer: User, admin: User
) -> None:
    for level in ("Lead", "Senior"):
        published(assessor, reviewer, "Bell Founder", seniority=level, **SILENT)
    by_level = published(assessor, reviewer, **says("Close to Bell Founder (55.3)."))
    by_alias = published(assessor, reviewer, "Harp Maker", seniority="Expert", **says("Close to Bell Founder (55.3)."))
    meant = published(assessor, reviewer, "Bell Founder", **SILENT)
    assert [[each.slug for each in quotes.of_version(one)] for one in (by_level, by_alias)] == [
        [meant.role.slug],
        [None],
    ]
    lead = Role.objects.get(title="Bell Founder", seniority="Lead")
    roles.add_alias(role=lead, text="bell founder", by=admin, at=timezone.now())
    assert [each.slug for each in quotes.of_version(by_alias)] == [lead.slug]


def test_a_role_that_nobody_may_see_keeps_no_quote_from_the_one_that_is_published(
    assessor: User, other_assessor: User, reviewer: User
) -> None:
    tuner = published(assessor, reviewer, **says("Close to Bell Founder (55.3)."))
    a_draft(other_assessor, "Bell Founder", seniority="Principal", **SILENT)
    meant = published(assessor, reviewer, "Bell Founder", seniority="Lead", **SILENT)
    assert [each.slug for each in quotes.of_version(tuner)] == [meant.role.slug]
