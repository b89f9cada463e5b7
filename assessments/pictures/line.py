"""The line from 0 to 100: a role's score, both edges, and its neighbours as small ticks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.pictures.scale import WORDS, Axis, Number, anchor, axis, percent, plain, zone_at
from assessments.scoring.words import Words


@dataclass(frozen=True)
class Tick:
    """A neighbour on the line."""

    title: str
    score: str
    x: str


@dataclass(frozen=True)
class ScoreLine:
    """A score on its scale; ``x`` is a percentage of the width, ``anchor`` the SVG anchor of its label."""

    axis: Axis
    score: str
    zone: str
    x: str
    anchor: str
    ticks: tuple[Tick, ...]
    title: str
    description: str


def score_line(
    score: Number, neighbours: Iterable[Mapping[str, Any]] = (), edges: Sequence[Number] = (25, 48)
) -> ScoreLine:
    """Return the line of a published score (0 to 100, one decimal).

    Of each neighbour the keys ``title`` and ``score`` are read.
    """
    exact = Decimal(score)
    zone = zone_at(exact, edges)
    ticks = tuple(_tick(neighbour) for neighbour in neighbours)
    return ScoreLine(
        axis=axis(edges),
        score=str(score),
        zone=zone,
        x=percent(exact),
        anchor=anchor(exact, margin=5),
        ticks=ticks,
        title=Words("Score line: {score} of 100, {zone}", score=score, zone=WORDS[zone]),
        description=_description(edges, ticks),
    )


def _tick(neighbour: Mapping[str, Any]) -> Tick:
    score = str(neighbour["score"])
    return Tick(title=neighbour["title"], score=score, x=percent(Decimal(score)))


def _description(edges: Sequence[Number], ticks: Sequence[Tick]) -> str:
    low, high = (plain(Decimal(edge)) for edge in edges)
    scale = Words("A line from 0 to 100. Yellow begins at {low}, Green at {high}.", low=low, high=high)
    if not ticks:
        return scale
    peers = ", ".join(f"{tick.title} {tick.score}" for tick in ticks)
    return Words.joined([scale, Words("Small ticks mark neighbours: {peers}.", peers=peers)])
