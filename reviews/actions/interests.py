"""Declared interests: a reviewer bars themself, for a time or for good; what was declared stays on record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import access, audit
from assessments.enums import Access
from assessments.errors import Conflict, Invalid, Invisible, Place
from assessments.models import Role, User
from reviews.access import concerns
from reviews.actions.assignments import let_go
from reviews.models import Interest, Review, ReviewState

REASON_LIMIT = 500


@transaction.atomic
def declare_interest(
    *, role: Role | None, family: str, reason: str, expires_at: datetime | None, by: User, at: datetime
) -> Interest:
    """A reviewer bars themself from one role or one family, until `expires_at` or for good; what they hold of its open
    reviews ends. Declaring the same again while it lasts does nothing. Invalid unless it names exactly one of the two,
    a reason, and no end in the past."""
    access.require(access.holds(by, Access.REVIEWER))
    family = family.strip()
    if (role is None) == (family == ""):
        raise _wrong("object", "Declare an interest in one role or in one family.")
    if not reason.strip():
        raise _wrong("reason", "Say what the interest is.")
    if len(reason.strip()) > REASON_LIMIT:
        raise _wrong("reason", f"The reason has more than {REASON_LIMIT} characters; shorten it.")
    if expires_at is not None and expires_at <= at:
        raise _wrong("expires", "Choose an end in the future, or none.")
    declared = {"reviewer": by, "role": role, "family": family, "reason": reason.strip(), "expires_at": expires_at}
    User.objects.select_for_update(no_key=True).filter(pk=by.pk).values("pk").first()
    standing = Interest.objects.filter(**declared).first()
    if standing is not None:
        return standing
    interest = Interest.objects.create(declared_at=at, **declared)
    data: dict[str, object] = {"family": family, "role": role.slug if role else ""}
    audit.record("interest.declared", by=by, at=at, role_held=Access.REVIEWER, about=interest, data=data)
    let_go(_held(interest), by=by, at=at)
    return interest


@transaction.atomic
def end_interest(*, interest_id: int, by: User, at: datetime) -> Interest:
    """End one of one's own interests now, before its time; Conflict when it has ended already."""
    interest = Interest.objects.select_for_update(no_key=True).filter(pk=interest_id, reviewer=by).first()
    if interest is None:
        raise Invisible("There is no such interest.")
    if interest.expires_at is not None and interest.expires_at <= at:
        raise Conflict("This interest has ended already.", code="interest_ended")
    interest.expires_at = at
    interest.save(update_fields=["expires_at"])
    data: dict[str, object] = {"family": interest.family, "role": interest.role.slug if interest.role else ""}
    audit.record("interest.ended", by=by, at=at, role_held=Access.REVIEWER, about=interest, data=data)
    return interest


def _held(interest: Interest) -> list[int]:
    """The open reviews within an interest that its reviewer ever claimed or was asked for."""
    open_ones = Review.objects.filter(state=ReviewState.OPEN).select_related("assessment__role")
    mine = open_ones.filter(claims__reviewer=interest.reviewer) | open_ones.filter(
        assignments__reviewer=interest.reviewer
    )
    return [review.pk for review in mine.distinct() if concerns(interest, review.assessment)]


def _wrong(field: str, sentence: str) -> Invalid:
    code = f"interest_{field}"
    return Invalid(sentence, code=code, places=[Place(field, code, sentence)])
