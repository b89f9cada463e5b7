"""Work in the background that failed: tried again because an administrator says so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import access, audit, outbox
from assessments.enums import Access, MessageState
from assessments.errors import Conflict, Invisible
from assessments.models import OutboxMessage, User
from assessments.queries import background

AT_ONCE = 500
REFUSALS = {
    MessageState.AT_WORK: "A worker has this in hand; it is tried again by itself if that comes to nothing.",
    MessageState.WAITING: "This has not failed; its turn comes by itself.",
}


@transaction.atomic
def retry(*, message_id: int, by: User, at: datetime) -> OutboxMessage:
    """Have a message that is dead, or waits for its next try, tried again now, with all its tries before it.

    Conflict when it is done, in work, or has not failed.
    """
    access.require(access.may_administer(by))
    if not OutboxMessage.objects.filter(pk=message_id).exists():
        raise Invisible("There is no such message.")
    free = OutboxMessage.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    message = free.filter(pk=message_id).select_related("role").first()
    if message is None:
        raise Conflict(REFUSALS[MessageState.AT_WORK])
    stated = background.unfinished().filter(pk=message_id).first()
    if stated is None:
        raise Conflict("This was done meanwhile.")
    if stated.state in REFUSALS:
        raise Conflict(REFUSALS[MessageState(stated.state)])
    _begin_anew([message], by=by, at=at)
    return message


@transaction.atomic
def retry_the_dead(*, by: User, at: datetime) -> int:
    """The same for all that are dead, the oldest 500 at once; how many those were."""
    access.require(access.may_administer(by))
    ids = background.unfinished(MessageState.DEAD).order_by("pk").values_list("pk", flat=True)
    free = OutboxMessage.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    dead = list(free.filter(pk__in=list(ids[:AT_ONCE]), done_at__isnull=True).select_related("role").order_by("pk"))
    _begin_anew(dead, by=by, at=at)
    return len(dead)


def _begin_anew(messages: list[OutboxMessage], *, by: User, at: datetime) -> None:
    for message in messages:
        audit.record(
            "outbox.retried",
            by=by,
            at=at,
            role_held=Access.ADMIN,
            about=message,
            data={
                "what": background.in_words(message),
                "about": background.about(message),
                "failures": message.failures,
            },
        )
    outbox.begin_anew([message.pk for message in messages])
