"""What the Celery worker runs for this app. Each task is one call down a message; all of it may be repeated."""

from __future__ import annotations

from django.utils import timezone

from assessments.dispatch import MAIL, TELL
from assessments.tasks import on_messages
from reviews.notifications import events, letters


@on_messages(TELL)
def tell(message_ids: list[int]) -> None:
    """Tell people of what happened in `assessments`."""
    for message_id in message_ids:
        events.tell(message_id, at=timezone.now())


@on_messages(MAIL)
def mail(message_ids: list[int]) -> None:
    """Send letters."""
    letters.deliver_all(message_ids)
