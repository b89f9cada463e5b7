"""Declared interests: what they bar, how long, and that they stay on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from assessments.actions import roles
from assessments.errors import Conflict, Forbidden, Invalid, Invisible
from assessments.models import AuditEvent, Role, User
from reviews import actions, queries
from reviews.models import Assignment, Interest, Review, Verdict
from tests.making import in_review, published, verdict

SignedIn = Callable[[User], Client]


def declare(
    by: User, now: datetime, *, role: Role | None = None, family: str = "", days: int | None = None
) -> Interest:
    until = None if days is None else now + timedelta(days=days)
    return actions.declare_interest(role=role, family=family, reason="My own trade", expires_at=until, by=by, at=now)


def test_declaring_ends_what_one_holds_there_and_nothing_else(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    reviews = []
    for title in ("Bell Tuner", "Harp Maker"):
        review = Review.objects.get(assessment=in_review(assessor, title))
        actions.claim(review_id=review.pk, by=reviewer, at=now)
        due = now + timedelta(days=1)
        actions.assign(review_id=review.pk, reviewer=reviewer, due_at=due, note="", by=admin, at=now)
        reviews.append(review)
    declare(reviewer, now, role=reviews[0].assessment.role)
    assert [claim.review for claim in queries.live_claims(now)] == [reviews[1]]
    late = now + timedelta(days=2)
    assert [each.review for each in Assignment.objects.overdue(late)] == [reviews[1]]


def test_an_interest_that_is_ended_early_bars_no_more_and_stays_on_record(
    assessor: User, reviewer: User, now: datetime, later: datetime
) -> None:
    assessment = in_review(assessor)
    interest = declare(reviewer, now, role=assessment.role, days=30)
    with pytest.raises(Forbidden, match="You declared an interest in Bell Tuner"):
        verdict(assessment, reviewer)
    actions.end_interest(interest_id=interest.pk, by=reviewer, at=now)
    assert verdict(assessment, reviewer).review == "decided"
    assert Interest.objects.get().expires_at == now
    with pytest.raises(Conflict, match="ended already"):
        actions.end_interest(interest_id=interest.pk, by=reviewer, at=later)
    assert list(AuditEvent.objects.filter(verb__startswith="interest.").values_list("verb", flat=True)) == [
        "interest.declared",
        "interest.ended",
    ]


def test_nobody_ends_the_interest_of_another(
    assessor: User, reviewer: User, other_reviewer: User, now: datetime
) -> None:
    interest = declare(reviewer, now, family="Bells")
    with pytest.raises(Invisible):
        actions.end_interest(interest_id=interest.pk, by=other_reviewer, at=now)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"family": ""}, "in one role or in one family"),
        ({"reason": " "}, "Say what"),
        ({"reason": "x" * 501}, "shorten it"),
        ({"days": 0}, "in the future"),
    ],
)
def test_a_declaration_is_whole(given: dict[str, object], said: str, reviewer: User, now: datetime) -> None:
    asked = {"family": "Bells", "reason": "Mine", "days": 1} | given
    until = now + timedelta(days=int(str(asked.pop("days"))))
    with pytest.raises(Invalid, match=said):
        actions.declare_interest(role=None, expires_at=until, by=reviewer, at=now, **asked)  # type: ignore[arg-type]


def test_only_reviewers_declare(assessor: User, now: datetime) -> None:
    with pytest.raises(Forbidden):
        declare(assessor, now, family="Bells")


@pytest.mark.parametrize("family", [False, True])
def test_the_database_refuses_a_verdict_where_an_interest_stands(
    family: bool, admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    assessment = in_review(assessor)
    roles.set_family(role=assessment.role, family="Bells", by=admin, at=now)
    declare(reviewer, now, family="Bells") if family else declare(reviewer, now, role=assessment.role)
    given = Verdict(
        review=Review.objects.get(),
        reviewer=reviewer,
        outcome="returned",
        rationale="x",
        content_hash=assessment.content_hash,
        given_at=now,
    )
    with pytest.raises(DatabaseError, match="declared an interest"), transaction.atomic():
        Verdict.objects.bulk_create([given])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews_interest SET expires_at = NULL",
        "UPDATE reviews_interest SET expires_at = expires_at + interval '1 day'",
        "UPDATE reviews_interest SET reason = 'x', expires_at = now()",
        "DELETE FROM reviews_interest",
        "TRUNCATE reviews_interest",
    ],
)
def test_the_database_lets_an_interest_only_end_earlier(statement: str, reviewer: User, now: datetime) -> None:
    declare(reviewer, now, family="Bells", days=5)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("named", ["Bell Tuner", "bell tuner", "bell-tuner", "http://localhost/roles/bell-tuner/"])
def test_the_page_declares_in_a_role_by_title_or_address_and_ends_it(
    named: str, assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    published(assessor, reviewer)
    client = signed_in(reviewer)
    client.post("/account/interests/", {"role": named, "reason": "My job", "expires": "2999-12-31"})
    interest = Interest.objects.get()
    assert (str(interest.role), interest.reason) == ("Bell Tuner (Mid-level)", "My job")
    client.post(f"/account/interests/{interest.pk}/end/")
    assert "ended" in client.get("/account/interests/").content.decode()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"role": "Harp Maker", "reason": "x"}, "No role is called “Harp Maker”."),
        ({"role": "Bell Tuner", "reason": "x"}, "Several roles have that title; give the address of its page."),
        ({"family": "Bells", "reason": "x", "expires": "soon"}, "Give the date as in 2026-03-31."),
        ({"reason": "x"}, "Declare an interest in one role or in one family."),
    ],
)
def test_the_page_says_why_nothing_was_declared_and_keeps_what_was_typed(
    form: dict[str, str], said: str, assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    published(assessor, reviewer)
    published(assessor, reviewer, seniority="Senior")
    page = signed_in(reviewer).post("/account/interests/", form)
    assert (page.status_code, page.context["refusal"].sentence) == (400, said)
    assert 'value="x"' in page.content.decode()


def test_a_role_that_only_a_draft_knows_is_not_confirmed(assessor: User, reviewer: User, signed_in: SignedIn) -> None:
    from tests.making import a_draft

    a_draft(assessor, "Secret Maker")
    page = signed_in(reviewer).post("/account/interests/", {"role": "Secret Maker", "reason": "x"})
    assert page.context["refusal"].sentence == "No role is called “Secret Maker”."
