"""Notifications as they are made: one row a person and event, and a letter for those who want one at once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings

from assessments import access, dispatch, outbox
from assessments.models import Assessment, User
from reviews.models import ByMail, Letter, Notification
from reviews.notifications.wanted import wanted_by


def notify(
    kind: str, *, event: str, about: Assessment, to: Iterable[User], by: User | None, at: datetime
) -> list[Notification]:
    """Tell these people of an event, in the transaction of the caller, who holds the row it is about; the
    notifications made now.

    `event` names it for good (`decided:17`): told again, nobody hears of it twice, in the application or by mail. Left
    out are whoever did it, whoever is not active, and whoever may not see `about`: to them it does not exist.
    """
    wanted = {person.pk for person in to} - {by.pk if by else None}
    seeing = access.people_who_see(about).filter(pk__in=wanted).order_by("pk")
    addresses = dict(seeing.values_list("pk", "email"))
    told = set(Notification.objects.filter(event=event, person__in=addresses).values_list("person", flat=True))
    choices = wanted_by(list(addresses), kind)
    fresh = [
        Notification(
            person_id=person,
            kind=kind,
            event=event,
            assessment=about,
            by=by,
            at=at,
            by_mail=choices[person] if address and settings.MAIL_GOES_OUT else ByMail.OFF,
        )
        for person, address in addresses.items()
        if person not in told
    ]
    _write_letters([each for each in fresh if each.by_mail == ByMail.NOW], event, at)
    Notification.objects.bulk_create(fresh)
    return fresh


def _write_letters(notifications: Sequence[Notification], event: str, at: datetime) -> None:
    letters = Letter.objects.bulk_create(
        Letter(event=event, person_id=each.person_id, message_id=new_message_id(), created_at=at)
        for each in notifications
    )
    for notification, letter in zip(notifications, letters, strict=True):
        notification.letter = letter
        outbox.request(dispatch.MAIL, payload={"letter": letter.pk})


def new_message_id() -> str:
    """A Message-ID in the name of the sender's host."""
    return f"<{uuid.uuid4()}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"
