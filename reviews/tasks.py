"""What the Celery worker runs for this app. Each task is one call down a message; all of it may be repeated."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assessments.dispatch import MAIL, TELL
from reviews.models import LetterState
from reviews.notifications import events, letters


@shared_task(name=TELL)  # type: ignore[untyped-decorator]
def tell(message_ids: list[int]) -> None:
    """Tell people of what happened in `assessments`."""
    for message_id in message_ids:
        events.tell(message_id, at=timezone.now())


@shared_task(name=MAIL)  # type: ignore[untyped-decorator]
def mail(message_ids: list[int]) -> None:
    """Send letters. A server that takes none now will not take the next one either: the rest is claimed again."""
    for message_id in message_ids:
        if letters.deliver(message_id, at=timezone.now()) == LetterState.WAITING:
            return
