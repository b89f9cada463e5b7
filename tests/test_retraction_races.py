"""Retracting while somebody else does the same, or the opposite: one wins, the other is told, nothing is half done."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments import audit
from assessments.actions import retraction
from assessments.errors import Conflict
from assessments.models import AuditEvent, Retraction, ReviewFlag, User
from reviews.actions.reaffirmation import reaffirm
from tests.making import in_review, published, recomputed, verdict
from tests.test_flags import moved, quoting
from tests.test_races import at_once, one_winner

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_proposals_at_once_one_is_made(assessor: User, reviewer: User, admin: User, other_admin: User) -> None:
    for index in range(5):
        assessment = published(assessor, reviewer, f"Bell Tuner {index}")
        propose = lambda by, a=assessment: retraction.propose(  # noqa: E731
            assessment_id=a.pk, reason="Made up.", by=by, at=timezone.now()
        )
        loser = one_winner(at_once(lambda p=propose: p(admin), lambda p=propose: p(other_admin)))
        assert (loser.code, assessment.retractions.count()) == ("proposed_already", 1)


def test_of_two_confirmations_at_once_one_retracts(
    assessor: User, reviewer: User, admin: User, other_admin: User, make_person: object
) -> None:
    third = make_person("zoe", "admin")  # type: ignore[operator]
    for index in range(5):
        assessment = published(assessor, reviewer, f"Bell Tuner {index}")
        made = retraction.propose(assessment_id=assessment.pk, reason="Made up.", by=admin, at=timezone.now())
        confirm = lambda by, m=made: retraction.confirm(  # noqa: E731
            retraction_id=m.pk, reason="So it is.", by=by, at=timezone.now()
        )
        one_winner(at_once(lambda c=confirm: c(other_admin), lambda c=confirm: c(third)))
        assert AuditEvent.objects.filter(verb="assessment.retracted", object_id=str(assessment.pk)).count() == 1
    assert audit.first_breach() is None


def test_a_confirmation_and_a_withdrawal_leave_one_of_the_two(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    for index in range(5):
        assessment = published(assessor, reviewer, f"Bell Tuner {index}")
        made = retraction.propose(assessment_id=assessment.pk, reason="Made up.", by=admin, at=timezone.now())
        act = lambda do, by, m=made: do(retraction_id=m.pk, reason="x", by=by, at=timezone.now())  # noqa: E731
        one_winner(
            at_once(lambda a=act: a(retraction.confirm, other_admin), lambda a=act: a(retraction.withdraw, admin))
        )
        assessment.refresh_from_db()
        made.refresh_from_db()
        assert (assessment.status, made.state) in {("retracted", "confirmed"), ("published", "withdrawn")}


def test_a_confirmation_and_the_next_version_leave_one_published_version_at_most(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    for index in range(5):
        title = f"Bell Tuner {index}"
        assessment = published(assessor, reviewer, title)
        made = retraction.propose(assessment_id=assessment.pk, reason="Made up.", by=admin, at=timezone.now())
        after = in_review(assessor, title, evidence=(2, 1, 1, 1, 1))
        results = at_once(
            lambda m=made: retraction.confirm(retraction_id=m.pk, reason="x", by=other_admin, at=timezone.now()),
            lambda a=after: verdict(a, reviewer),
        )
        assert all(isinstance(each, Conflict) for each in results if isinstance(each, Exception)), results
        assessment.refresh_from_db()
        made.refresh_from_db()
        assert (assessment.status, made.state) in {("retracted", "confirmed"), ("superseded", "lapsed")}
        assert assessment.role.assessments.filter(status="published").count() == 1


def test_of_two_reaffirmations_at_once_one_counts(assessor: User, reviewer: User, other_reviewer: User) -> None:
    published(assessor, reviewer, "Bell Smith")
    tuner = quoting(assessor, reviewer)
    recomputed()
    moved(assessor, reviewer)
    flag = ReviewFlag.objects.get()
    say = lambda by: reaffirm(  # noqa: E731
        assessment_id=tuner.pk, flags=[flag.pk], reason="It holds.", by=by, at=timezone.now()
    )
    loser = one_winner(at_once(lambda: say(reviewer), lambda: say(other_reviewer)))
    assert (loser.code, Retraction.objects.count()) == ("stale_flags", 0)
