"""What people want mailed, by kind of event."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from assessments.errors import Invalid, Place
from assessments.models import User
from reviews.models import ByMail, MailChoice, NotificationKind

# What concerns one's own work, or waits for one alone, is mailed at once; what many are told of, once a day.
DEFAULTS: dict[str, str] = dict.fromkeys(NotificationKind, ByMail.NOW)
DEFAULTS |= {NotificationKind.SUBMITTED: ByMail.DAILY, NotificationKind.COMMENT: ByMail.DAILY}


def wanted_by(people: Collection[int], kind: str) -> dict[int, str]:
    """Whether and when each of these people, by id, wants events of this kind mailed."""
    chosen = MailChoice.objects.filter(person__in=people, kind=kind).values_list("person", "by_mail")
    return dict.fromkeys(people, DEFAULTS[kind]) | dict(chosen)


def choices_of(person: User) -> dict[str, str]:
    """What one person wants mailed, by kind, defaults included."""
    return DEFAULTS | dict(MailChoice.objects.filter(person=person).values_list("kind", "by_mail"))


@transaction.atomic
def choose(*, by_mail: Mapping[str, str], by: User) -> None:
    """One's own choices, by kind. Kinds that are not named keep what they have; what was waiting for a digest stays in
    it."""
    if not (set(by_mail) <= set(NotificationKind.values) and set(by_mail.values()) <= set(ByMail.values)):
        sentence = "Events are mailed at once, once a day, or not at all."
        raise Invalid(sentence, code="by_mail", places=[Place("by_mail", "by_mail", sentence)])
    for kind, chosen in by_mail.items():
        MailChoice.objects.update_or_create(person=by, kind=kind, defaults={"by_mail": chosen})
