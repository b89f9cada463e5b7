"""What is told of a publication beforehand is what comes, and telling leaves no trace."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import documents, peers
from assessments.actions import claims, rehearsal, roles
from assessments.errors import Conflict
from assessments.models import Assessment, ClaimBreach, PeerQuote, Role, User
from assessments.queries import published as reads
from reviews import actions
from reviews.models import Review
from tests.documents.specimen import METHOD
from tests.making import a_document, a_draft, in_review, published, recomputed, verdict

SignedIn = Callable[[User], Client]
Observed = Mapping[str, Any]
TITLES = ("Bell Founder", "Bell Tuner", "Harp Maker")
ZONES = ("red", "yellow", "green")
SILENT = {"definition": {"not_this_role": "Nobody else."}, "override": {"rationale": "It fits."}}
SCORES = st.sampled_from(["55.3", "57.4", "53.2", "41.0", "12.3"])
EVIDENCE = st.lists(st.integers(-2, 2), min_size=5, max_size=5).map(tuple)
STEPS = st.sampled_from([None, None, "-3", "-1.5", "1.5", "3"])


def told_of(assessment: Assessment, *outcomes: str) -> dict[str, dict[str, Any]]:
    found = rehearsal.rehearse(assessment_id=assessment.pk, outcomes=outcomes, at=timezone.now())
    return {outcome: each.as_json() for outcome, each in found.items()}


def decided(assessment: Assessment, outcome: str, first: User, second: User) -> None:
    """Published, by as many reviewers as it takes, and recomputed."""
    if verdict(assessment, first, outcome).assessment != "published":
        verdict(assessment, second, outcome)
    recomputed()
    assessment.refresh_from_db()
    assert assessment.status == "published"


def observed(role: Role) -> Observed:
    """What anybody can see of a role's place among its neighbours, by the pages' own readings."""
    seen = reads.peers(role)
    standing = seen["standing"] or {}
    compared = {
        row["peer"]["slug"]: (
            sign(float(row["difference"])),
            sign(ZONES.index(row["zones"][0]) - ZONES.index(row["zones"][1])),
            row["inversion"],
        )
        for row in seen["results"]
    }
    stale = {}
    for other in Role.objects.exclude(pk=role.pk):
        for index, quote in enumerate(reads.peers(other)["quotes"]):
            if quote["peer"]["title"] == role.title:
                stale[other.slug, index] = quote["stale"]
    broken = set(ClaimBreach.objects.filter(cleared_at__isnull=True).values_list("claim", flat=True))
    rank = (standing.get("rank"), (standing.get("zone") or {}).get("rank"))
    return {"rank": rank, "compared": compared, "stale": stale, "broken": broken}


def sign(value: float) -> int:
    return (value > 0) - (value < 0)


def came(before: Observed, after: Observed) -> dict[str, Any]:
    """What differs between what was seen before and after, in the order-free form of `said`."""
    both = {
        slug: (before["compared"][slug], now) for slug, now in after["compared"].items() if slug in before["compared"]
    }
    inverted = {
        slug: (before["compared"].get(slug, (0, 0, False))[2], now[2]) for slug, now in after["compared"].items()
    }
    return {
        "rank": (before["rank"][0], after["rank"][0]),
        "turned": {slug for slug, (was, now) in both.items() if was[:2] != now[:2]},
        "made": {slug for slug, pair in inverted.items() if pair == (False, True)},
        "mended": {slug for slug, pair in inverted.items() if pair == (True, False)},
        "stale": sorted((slug, not before["stale"].get((slug, i))) for (slug, i), now in after["stale"].items() if now),
        "right_again": sorted(
            slug for (slug, i), now in after["stale"].items() if not now and before["stale"].get((slug, i))
        ),
        "breaks": after["broken"] - before["broken"],
        "mends": before["broken"] - after["broken"],
    }


def said(told: Mapping[str, Any]) -> dict[str, Any]:
    """A preview in the form of `came`."""
    [everywhere] = [place for place in told["standing"] if place["scope"] == "all"]
    return {
        "rank": (everywhere["rank_before"], everywhere["rank_after"]),
        "turned": {each["peer"]["slug"] for each in told["relations"]},
        "made": {each["peer"]["slug"] for each in told["inversions"] if each["turns"] == "made"},
        "mended": {each["peer"]["slug"] for each in told["inversions"] if each["turns"] == "mended"},
        "stale": sorted((each["role"]["slug"], each["newly"]) for each in told["quotes"]),
        "right_again": sorted(each["role"]["slug"] for each in told["mended_quotes"]),
        "breaks": {each["id"] for each in told["claims"] if each["turns"] == "breaks"},
        "mends": {each["id"] for each in told["claims"] if each["turns"] == "mends"},
    }


@st.composite
def catalogues(draw: st.DrawFn) -> dict[str, Any]:
    """Scores of three roles and of the next version of the first, relations, quotes and claims among them."""
    versions = [(draw(EVIDENCE), draw(STEPS)) for _ in range(4)]
    quoted = [
        draw(st.sampled_from(["", f"By {TITLES[0]} ({draw(SCORES)}).", f"By {TITLES[0]} (55.3 Green)."]))
        for _ in TITLES
    ]
    pairs = st.sampled_from([(0, 1), (0, 2), (1, 2)])
    kinds = st.sampled_from(["peer", "senior_of"])
    relations = draw(st.lists(st.tuples(pairs, kinds), max_size=3, unique_by=lambda each: each[0]))
    sides = pairs.flatmap(st.permutations)
    distances = st.sampled_from(["", "2.0"])
    stands = draw(st.lists(st.tuples(sides, distances), max_size=2, unique_by=lambda each: frozenset(each[0])))
    return {
        "versions": versions,
        "quoted": quoted,
        "relations": relations,
        "claims": stands,
        "first": draw(st.booleans()),
    }


def changes(version: tuple[Any, Any], text: str = "") -> dict[str, Any]:
    """Changes of a document: its evidence, how far the proposed score lies from the formula's, whom it quotes."""
    evidence, step = version
    given = {**SILENT, "evidence": evidence, "commentary": {"score_vs_reality": text}}
    if step is None:
        return given
    figures = documents.figures_of(documents.from_json(a_document(**given)), METHOD)
    assert figures is not None
    return given | {"proposed": str(min(max(figures.formula_score + Decimal(step), Decimal(0)), Decimal(100)))}


