"""Scores against another index: one dot a role, scores from left to right on the one scale."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.pictures.scale import Axis, Number, axis, percent, zone_at
from assessments.scoring.words import Words

HEIGHT = 320


@dataclass(frozen=True)
class Point:
    """A role; ``x`` is a percentage of the width, ``y`` pixels from the top."""

    title: str
    said: str
    zone: str
    x: str
    y: int


@dataclass(frozen=True)
class Scatter:
    """The cloud, ``height`` pixels high; ``lowest`` and ``highest`` are the ends of the other index."""

    axis: Axis
    points: tuple[Point, ...]
    lowest: str
    highest: str
    height: int
    title: str
    description: str


def scatter(
    rows: Sequence[tuple[str, Decimal, Decimal]], name: str, edges: Sequence[Number] = (25, 48)
) -> Scatter | None:
    """Return the cloud of rows (title, score 0 to 100, value of the other index), or None without any."""
    if not rows:
        return None
    values = [row[2] for row in rows]
    low, high = min(values), max(values)
    points = tuple(
        Point(
            title=title,
            said=f"{title}: {score}, {written(value)}",
            zone=zone_at(score, edges),
            x=percent(score),
            y=_y(value, low, high),
        )
        for title, score, value in rows
    )
    return Scatter(
        axis=axis(edges),
        points=points,
        lowest=written(low),
        highest=written(high),
        height=HEIGHT,
        title=Words("Published scores and {name}", name=name),
        description=Words(
            "{number} roles, by score from left to right and by {name} upwards, {low} to {high}.",
            number=len(points),
            name=name,
            low=written(low),
            high=written(high),
        ),
    )


def written(value: Decimal) -> str:
    """A value with at most three decimals, without trailing zeros."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _y(value: Decimal, low: Decimal, high: Decimal) -> int:
    share = (value - low) / (high - low) if high > low else Decimal("0.5")
    return round(HEIGHT - 8 - share * (HEIGHT - 16))
