"""Letters by mail: gathered into digests, written when they are sent, and sent once.

A letter is marked `sending`, with its attempt, in a transaction of its own before anything is said to the mail server,
and `sent`, together with its outbox message, after the server took it. What is left between the two is the moment in
which a worker dies after the server's yes and before our mark: such a letter goes out again once `SENDING_SECONDS` are
over, under the same Message-ID, by which mailboxes know it for the same.

The tries of letters differ from those of other work: a mail server that is away is no fault of a letter, which is put
off for as long as that lasts and never dies of it, and a letter that may have been sent must not go out again at once.
What else goes wrong with a letter is counted like all failures (`outbox`).
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from assessments import dispatch, outbox
from reviews.models import ByMail, Letter, LetterState, Notification
from reviews.notifications import address, wording
from reviews.notifications.telling import new_message_id

# Longer than any worker lives on one task: nobody else may be at a letter that is being sent.
SENDING_SECONDS = settings.CELERY_TASK_TIME_LIMIT + 30
FIRST_PAUSE, LONGEST_PAUSE = 10, 3600
FINISHED = (LetterState.SENT, LetterState.DROPPED, LetterState.REFUSED)
log = structlog.get_logger()


def deliver_all(message_ids: Sequence[int]) -> None:
    """Send the letters that these outbox messages name. A server that does not take one will not take the next one
    either: the rest is put off as well."""
    for index, message_id in enumerate(message_ids):
        if deliver(message_id, at=timezone.now()) == LetterState.WAITING:
            outbox.postpone(message_ids[index + 1 :], seconds=FIRST_PAUSE, why="The mail server took no letter.")
            return


def deliver(message_id: int, *, at: datetime) -> str:
    """Send the letter that an outbox message names; what became of it, "" when it is not for us to send now: it is
    done, somebody is at it, or its time has not come."""
    taken = _take(message_id, at=at)
    if taken is None:
        return ""
    letter, confirms = taken
    message = _written_to_confirm(letter, confirms, at=at) if confirms else _written(letter)
    if message is None:
        return _finish(letter, message_id, LetterState.DROPPED)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        return _finish(letter, message_id, LetterState.REFUSED, str(refused))
    except (smtplib.SMTPException, OSError) as trouble:
        return _put_back(letter, message_id, outbox.in_a_line(trouble))
    return _finish(letter, message_id, LetterState.SENT)


@transaction.atomic
def _take(message_id: int, *, at: datetime) -> tuple[Letter, str] | None:
    """The letter, marked as being sent, and the address it is to confirm if it is one of those; committed before a word
    is said to the mail server."""
    for held in outbox.hold([message_id]):
        letter = (
            Letter.objects.select_for_update(of=("self",), no_key=True)
            .select_related("person")
            .get(pk=held.payload["letter"])
        )
        if letter.state in FINISHED:
            outbox.mark_done([held])
        elif letter.sending_until is None or letter.sending_until <= at:
            letter.state, letter.attempts = LetterState.SENDING, letter.attempts + 1
            letter.sending_until = at + timedelta(seconds=SENDING_SECONDS)
            letter.save(update_fields=["state", "attempts", "sending_until"])
            return letter, held.payload.get("address", "")
        else:
            pause = (letter.sending_until - at).total_seconds()
            outbox.postpone([message_id], seconds=int(pause) + 1, why=letter.trouble or "It may be on its way.")
    return None


@transaction.atomic
def _finish(letter: Letter, message_id: int, state: LetterState, trouble: str = "") -> str:
    Letter.objects.filter(pk=letter.pk).update(
        state=state, finished_at=timezone.now(), sending_until=None, trouble=trouble[:300]
    )
    outbox.mark_done(outbox.hold([message_id]))
    return state


@transaction.atomic
def _put_back(letter: Letter, message_id: int, trouble: str) -> str:
    """The server did not take it: again after a pause that doubles."""
    pause = min(FIRST_PAUSE * 2 ** (letter.attempts - 1), LONGEST_PAUSE)
    until = timezone.now() + timedelta(seconds=pause)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.WAITING, sending_until=until, trouble=trouble)
    outbox.postpone([message_id], seconds=pause, why=trouble)
    log.warning("mail.put_back", letter=letter.pk, attempt=letter.attempts, pause=pause, trouble=trouble[:200])
    return LetterState.WAITING


def _written(letter: Letter) -> EmailMessage | None:
    """The letter as it stands now; None when its person is gone or may not see any of it any more."""
    person = letter.person
    seen = list(wording.visible_to(person).filter(letter=letter).order_by("id"))
    if not (seen and person.is_active and person.email):
        return None
    told = wording.in_words(seen, to=person)
    subject = told[0].sentence if len(told) == 1 else f"{len(told)} things happened"
    return _message(letter, person.email, subject, "mail/letter.txt", {"told": told})


def _written_to_confirm(letter: Letter, confirms: str, *, at: datetime) -> EmailMessage | None:
    """The letter to an address that is to be confirmed, with the link; None when its person is gone."""
    person = letter.person
    if not person.is_active:
        return None
    token = address.token(person, confirms, at=at)
    return _message(letter, confirms, "confirm this address", "mail/address.txt", {"token": token})


def _message(letter: Letter, to: str, subject: str, template: str, said: dict[str, object]) -> EmailMessage:
    site = settings.SITE_URL.rstrip("/")
    return EmailMessage(
        # No header holds a line break, whatever a role is called.
        subject=" ".join(f"AIJRI Review: {subject}".split())[:200],
        body=render_to_string(template, {"person": letter.person, "site": site, **said}),
        to=[to],
        headers={"Message-ID": letter.message_id, "Auto-Submitted": "auto-generated"},
        connection=get_connection(timeout=20),
    )


@transaction.atomic
def gather_digests(*, at: datetime) -> int:
    """Make the digests of the day for everybody who has something for one, once `DIGEST_HOUR` (UTC) is past; how many
    were made. Any number of relays may call it: a person has one digest a day, and a notification one letter."""
    hour = at.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    waiting = Notification.objects.filter(by_mail=ByMail.DAILY, letter__isnull=True, at__lt=hour)
    people = sorted(set(waiting.values_list("person", flat=True))) if at >= hour else []
    event = f"digest:{hour.date().isoformat()}"
    made = 0
    for person in people:
        letter, new = Letter.objects.get_or_create(
            event=event, person_id=person, defaults={"message_id": new_message_id(), "created_at": at}
        )
        if new:
            waiting.filter(person=person).update(letter=letter)
            outbox.request(dispatch.MAIL, payload={"letter": letter.pk})
            made += 1
    return made
