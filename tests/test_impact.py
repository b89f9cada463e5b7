"""What publishing would move among the neighbours, told before anybody decides, against what it did move afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assessments import documents
from assessments.actions import drafts, rehearsal, roles
from assessments.models import Assessment, ScoreCount, Standing, User
from assessments.queries.impact import Impact
from assessments.queries.published import peers
from reviews import actions
from reviews.models import Review
from tests.making import a_document, a_draft, in_review, published, recomputed, verdict

SignedIn = Callable[[User], Client]
LOW = {"evidence": (-2, -2, -2, -2, -2), "barriers": (0, 0, 0, 0, 0)}


def preview(assessment: Assessment, outcome: str) -> Impact | None:
    """What one outcome would move."""
    told = rehearsal.rehearse(assessment_id=assessment.pk, outcomes=[outcome], at=timezone.now())
    return told.get(outcome)


def revision(of: Assessment, by: User, now: datetime, **changes: Any) -> Assessment:
    """A submission that would supersede a published version."""
    draft = drafts.revise(role=of.role, kind="revision", change_reason="new_evidence", by=by, at=now).assessment
    document = documents.from_json(a_document(of.role.title, **changes))
    drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=None, by=by, at=now)
    return actions.submit(assessment_id=draft.pk, by=by, at=now)


def places(impact: Impact | None) -> list[tuple[str, int | None, int | None, int]]:
    assert impact is not None
    return [(each.scope, each.rank_before, each.rank_after, each.of_after) for each in impact.standing]


@pytest.fixture
def four(admin: User, assessor: User, reviewer: User, now: datetime) -> list[Assessment]:
    """Published roles of one family at 55.3, 57.5, just below and far below, all related to the first."""
    made = [
        published(assessor, reviewer, "First"),
        published(assessor, reviewer, "Higher", evidence=(2, 1, 1, 1, 1)),
        published(assessor, reviewer, "Lower", evidence=(1, 1, 1, 1, 0)),
        published(assessor, reviewer, "Lowest", **LOW),
    ]
    for each in made:
        roles.set_family(role=each.role, family="Bells", by=admin, at=now)
    for each in made[1:]:
        roles.relate(source=made[0].role, kind="peer", target=each.role, note="", by=admin, at=now)
    recomputed()
    return made


def test_the_ranks_told_beforehand_are_those_that_come(
    four: list[Assessment], assessor: User, reviewer: User, now: datetime
) -> None:
    assessment = revision(four[0], assessor, now, evidence=(2, 2, 1, 1, 1))
    told = preview(assessment, "formula_accepted")
    verdict(assessment, reviewer)
    recomputed()
    standing = peers(four[0].role)["standing"]
    came = [standing, standing["family"], standing["zone"]]
    assert places(told) == [
        (scope, 2, place["rank"], place["of"]) for scope, place in zip(("all", "family", "zone"), came, strict=True)
    ]
    assert [place["rank"] for place in came] == [1, 1, 1]


def test_leaving_a_zone_is_told_for_both_zones(four: list[Assessment], assessor: User, now: datetime) -> None:
    assessment = revision(four[0], assessor, now, **LOW)
    zone = Standing.objects.get(role=four[3].role).zone
    told = preview(assessment, "formula_accepted")
    assert told is not None
    assert [(each.key, each.rank_before, each.rank_after) for each in told.standing if each.scope == "zone"] == [
        (zone, None, 1),
        ("green", 2, None),
    ]
    assert [(each.of_after) for each in told.standing if each.key == "green"] == [
        sum(row.roles for row in ScoreCount.objects.filter(scope="zone", key="green")) - 1
    ]


def test_neighbours_to_whom_the_order_turns_are_named(four: list[Assessment], assessor: User, now: datetime) -> None:
    told = preview(revision(four[0], assessor, now, evidence=(2, 2, 1, 1, 1)), "formula_accepted")
    assert told is not None
    assert told.neighbours == 3
    assert [(each.title, each.order_before, each.order_after, each.zones_after) for each in told.turned] == [
        ("Higher", "below", "above", "equal")
    ]


def test_a_neighbour_of_another_zone_is_named_when_the_zones_meet(
    four: list[Assessment], assessor: User, now: datetime
) -> None:
    told = preview(revision(four[0], assessor, now, **LOW), "formula_accepted")
    assert told is not None
    turned = {each.title: (each.order_after, each.zones_before, each.zones_after) for each in told.turned}
    assert turned == {
        "Higher": ("below", "equal", "below"),
        "Lower": ("below", "equal", "below"),
        "Lowest": ("equal", "above", "equal"),
    }


def test_quotes_that_would_be_stale_are_named_and_those_that_are_already(
    assessor: User, reviewer: User, now: datetime
) -> None:
    first = published(assessor, reviewer, "First")
    for title, score in (("Right", "55.3"), ("Wrong", "50.0")):
        quoting = {"commentary": {"score_vs_reality": f"It is close to First ({score})."}}
        published(assessor, reviewer, title, **quoting)
    told = preview(revision(first, assessor, now, evidence=(2, 2, 1, 1, 1)), "formula_accepted")
    assert told is not None
    assert [(each.title, each.quoted_score, each.newly) for each in told.quotes] == [
        ("Right", Decimal("55.3"), True),
        ("Wrong", Decimal("50.0"), False),
    ]


def test_a_first_version_enters_and_turns_nobody(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, "First")
    recomputed()
    told = preview(in_review(assessor, "Second"), "formula_accepted")
    assert told is not None
    assert (told.score_before, told.neighbours, told.turned) == (None, 0, ())
    assert places(told) == [("all", None, 1, 2), ("zone", None, 1, 2)]


def test_an_override_is_told_by_its_own_score(assessor: User) -> None:
    assessment = in_review(assessor, proposed="59.0")
    scores = [preview(assessment, outcome) for outcome in ("override_accepted", "override_declined")]
    assert [told and told.score for told in scores] == [Decimal("59.0"), Decimal("55.3")]


def test_what_publishes_nothing_moves_nothing(assessor: User, reviewer: User, now: datetime) -> None:
    assert preview(in_review(assessor), "returned") is None
    assert preview(in_review(assessor, "Harp Maker"), "override_accepted") is None
    assert preview(published(assessor, reviewer, "Flute Maker"), "formula_accepted") is None
    value = a_document("Drum Maker")
    value["growth"]["score"] = None
    draft = drafts.create_draft(document=documents.from_json(value), by=assessor, at=now).assessment
    assert preview(draft, "formula_accepted") is None


def test_the_page_says_what_each_outcome_would_move(
    four: list[Assessment], assessor: User, reviewer: User, now: datetime, signed_in: SignedIn
) -> None:
    revision(four[0], assessor, now, evidence=(2, 2, 1, 1, 1), proposed="57.0")
    page = signed_in(reviewer).get(f"/reviews/{Review.objects.latest('id').pk}/")
    assert [str(each["impact"].score) for each in page.context["impacts"]] == ["57.0", "59.5"]
    assert "from rank 2 to 1 of 4" in page.content.decode()
    assert "(57.4), today below" in page.content.decode()


def test_the_api_tells_the_impact_of_an_open_version(
    assessor: User, reviewer: User, token_of: Callable[..., dict[str, str]]
) -> None:
    client = Client(headers=token_of(assessor))
    open_one, done = in_review(assessor, proposed="59.0"), published(assessor, reviewer, "Harp Maker")
    address = f"/api/v1/assessments/{open_one.pk}/impact/"
    whole = client.get(address).json()
    assert (whole["score"], whole["relations"], whole["quotes"]) == ("59.0", [], [])
    assert client.get(f"{address}?outcome=override_declined").json()["score"] == "55.3"
    assert client.get(f"{address}?outcome=returned").status_code == 400
    assert client.get(f"/api/v1/assessments/{done.pk}/impact/").status_code == 409
    clear = a_draft(assessor, "Drum Maker")
    answer = client.get(f"/api/v1/assessments/{clear.pk}/impact/?outcome=override_accepted")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (409, "no_score")


def test_the_api_names_who_turns_and_who_quotes(
    four: list[Assessment], assessor: User, reviewer: User, now: datetime, token_of: Callable[..., dict[str, str]]
) -> None:
    quoting = {"commentary": {"score_vs_reality": "It is close to First (55.3)."}}
    published(assessor, reviewer, "Quoting", **quoting)
    assessment = revision(four[0], assessor, now, evidence=(2, 2, 1, 1, 1))
    answer = Client().get(f"/api/v1/assessments/{assessment.pk}/impact/", headers=token_of(assessor)).json()
    assert answer["relations"] == [
        {
            "peer": {"slug": "higher", "title": "Higher"},
            "peer_score": "57.4",
            "order_before": "below",
            "order_after": "above",
            "zones_before": "equal",
            "zones_after": "equal",
        }
    ]
    assert [(each["role"], each["quoted_score"], each["newly"]) for each in answer["quotes"]] == [
        ({"slug": "quoting", "title": "Quoting"}, "55.3", True)
    ]
