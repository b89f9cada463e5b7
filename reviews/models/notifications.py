"""What people are told: in the application, and in letters by mail. Texts are rendered when read, so that nothing is
named to somebody who may not see it any more."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models import Assessment


class NotificationKind(models.TextChoices):
    """What a person may be told of."""

    SUBMITTED = "submitted", "A version was submitted for review"
    RETURNED = "returned", "A version of mine came back"
    DECIDED = "decided", "A version of mine was decided and published"
    COMMENT = "comment", "Somebody commented"
    ASSIGNED = "assigned", "A review was assigned to me"
    DUE = "due", "A review of mine is due"
    FLAG = "flag", "A published decision of mine requires review"
    RETRACTION = "retraction", "A retraction was proposed or confirmed"
    CLAIM = "claim", "The scores break a calibration claim of mine"
    INVITATION = "invitation", "Somebody invited me to write with them"


class ByMail(models.TextChoices):
    """Whether, and when, a kind of event is mailed."""

    NOW = "now", "at once"
    DAILY = "daily", "once a day"
    OFF = "off", "not by mail"


class LetterState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    DROPPED = "dropped", "Nothing left to say"
    REFUSED = "refused", "Refused by the mail server"


class Letter(models.Model):
    """One mail to one person: of one event, or of a day's (`event` is then `digest:` and the date). Exactly one for
    each event and person. `message_id` is fixed before anything is sent, so that a repeat is known for one."""

    event = models.CharField(max_length=120)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=20, choices=LetterState, default=LetterState.WAITING)
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    sending_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="letter_once"),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], finished_at__isnull=True)
                | Q(state__in=["sent", "dropped", "refused"], finished_at__isnull=False),
                name="letter_finished_when_it_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.person}"


class Notification(models.Model):
    """One person is told of one event, once. `event` names it, as in `decided:17`; `by_mail` is what the person wanted
    of this kind at that moment, `letter` the mail that tells it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications")
    kind = models.CharField(max_length=20, choices=NotificationKind)
    event = models.CharField(max_length=120)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by_mail = models.CharField(max_length=10, choices=ByMail)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, null=True, related_name="notifications")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person"], name="notification_once"),
            models.CheckConstraint(condition=Q(kind__in=NotificationKind.values), name="notification_kind_known"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notifications_of_person"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="unread_of_person"),
            models.Index(
                fields=["at"], condition=Q(letter__isnull=True, by_mail="daily"), name="notifications_for_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} for {self.person}"


class MailChoice(models.Model):
    """What a person wants mailed of one kind of event, where that is not the default."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mail_choices")
    kind = models.CharField(max_length=20, choices=NotificationKind)
    by_mail = models.CharField(max_length=10, choices=ByMail)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="mail_choice_once"),
            models.CheckConstraint(condition=Q(kind__in=NotificationKind.values), name="mail_choice_kind_known"),
            models.CheckConstraint(condition=Q(by_mail__in=ByMail.values), name="mail_choice_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind} {self.by_mail}"
