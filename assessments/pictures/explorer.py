"""The whole catalogue as a scatter: task resistance from left to right, evidence from bottom to top; roles one by one,
or in cells where there are too many. The size of a mark says how many roles it stands for, its shape and colour the
zone of most of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.pictures.scale import WORDS, percent, plain, signed

# Evidence: pixels a step; room above the highest and below the lowest.
STEP, ABOVE, BELOW = 22, 24, 44
# Room at the left for the numbers of the evidence, at the right for half a mark, in hundredths of the width.
LEFT, RIGHT = Decimal(5), Decimal(3)
SIZES = ((1, "0.6"), (3, "0.8"), (10, "1"), (40, "1.25"), (160, "1.5"), (640, "1.8"))
LARGEST = "2.1"


@dataclass(frozen=True)
class Mark:
    """One cell or one role at ``x`` (percentage) and ``y`` (px); ``scale`` multiplies the shape of its zone."""

    x: str
    y: int
    zone: str
    scale: str
    title: str
    url: str


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
    """Return the picture of ``marks`` (``resistance``, ``evidence``, ``zones`` with counts, ``title``, ``url``) between
    the lowest and the highest ``resistance`` and ``evidence``, which are widened where a mark lies beyond."""
    found = list(marks)
    low, high = _span(resistance, [each["resistance"] for each in found])
    bottom, top = _span(evidence, [each["evidence"] for each in found])
    drawn = sorted(found, key=lambda each: -sum(each["zones"].values()))
    roles = sum(sum(each["zones"].values()) for each in found)
    return Explorer(
        marks=tuple(
            Mark(
                x=_across(each["resistance"], low, high),
                y=_down(each["evidence"], top),
                zone=max(each["zones"], key=lambda zone: (each["zones"][zone], zone)),
                scale=_scale(sum(each["zones"].values())),
                title=each["title"],
                url=each["url"],
            )
            for each in drawn
        ),
        across=tuple(Tick(str(number), _across(number, low, high)) for number in range(low, high + 1)),
        down=tuple(
            Tick(signed(number), str(_down(number, top))) for number in range(bottom, top + 1) if number % 5 == 0
        ),
        zero=_down(0, top),
        height=_down(bottom, top) + BELOW,
        title=f"{subject}: task resistance against evidence",
        description=f"{roles:,} published roles at {len(found):,} places. {_most(found)}".strip(),
    )


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


def _most(found: Sequence[Mapping[str, Any]]) -> str:
    """Where most roles are."""
    if not found:
        return ""
    fullest = max(found, key=lambda each: sum(each["zones"].values()))
    resistance, evidence = plain(Decimal(str(fullest["resistance"]))), signed(fullest["evidence"])
    return f"Most stand at task resistance {resistance}, evidence {evidence}."


def zones_said(zones: Mapping[str, int]) -> str:
    """How many of each zone, the largest first: "12 Green, 3 Yellow"."""
    order = sorted(zones, key=lambda zone: (-zones[zone], zone))
    return ", ".join(f"{zones[zone]:,} {WORDS[zone]}" for zone in order)
