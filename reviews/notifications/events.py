"""Whom each event concerns: what actions say in one line, and what the outbox brings from below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from assessments import outbox
from assessments.enums import Access, Status
from assessments.models import Assessment, ClaimBreach, Invitation, Retraction, ReviewFlag, User
from reviews.models import Assignment, Comment, Interest, NotificationKind, Review
from reviews.notifications.telling import notify

# A date that passed longer ago was reminded of, or nobody wants to hear of it any more.
REMINDED_FOR = timedelta(days=7)


def submitted(review: Review, *, by: User, at: datetime) -> None:
    """Reviewers who may decide on it hear of a submission: not its contributors, nor who declared an interest."""
    assessment = review.assessment
    role = assessment.role
    concerned = Q(role=role) | Q(role__merged_into=role) | Q(family=role.family) & ~Q(family="")
    interested = Interest.objects.filter(concerned, Q(expires_at__isnull=True) | Q(expires_at__gt=at))
    to = User.objects.filter(access_roles__code=Access.REVIEWER).exclude(pk__in=interested.values("reviewer"))
    to = to.exclude(contributions__assessment=assessment)
    notify(NotificationKind.SUBMITTED, event=f"submitted:{review.pk}", about=assessment, to=to, by=by, at=at)


def returned(review: Review, *, by: User, at: datetime) -> None:
    """The contributors hear that their version came back."""
    to = _contributors(review.assessment)
    notify(NotificationKind.RETURNED, event=f"returned:{review.pk}", about=review.assessment, to=to, by=by, at=at)


def decided(assessment: Assessment, *, by: User, at: datetime) -> None:
    """The contributors, and the reviewer who agreed first, hear that it is published."""
    to = _concerned(assessment)
    notify(NotificationKind.DECIDED, event=f"decided:{assessment.pk}", about=assessment, to=to, by=by, at=at)


def commented(comment: Comment, *, by: User, at: datetime) -> None:
    """Who takes part hears of a remark: the contributors, and whoever said something about the version before."""
    about = comment.assessment
    earlier = User.objects.filter(pk__in=Comment.objects.filter(assessment=about).values("by"))
    to = _contributors(about) | earlier
    notify(NotificationKind.COMMENT, event=f"comment:{comment.pk}", about=about, to=to, by=by, at=at)


def assigned(assignment: Assignment, *, by: User, at: datetime) -> None:
    """The reviewer hears that a verdict is asked of them; of another date they hear again."""
    event = f"assigned:{assignment.pk}:{assignment.due_at:%Y%m%d%H%M}"
    about = assignment.review.assessment
    notify(NotificationKind.ASSIGNED, event=event, about=about, to=[assignment.reviewer], by=by, at=at)


@transaction.atomic
def remind(*, at: datetime) -> None:
    """Reviewers hear, once for each due date, that a verdict of theirs is due. Asked again and again by the relay."""
    late = Assignment.objects.overdue(at).filter(due_at__gt=at - REMINDED_FOR)
    for assignment in late.select_related("review__assessment__role", "reviewer"):
        event = f"due:{assignment.pk}:{assignment.due_at:%Y%m%d%H%M}"
        about = assignment.review.assessment
        notify(NotificationKind.DUE, event=event, about=about, to=[assignment.reviewer], by=None, at=at)


@transaction.atomic
def tell(message_id: int, *, at: datetime) -> None:
    """Tell those concerned of what an outbox message of `assessments` says, together with its done-mark."""
    held = outbox.hold([message_id])
    for message in held:
        TOLD[message.payload["event"]](message.payload, at)
    outbox.mark_done(held)


def _flags(payload: Mapping[str, Any], at: datetime) -> None:
    for flag in ReviewFlag.objects.filter(pk__in=payload["ids"]).select_related("assessment__role"):
        to = _concerned(flag.assessment)
        event = f"flag:{flag.pk}"
        notify(NotificationKind.FLAG, event=event, about=flag.assessment, to=to, by=None, at=flag.raised_at)


def _retraction(payload: Mapping[str, Any], at: datetime) -> None:
    proposal = Retraction.objects.select_related("assessment__role", "proposed_by").get(pk=payload["id"])
    to = User.objects.filter(access_roles__code=Access.ADMIN)
    about, by, event = proposal.assessment, proposal.proposed_by, f"retraction:{proposal.pk}"
    notify(NotificationKind.RETRACTION, event=event, about=about, to=to, by=by, at=proposal.proposed_at)


def _retracted(payload: Mapping[str, Any], at: datetime) -> None:
    proposal = Retraction.objects.select_related("assessment__role", "closed_by").get(pk=payload["id"])
    about, by, event = proposal.assessment, proposal.closed_by, f"retracted:{proposal.pk}"
    to = _concerned(about) | User.objects.filter(pk=proposal.proposed_by_id)
    notify(NotificationKind.RETRACTION, event=event, about=about, to=to, by=by, at=at)


def _invitation(payload: Mapping[str, Any], at: datetime) -> None:
    invitation = Invitation.objects.select_related("assessment__role", "person", "invited_by").get(pk=payload["id"])
    about, by, event = invitation.assessment, invitation.invited_by, f"invitation:{invitation.pk}"
    to = [invitation.person]
    notify(NotificationKind.INVITATION, event=event, about=about, to=to, by=by, at=invitation.invited_at)


def _breaches(payload: Mapping[str, Any], at: datetime) -> None:
    """The owner of a broken claim hears of it, every reviewer where it is nobody's: about the version of `a` that
    breaks it. What mended meanwhile is not told any more."""
    found = ClaimBreach.objects.filter(pk__in=payload["ids"], cleared_at__isnull=True).select_related("owner", "claim")
    for breach in found.order_by("pk"):
        about = Assessment.objects.filter(role=breach.claim.a_id, status=Status.PUBLISHED).first()
        reviewing = breach.owner is not None and breach.owner.holds(Access.REVIEWER)
        to = User.objects.filter(access_roles__code=Access.REVIEWER)
        to = to.filter(breaches=breach) if reviewing else to
        if about is not None:
            event = f"claim:{breach.pk}"
            notify(NotificationKind.CLAIM, event=event, about=about, to=to, by=None, at=breach.raised_at)


TOLD = {
    "breaches": _breaches,
    "flags": _flags,
    "invitation": _invitation,
    "retraction": _retraction,
    "retracted": _retracted,
}


def _contributors(assessment: Assessment) -> QuerySet[User]:
    return User.objects.filter(pk__in=assessment.contributions.values("user"))


def _concerned(assessment: Assessment) -> QuerySet[User]:
    """Who wrote a published version and who decided on it."""
    decision = assessment.decision
    return _contributors(assessment) | User.objects.filter(pk__in=[decision.decided_by_id, decision.concurring_id or 0])
