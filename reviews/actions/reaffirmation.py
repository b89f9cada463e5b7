"""Reaffirming a published decision that requires review: the decision stands although what it rests on moved."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from assessments import access, audit
from assessments.enums import Access, Clearance, Status
from assessments.errors import Conflict, Invalid, Place
from assessments.models import Assessment, ReviewFlag, User
from assessments.transitions import SAID
from reviews.access import may_review

REASON_LIMIT = 5000


@transaction.atomic
def reaffirm(*, assessment_id: int, flags: Collection[int], reason: str, by: User, at: datetime) -> list[ReviewFlag]:
    """A reviewer, who neither contributed nor has an interest, says with a reason that the decision stands; the flags
    that were cleared.

    `flags` are the ids of those that the reviewer read, which are cleared as they stand: Conflict when one of them was
    cleared meanwhile or there is none; one that was raised since stays open.
    """
    Assessment.objects.select_for_update(no_key=True).filter(pk=assessment_id).values("pk").first()
    assessment = access.require_visible(by, assessment_id)
    access.require(may_review(by, assessment, at=at))
    if assessment.status != Status.PUBLISHED:
        raise Conflict(
            f"This assessment is {SAID[Status(assessment.status)]}; only a published decision is reaffirmed.",
            code="wrong_state",
        )
    reason = reason.strip()
    if not reason or len(reason) > REASON_LIMIT:
        sentence = f"A reason has at most {REASON_LIMIT} characters; shorten it." if reason else "Say why it stands."
        raise Invalid(sentence, code="reason", places=[Place("reason", "reason", sentence)])
    standing = list(
        assessment.flags.select_for_update(no_key=True).filter(pk__in=flags, cleared_at__isnull=True).order_by("pk")
    )
    if not standing or len(standing) < len(set(flags)):
        raise Conflict("What moved is not what you read: look at it as it is now.", code="stale_flags")
    for flag in standing:
        flag.cleared_at, flag.cleared_by, flag.clearance, flag.reason = at, by, Clearance.REAFFIRMED, reason
        flag.save(update_fields=["cleared_at", "cleared_by", "clearance", "reason"])
    data: dict[str, object] = {"number": assessment.number, "reason": reason, "flags": [flag.pk for flag in standing]}
    audit.record("assessment.reaffirmed", by=by, at=at, role_held=Access.REVIEWER, about=assessment, data=data)
    return standing
