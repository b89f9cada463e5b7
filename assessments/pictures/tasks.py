"""The work itself: all task time as one bar, cut by task, shaded by score, marked by involvement."""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.pictures.scale import percent, plain
from assessments.scoring.words import Words

WIDE = 700
NARROW = 320
CHARACTER = Decimal("7.6")
PADDING = 12
LINES = 2
NARROWEST_NAME = 72


@dataclass(frozen=True)
class Segment:
    """One task's stretch of the bar; ``x``, ``width`` and ``middle`` are percentages of the width.

    ``lines`` are the words of the name that fit on a wide screen (none, one or two lines), ``numbered`` says
    where the number fits: ``always``, ``wide`` or ``never``.
    """

    number: int
    name: str
    share: str
    score: int
    involvement: str
    x: str
    width: str
    middle: str
    lines: tuple[str, ...]
    numbered: str


@dataclass(frozen=True)
class TaskBar:
    """The whole bar, from the first task at the left to the last at the right."""

    segments: tuple[Segment, ...]
    title: str
    description: str


def task_bar(tasks: Iterable[Mapping[str, Any]]) -> TaskBar:
    """Return the bar of a document's tasks, in their order.

    Of each task the keys ``name``, ``time_percent`` (a decimal as text; all together 100), ``score`` (1 to 5)
    and ``involvement`` are read.
    """
    segments = []
    reached = Decimal(0)
    for number, task in enumerate(tasks, start=1):
        segments.append(_segment(number, task, reached))
        reached += Decimal(task["time_percent"])
    return TaskBar(
        segments=tuple(segments),
        title=Words("Task time: one bar of 100 per cent, tasks: {number}", number=len(segments)),
        description=Words.joined(_sentence(segment) for segment in segments),
    )


def _segment(number: int, task: Mapping[str, Any], start: Decimal) -> Segment:
    share = Decimal(task["time_percent"])
    return Segment(
        number=number,
        name=task["name"],
        share=plain(share),
        score=int(task["score"]),
        involvement=task["involvement"],
        x=percent(start),
        width=percent(share),
        middle=percent(start + share / 2),
        lines=_fitting_lines(task["name"], share),
        numbered=_numbered(number, share),
    )


def _fitting_lines(name: str, share: Decimal) -> tuple[str, ...]:
    room = share * WIDE / 100 - PADDING
    if room < NARROWEST_NAME:
        return ()
    return tuple(textwrap.wrap(name, int(room / CHARACTER), max_lines=LINES, placeholder="…"))


def _numbered(number: int, share: Decimal) -> str:
    needed = len(str(number)) * 9 + 4
    if share * NARROW / 100 >= needed:
        return "always"
    return "wide" if share * WIDE / 100 >= needed else "never"


def _sentence(segment: Segment) -> Words:
    return Words(
        "{number}. {name}: {share} per cent, score {score}, {involvement}.",
        number=segment.number,
        name=segment.name,
        share=segment.share,
        score=segment.score,
        involvement=Words(segment.involvement.replace("_", " ")),
    )
