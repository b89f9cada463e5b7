"""Two people at once on claims, assignments and threads: one winner or one row, nothing half done."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from assessments import audit
from assessments.models import AuditEvent, User
from reviews import actions
from reviews.models import Assignment, Claim, Comment, Interest, Review, Seen
from tests.making import a_draft, in_review, verdict
from tests.test_races import at_once, one_winner

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_resolve_one_is_named_to_the_other(assessor: User, reviewer: User) -> None:
    for index in range(5):
        assessment, now = in_review(assessor, f"Bell Tuner {index}"), timezone.now()
        thread = actions.comment(assessment_id=assessment.pk, path="", text="So?", parent_id=None, by=assessor, at=now)
        resolve = partial(actions.resolve, comment_id=thread.pk, at=now)
        loser = one_winner(at_once(partial(resolve, by=assessor), partial(resolve, by=reviewer)))
        thread.refresh_from_db()
        assert str(loser) == f"{thread.resolved_by} has resolved this thread already."
    assert AuditEvent.objects.filter(verb="comment.resolved").count() == 5
    assert audit.first_breach() is None


def test_a_double_click_claims_once_and_two_people_claim_twice(
    assessor: User, reviewer: User, other_reviewer: User
) -> None:
    in_review(assessor)
    review, now = Review.objects.get(), timezone.now()
    people = (reviewer, reviewer, other_reviewer)
    results = at_once(*[lambda p=person: actions.claim(review_id=review.pk, by=p, at=now) for person in people])
    assert [type(result) for result in results] == [Claim, Claim, Claim]
    assert Claim.objects.count() == 2
    assert AuditEvent.objects.filter(verb="review.claimed").count() == 2


def test_a_claim_and_a_verdict_leave_no_claim_made_on_a_closed_review(
    assessor: User, reviewer: User, other_reviewer: User
) -> None:
    for index in range(5):
        assessment = in_review(assessor, f"Bell Tuner {index}")
        review = Review.objects.get(assessment=assessment)
        results = at_once(
            partial(actions.claim, review_id=review.pk, by=other_reviewer, at=timezone.now()),
            partial(verdict, assessment, reviewer),
        )
        review.refresh_from_db()
        assert review.state == "decided"
        claimed = isinstance(results[0], Claim)
        assert Claim.objects.filter(review=review).exists() is claimed
        assert claimed or str(results[0]) == "This review is closed."


def test_two_assignments_of_one_reviewer_are_one(assessor: User, reviewer: User, admin: User) -> None:
    in_review(assessor)
    review, now = Review.objects.get(), timezone.now()
    act = lambda: actions.assign(  # noqa: E731
        review_id=review.pk, reviewer=reviewer, due_at=now + timedelta(days=1), note="", by=admin, at=now
    )
    assert [type(result) for result in at_once(act, act)] == [Assignment, Assignment]
    assert Assignment.objects.count() == 1


def test_two_windows_of_one_reviewer_note_one_reading(assessor: User, reviewer: User) -> None:
    draft, now = a_draft(assessor), timezone.now()
    act = lambda: actions.note_seen(assessment=draft, content_hash="x", by=reviewer, at=now)  # noqa: E731
    assert at_once(act, act) == [None, None]
    assert Seen.objects.count() == 1


def test_two_replies_at_once_are_both_kept(assessor: User, reviewer: User) -> None:
    assessment, now = in_review(assessor), timezone.now()
    say = lambda by, parent: actions.comment(  # noqa: E731
        assessment_id=assessment.pk, path="", text="Well?", parent_id=parent, by=by, at=now
    )
    thread = say(assessor, None)
    at_once(lambda: say(assessor, thread.pk), lambda: say(reviewer, thread.pk))
    assert Comment.objects.filter(parent=thread).count() == 2


def test_a_double_click_says_and_declares_once(assessor: User, reviewer: User) -> None:
    assessment, now = in_review(assessor), timezone.now()
    say = lambda: actions.comment(  # noqa: E731
        assessment_id=assessment.pk, path="tasks[1]", text="Well?", parent_id=None, by=reviewer, at=now
    )
    at_once(say, say)
    assert Comment.objects.count() == 1
    declare = lambda: actions.declare_interest(  # noqa: E731
        role=None, family="Law", reason="A cousin.", expires_at=None, by=reviewer, at=now
    )
    at_once(declare, declare)
    assert Interest.objects.count() == 1
