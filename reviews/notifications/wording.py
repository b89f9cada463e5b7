"""Notifications in words, rendered when they are read: of what the reader may see at that moment, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from assessments import access
from assessments.enums import OPEN, Access, Status
from assessments.models import Assessment, User
from reviews.models import Notification, NotificationKind, Review

SENTENCES = {
    NotificationKind.SUBMITTED: "{who} submitted {what}, for review.",
    NotificationKind.RETURNED: "{who} returned {what}, with a reason.",
    NotificationKind.DECIDED: "{what}, was decided and published.",
    NotificationKind.COMMENT: "{who} commented on {what}.",
    NotificationKind.ASSIGNED: "{who} assigned the review of {what}, to you.",
    NotificationKind.DUE: "The review of {what}, is due.",
    NotificationKind.FLAG: "The decision on {what}, requires review: what it rests on moved.",
    NotificationKind.RETRACTION: "{who} proposed to retract {what}.",
    NotificationKind.CLAIM: "A calibration claim about {what}, is broken and waits for you.",
    NotificationKind.INVITATION: "{who} invited you to write {what}, with them.",
}
RETRACTED = "{what}, was retracted by two administrators."
TO_THE_REVIEW = (
    NotificationKind.SUBMITTED,
    NotificationKind.COMMENT,
    NotificationKind.ASSIGNED,
    NotificationKind.DUE,
)


@dataclass(frozen=True)
class Told:
    """One notification as its reader sees it; `path` is where it leads."""

    id: int
    sentence: str
    path: str
    at: datetime
    unread: bool


def visible_to(person: User) -> QuerySet[Notification]:
    """A person's notifications, the newest first, of what they may see by now: what a reviewer was told of in review
    is a secret again once it is a draft."""
    own = Notification.objects.filter(person=person, assessment__in=access.visible_to(person))
    return own.select_related("assessment__role", "by").order_by("-id")


def unread(person: User) -> int:
    """How many of them are unread."""
    return visible_to(person).filter(read_at__isnull=True).order_by().count()


def in_words(notifications: list[Notification], *, to: User) -> list[Told]:
    """Notifications, which `to` may see, as sentences with the places they lead to."""
    reviews = _reviews(notifications)
    return [
        Told(each.pk, sentence(each), _path(each, reviews, to), each.at, each.read_at is None) for each in notifications
    ]


def sentence(notification: Notification) -> str:
    """One notification in words."""
    assessment = notification.assessment
    text = SENTENCES[NotificationKind(notification.kind)]
    if notification.event.startswith("retracted:"):
        text = RETRACTED
    return text.format(who=notification.by or "Somebody", what=f"{assessment.role}, version {assessment.number}")


def _reviews(notifications: list[Notification]) -> dict[int, int]:
    """The latest review of each version that a notification leads to."""
    ids = {each.assessment_id for each in notifications if each.kind in TO_THE_REVIEW}
    return dict(Review.objects.filter(assessment__in=ids).order_by("pk").values_list("assessment", "pk"))


def _path(notification: Notification, reviews: dict[int, int], to: User) -> str:
    assessment: Assessment = notification.assessment
    proposed = notification.kind == NotificationKind.RETRACTION and assessment.status == Status.PUBLISHED
    if proposed and to.holds(Access.ADMIN):
        return reverse("retractions")
    if notification.kind == NotificationKind.CLAIM:
        return f"{reverse('claims')}?show=broken&role={assessment.role.slug}"
    if notification.kind in TO_THE_REVIEW and assessment.pk in reviews:
        return reverse("review", args=[reviews[assessment.pk]])
    if assessment.status in OPEN or assessment.status == Status.WITHDRAWN:
        return reverse("draft", args=[assessment.pk])
    return reverse("role_version", args=[assessment.role.slug, assessment.number])
