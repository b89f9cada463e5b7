"""Rate limits: counted atomically, and loosened by a missing cache instead of failing every request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import redis
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView


class Counted(SimpleRateThrottle):
    """One counter a caller and window, raised by the cache itself: no two requests can lose one another's count."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        name = self.get_cache_key(request, view)
        if name is None or self.num_requests is None or self.duration is None:
            return True
        self.now = time.time()
        window = int(self.now // self.duration)
        key = f"{name}:{window}"
        try:
            self.cache.add(key, 0, self.duration + 1)
            count = self.cache.incr(key)
        except (redis.RedisError, ValueError):  # the cache is away, or forgot the key between the two calls
            return True
        return bool(count <= self.num_requests)

    def wait(self) -> float:
        """Seconds until the window ends."""
        return float((self.duration or 0) - self.now % (self.duration or 1))


class Anonymous(Counted, AnonRateThrottle):
    """By address, for people who are not signed in."""


class SignedIn(Counted, UserRateThrottle):
    """By person, for sessions and tokens."""

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return super().get_cache_key(request, view) if request.user.is_authenticated else None
