"""Finding a published role: the one way for pages and API. Only what is published is looked at (invariant 11)."""

from assessments.queries import keyset
from assessments.queries.search.counting import EXACT, Facets, facets
from assessments.queries.search.finding import Found, find, nearest
from assessments.queries.search.hits import BEGINS, IN_NAMES, MOST, Entry, Hit
from assessments.queries.search.wanted import ORDERINGS, RELEVANCE, Wanted, read

__all__ = [
    "BEGINS",
    "EXACT",
    "IN_NAMES",
    "MOST",
    "ORDERINGS",
    "RELEVANCE",
    "Entry",
    "Facets",
    "Found",
    "Hit",
    "Wanted",
    "facets",
    "find",
    "keyset",
    "nearest",
    "read",
]
