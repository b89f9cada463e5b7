"""The queue and the desk: which reviews, in which order, what a row says, and how many queries that takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.actions import roles
from assessments.models import Assessment, User
from reviews import actions, queries
from reviews.access import may_decide
from reviews.models import Assignment, Review
from tests.crowd import crowd
from tests.making import in_review, verdict

SignedIn = Callable[[User], Client]
BORDERLINE = {"evidence": (2, 0, 0, 0, 0), "barriers": (0, 1, 0, 0, 1)}


def review_of(assessment: Assessment) -> Review:
    return Review.objects.get(assessment=assessment)


def titles(person: User, now: datetime, **asked: object) -> list[str]:
    found = queries.queue(person, queries.Asked(**asked), at=now)  # type: ignore[arg-type]
    return [review.assessment.role.title for review in found]


@pytest.fixture
def three(assessor: User, admin: User, now: datetime) -> list[Review]:
    """A clear one, one that proposes another score and one at an edge, in the order of their submission."""
    made = [
        in_review(assessor, "Clear"),
        in_review(assessor, "Higher", proposed="59.0"),
        in_review(assessor, "Edge", **BORDERLINE),
    ]
    roles.set_family(role=made[1].role, family="Bells", by=admin, at=now)
    return [review_of(each) for each in made]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Clear", "Higher", "Edge"]),
        ({"borderline": True}, ["Edge"]),
        ({"override": True}, ["Higher"]),
        ({"family": "Bells"}, ["Higher"]),
        ({"family": "Nothing"}, []),
        ({"kind": "assessment"}, ["Clear", "Higher", "Edge"]),
        ({"kind": "erratum"}, []),
        ({"sort": "borderline"}, ["Edge", "Clear", "Higher"]),
        ({"sort": "score"}, ["Edge", "Clear", "Higher"]),
        ({"sort": "-score"}, ["Clear", "Higher", "Edge"]),
    ],
)
def test_the_queue_shows_what_is_asked_for(
    asked: dict[str, object], expected: list[str], three: list[Review], reviewer: User, now: datetime
) -> None:
    assert titles(reviewer, now, **asked) == expected


def test_claims_tell_mine_from_those_of_somebody_and_nobody(
    three: list[Review], reviewer: User, other_reviewer: User, now: datetime
) -> None:
    actions.claim(review_id=three[0].pk, by=reviewer, at=now)
    actions.claim(review_id=three[1].pk, by=other_reviewer, at=now)
    assert titles(reviewer, now, claimed="somebody") == ["Clear", "Higher"]
    assert titles(reviewer, now, claimed="nobody") == ["Edge"]
    assert titles(reviewer, now, mine=True) == ["Clear"]
    assert titles(reviewer, now + timedelta(hours=49), claimed="nobody") == ["Clear", "Higher", "Edge"]


def test_assignments_are_found_by_whom_they_ask_and_when_they_are_due(
    three: list[Review], reviewer: User, other_reviewer: User, now: datetime
) -> None:
    for review, person, days in ((three[2], reviewer, 1), (three[1], other_reviewer, 2)):
        due = now + timedelta(days=days)
        actions.assign(review_id=review.pk, reviewer=person, due_at=due, note="", by=reviewer, at=now)
    assert titles(reviewer, now, assigned=True) == ["Edge"]
    assert titles(reviewer, now, sort="due") == ["Edge", "Higher", "Clear"]
    assert titles(reviewer, now, overdue=True) == []
    assert titles(reviewer, now + timedelta(hours=36), overdue=True) == ["Edge"]


def test_an_assignment_is_overdue_until_the_verdict_is_given(assessor: User, reviewer: User, now: datetime) -> None:
    assessment = in_review(assessor, proposed="59.0")
    due = now + timedelta(hours=1)
    given = actions.assign(
        review_id=review_of(assessment).pk, reviewer=reviewer, due_at=due, note="", by=reviewer, at=now
    )
    assert list(Assignment.objects.overdue(due)) == []
    assert list(Assignment.objects.overdue(due + timedelta(seconds=1))) == [given]
    verdict(assessment, reviewer, "override_accepted")
    assert list(Assignment.objects.overdue(due + timedelta(seconds=1))) == []


def test_what_waits_for_a_reviewer_begins_with_what_they_were_asked_for_and_leaves_out_what_bars_them(
    three: list[Review], assessor: User, reviewer: User, other_reviewer: User, now: datetime
) -> None:
    due = now + timedelta(days=1)
    actions.assign(review_id=three[2].pk, reviewer=reviewer, due_at=due, note="", by=reviewer, at=now)
    actions.claim(review_id=three[1].pk, by=reviewer, at=now)
    assert list(queries.waiting_for(reviewer, at=now)) == [three[2], three[1], three[0]]
    verdict(three[1].assessment, reviewer, "override_accepted")
    actions.declare_interest(
        role=three[0].assessment.role, family="", reason="My own job", expires_at=None, by=reviewer, at=now
    )
    assert list(queries.waiting_for(reviewer, at=now)) == [three[2]]


def test_a_row_says_what_bars_me_and_why(
    three: list[Review], reviewer: User, now: datetime, signed_in: SignedIn
) -> None:
    actions.declare_interest(role=None, family="Bells", reason="My own trade", expires_at=None, by=reviewer, at=now)
    rows = queries.entries([review.pk for review in three], reviewer, at=now)
    assert [row["barred"] for row in rows] == ["", "You declared an interest in Bells: My own trade", ""]
    assert "You declared an interest in Bells: My own trade" in signed_in(reviewer).get("/reviews/").content.decode()


def test_a_row_says_who_is_on_it_and_who_was_asked(
    three: list[Review], reviewer: User, other_reviewer: User, now: datetime
) -> None:
    actions.claim(review_id=three[0].pk, by=other_reviewer, at=now)
    due = now + timedelta(days=2)
    actions.assign(review_id=three[0].pk, reviewer=reviewer, due_at=due, note="Soon", by=other_reviewer, at=now)
    row = queries.entries([three[0].pk], reviewer, at=now)[0]
    assert [(each["reviewer"], each["mine"]) for each in row["claims"]] == [("Jonas", False)]
    assert [(each["reviewer"], each["due_at"], each["overdue"]) for each in row["assigned"]] == [("Deepa", due, False)]


def test_the_address_holds_the_filters_and_the_next_page_keeps_them(
    assessor: User, reviewer: User, other_reviewer: User, signed_in: SignedIn
) -> None:
    crowd([in_review(assessor)], 60, one=reviewer, two=other_reviewer)
    page = signed_in(reviewer).get("/reviews/?sort=score&claimed=nobody&nonsense=1&page=2")
    assert page.context["asked"] == queries.Asked(sort="score", claimed="nobody")
    assert page.context["previous_url"] == "?claimed=nobody&sort=score"


@pytest.mark.parametrize("query", ["?sort=x&kind=y&claimed=z", "?page=-1", "?page=x", "?family=" + "f" * 500])
def test_nonsense_in_the_address_still_gives_a_queue(
    query: str, three: list[Review], reviewer: User, signed_in: SignedIn
) -> None:
    assert signed_in(reviewer).get(f"/reviews/{query}").status_code == 200


@pytest.mark.parametrize(
    "address", ["/desk/", "/reviews/", "/reviews/?sort=due", "/reviews/?mine=1", "/api/v1/reviews/?page_size=200"]
)
def test_three_and_three_hundred_reviews_take_the_same_queries(
    address: str, three: list[Review], reviewer: User, other_reviewer: User, now: datetime, signed_in: SignedIn
) -> None:
    client = signed_in(reviewer)
    for review in three:
        actions.claim(review_id=review.pk, by=reviewer, at=now)
    client.get(address)
    counts = []
    for size in (0, 297):
        if size:
            crowd([review.assessment for review in three], size, one=reviewer, two=other_reviewer)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_api_filters_the_queue_as_the_page_does(
    three: list[Review], reviewer: User, token_of: Callable[..., dict[str, str]]
) -> None:
    answer = Client().get("/api/v1/reviews/?override=1", headers=token_of(reviewer)).json()
    assert [(row["role"]["title"], row["proposed_score"]) for row in answer["results"]] == [("Higher", "59")]


def test_a_contributor_sees_their_own_reviews_alone(three: list[Review], other_assessor: User, now: datetime) -> None:
    in_review(other_assessor, "Another")
    assert titles(other_assessor, now) == ["Another"]


def test_saving_and_next_opens_what_waits_longest_then_says_that_nothing_does(
    three: list[Review], assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    client = signed_in(reviewer)
    leads = []
    for review in three:
        outcome = "override_declined" if review == three[1] else "formula_accepted"
        form = {"outcome": outcome, "rationale": "It holds.", "content_hash": review.content_hash, "then": "next"}
        leads.append(client.post(f"/reviews/{review.pk}/", form).headers["Location"])
    assert leads == [f"/reviews/{three[1].pk}/", f"/reviews/{three[2].pk}/", "/reviews/"]


def test_a_verdict_that_waits_for_a_second_is_said_on_the_page_that_asked_for_it(
    three: list[Review], reviewer: User, now: datetime
) -> None:
    verdict(three[1].assessment, reviewer, "override_declined")
    verdict(three[2].assessment, reviewer)
    three[2].refresh_from_db()
    assert may_decide(reviewer, three[2].assessment, at=now).reason == (
        "You have given your verdict; it waits for a second reviewer."
    )
