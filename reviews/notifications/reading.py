"""Marking notifications as read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from assessments.models import User
from reviews.models import Notification


def mark_read(*, ids: Collection[int] | None, by: User, at: datetime) -> int:
    """Mark these of one's own notifications, None for all, as read; how many were unread."""
    unread = Notification.objects.filter(person=by, read_at__isnull=True)
    if ids is not None:
        unread = unread.filter(pk__in=ids)
    return unread.update(read_at=at)
