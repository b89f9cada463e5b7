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


@dataclass(frozen=True)
class Mark:
    """One cell or one role at ``x`` (percentage) and ``y`` (px); ``scale`` multiplies the shape of its zone.

    ``label`` stands beside it on a wide screen, on the side that ``anchor`` says; empty where there is no room.
    """

    x: str
    y: int
    zone: str
    scale: str
    title: str
    url: str
    label: str
    anchor: str


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
    labels = _labels(drawn, places)
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
            )
            for each, place, anchor in zip(drawn, places, labels, strict=True)
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


def _labels(marks: Sequence[Mapping[str, Any]], places: Sequence[Decimal]) -> list[str]:
    """Of each mark the anchor of its label: to its right if it covers no mark and no label there, else to its left,
    else none. Marks without a label have none."""
    if len(marks) > LABELLED or not all("label" in mark for mark in marks):
        return [""] * len(marks)
    taken = [(mark["evidence"], place - 1, place + 1) for mark, place in zip(marks, places, strict=True)]
    anchors = []
    for mark, place in zip(marks, places, strict=True):
        width = Decimal(len(mark["label"]) * CHARACTER * 100) / WIDE
        for anchor, start, end in (("start", place + 1, place + 1 + width), ("end", place - 1 - width, place - 1)):
            row = [(low, high) for evidence, low, high in taken if evidence == mark["evidence"]]
            if start >= LEFT and end <= 100 and all(end <= low or high <= start for low, high in row):
                taken.append((mark["evidence"], start, end))
                anchors.append(anchor)
                break
        else:
            anchors.append("")
    return anchors


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
