"""A small line of a role's published scores, version by version."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from assessments.pictures.scale import percent
from assessments.scoring.words import Words

HEIGHT = 40
MARGIN = 6
SMALLEST_SPAN = Decimal(10)


@dataclass(frozen=True)
class Point:
    """One version: ``x`` a percentage of the width, ``y`` pixels from the top."""

    number: int
    score: str
    x: str
    y: int


@dataclass(frozen=True)
class Stroke:
    """The line between two versions that follow each other."""

    x1: str
    y1: int
    x2: str
    y2: int


@dataclass(frozen=True)
class Sparkline:
    """The scores of all versions, oldest at the left; ``height`` is in pixels."""

    points: tuple[Point, ...]
    strokes: tuple[Stroke, ...]
    height: int
    title: str
    description: str


def sparkline(versions: Iterable[Mapping[str, Any]]) -> Sparkline:
    """Return the line of a role's versions, in any order; the keys ``number`` and ``score`` are read."""
    ordered = sorted(versions, key=lambda version: int(version["number"]))
    scores = [Decimal(version["score"]) for version in ordered]
    places = _places(scores)
    points = tuple(
        Point(
            number=int(version["number"]),
            score=str(version["score"]),
            x=_across(index, len(ordered)),
            y=place,
        )
        for index, (version, place) in enumerate(zip(ordered, places, strict=True))
    )
    return Sparkline(
        points=points,
        strokes=tuple(Stroke(x1=a.x, y1=a.y, x2=b.x, y2=b.y) for a, b in pairwise(points)),
        height=HEIGHT,
        title=Words("Published score over {number} versions", number=len(points))
        if len(points) != 1
        else Words("Published score over 1 version"),
        description=Words.joined(
            Words("Version {number}: {score}.", number=point.number, score=point.score) for point in points
        ),
    )


def _across(index: int, count: int) -> str:
    return percent(Decimal(50) if count == 1 else Decimal(index * 100) / (count - 1))


def _places(scores: list[Decimal]) -> list[int]:
    """Scale to the scores' own range, but never stretch a change of under ten points to the full height."""
    if not scores:
        return []
    middle = (min(scores) + max(scores)) / 2
    span = max(max(scores) - min(scores), SMALLEST_SPAN)
    room = HEIGHT - 2 * MARGIN
    return [int(MARGIN + room * (Decimal("0.5") - (score - middle) / span)) for score in scores]
