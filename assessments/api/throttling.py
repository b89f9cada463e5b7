"""Rate limits that a missing cache loosens instead of turning every request into a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import redis
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Lenient(SimpleRateThrottle):
    """Counts in the cache; lets requests through while the cache is away."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return super().allow_request(request, view)
        except redis.RedisError:
            return True


class Anonymous(Lenient, AnonRateThrottle):
    """By address, for people who are not signed in."""


class SignedIn(Lenient, UserRateThrottle):
    """By person, for sessions and tokens."""

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return super().get_cache_key(request, view) if request.user.is_authenticated else None
