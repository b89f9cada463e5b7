"""One page of what an address asks: by relevance, or in an order of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import DataError, transaction

from assessments.queries import keyset
from assessments.queries.search import listing, spelling
from assessments.queries.search.hits import MOST, Entry, Hit, near, ranked
from assessments.queries.search.wanted import ORDERINGS, RELEVANCE, Wanted
from assessments.queries.search.words import Words

NEAREST = 8


@dataclass(frozen=True)
class Found:
    """One page: hits, the cursors of the pages beside it, empty where there is none, the words that were looked for,
    and as what misspelt ones were understood, if they were."""

    hits: list[Hit]
    next: str
    previous: str
    asked: Words | None
    understood: Words | None = None


def find(wanted: Wanted, *, cursor: str = "", size: int) -> Found:
    """One page of `size` at most. keyset.Nowhere for a cursor that leads nowhere."""
    asked = wanted.words
    if wanted.order == RELEVANCE and asked is not None:
        return _by_relevance(wanted, asked, cursor, size)
    meant = understood(asked, wanted)
    return _in_order(wanted, asked, meant, cursor, size)


def understood(asked: Words | None, wanted: Wanted) -> Words | None:
    """As what words that find nothing are probably meant, if as anything else that finds something."""
    if asked is None or not asked.words or ranked(asked, wanted, most=1):
        return None
    meant, whole = spelling.corrected(asked)
    if not whole or meant.words == asked.words or not meant.words:
        return None
    return meant if ranked(meant, wanted, most=1) else None


def nearest(wanted: Wanted) -> list[Hit]:
    """Where nothing fits, the roles whose names come nearest to the words, whatever else was wanted."""
    asked = wanted.words
    if asked is None or not asked.words:
        return []
    meant, _ = spelling.corrected(asked)
    bare = wanted.loosened()
    return ranked(meant, bare, most=NEAREST) or (near(meant, bare, most=NEAREST) if meant.words else [])


def _by_relevance(wanted: Wanted, asked: Words, cursor: str, size: int) -> Found:
    """A page of the first `MOST`, which are ranked anew for each: a cursor says how many came before."""
    backwards, values = keyset.read(cursor, 1)
    start = 0 if values is None else values[0]
    if backwards or not isinstance(start, int) or not 0 <= start <= MOST:
        raise keyset.Nowhere
    wanted_hits = min(start + size + 1, MOST)
    hits, meant = ranked(asked, wanted, most=wanted_hits), None
    if not hits and asked.words:
        meant = understood(asked, wanted)
        hits = ranked(meant, wanted, most=wanted_hits) if meant else []
    return Found(
        hits=hits[start : start + size],
        next=keyset.write([start + size], backwards=False) if len(hits) > start + size else "",
        previous=keyset.write([max(start - size, 0)], backwards=False) if start else "",
        asked=asked,
        understood=meant,
    )


def _in_order(wanted: Wanted, asked: Words | None, meant: Words | None, cursor: str, size: int) -> Found:
    backwards, values = keyset.read(cursor, 2)
    # Without words there is no relevance: what asks for it gets titles.
    if wanted.order == RELEVANCE:
        wanted = Wanted(**{**wanted.__dict__, "ordering": "title"})
    try:
        with transaction.atomic():
            rows = listing.page(wanted, meant or asked, size=size + 1, beside=values, backwards=backwards)
    except DataError as error:
        raise keyset.Nowhere from error
    more = len(rows) > size
    rows = rows[-size:] if backwards else rows[:size]
    has_next, has_previous = (True, more) if backwards else (more, values is not None)
    return Found(
        hits=[Hit(entry, 0) for entry in rows],
        next=_beside(wanted, rows[-1], backwards=False) if has_next and rows else "",
        previous=_beside(wanted, rows[0], backwards=True) if has_previous and rows else "",
        asked=asked,
        understood=meant,
    )


def _beside(wanted: Wanted, entry: Entry, *, backwards: bool) -> str:
    values: list[Any] = [getattr(entry, ORDERINGS[wanted.order].lstrip("-")), entry.role_id]
    return keyset.write(values, backwards=backwards)
