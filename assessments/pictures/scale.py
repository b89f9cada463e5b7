"""The one scale of all pictures: 0 to 100 from left to right, cut into zones by two edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.scoring.words import Words

Number = Decimal | int | str

ZONES = ("red", "yellow", "green")
WORDS = {"red": Words("Red"), "yellow": Words("Yellow"), "green": Words("Green")}


@dataclass(frozen=True)
class Band:
    """One zone's stretch of the scale; ``x``, ``width`` and ``middle`` are percentages of the width."""

    zone: str
    word: str
    x: str
    width: str
    middle: str


@dataclass(frozen=True)
class Edge:
    """The score at which a zone begins, as text and as a percentage of the width."""

    text: str
    x: str


@dataclass(frozen=True)
class Axis:
    """The scale itself: its bands from left to right and the edges between them."""

    bands: tuple[Band, ...]
    edges: tuple[Edge, ...]


def percent(value: Decimal) -> str:
    """Write a number as an SVG percentage of at most two decimals, without trailing zeros: ``69.2%``."""
    return f"{plain(value)}%"


def plain(value: Decimal) -> str:
    """Write a number with at most two decimals, without trailing zeros and never with an exponent."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def signed(value: int) -> str:
    """Write a score with its sign, a true minus sign for negatives: ``+2``, ``0``, ``−1``."""
    return f"+{value}" if value > 0 else str(value).replace("-", "\u2212")


def zone_at(score: Number, edges: Sequence[Number] = (25, 48)) -> str:
    """Return the zone of a published score; an edge belongs to the zone above it."""
    reached = sum(Decimal(score) >= Decimal(edge) for edge in edges)
    return ZONES[reached]


def axis(edges: Sequence[Number] = (25, 48)) -> Axis:
    """Return the scale cut at ``edges``, two rising scores between 0 and 100."""
    cuts = [Decimal(0), *(Decimal(edge) for edge in edges), Decimal(100)]
    stretches = zip(ZONES, cuts, cuts[1:], strict=False)
    return Axis(
        bands=tuple(_band(zone, low, high) for zone, low, high in stretches),
        edges=tuple(Edge(text=plain(cut), x=percent(cut)) for cut in cuts[1:-1]),
    )


def _band(zone: str, low: Decimal, high: Decimal) -> Band:
    return Band(
        zone=zone,
        word=WORDS[zone],
        x=percent(low),
        width=percent(high - low),
        middle=percent((low + high) / 2),
    )


def anchor(score: Decimal, margin: int) -> str:
    """Return the SVG text anchor that keeps a label at ``score`` inside the picture.

    ``margin`` is half the label's length on the narrowest screen, in hundredths of the width.
    """
    if score < margin:
        return "start"
    return "end" if score > 100 - margin else "middle"
