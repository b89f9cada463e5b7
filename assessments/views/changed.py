"""Changed fields in words: their place, and what stood and stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from assessments.documents import Conflict, Taken
from assessments.scoring import Method
from assessments.views import rail


def lines(taken: Iterable[Taken], method: Method) -> list[dict[str, str]]:
    """What was taken over, as a list of places with before and after."""
    names = _names(method)
    return [
        {
            "place": _place(each.path, each.row, names),
            "before": _said(each.before, names),
            "after": _said(each.after, names),
            "side": each.side,
        }
        for each in taken
    ]


def choices(conflicts: Iterable[Conflict], method: Method) -> list[dict[str, Any]]:
    """What both changed, as questions with three answers each."""
    names = _names(method)
    return [
        {
            "path": each.path,
            "place": _place(each.path, each.row, names),
            "chosen": each.chosen,
            "answers": [
                {"side": "mine", "label": "Mine", "text": _said(each.mine, names)},
                {"side": "theirs", "label": "Theirs", "text": _said(each.theirs, names)},
                {"side": "base", "label": "As it was before both", "text": _said(each.base, names)},
            ],
        }
        for each in conflicts
    ]


def _names(method: Method) -> dict[str, str]:
    """What the method calls its codes."""
    scales = (*method.protective, *method.evidence, *method.barriers)
    coded = (*method.tasks.involvements, *method.override.reasons)
    return {scale.code: scale.name for scale in scales} | {each.code: each.name for each in coded}


def _place(path: str, row: str, names: dict[str, str]) -> str:
    """`tasks[1].rationale` of a task named so: "Tasks 2, rationale: Write reports"."""
    words = rail.in_words(re.sub(r"\[(\+\d+)?\]", " new", path))
    return f"{words}: {names.get(row, row)}" if row else words


def _said(value: Any, names: dict[str, str]) -> str:
    """A value as it reads: a whole row in one line, an order as the names in it, nothing as nothing."""
    if isinstance(value, dict):
        return " · ".join(_said(cell, names) for cell in value.values() if cell not in ("", None))
    if isinstance(value, list):
        return "; ".join(value)
    text = "" if value is None else str(value)
    return names.get(text, text)
