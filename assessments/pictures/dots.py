"""Neighbours as dots on the line from 0 to 100: heaped where they would lie on each other, their labels in lanes below
so that none covers another, and the role itself as a pin from above."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.pictures.scale import WORDS, Axis, Number, axis, percent, zone_at
from assessments.scoring.words import Words

NARROW = 320
WIDE = 576
CHARACTER = 8
LONGEST_NARROW = 19
LONGEST_WIDE = 34
LABELLED = 12
SMALL_FROM = 30
GAP = Decimal("2.5")
LANE = 24
PIN = 40
# From the pin to the topmost dot, from the line to the first label, below the last one.
CLEAR, DROP, FOOT = 26, 32, 6
# Pixels between the rows of a heap, and from dot to dot within one on the narrowest screen, where half of a dot shows;
# of few dots and of many.
LARGE, SMALL = (16, 9), (11, 6)


@dataclass(frozen=True)
class Dot:
    """One neighbour: its dot at ``x`` (percentage of the width) and ``y``, its label in ``lane`` at ``label_y`` (px).

    ``label`` fits a wide picture, ``short_label`` one of 320 pixels, both empty where a hub has more
    neighbours than can be named; ``anchor`` is the SVG anchor of both. ``url`` is where it leads, if anywhere.
    """

    title: str
    url: str
    label: str
    short_label: str
    score: str
    zone: str
    word: str
    x: str
    y: int
    lane: int
    label_y: int
    anchor: str


@dataclass(frozen=True)
class NeighbourDots:
    """The line at ``axis_y`` pixels, the role's own pin, its neighbours from left to right; ``height`` is in pixels.

    ``small`` says that the dots are drawn small, for there are many.
    """

    axis: Axis
    axis_y: int
    score: str
    zone: str
    x: str
    anchor: str
    dots: tuple[Dot, ...]
    small: bool
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


@dataclass(frozen=True)
class _Found:
    """A neighbour as it was given."""

    exact: Decimal
    title: str
    url: str


def neighbour_dots(
    score: Number, neighbours: Iterable[Mapping[str, Any]], edges: Sequence[Number] = (25, 48)
) -> NeighbourDots:
    """Return the dots of all ``neighbours`` beside a role's own published ``score``.

    Of each neighbour the keys ``title``, ``score`` and, if it leads anywhere, ``url`` are read.
    """
    own = Decimal(score)
    found = sorted(
        (_Found(Decimal(each["score"]), each["title"], each.get("url", "")) for each in neighbours),
        key=lambda each: (each.exact, each.title),
    )
    small = len(found) >= SMALL_FROM
    spacing, apart = SMALL if small else LARGE
    levels = _levels([each.exact for each in found], Decimal(apart * 100) / NARROW)
    axis_y = PIN + CLEAR + spacing * max(levels, default=0)
    named = {index: found[index] for index in _nearest(own, found)}
    labels = {index: _label(each, [other.exact for other in named.values()]) for index, each in named.items()}
    lanes = _lanes(labels)
    dots = tuple(
        _dot(
            each,
            edges=edges,
            y=axis_y - spacing * levels[index],
            label=labels.get(index),
            lane=lanes.get(index, 0),
            below=axis_y + DROP,
        )
        for index, each in enumerate(found)
    )
    zone = zone_at(own, edges)
    return NeighbourDots(
        axis=axis(edges),
        axis_y=axis_y,
        score=str(score),
        zone=zone,
        x=percent(own),
        anchor="start" if own < 50 else "end",
        dots=dots,
        small=small,
        height=axis_y + DROP + LANE * max(lanes.values(), default=-1) + FOOT,
        title=Words(
            "Neighbours on the line from 0 to 100; this role stands at {score}, {zone}", score=score, zone=WORDS[zone]
        ),
        description=Words.joined(
            Words("{title}: {score}, {zone}.", title=dot.title, score=dot.score, zone=WORDS[dot.zone]) for dot in dots
        ),
    )


def _levels(places: Sequence[Decimal], apart: Decimal) -> list[int]:
    """Heap dots that would hide each other on the narrowest screen: of each, how many rows above the line it is."""
    last: list[Decimal] = []
    levels = []
    for place in places:
        level = next((row for row, taken in enumerate(last) if place - taken >= apart), len(last))
        last[level : level + 1] = [place]
        levels.append(level)
    return levels


def _nearest(own: Decimal, found: Sequence[_Found]) -> list[int]:
    """Return which of ``found`` get a label: a hub has more neighbours than a page can name."""
    order = sorted(range(len(found)), key=lambda index: abs(found[index].exact - own))
    return sorted(order[:LABELLED])


def _dot(found: _Found, *, edges: Sequence[Number], y: int, label: _Label | None, lane: int, below: int) -> Dot:
    zone = zone_at(found.exact, edges)
    return Dot(
        title=found.title,
        url=found.url,
        label=_written(found, LONGEST_WIDE) if label else "",
        short_label=_written(found, LONGEST_NARROW) if label else "",
        score=str(found.exact),
        zone=zone,
        word=WORDS[zone],
        x=percent(found.exact),
        y=y,
        lane=lane,
        label_y=below + LANE * lane,
        anchor=label.anchor if label else "middle",
    )


def _written(found: _Found, longest: int) -> str:
    room = longest - len(f" {found.exact}")
    short = found.title if len(found.title) <= room else f"{found.title[: room - 1].rstrip()}…"
    return f"{short} {found.exact}"


def _label(found: _Found, scores: Sequence[Decimal]) -> _Label:
    """Lay a label out on the side of its leader where it fits and where fewer other leaders fall."""
    exact = found.exact
    width = max(
        _extent(_written(found, LONGEST_NARROW), NARROW),
        _extent(_written(found, LONGEST_WIDE), WIDE),
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
