"""A definition field by field: for comparing two versions, and for changing one value of a draft."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.scoring.definition import NUMBER
from assessments.scoring.errors import MethodError
from assessments.scoring.method import DEFAULT_TOLERANCE
from assessments.scoring.rounding import plain

Value = str | int | bool | None
STEP = re.compile(r"-?[0-9]+")
# The keys of a definition, in the order in which they are read.
KEYS = (
    *("version", "code", "zone", "sub_label", "figure", "is", "value", "name", "text", "summary", "meaning", "from"),
    *("range", "rule", "when", "min", "max", "min_count", "max_count", "places", "total", "exposed_from"),
    *("score", "ceiling", "evidence_step", "barrier_step", "growth_step", "offset", "divisor", "formula"),
    *(
        "tasks",
        "evidence",
        "barriers",
        "growth",
        "protective",
        "zones",
        "labels",
        "quick_screen",
        "borderline",
        "tolerance",
    ),
    *("max_distance", "two_verdicts_above", "reasons", "override", "verdicts", "verdicts_when_weighty"),
    *("weighty_when_borderline", "weighty_when_zone_moves", "weighty_when_label_moves", "approval"),
    *("rubric", "involvement", "inputs"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a definition. `path` leads to it: keys joined by dots, an entry of a list in brackets by its `code`
    where it has one, else by its position: `evidence.inputs[wage_trends].rubric.-1`."""

    path: str
    value: Value


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two definitions do not share; None also stands for a field that one of them lacks."""

    path: str
    before: Value
    after: Value


def fields_of(definition: Mapping[str, Any]) -> tuple[Field, ...]:
    """Every value of a definition, in its own order."""
    return tuple(_walk("", definition))


def with_defaults(definition: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the definition with the settings that it is older than, at the values that stand for its silence."""
    return {**definition, "tolerance": definition.get("tolerance", DEFAULT_TOLERANCE)}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What changes from one definition to the other, in the order of the earlier one; then what only the later has.

    The values are compared as they are written: a divisor "7.93" and one "7.930" differ; a setting that one of them is
    older than is taken at its default.
    """
    old = {field.path: field.value for field in fields_of(with_defaults(before))}
    new = {field.path: field.value for field in fields_of(with_defaults(after))}
    return tuple(
        Difference(path, old.get(path), new.get(path))
        for path in [*old, *(path for path in new if path not in old)]
        if path not in old or path not in new or old[path] != new[path] or type(old[path]) is not type(new[path])
    )


def in_reading_order(value: Any) -> Any:
    """A definition, or a part of one, with its keys as people read them: the steps of a rubric from the lowest, the
    rest as the first method has them. A database may keep them in another order."""
    if isinstance(value, Mapping):
        return {key: in_reading_order(value[key]) for key in sorted(value, key=_place_of)}
    if isinstance(value, (list, tuple)):
        return [in_reading_order(entry) for entry in value]
    return value


def _place_of(key: str) -> tuple[int, int, str]:
    if STEP.fullmatch(key):
        return 0, int(key), ""
    return (1, KEYS.index(key), "") if key in KEYS else (2, 0, key)


def plain_number(value: Value) -> str | None:
    """A number that is written as a text, without trailing zeros ("48.0" is "48"); None for any other text."""
    return plain(Decimal(value)) if isinstance(value, str) and NUMBER.fullmatch(value) else None


def with_values(definition: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """A copy of the definition with these fields set, each read as the kind of value that stands there now.

    Paths that the definition does not have are left out. Raises MethodError, with a sentence, where a whole number or
    a yes-or-no is not one.
    """
    changed: dict[str, Any] = copy.deepcopy(dict(definition))
    for path, holder, key in list(_places("", changed)):
        if path in values:
            holder[key] = _like(path, holder[key], values[path])
    return changed


def _like(path: str, present: Value, text: str) -> Value:
    text = text.strip()
    if isinstance(present, bool):
        if text not in {"true", "false"}:
            raise MethodError(f"{path} must be true or false.")
        return text == "true"
    if isinstance(present, int):
        try:
            return int(text)
        except ValueError as error:
            raise MethodError(f"{path} must be a whole number, not {text[:40]}.") from error
    if present is None and not text:
        return None
    return text


def _walk(path: str, value: Any) -> Iterator[Field]:
    for place, holder, key in _places(path, value):
        yield Field(place, holder[key])


def _places(path: str, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Every leaf: its path, the mapping or list that holds it, and its key there."""
    entries = value.items() if isinstance(value, Mapping) else enumerate(value)
    for key, entry in entries:
        place = _place(path, value, key, entry)
        if isinstance(entry, (Mapping, list, tuple)):
            yield from _places(place, entry)
        else:
            yield place, value, key


def _place(path: str, holder: Any, key: Any, entry: Any) -> str:
    if isinstance(holder, Mapping):
        return f"{path}.{key}" if path else str(key)
    name = entry.get("code") if isinstance(entry, Mapping) else None
    return f"{path}[{key if name is None else name}]"
