"""Neighbours as dots on the line from 0 to 100, their labels in lanes below so that none covers another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.pictures.scale import WORDS, Axis, Number, anchor, axis, percent, zone_at

NARROW = 320
WIDE = 576
CHARACTER = 8
LONGEST_NARROW = 19
LONGEST_WIDE = 34
LABELLED = 12
OWN_LABEL = 18
GAP = Decimal("2.5")
LANE = 24
TOP = 64


@dataclass(frozen=True)
class Dot:
    """One neighbour: its dot at ``x`` (percentage of the width), its label in ``lane`` at ``label_y`` pixels.

    ``label`` fits a wide picture, ``short_label`` one of 320 pixels, both empty where a hub has more
    neighbours than can be named; ``anchor`` is the SVG anchor of both.
    """

    title: str
    label: str
    short_label: str
    score: str
    zone: str
    x: str
    lane: int
    label_y: int
    anchor: str


@dataclass(frozen=True)
class NeighbourDots:
    """The line, the role's own place on it, its neighbours from left to right; ``height`` is in pixels."""

    axis: Axis
    score: str
    zone: str
    x: str
    anchor: str
    dots: tuple[Dot, ...]
    height: int
    title: str
    description: str


@dataclass(frozen=True)
class _Label:
    """The stretch that a label covers and the place its leader falls from, in hundredths of the width."""

    left: Decimal
    right: Decimal
    leader: Decimal
    anchor: str


def neighbour_dots(
    score: Number, neighbours: Iterable[Mapping[str, Any]], edges: Sequence[Number] = (25, 48)
) -> NeighbourDots:
    """Return the dots of all ``neighbours`` beside a role's own published ``score``.

    Of each neighbour the keys ``title`` and ``score`` are read.
    """
    own = Decimal(score)
    found = sorted((Decimal(each["score"]), each["title"]) for each in neighbours)
    named = {index: found[index] for index in _nearest(own, found)}
    scores = [exact for exact, _ in named.values()]
    labels = {index: _label(*pair, scores) for index, pair in named.items()}
    lanes = _lanes(labels)
    dots = tuple(
        _dot(*pair, edges=edges, label=labels.get(index), lane=lanes.get(index, 0)) for index, pair in enumerate(found)
    )
    zone = zone_at(own, edges)
    return NeighbourDots(
        axis=axis(edges),
        score=str(score),
        zone=zone,
        x=percent(own),
        anchor=anchor(own, margin=OWN_LABEL),
        dots=dots,
        height=TOP + LANE * (max(lanes.values(), default=-1) + 1),
        title=f"Neighbours on the line from 0 to 100; this role stands at {score}, {WORDS[zone]}",
        description=" ".join(f"{dot.title}: {dot.score}, {WORDS[dot.zone]}." for dot in dots),
    )


def _nearest(own: Decimal, found: Sequence[tuple[Decimal, str]]) -> list[int]:
    """Return which of ``found`` get a label: a hub has more neighbours than a page can name."""
    order = sorted(range(len(found)), key=lambda index: abs(found[index][0] - own))
    return sorted(order[:LABELLED])


def _dot(exact: Decimal, title: str, *, edges: Sequence[Number], label: _Label | None, lane: int) -> Dot:
    return Dot(
        title=title,
        label=_written(title, exact, LONGEST_WIDE) if label else "",
        short_label=_written(title, exact, LONGEST_NARROW) if label else "",
        score=str(exact),
        zone=zone_at(exact, edges),
        x=percent(exact),
        lane=lane,
        label_y=TOP + LANE * lane,
        anchor=label.anchor if label else "middle",
    )


def _written(title: str, exact: Decimal, longest: int) -> str:
    room = longest - len(f" {exact}")
    short = title if len(title) <= room else f"{title[: room - 1].rstrip()}…"
    return f"{short} {exact}"


def _label(exact: Decimal, title: str, scores: Sequence[Decimal]) -> _Label:
    """Lay a label out on the side of its leader where it fits and where fewer other leaders fall."""
    width = max(
        _extent(_written(title, exact, LONGEST_NARROW), NARROW),
        _extent(_written(title, exact, LONGEST_WIDE), WIDE),
    )
    right = _Label(left=exact, right=exact + width, leader=exact, anchor="start")
    left = _Label(left=exact - width, right=exact, leader=exact, anchor="end")
    fitting = [label for label in (right, left) if label.left >= 0 and label.right <= 100]
    return min(fitting, key=lambda label: sum(label.left < score < label.right for score in scores))


def _extent(text: str, picture: int) -> Decimal:
    return Decimal(len(text) * CHARACTER * 100) / picture


def _lanes(labels: Mapping[int, _Label]) -> dict[int, int]:
    """Give each label the first lane where it covers no label and no leader that falls to a deeper lane.

    Labels to the right of their leaders are placed from the right, the others from the left: whatever falls
    through a label has then been placed before it, so leaders cross no text of their own kind.
    """
    lanes: dict[int, int] = {}
    for index in _order(labels):
        lane = 0
        while any(_meet(labels[index], labels[other], lane, lanes[other]) for other in lanes):
            lane += 1
        lanes[index] = lane
    return lanes


def _order(labels: Mapping[int, _Label]) -> list[int]:
    starts = [index for index, label in labels.items() if label.anchor == "start"]
    ends = [index for index, label in labels.items() if label.anchor == "end"]
    return [*reversed(starts), *ends]


def _meet(label: _Label, other: _Label, lane: int, other_lane: int) -> bool:
    if lane > other_lane:
        return False
    if lane == other_lane:
        return label.left < other.right + GAP and other.left < label.right + GAP
    return label.left - GAP < other.leader < label.right + GAP
