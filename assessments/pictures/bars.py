"""Short bars of scores that leave zero to the right or to the left, one a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.pictures.scale import percent, signed
from assessments.scoring.words import Words


@dataclass(frozen=True)
class Bar:
    """One row: its words, its score as text, and where its bar lies (percentages of the width).

    ``tone`` is ``positive``, ``negative`` or ``zero``.
    """

    code: str
    name: str
    score: str
    rationale: str
    x: str
    width: str
    tone: str
    title: str


@dataclass(frozen=True)
class DivergingBars:
    """All rows on one scale; ``zero`` is the place of 0, ``steps`` those of every whole score.

    ``lowest``, ``highest`` and ``total`` are written with a sign where the scale has two sides.
    """

    rows: tuple[Bar, ...]
    lowest: str
    highest: str
    total: str
    zero: str
    steps: tuple[str, ...]


def diverging_bars(rows: Iterable[Mapping[str, Any]], lowest: int, highest: int) -> DivergingBars:
    """Return the bars of scored rows.

    Of each row the keys ``code``, ``name``, ``score`` and ``rationale`` are read.
    ``lowest`` ≤ 0 < ``highest`` are the ends of the scale; every score lies within them.
    """
    scored = tuple(rows)
    return DivergingBars(
        rows=tuple(_bar(row, lowest, highest) for row in scored),
        lowest=_written(lowest, lowest),
        highest=_written(highest, lowest),
        total=_written(sum(int(row["score"]) for row in scored), lowest),
        zero=_place(0, lowest, highest),
        steps=tuple(_place(step, lowest, highest) for step in range(lowest, highest + 1)),
    )


def _bar(row: Mapping[str, Any], lowest: int, highest: int) -> Bar:
    score = int(row["score"])
    written = _written(score, lowest)
    return Bar(
        code=row["code"],
        name=row["name"],
        score=written,
        rationale=row["rationale"],
        x=_place(min(score, 0), lowest, highest),
        width=percent(Decimal(abs(score) * 100) / (highest - lowest)),
        tone="positive" if score > 0 else "negative" if score < 0 else "zero",
        title=Words(
            "{name}: {score}, on a scale from {lowest} to {highest}",
            name=Words(row["name"]),
            score=written,
            lowest=_written(lowest, lowest),
            highest=_written(highest, lowest),
        ),
    )


def _place(score: int, lowest: int, highest: int) -> str:
    return percent(Decimal((score - lowest) * 100) / (highest - lowest))


def _written(score: int, lowest: int) -> str:
    """A sign is written only where the scale has two sides."""
    return signed(score) if lowest < 0 else str(score)
