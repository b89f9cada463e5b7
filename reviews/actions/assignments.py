"""Who is on a review: claims that people make for themselves, and assignments that others give them.

Each locks the review alone; whoever locks the assessment as well does so first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from assessments import access, audit
from assessments.access import Answer, Person
from assessments.enums import Access
from assessments.errors import Conflict, Invalid, Place
from assessments.models import User
from reviews.access import barred, may_review, require_visible
from reviews.models import Assignment, Claim, Review, ReviewState
from reviews.notifications import events

NOTE_LIMIT = 500


def may_assign(person: Person) -> Answer:
    """Reviewers and administrators ask reviewers for verdicts."""
    return access.YES if access.holds(person, Access.ADMIN) else access.holds(person, Access.REVIEWER)


@transaction.atomic
def claim(*, review_id: int, by: User, at: datetime) -> Claim:
    """Say "I am on it", for CLAIM_HOURS. It bars nobody; saying it again while it lasts does nothing.

    Forbidden for those who may not decide; Conflict when the review is closed.
    """
    access.require(may_review(by, require_visible(by, review_id).assessment, at=at))
    review = _open(review_id, by=by)
    held = review.claims.filter(reviewer=by).first()
    if held is not None and held.released_at is None and held.expires_at > at:
        return held
    held = held or Claim(review=review, reviewer=by)
    held.claimed_at, held.expires_at, held.released_at = at, at + timedelta(hours=settings.CLAIM_HOURS), None
    held.save()
    _record("review.claimed", review, Access.REVIEWER, by=by, at=at)
    return held


@transaction.atomic
def release(*, review_id: int, by: User, at: datetime) -> None:
    """Take one's own claim back; without one nothing happens."""
    review = _open(review_id, by=by)
    held = review.claims.filter(reviewer=by, released_at=None, expires_at__gt=at).first()
    if held is not None:
        _release(held, by=by, at=at)


@transaction.atomic
def assign(*, review_id: int, reviewer: User, due_at: datetime, note: str, by: User, at: datetime) -> Assignment:
    """Ask a reviewer for a verdict until `due_at`; asking the same one again sets date and note anew, and
    asking the same again does nothing.

    Invalid for a date that is past, a note that is too long, or a reviewer who may not decide, with the reason.
    """
    access.require(may_assign(by))
    review = _open(review_id, by=by)
    _require_able(reviewer, review, at=at)
    if due_at <= at:
        raise _wrong("due", "Choose a due date in the future.")
    if len(note.strip()) > NOTE_LIMIT:
        raise _wrong("note", f"The note has more than {NOTE_LIMIT} characters; shorten it.")
    asked = {"due_at": due_at, "note": note.strip(), "assigned_by": by, "ended_at": None}
    twice = review.assignments.filter(reviewer=reviewer, **asked).first()
    if twice is not None:
        return twice
    given = {**asked, "assigned_at": at}
    assignment, _ = Assignment.objects.update_or_create(review=review, reviewer=reviewer, defaults=given)
    said = {"reviewer": str(reviewer), "due_at": due_at.isoformat(), "due": f"{due_at:%Y-%m-%d}"}
    _record("review.assigned", review, _role_of(by), by=by, at=at, **said)
    events.assigned(assignment, by=by, at=at)
    return assignment


@transaction.atomic
def unassign(*, review_id: int, reviewer: User, by: User, at: datetime) -> None:
    """Take an assignment back; without one nothing happens."""
    access.require(may_assign(by))
    review = _open(review_id, by=by)
    held = review.assignments.filter(reviewer=reviewer, ended_at=None).first()
    if held is not None:
        _end(held, by=by, at=at)


def let_go(review_ids: list[int], *, by: User, at: datetime) -> None:
    """End what a reviewer who is barred from now on holds of these open reviews, in the caller's transaction."""
    open_ones = Review.objects.filter(pk__in=review_ids, state=ReviewState.OPEN).order_by("id")
    locked = list(open_ones.select_for_update(no_key=True))
    for held in Claim.objects.filter(review__in=locked, reviewer=by, released_at=None, expires_at__gt=at):
        _release(held, by=by, at=at)
    for asked in Assignment.objects.filter(review__in=locked, reviewer=by, ended_at=None):
        _end(asked, by=by, at=at)


def _open(review_id: int, *, by: User) -> Review:
    """The open review, locked; Conflict once it is closed, Invisible where `by` may not see it."""
    review = require_visible(by, review_id)
    if not Review.objects.select_for_update(no_key=True).filter(pk=review_id, state=ReviewState.OPEN).exists():
        raise Conflict("This review is closed.", code="review_closed")
    return review


def _require_able(reviewer: User, review: Review, *, at: datetime) -> None:
    if not access.holds(reviewer, Access.REVIEWER):
        raise _wrong("reviewer", f"{reviewer} is no reviewer.")
    bar = barred([reviewer.pk], review.assessment, at=at).get(reviewer.pk)
    if bar is not None:
        raise _wrong("reviewer", f"{reviewer} cannot decide on this: they {bar.said}.".replace("..", "."))


def _release(held: Claim, *, by: User, at: datetime) -> None:
    held.released_at = at
    held.save(update_fields=["released_at"])
    _record("review.released", held.review, Access.REVIEWER, by=by, at=at)


def _end(held: Assignment, *, by: User, at: datetime) -> None:
    held.ended_at = at
    held.save(update_fields=["ended_at"])
    _record("review.unassigned", held.review, _role_of(by), by=by, at=at, reviewer=str(held.reviewer))


def _role_of(by: User) -> Access:
    return Access.REVIEWER if by.holds(Access.REVIEWER) else Access.ADMIN


def _record(verb: str, review: Review, role_held: Access, *, by: User, at: datetime, **said: str) -> None:
    data: dict[str, object] = {"number": review.assessment.number, "review": review.pk, **said}
    audit.record(verb, by=by, at=at, role_held=role_held, about=review.assessment, data=data)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code=field, places=[Place(field, field, sentence)])