def outcome_of(assessment: Assessment) -> str:
    return "formula_accepted" if assessment.document["override"]["proposed_score"] is None else "override_accepted"


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(catalogue=catalogues())
def test_what_is_told_beforehand_is_what_comes(
    catalogue: dict[str, Any], admin: User, assessor: User, reviewer: User, other_reviewer: User
) -> None:
    with rolled_back():
        made = []
        for title, version, text in zip(TITLES, catalogue["versions"], catalogue["quoted"], strict=False):
            draft = in_review(assessor, title, **changes(version, "" if title == TITLES[0] else text))
            made.append(draft)
        for draft in made[0 if catalogue["first"] else 1 :]:
            decided(draft, outcome_of(draft), reviewer, other_reviewer)
        for (a, b), kind in catalogue["relations"]:
            roles.relate(source=made[a].role, kind=kind, target=made[b].role, note="", by=admin, at=timezone.now())
        for (a, b), distance in catalogue["claims"]:
            given_claim = {
                "kind": "within" if distance else "at_least",
                "distance": distance,
                "reason": "Common sense.",
            }
            claims.declare(a=made[a].role, b=made[b].role, by=reviewer, at=timezone.now(), **given_claim)
        recomputed()
        after = in_review(assessor, TITLES[0], **changes(catalogue["versions"][3])) if catalogue["first"] else made[0]
        before = observed(after.role)
        outcome = outcome_of(after)
        told = told_of(after, outcome)
        assert observed(after.role) == before
        decided(after, outcome, reviewer, other_reviewer)
        assert said(told[outcome]) == came(before, observed(after.role))
        assert told[outcome]["score"] == str(after.published_score)


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is done within is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def everything() -> dict[str, Any]:
    """Every row of every table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        rows = {}
        for table in tables:
            cursor.execute(
                f'SELECT md5(coalesce(string_agg(t::text, E"\\n" ORDER BY t::text), \'\')) FROM "{table}" t'.replace(
                    'E"\\n"', "E'\\n'"
                )
            )
            rows[table] = cursor.fetchone()[0]
    return rows


@pytest.fixture
def moving(assessor: User, reviewer: User, admin: User) -> Assessment:
    """A second version of a role with a neighbour, a quote and a claim, that would move all of them."""
    founder = published(assessor, reviewer, TITLES[0], **SILENT)
    tuner = published(assessor, reviewer, TITLES[1], **changes(((1, 1, 1, 1, 1), None), f"By {TITLES[0]} (55.3)."))
    published(assessor, reviewer, TITLES[2], **changes(((2, 1, 1, 1, 1), None), "By Nobody Known (50.1)."))
    roles.relate(source=founder.role, kind="peer", target=tuner.role, note="", by=admin, at=timezone.now())
    said_of = {"kind": "at_least", "distance": "", "reason": "Common sense."}
    claims.declare(a=tuner.role, b=founder.role, by=reviewer, at=timezone.now(), **said_of)
    recomputed()
    return in_review(assessor, TITLES[0], evidence=(2, 2, 1, 1, 1), **SILENT)


def test_an_inversion_that_would_be_made_and_one_that_would_be_mended(
    moving: Assessment, assessor: User, reviewer: User, other_reviewer: User
) -> None:
    drafted = a_draft(assessor, TITLES[1], **changes(((1, 1, 1, 1, 1), "-1.3")))
    peer = {"slug": "bell-founder", "title": "Bell Founder"}
    assert [each["inversions"] for each in told_of(drafted, "override_accepted", "override_declined").values()] == [
        [{"peer": peer, "peer_score": "55.3", "turns": "made"}],
        [],
    ]
    verdict(in_review_again(drafted, assessor), reviewer, "override_accepted")
    recomputed()
    mending = a_draft(assessor, TITLES[1], **changes(((1, 1, 1, 1, 1), None)))
    assert told_of(mending, "formula_accepted")["formula_accepted"]["inversions"] == [
        {"peer": peer, "peer_score": "55.3", "turns": "mended"}
    ]


def in_review_again(draft: Assessment, by: User) -> Assessment:
    return actions.submit(assessment_id=draft.pk, by=by, at=timezone.now())


def test_a_quote_that_would_be_right_again_is_told(moving: Assessment, assessor: User, reviewer: User) -> None:
    verdict(moving, reviewer)
    recomputed()
    back = a_draft(assessor, TITLES[0], **SILENT)
    [told] = told_of(back, "formula_accepted").values()
    assert (told["quotes"], told["mended_quotes"]) == (
        [],
        [
            {
                "role": {"slug": "bell-tuner", "title": "Bell Tuner"},
                "section": "commentary.score_vs_reality",
                "quoted_score": "55.3",
                "newly": True,
            }
        ],
    )


def test_a_neighbour_whose_recompute_is_pending_is_not_this_ones_doing(
    moving: Assessment, assessor: User, reviewer: User
) -> None:
    verdict(in_review(assessor, TITLES[1], evidence=(2, 2, 2, 2, 2), **SILENT), reviewer)
    [told] = told_of(moving, "formula_accepted").values()
    assert told["relations"] == []


def test_a_rehearsal_leaves_every_table_as_it_was(moving: Assessment) -> None:
    before = everything()
    assert told_of(moving, "formula_accepted")["formula_accepted"]["claims"][0]["turns"] == "breaks"
    assert everything() == before
    moving.refresh_from_db()
    assert moving.status == "in_review"


def test_a_draft_is_rehearsed_as_if_it_were_submitted_and_stays_a_draft(assessor: User) -> None:
    draft = a_draft(assessor, **SILENT)
    before = everything()
    assert told_of(draft, "formula_accepted")["formula_accepted"]["standing"][0]["rank_after"] == 1
    assert everything() == before


def test_what_is_not_open_is_not_rehearsed(assessor: User, reviewer: User) -> None:
    assert told_of(published(assessor, reviewer), "formula_accepted") == {}


def test_a_waiting_quote_that_the_publication_would_answer_is_told(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, TITLES[1], **changes(((1, 1, 1, 1, 1), None), f"By {TITLES[0]} (12.3)."))
    PeerQuote.objects.update(role=None)
    draft = a_draft(assessor, TITLES[0], **SILENT)
    PeerQuote.objects.update(role=None)
    [told] = told_of(draft, "formula_accepted").values()
    assert [(each["role"]["slug"], each["newly"]) for each in told["quotes"]] == [("bell-tuner", True)]
    assert PeerQuote.objects.get().role is None


def test_a_hub_is_worked_out_when_the_page_asks(
    moving: Assessment, reviewer: User, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviews.views.review.AT_ONCE", 0)
    client, address = signed_in(reviewer), f"/reviews/{Review.objects.get(assessment=moving).pk}/"
    page = client.get(address)
    assert (page.context["impacts"], page.context["impacts_later"]) == ([], True)
    assert 'hx-get="?impact=1"' in page.content.decode()
    asked = client.get(f"{address}?impact=1")
    assert [str(each["impact"].score) for each in asked.context["impacts"]] == ["59.5"]
    assert "hx-get" not in asked.content.decode()


@contextmanager
def held_elsewhere(statement: str, parameters: list[Any]) -> Iterator[None]:
    """Another connection holds something for as long as this lasts."""
    holds, enough = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            holds.set()
            enough.wait(60)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(60)
    try:
        yield
    finally:
        enough.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_while_a_recompute_runs_the_preview_asks_for_patience_and_the_page_stays(
    moving: Assessment, assessor: User, reviewer: User, signed_in: SignedIn, token_of: Callable[..., dict[str, str]]
) -> None:
    client, address = signed_in(reviewer), f"/reviews/{Review.objects.get(assessment=moving).pk}/"
    with held_elsewhere("SELECT pg_advisory_xact_lock(%s)", [peers.LOCK]):
        page = client.get(address)
        assert page.status_code == 200
        assert "Ask again in a moment." in page.content.decode()
        refused = Client(headers=token_of(assessor)).get(f"/api/v1/assessments/{moving.pk}/impact/")
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "busy")
    assert len(client.get(address).context["impacts"]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_version_that_somebody_holds_is_not_waited_for(moving: Assessment) -> None:
    row = "SELECT 1 FROM assessments_assessment WHERE id = %s FOR NO KEY UPDATE"
    with held_elsewhere(row, [moving.pk]), pytest.raises(Conflict) as refused:
        told_of(moving, "formula_accepted")
    assert refused.value.code == "busy"
    assert list(told_of(moving, "formula_accepted")) == ["formula_accepted"]


@pytest.mark.django_db(transaction=True)
def test_another_failure_of_the_database_is_not_taken_for_a_lock(moving: Assessment) -> None:
    with (
        held_elsewhere("SELECT pg_advisory_xact_lock(%s)", [peers.LOCK]),
        pytest.raises(OperationalError, match="statement timeout"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL statement_timeout = '100ms'")
        told_of(moving, "formula_accepted")
