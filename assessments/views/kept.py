"""What is drawn once for the same facts: kept in the cache, and by whoever read it."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

HOUR, MONTH = 3600, 30 * 24 * 3600
# What is drawn of a version never changes, but it may be retracted: who keeps it asks again after so long.


def drawn(key: str, draw: Callable[[], bytes]) -> bytes:
    """From the cache, or drawn; a cache that is away costs the time of drawing."""
    try:
        known = cache.get(key)
    except redis.RedisError:
        return draw()
    if known is None:
        known = draw()
        cache.set(key, known, MONTH)
    return bytes(known)


def by_reader(request: HttpRequest, response: HttpResponse, stamp: str, seconds: int) -> HttpResponse:
    """With what lets a reader keep it, or 304 to who has it."""
    etag = f'"{stamp}"'
    response["ETag"], response["Cache-Control"] = etag, f"public, max-age={seconds}"
    return get_conditional_response(request, etag, None, response) or response
