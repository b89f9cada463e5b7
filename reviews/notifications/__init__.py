"""Telling people: one door, `notify`, called by actions inside their transaction."""

from reviews.notifications.telling import notify
from reviews.notifications.wanted import choose, wanted_by

__all__ = ["choose", "notify", "wanted_by"]
