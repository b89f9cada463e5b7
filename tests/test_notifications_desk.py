"""Remarks, assignments, due dates and invitations reach whom they concern, once each."""

from __future__ import annotations

from datetime import datetime, timedelta

from assessments.actions import coauthors
from assessments.models import User
from reviews.actions.assignments import assign
from reviews.actions.comments import comment
from reviews.models import Review
from reviews.notifications import events
from tests.making import a_draft, in_review, told
from tests.test_notifications import heard


def test_a_remark_reaches_the_author_and_the_answer_reaches_who_remarked(
    assessor: User, reviewer: User, other_reviewer: User, now: datetime
) -> None:
    assessment = in_review(assessor)
    made = comment(assessment_id=assessment.pk, path="", text="Why?", parent_id=None, by=reviewer, at=now)
    assert heard(assessor) == ["Deepa commented on Bell Tuner (Mid-level), version 1."]
    comment(assessment_id=assessment.pk, path="", text="Because.", parent_id=made.pk, by=assessor, at=now)
    assert heard(reviewer)[0] == "Maren commented on Bell Tuner (Mid-level), version 1."
    assert [sentence for sentence in heard(other_reviewer) if "commented" in sentence] == []


def test_who_is_asked_for_a_verdict_hears_of_it_and_once_when_it_is_due(
    assessor: User, reviewer: User, other_reviewer: User, now: datetime
) -> None:
    review = Review.objects.get(assessment=in_review(assessor))
    due = now + timedelta(days=1)
    assign(review_id=review.pk, reviewer=reviewer, due_at=due, note="", by=other_reviewer, at=now)
    assert heard(reviewer)[0] == "Jonas assigned the review of Bell Tuner (Mid-level), version 1, to you."
    events.remind(at=now)
    assert len(heard(reviewer)) == 2
    for minutes in (1, 2):
        events.remind(at=due + timedelta(minutes=minutes))
    assert heard(reviewer)[0] == "The review of Bell Tuner (Mid-level), version 1, is due."
    assert len(heard(reviewer)) == 3


def test_who_is_invited_to_write_hears_of_it_when_the_transaction_is_through(
    assessor: User, other_assessor: User, now: datetime
) -> None:
    draft = a_draft(assessor)
    coauthors.invite(assessment_id=draft.pk, username="ilse", by=assessor, at=now)
    told()
    assert heard(other_assessor) == ["Maren invited you to write Bell Tuner (Mid-level), version 1, with them."]
