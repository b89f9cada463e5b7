"""The whole catalogue as a scatter: task resistance from left to right, evidence from bottom to top; roles one by one,
or in cells where there are too many. The size of a mark says how many roles it stands for, its shape and colour the
zone of most of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.pictures.scale import WORDS, percent, plain, signed
from assessments.scoring.words import Words

# Evidence: pixels a step; room above the highest and below the lowest.
STEP, ABOVE, BELOW = 22, 24, 44
# Room at the left for the numbers of the evidence, at the right for half a mark, in hundredths of the width.
LEFT, RIGHT = Decimal(5), Decimal(3)
SIZES = ((1, "0.5"), (3, "0.65"), (10, "0.8"), (40, "1"), (160, "1.2"), (640, "1.4"))
LARGEST = "1.6"
# Names stand beside marks while they are few, where a picture of this width has room for so wide letters.
LABELLED, WIDE, CHARACTER = 60, 1000, 8
# Where a name may stand, the best first: its anchor, how far down its line is, and where its box lies from the mark, as
# shares of its width from the left and pixels up and down.
PLACES = (
    ("start", 5, Decimal(0), -8, 8),
    ("end", 5, Decimal(-1), -8, 8),
    ("middle", -12, Decimal("-0.5"), -26, -9),
    ("middle", 22, Decimal("-0.5"), 9, 26),
)


@dataclass(frozen=True)
class Mark:
    """One cell or one role at ``x`` (percentage) and ``y`` (px); ``scale`` multiplies the shape of its zone.

    ``label`` stands beside it on a wide screen, on the side that ``anchor`` says (``middle``: above or below), with its
    line ``down`` pixels below the mark's middle; empty where there is no room.
    """

    x: str
    y: int
    zone: str
    scale: str
    title: str
    url: str
    label: str
    anchor: str
    down: int


@dataclass(frozen=True)
class Tick:
    """A number on an axis at ``place``: a percentage of the width, or pixels from the top."""

    text: str
    place: str


@dataclass(frozen=True)
class Explorer:
    """The picture: its marks, the largest first, the numbers of both axes, and its size in pixels."""

    marks: tuple[Mark, ...]
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    zero: int
    height: int
    title: str
    description: str


def explorer(
    marks: Iterable[Mapping[str, Any]], *, resistance: Sequence[int], evidence: Sequence[int], subject: str
) -> Explorer:
    """Return the picture of ``marks`` (``resistance``, ``evidence``, ``zones`` with counts, ``title``, ``url``, of a
    single role its ``label``) between the lowest and the highest ``resistance`` and ``evidence``, which are widened
    where a mark lies beyond."""
    found = list(marks)
    low, high = _span(resistance, [each["resistance"] for each in found])
    bottom, top = _span(evidence, [each["evidence"] for each in found])
    drawn = sorted(found, key=lambda each: -_roles(each))
    places = [Decimal(_across(each["resistance"], low, high)[:-1]) for each in drawn]
    labels = _labels(drawn, places, [_down(each["evidence"], top) for each in drawn])
    return Explorer(
        marks=tuple(
            Mark(
                x=percent(place),
                y=_down(each["evidence"], top),
                zone=max(each["zones"], key=lambda zone: (each["zones"][zone], zone)),
                scale="1" if "label" in each else _scale(_roles(each)),
                title=each["title"],
                url=each["url"],
                label=each["label"] if anchor else "",
                anchor=anchor,
                down=down,
            )
            for each, place, (anchor, down) in zip(drawn, places, labels, strict=True)
        ),
        across=tuple(Tick(str(number), _across(number, low, high)) for number in range(low, high + 1)),
        down=tuple(
            Tick(signed(number), str(_down(number, top))) for number in range(bottom, top + 1) if number % 5 == 0
        ),
        zero=_down(0, top),
        height=_down(bottom, top) + BELOW,
        title=Words("{subject}: task resistance against evidence", subject=subject),
        description=Words.joined(
            [
                Words(
                    "{roles} published roles at {places} places.",
                    roles=f"{sum(map(_roles, found)):,}",
                    places=f"{len(found):,}",
                ),
                *_most(found),
            ]
        ),
    )


def _roles(mark: Mapping[str, Any]) -> int:
    return sum(mark["zones"].values())


def _labels(
    marks: Sequence[Mapping[str, Any]], across: Sequence[Decimal], heights: Sequence[int]
) -> list[tuple[str, int]]:
    """Of each mark the anchor of its label and how far down it stands: to its right if it covers no mark and no label
    there, else to its left, above or below; else nowhere. Marks without a label have none."""
    nowhere = ("", 0)
    if len(marks) > LABELLED or not all("label" in mark for mark in marks):
        return [nowhere] * len(marks)
    taken = [_Box(x - 1, x + 1, y - 8, y + 8) for x, y in zip(across, heights, strict=True)]
    found = []
    for mark, x, y in zip(marks, across, heights, strict=True):
        width = Decimal(len(mark["label"]) * CHARACTER * 100) / WIDE
        for anchor, down, share, upper, lower in PLACES:
            left = x + share * width + {"start": 1, "end": -1}.get(anchor, 0)
            box = _Box(left, left + width, y + upper, y + lower)
            if box.left >= LEFT and box.right <= 100 and not any(map(box.covers, taken)):
                taken.append(box)
                found.append((anchor, down))
                break
        else:
            found.append(nowhere)
    return found


@dataclass(frozen=True)
class _Box:
    """Where something stands: percentages of the width, pixels from the top."""

    left: Decimal
    right: Decimal
    top: int
    bottom: int

    def covers(self, other: "_Box") -> bool:
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def _span(given: Sequence[int], values: Sequence[Any]) -> tuple[int, int]:
    low, high = given[0], given[-1]
    for value in values:
        whole = int(value // 1)
        low, high = min(low, whole), max(high, whole if whole == value else whole + 1)
    return low, high


def _across(value: Any, low: int, high: int) -> str:
    share = (Decimal(str(value)) - low) / (high - low)
    return percent(LEFT + share * (100 - LEFT - RIGHT))


def _down(evidence: int, top: int) -> int:
    return ABOVE + (top - evidence) * STEP


def _scale(roles: int) -> str:
    return next((scale for most, scale in SIZES if roles <= most), LARGEST)


def _most(found: Sequence[Mapping[str, Any]]) -> list[Words]:
    """Where most roles are."""
    if not found:
        return []
    fullest = max(found, key=_roles)
    resistance, evidence = plain(Decimal(str(fullest["resistance"]))), signed(fullest["evidence"])
    said = Words(
        "Most stand at task resistance {resistance}, evidence {evidence}.", resistance=resistance, evidence=evidence
    )
    return [said]


def zones_said(zones: Mapping[str, int]) -> Words:
    """How many of each zone, the largest first: "12 Green, 3 Yellow"."""
    order = sorted(zones, key=lambda zone: (-zones[zone], zone))
    return Words.joined((Words("{roles} {zone}", roles=f"{zones[zone]:,}", zone=WORDS[zone]) for zone in order), ", ")
