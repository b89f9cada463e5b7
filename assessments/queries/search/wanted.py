"""What is wanted of the catalogue: words, properties, ranges and order, as an address says them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from assessments.enums import Zone
from assessments.errors import Place
from assessments.queries.search import words
from assessments.queries.spoken import say

RELEVANCE = "relevance"
# A minus turns one round; the role's key breaks ties.
ORDERINGS = {
    "title": "title",
    "-title": "-title",
    "score": "published_score",
    "-score": "-published_score",
    "published_score": "published_score",
    "-published_score": "-published_score",
    "published_at": "published_at",
    "-published_at": "-published_at",
}
LONGEST = {"sub_label": 30, "family": 120, "seniority": 200, "methodology": 20}
PROPERTIES = ("zone", "sub_label", "family", "seniority", "methodology")
RANGES = {"score": (0, 100), "resistance": (0, 10), "evidence": (-100, 100)}
BOUNDS = tuple(f"{name}_{end}" for name in RANGES for end in ("min", "max"))
COLUMNS = {
    "zone": "e.published_zone = %(zone)s",
    "sub_label": "e.published_sub_label = %(sub_label)s",
    "family": "lower(e.family) = lower(%(family)s)",
    "seniority": "lower(e.seniority) = lower(%(seniority)s)",
    "methodology": "e.methodology = %(methodology)s",
    "score_min": "e.published_score >= %(score_min)s",
    "score_max": "e.published_score <= %(score_max)s",
    # As the explorer's cells have it: the upper end belongs to the next cell.
    "resistance_min": "e.task_resistance >= %(resistance_min)s",
    "resistance_max": "e.task_resistance < %(resistance_max)s",
    "evidence_min": "e.evidence_total >= %(evidence_min)s",
    "evidence_max": "e.evidence_total <= %(evidence_max)s",
}


@dataclass(frozen=True)
class Wanted:
    """A question to the catalogue. What is empty or None does not narrow."""

    q: str = ""
    zone: str = ""
    sub_label: str = ""
    family: str = ""
    seniority: str = ""
    methodology: str = ""
    score_min: Decimal | None = None
    score_max: Decimal | None = None
    resistance_min: Decimal | None = None
    resistance_max: Decimal | None = None
    evidence_min: Decimal | None = None
    evidence_max: Decimal | None = None
    ordering: str = ""

    @property
    def words(self) -> words.Words | None:
        return words.read(self.q)

    @property
    def order(self) -> str:
        """The order that is meant: by relevance where there are words and nothing is said, else by title."""
        return self.ordering or (RELEVANCE if self.q.strip() else "title")

    def narrowing(self) -> dict[str, Any]:
        """What narrows besides the words, by name."""
        return {name: value for name in COLUMNS if (value := getattr(self, name)) not in ("", None)}

    def conditions(self) -> str:
        """The same as SQL over an entry `e`, each part with its AND in front; the parameters are `narrowing`."""
        return "".join(f" AND {COLUMNS[name]}" for name in self.narrowing())

    def loosened(self) -> Wanted:
        """The words alone."""
        return Wanted(q=self.q)

    def address(self, **changes: Any) -> dict[str, str]:
        """The parameters of an address that asks this, with changes; what does not narrow is left out."""
        asked = replace(self, **changes)
        names = ("q", *COLUMNS, "ordering")
        return {name: str(value) for name in names if (value := getattr(asked, name)) not in ("", None)}


def read(asked: Mapping[str, str]) -> tuple[Wanted, list[Place]]:
    """What an address asks, and what of it makes no sense, each with its place; that is left out."""
    found: dict[str, Any] = {}
    problems = []
    for name, value, wrong in _values(asked):
        if wrong:
            problems.append(Place(name, "invalid", wrong))
        else:
            found[name] = value
    for name in RANGES:
        low, high = found.get(f"{name}_min"), found.get(f"{name}_max")
        if low is not None and high is not None and low > high:
            wrong = say("The range is upside down: it begins at {low} and ends at {high}.", low=low, high=high)
            problems.append(Place(f"{name}_min", "upside_down", wrong))
            del found[f"{name}_min"], found[f"{name}_max"]
    return Wanted(**found), problems


def _values(asked: Mapping[str, str]) -> Iterator[tuple[str, Any, str]]:
    """Each parameter that says something: name, value, and what is wrong with it."""
    given = {name: asked[name].replace("\x00", "").strip() for name in asked}
    if q := given.get("q"):
        wrong = say("A query has at most {number} characters.", number=words.LONGEST) if len(q) > words.LONGEST else ""
        yield "q", q, wrong
    if zone := given.get("zone"):
        wrong = "" if zone in Zone.values else say("A zone is one of: {zones}.", zones=", ".join(Zone.values))
        yield "zone", zone, wrong
    for name, longest in LONGEST.items():
        if value := given.get(name):
            yield name, value, say("At most {number} characters.", number=longest) if len(value) > longest else ""
    for name in BOUNDS:
        if value := given.get(name):
            number = _number(value, *RANGES[name.partition("_")[0]])
            low, high = RANGES[name.partition("_")[0]]
            yield name, number, "" if number is not None else say("A number from {low} to {high}.", low=low, high=high)
    if ordering := given.get("ordering"):
        known = ordering == RELEVANCE or ordering in ORDERINGS
        yield (
            "ordering",
            ordering,
            "" if known else say("An order is one of: {orders}.", orders=", ".join([RELEVANCE, *ORDERINGS])),
        )


def _number(text: str, low: int, high: int) -> Decimal | None:
    """A number with at most three decimals within a range, else None."""
    try:
        number = Decimal(text) if len(text) <= 12 else Decimal("NaN")
    except InvalidOperation:
        return None
    if not number.is_finite() or not low <= number <= high or number != round(number, 3):
        return None
    return number
