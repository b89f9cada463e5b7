"""What one web process holds of published pages in memory: whole pages, and the counts that their ranks follow from.

Pages are dropped by the roles they speak of. A page that was read while a change of one of its roles came in may be
older than that change: it is not held.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable
from decimal import Decimal

from assessments.pages import News
from assessments.queries.standing import Counted, Scope, scopes_of
from assessments.views.stored import Page, tag

Headers = list[tuple[str, str]]
Key = tuple[str, ...]
# What a page takes besides its bytes: headers, tags, the roles it speaks of.
OVERHEAD = 4_000
# What each body has of its own, and each answer; and all that is told whoever has the page already: headers do not
# change without the tag.
CHANGING = {"ETag", "Content-Encoding", "Content-Length", "X-Request-ID"}
OF_UNCHANGED = {"Cache-Control", "ETag", "Vary"}
# More changes than this at once, and every page that is being read meanwhile counts as changed.
REMEMBERED = 20_000


class Sent:
    """A body with its tag and the headers it goes with, or that a client goes with who has it already."""

    __slots__ = ("_zipped", "body", "headers", "tag", "unchanged")

    def __init__(self, body: bytes, headers: Headers, coding: str = "") -> None:
        self.body, self.tag = body, tag(body, f"-{coding}" if coding else "")
        own = [("ETag", self.tag), *([("Content-Encoding", coding)] if coding else [])]
        self.headers = [each for each in headers if each[0] not in CHANGING] + own
        self.unchanged = [each for each in self.headers if each[0] in OF_UNCHANGED]
        self.headers.append(("Content-Length", str(len(body))))
        self._zipped: Sent | None = None

    @property
    def zipped(self) -> Sent:
        """The same as one gzip member; made when first asked for."""
        if self._zipped is None:
            pack = zlib.compressobj(6, zlib.DEFLATED, 31)
            self._zipped = Sent(pack.compress(self.body) + pack.flush(), self.headers, "gzip")
        return self._zipped


class Held:
    """A page, and how it is sent by the counts as of the move numbered `moved`."""

    __slots__ = ("moved", "page", "sent", "size", "used")

    def __init__(self, page: Page, body: bytes, headers: Headers) -> None:
        self.page, self.moved = page, page.moved
        self.sent = Sent(body, headers)
        self.used = False
        # The page's halves, the body, and what it takes compressed.
        self.size = 2 * len(body) + len(body) // 3 + OVERHEAD


class Counts:
    """How many roles have each score, by scope, as of the move numbered `moved`; used under the memory's lock."""

    def __init__(self) -> None:
        self.moved = 0
        self._roles: dict[Scope, dict[Decimal, int]] = {}

    def take(self, news: News) -> None:
        """Take in the counts that moved."""
        for scope, key, score, roles, moved in news.counts:
            self._roles.setdefault((scope, key), {})[score] = roles
            self.moved = max(self.moved, moved)

    def of(self, scopes: Iterable[Scope], score: Decimal) -> dict[Scope, Counted]:
        """Of each scope how many roles score higher, and how many there are."""
        found = {}
        for scope in scopes:
            counts = self._roles.get(scope, {})
            above = sum(many for each, many in counts.items() if each > score)
            found[scope] = Counted(above, sum(counts.values()))
        return found


class Memory:
    """Pages by what was asked for, at most so many bytes; what nobody asked for lately goes first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.pages: dict[Key, Held] = {}
        self.counts = Counts()
        self._lock = threading.Lock()
        self._looks = 0
        self._floor = 0
        self._changed: dict[int, int] = {}

    def began(self) -> int:
        """A number for a reading that begins now, to `hold` its outcome with."""
        return self._looks

    def find(self, key: Key) -> Sent | None:
        """The page, ranked by the counts of now."""
        held = self.pages.get(key)
        if held is None:
            return None
        held.used = True
        if held.moved < self.counts.moved:
            self._rank(key, held)
        return held.sent

    def _rank(self, key: Key, held: Held) -> None:
        with self._lock:
            # One that was dropped since is sent as it stood: its ranks and the counts of now do not fit together.
            if self.pages.get(key) is not held:
                return
            stands = held.page.stands
            if stands is not None:
                body = held.page.body(self.counts.of(scopes_of(stands), stands.score))
                if body != held.sent.body:
                    held.sent = Sent(body, held.sent.headers)
            held.moved = self.counts.moved

    def hold(self, key: Key, held: Held, *, began: int) -> None:
        """Hold a page that was read since `began`, unless something it speaks of has changed since."""
        with self._lock:
            changed = began < self._floor or any(self._changed.get(role, 0) > began for role in held.page.about)
            if changed or held.size > self.limit:
                return
            self._drop(key)
            self.pages[key] = held
            self.size += held.size
            while self.size > self.limit:
                oldest = next(iter(self.pages))
                spared = self.pages[oldest]
                self._drop(oldest)
                if spared.used:
                    spared.used = False
                    self.pages[oldest] = spared
                    self.size += spared.size

    def take(self, news: News) -> None:
        """Drop the pages that speak of what changed, and take in the counts, as one step."""
        with self._lock:
            self._looks += 1
            self.counts.take(news)
            if not news.roles:
                return
            if len(self._changed) + len(news.roles) > REMEMBERED:
                self._changed.clear()
                self._floor = self._looks
            self._changed.update(dict.fromkeys(news.roles, self._looks))
            for key in [key for key, held in self.pages.items() if not news.roles.isdisjoint(held.page.about)]:
                self._drop(key)

    def forget(self) -> None:
        """Hold nothing of what was read until now."""
        with self._lock:
            self._looks += 1
            self._floor = self._looks
            self._changed.clear()
            self.pages.clear()
            self.size = 0
            self.counts = Counts()

    def _drop(self, key: Key) -> None:
        held = self.pages.pop(key, None)
        if held is not None:
            self.size -= held.size
