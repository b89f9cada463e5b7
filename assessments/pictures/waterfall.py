"""Why two roles differ, step by step: from this role's score down to a neighbour's, all on one scale so that a glance
compares them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from assessments.pictures.scale import WORDS, Number, percent, plain, zone_at
from assessments.scoring import rounded_together
from assessments.scoring.words import Words

PARTS = {
    "task": Words("Tasks"),
    "evidence": Words("Evidence"),
    "barriers": Words("Barriers"),
    "growth": Words("Growth"),
    "override": Words("Override"),
    "method": Words("Method"),
    "rounding": Words("Rounding"),
}
ROW = 20
SMALLEST_SPAN = 20


@dataclass(frozen=True)
class Step:
    """One part: its points with their sign as text, its bar (percentages of the plot's width) at ``y`` pixels.

    ``tone`` is ``positive`` where the part puts this role above the neighbour, else ``negative``.
    """

    name: str
    value: str
    x: str
    width: str
    y: int
    tone: str


@dataclass(frozen=True)
class Mark:
    """A score at the begin or the end of the steps."""

    name: str
    score: str
    zone: str
    x: str
    y: int


@dataclass(frozen=True)
class Link:
    """The thin line at the height reached, from one row to the next."""

    x: str
    y1: int
    y2: int


@dataclass(frozen=True)
class Waterfall:
    """The steps from this role to one neighbour; ``peer`` and ``url`` name it; ``height`` is in pixels."""

    peer: str
    url: str
    phrase: str
    own: Mark
    steps: tuple[Step, ...]
    end: Mark
    links: tuple[Link, ...]
    height: int
    title: str
    description: str


@dataclass(frozen=True)
class Waterfalls:
    """Several on one scale from ``low`` to ``high`` points; ``edges`` are those of the zones within it, as text and as
    percentages of the plot's width."""

    low: str
    high: str
    edges: tuple[tuple[str, str], ...]
    falls: tuple[Waterfall, ...]


def waterfalls(
    score: Number, neighbours: Iterable[Mapping[str, Any]], edges: Sequence[Number] = (25, 48)
) -> Waterfalls:
    """Return the steps to every neighbour that differs by any part of a tenth of a point or more.

    Of each the keys ``title``, ``url``, ``score``, ``phrase`` (the difference in words) and ``attribution`` (points of
    this role less those of the neighbour, by part) are read.
    """
    own = Decimal(score)
    shown = [(each, parts) for each in neighbours if (parts := _parts(each["attribution"]))]
    reached = [own]
    for each, parts in shown:
        reached += [*_heights(own, parts), Decimal(each["score"])]
    low, high = _window(min(reached), max(reached))
    return Waterfalls(
        low=str(low),
        high=str(high),
        edges=tuple(
            (plain(Decimal(edge)), _place(Decimal(edge), low, high)) for edge in edges if low < Decimal(edge) < high
        ),
        falls=tuple(_fall(own, each, parts, edges, (low, high)) for each, parts in shown),
    )


def _parts(attribution: Mapping[str, str]) -> list[tuple[str, Decimal]]:
    """The parts in tenths, which add up to the difference, in the order of the method; without those of nothing."""
    tenths = rounded_together([Decimal(attribution[code]) for code in PARTS], 1)
    return [(name, points) for name, points in zip(PARTS.values(), tenths, strict=True) if points]


def _heights(own: Decimal, parts: Iterable[tuple[str, Decimal]]) -> list[Decimal]:
    """Where one stands before the first part and after each: what puts this role above is taken away from it."""
    return list(accumulate((points for _, points in parts), lambda height, points: height - points, initial=own))


def _window(lowest: Decimal, highest: Decimal) -> tuple[int, int]:
    """Whole tens around what is shown, at least `SMALLEST_SPAN` apart."""
    low, high = math.floor(lowest / 10) * 10, math.ceil(highest / 10) * 10
    while high - low < SMALLEST_SPAN:
        upwards = high < 100 and (low <= 0 or lowest - low > high - highest)
        low, high = (low, high + 10) if upwards else (low - 10, high)
    return low, high


def _fall(
    own: Decimal,
    given: Mapping[str, Any],
    parts: Sequence[tuple[str, Decimal]],
    edges: Sequence[Number],
    window: tuple[int, int],
) -> Waterfall:
    heights, peer = _heights(own, parts), Decimal(given["score"])
    last = len(parts) + 1
    steps = tuple(
        _step(name, points, heights[index], heights[index + 1], _middle(index + 1), window)
        for index, (name, points) in enumerate(parts)
    )
    return Waterfall(
        peer=given["title"],
        url=given["url"],
        phrase=given["phrase"],
        own=_mark(Words("This role"), own, 0, edges, window),
        steps=steps,
        end=_mark(Words("Neighbour"), peer, last, edges, window),
        links=tuple(
            Link(x=_place(height, *window), y1=_middle(index), y2=_middle(index + 1))
            for index, height in enumerate(heights)
        ),
        height=ROW * (last + 1),
        title=Words("From this role, {own}, to {title}, {peer}", own=own, title=given["title"], peer=peer),
        description=Words.joined(
            [
                Words("This role: {score}, {zone}.", score=own, zone=WORDS[zone_at(own, edges)]),
                *[Words("{name}: {points}.", name=step.name, points=step.value) for step in steps],
                Words("{title}: {score}, {zone}.", title=given["title"], score=peer, zone=WORDS[zone_at(peer, edges)]),
            ]
        ),
    )


def _step(name: str, points: Decimal, before: Decimal, after: Decimal, y: int, window: tuple[int, int]) -> Step:
    low, high = window
    return Step(
        name=name,
        value=f"{points:+}".replace("-", "\u2212"),
        x=_place(min(before, after), low, high),
        width=percent(abs(points) * 100 / (high - low)),
        y=y,
        tone="positive" if points > 0 else "negative",
    )


def _mark(name: str, score: Decimal, row: int, edges: Sequence[Number], window: tuple[int, int]) -> Mark:
    return Mark(name=name, score=str(score), zone=zone_at(score, edges), x=_place(score, *window), y=_middle(row))


def _middle(row: int) -> int:
    return ROW * row + ROW // 2


def _place(score: Decimal, low: int, high: int) -> str:
    return percent((score - low) * 100 / (high - low))
