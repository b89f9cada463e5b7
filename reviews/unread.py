"""How many notifications are unread, for the masthead of every page of somebody who is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from reviews.notifications import wording


def unread(request: HttpRequest) -> dict[str, Any]:
    """`unread`: asked of the database only where a page shows it."""
    return {"unread": SimpleLazyObject(lambda: wording.unread(request.user))}
