"""What differs between two documents, as a reader wants it: by section, in words, numbers with their difference.

Dimensions are matched by code and said by name; tasks and points by their name, and what is left over by its place, so
that a renamed task is a change and not a removal. Pure functions.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from assessments.scoring import Method

SECTIONS = (
    ("definition", "Role definition"),
    ("protective_principles", "Principles and growth"),
    ("growth", "Principles and growth"),
    ("quick_screen", "Principles and growth"),
    ("tasks", "Tasks"),
    ("reinstatement", "Tasks"),
    ("evidence", "Evidence"),
    ("barriers", "Barriers"),
    ("override", "Override"),
    ("commentary", "Commentary"),
)
FIELDS = {
    "primary_function": "Primary function",
    "not_this_role": "What this role is not",
    "typical_experience": "Typical experience",
    "seniority_note": "Seniority note",
    "check": "growth correlation check",
    "quick_screen": "Remark on the quick screen",
    "reinstatement": "Reinstatement check",
    "proposed_score": "Proposed score",
    "reason_code": "Reason code",
    "score_vs_reality": "Score against reality",
    "not_captured": "What the numbers don’t capture",
    "who_should_worry": "Who should worry",
    "single_biggest_factor": "The single biggest factor",
    "outlook_year": "Year of the outlook",
    "outlook": "The role in that year",
    "survival_strategy": "Survival strategy",
    "timeline": "Timeline",
    "time_percent": "time %",
    "rationale": "reason",
}
# Beyond this many words a comparison word by word costs more than it tells.
MOST_WORDS = 3000
# Below this share of common words two texts are read more easily side by side than woven into one.
LEAST_ALIKE = 0.6


@dataclass(frozen=True)
class Piece:
    """A run of words that is `same`, `removed` or `added`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One place that differs. `path` leads there in the later document, of what it has no more in the earlier one;
    `old` and `new` are the stored values, `before` and `after` the same as they read. `difference` is of numbers alone;
    `pieces` are of prose that was edited and not rewritten, in reading order."""

    section: str
    place: str
    before: str
    after: str
    difference: str = ""
    pieces: tuple[Piece, ...] = ()
    path: str = field(default="", compare=False)
    old: Any = field(default=None, compare=False)
    new: Any = field(default=None, compare=False)


def changes(before: Mapping[str, Any], after: Mapping[str, Any], method: Method) -> list[Change]:
    """Every difference between two documents in canonical form, in the document's order."""
    names = coded_names(method)
    found = []
    for key, section in SECTIONS:
        for words, path, old, new in _differences(before[key], after[key], (key,), key):
            change = _change(section, _place(words, names), old, new, names)
            found.append(replace(change, path=path, old=old, new=new))
    return found


FIGURES = {
    "weighted_total": "Weighted total",
    "task_resistance": "Task resistance",
    "evidence_total": "Evidence",
    "barrier_total": "Barriers",
    "growth": "Growth",
    "protective_total": "Protective principles",
    "raw": "Raw score",
    "formula_score": "Formula score",
    "label": "Label",
    "time_at_3_plus": "Time at 3+",
}


def figure_changes(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Change]:
    """The figures that differ between two versions, in the order of the formula; a version with gaps has none."""
    found = []
    for key, name in FIGURES.items():
        old, new = (before or {}).get(key), (after or {}).get(key)
        if old != new:
            found.append(replace(_change("Figures", name, old, new, {}), path=key, old=old, new=new, pieces=()))
    return found


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Two texts as one, word by word; nothing where they have little in common or are too long to compare."""
    left, right = re.findall(r"\s*\S+", before), re.findall(r"\s*\S+", after)
    if len(left) + len(right) > MOST_WORDS:
        return ()
    match = difflib.SequenceMatcher(None, left, right, autojunk=False)
    if match.ratio() < LEAST_ALIKE:
        return ()
    found: list[Piece] = []
    for tag, a, b, c, d in match.get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(left[a:b])))
            continue
        found += [Piece("removed", "".join(left[a:b]))] if b > a else []
        found += [Piece("added", "".join(right[c:d]))] if d > c else []
    return tuple(found)


def coded_names(method: Method) -> dict[str, str]:
    """What the method calls its codes."""
    scales = (*method.protective, *method.evidence, *method.barriers)
    coded = (*method.tasks.involvements, *method.override.reasons)
    names = {scale.code: scale.name for scale in scales} | {each.code: each.name for each in coded}
    return names | {"growth": method.growth.name}


def _differences(
    old: Any, new: Any, words: tuple[str, ...], path: str
) -> Iterator[tuple[tuple[str, ...], str, Any, Any]]:
    """Leaves that differ, with the words and the path that lead to them; an added or removed row is one leaf."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in new:
            yield from _differences(old.get(key), new[key], (*words, key), f"{path}.{key}")
    elif isinstance(old, list) and isinstance(new, list):
        for index, name, left, right in _paired(old, new):
            yield from _differences(left, right, (*words, name), f"{path}[{index}]")
        common = [title_of(row) for row in new if title_of(row) in map(title_of, old)]
        if common != [title_of(row) for row in old if title_of(row) in map(title_of, new)]:
            yield (*words, "order"), path, "; ".join(map(title_of, old)), "; ".join(map(title_of, new))
    else:
        yield words, path, old, new


def title_of(row: Mapping[str, Any]) -> str:
    """The name by which a row is known: a dimension's code, a task's name, a point's lead."""
    return str(row.get("code") or row.get("name") or row.get("lead") or "")


def _paired(old: list[Any], new: list[Any]) -> Iterator[tuple[int, str, Any, Any]]:
    """Rows of two lists side by side: by their title, the rest by place, what has no counterpart with None; each with
    its place in the new list, of what is not there in the old one."""
    rest, pairs = list(old), []
    for row in new:
        match = next((each for each in rest if title_of(each) == title_of(row)), None)
        if match is not None:
            rest.remove(match)
        pairs.append([match, row])
    for pair in pairs:
        index = new.index(pair[1])
        if pair[0] is None and index < len(old) and old[index] in rest:
            pair[0] = old[index]
            rest.remove(old[index])
    yield from ((index, title_of(row), match, row) for index, (match, row) in enumerate(pairs))
    yield from ((old.index(row), title_of(row), row, None) for row in rest)


def _place(path: tuple[str, ...], names: Mapping[str, str]) -> str:
    """Where it is, in words: "Wage Trends: score", "Curate examples: time %"."""
    words = [names.get(key) or FIELDS.get(key, key) for key in path[1:]] or [FIELDS.get(path[0], path[0])]
    if path[0] == "growth":
        words = [names["growth"], *words]
    place = ": ".join(word for word in words if word)
    return place[:1].upper() + place[1:]


def _change(section: str, place: str, old: Any, new: Any, names: Mapping[str, str]) -> Change:
    before, after = _said(old, names), _said(new, names)
    if _is_number(old) and _is_number(new):
        return Change(section, place, before, after, difference=f"{Decimal(after) - Decimal(before):+}")
    return Change(section, place, before, after, pieces=pieces(before, after) if before and after else ())


def _said(value: Any, names: Mapping[str, str]) -> str:
    """A value as it reads: a code by its name, a whole row in one line."""
    if isinstance(value, dict):
        return " · ".join(_said(cell, names) for cell in value.values() if cell not in ("", None))
    text = "" if value is None else str(value)
    return names.get(text, text)


def _is_number(value: Any) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", str(value)) is not None and len(str(value)) < 12
