"""Places of a document that can be spoken about: the whole, its sections, their fields and rows. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.scoring import Method
from reviews.changes import FIELDS, SECTIONS, coded_names, title_of

WHOLE = "The whole assessment"
SECTION_NAMES = dict(SECTIONS) | {
    "protective_principles": "Protective principles",
    "growth": "Growth correlation",
    "quick_screen": FIELDS["quick_screen"],
    "reinstatement": FIELDS["reinstatement"],
}


@dataclass(frozen=True)
class Place:
    """One place: its path, the section it belongs to, what it is called, and of a row the name it is known by."""

    path: str
    section: str
    name: str
    anchor: str = ""


def places(document: Mapping[str, Any], method: Method) -> dict[str, Place]:
    """Every place of a document by its path, in reading order; the whole, at "", first."""
    names = coded_names(method)
    found = [Place("", WHOLE, WHOLE)]
    for key, _ in SECTIONS:
        section = SECTION_NAMES[key]
        found.append(Place(key, section, section))
        if isinstance(document[key], list):
            found += _rows(document[key], key, section, names)
        elif key in {"definition", "commentary"}:
            for field, value in document[key].items():
                path = f"{key}.{field}"
                found.append(Place(path, section, FIELDS[field]))
                found += _rows(value, path, section, names) if isinstance(value, list) else []
    return {place.path: place for place in found}


def where_now(path: str, anchor: str, current: Mapping[str, Place]) -> Place | None:
    """Where a remark on `path` stands in a document as it is now: a row by its name, wherever it went; None if gone."""
    place = current.get(path)
    if anchor == "" or (place is not None and place.anchor == anchor):
        return place
    rows = re.sub(r"\[\d+\]$", "", path)
    return next((each for each in current.values() if each.anchor == anchor and each.path.startswith(f"{rows}[")), None)


def said(path: str, anchor: str, method: Method) -> str:
    """A place in words, without the document: "Tasks: Listen and file", "Evidence: Wage Trends"."""
    if not path:
        return WHOLE
    key, _, field = re.sub(r"\[\d+\]", "", path).partition(".")
    words = [SECTION_NAMES[key], FIELDS.get(field, field), coded_names(method).get(anchor, anchor)]
    return ": ".join(word for word in words if word)


def _rows(rows: list[Any], path: str, section: str, names: Mapping[str, str]) -> Iterator[Place]:
    for index, row in enumerate(rows):
        title = title_of(row)
        yield Place(f"{path}[{index}]", section, names.get(title, title) or f"Row {index + 1}", title)
