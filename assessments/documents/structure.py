"""From JSON to a document: structure is checked here, completeness and ranges in `problems`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from assessments.documents.shape import (
    BARRIER_CODES,
    EVIDENCE_CODES,
    INVOLVEMENT_CODES,
    PROTECTIVE_CODES,
    REASON_CODES,
    SCHEMA,
    Commentary,
    Definition,
    Dimension,
    Document,
    Growth,
    Lead,
    Override,
    Problem,
    Role,
    StructureError,
    Task,
)
from assessments.documents.texts import bullet, forbidden_in, line, prose, split_bullet, unify
from assessments.scoring.words import Words

TEXT_LIMIT = 20_000
TITLE_LIMIT = 200
NAME_LIMIT = 300
YEAR_LIMIT = 40
TASK_LIMIT = 200
BULLET_LIMIT = 200
INTEGER_LIMIT = 2**53 - 1
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")

Item = TypeVar("Item")


def from_json(value: object) -> Document:
    """The document a JSON value describes, in canonical form.

    Missing keys are filled, scores not given stay None, values out of range pass (see `problems`).
    Raises StructureError with every wrong type, unknown or duplicate code, unknown key and unfit text.
    """
    walk = Walk([])
    if value is None:
        walk.refuse("", "wrong_type", Words("The document must be an object."))
    document = _document(Fields(walk, "", value, DOCUMENT_KEYS))
    if walk.problems:
        raise StructureError(tuple(walk.problems))
    return document


class Walk:
    """Collects what is wrong on the way through a value."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def refuse(self, path: str, code: str, message: str) -> None:
        """Add an error."""
        self.problems.append(Problem("error", path, code, message))


class Fields:
    """One JSON object on the walk; each reader gives a harmless value where it had to refuse."""

    def __init__(self, walk: Walk, path: str, value: object, keys: tuple[str, ...]) -> None:
        self.walk, self.path = walk, path
        self.values: Mapping[object, object] = value if isinstance(value, Mapping) else {}
        if value is not None and not isinstance(value, Mapping):
            whole = Words("The document must be an object.")
            walk.refuse(path, "wrong_type", Words("{place} must be an object.", place=path) if path else whole)
        for key in self.values:
            if key not in keys:
                field = self.place(shown(key))
                walk.refuse(field, "unknown_key", Words("There is no field {field}.", field=field))

    def place(self, key: str) -> str:
        """The path of a key of this object."""
        return f"{self.path}.{key}" if self.path else key

    def inside(self, key: str, *keys: str) -> Fields:
        """The object under a key."""
        return Fields(self.walk, self.place(key), self.values.get(key), keys)

    def prose(self, key: str) -> str:
        """A text of several lines."""
        return self._text(key, TEXT_LIMIT, prose)

    def line(self, key: str, limit: int = TEXT_LIMIT) -> str:
        """A text of one line."""
        return self._text(key, limit, line)

    def integer(self, key: str) -> int | None:
        """A whole number, or None."""
        value, place = self.values.get(key), self.place(key)
        if value is None:
            return None
        if type(value) is not int or abs(value) > INTEGER_LIMIT:
            self.walk.refuse(place, "wrong_type", Words("{place} must be a whole number.", place=place))
            return None
        return value

    def decimal(self, key: str) -> Decimal | None:
        """A decimal number given as text, integer or float, or None; a float means what it prints as."""
        value, place = self.values.get(key), self.place(key)
        if value is None or value == "":
            return None
        number = isinstance(value, (str, int, float)) and not isinstance(value, bool)
        text = value.strip() if isinstance(value, str) else shown(value)
        if not number or not NUMBER.fullmatch(text):
            message = Words(
                "{place} must be a decimal number such as 12.5, not {given}.", place=place, given=shown(value)
            )
            self.walk.refuse(place, "not_a_number", message)
            return None
        return Decimal(text)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of the codes, or ""."""
        value, place = self.values.get(key), self.place(key)
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or value not in choices:
            codes, given = ", ".join(choices), shown(value)
            message = Words("{place} must be one of {codes}, not {given}.", place=place, codes=codes, given=given)
            self.walk.refuse(place, "unknown_code", message)
            return ""
        return value

    def items(self, key: str, limit: int, read: Callable[[str, object], Item]) -> tuple[Item, ...]:
        """The entries of a list, each read with its path."""
        value, place = self.values.get(key), self.place(key)
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)):
            self.walk.refuse(place, "wrong_type", Words("{place} must be a list.", place=place))
            return ()
        if len(value) > limit:
            self.walk.refuse(
                place,
                "too_many",
                Words(
                    "{place} may have at most {most} entries, not {number}.", place=place, most=limit, number=len(value)
                ),
            )
            return ()
        return tuple(read(f"{place}[{index}]", entry) for index, entry in enumerate(value))

    def _text(self, key: str, limit: int, canonical: Callable[[str], str]) -> str:
        value, place = self.values.get(key), self.place(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.walk.refuse(place, "wrong_type", Words("{place} must be a text.", place=place))
            return ""
        if found := forbidden_in(unify(value)):
            message = Words("{place} holds the character {found}, which no text may hold.", place=place, found=found)
            self.walk.refuse(place, "forbidden_character", message)
            return ""
        text = canonical(value)
        if len(text) > limit:
            self.walk.refuse(place, "too_long", _too_long(place, limit, len(text)))
        return text


def _too_long(place: str, limit: int, length: int) -> Words:
    return Words(
        "{place} may have at most {most} characters, not {number}.",
        place=place,
        most=f"{limit:,}",
        number=f"{length:,}",
    )


def shown(value: object) -> str:
    """A foreign value as it may stand in a message: printable and short."""
    if isinstance(value, int) and abs(value) > INTEGER_LIMIT:
        return Words("a number of that size")
    text = value if isinstance(value, str) else repr(value)
    text = "".join(char if char.isprintable() else "?" for char in text[:61])
    return text if len(text) <= 60 else text[:57] + "..."


DOCUMENT_KEYS = (
    "schema",
    "role",
    "definition",
    "protective_principles",
    "growth",
    "quick_screen",
    "tasks",
    "reinstatement",
    "evidence",
    "barriers",
    "override",
    "commentary",
)


def _document(top: Fields) -> Document:
    top.choice("schema", (SCHEMA,))
    role = top.inside("role", "title", "seniority")
    definition = top.inside("definition", "primary_function", "not_this_role", "typical_experience", "seniority_note")
    growth = top.inside("growth", "score", "rationale", "check")
    override = top.inside("override", "proposed_score", "reason_code", "rationale")
    return Document(
        role=Role(role.line("title", TITLE_LIMIT), role.line("seniority", TITLE_LIMIT)),
        definition=Definition(
            primary_function=definition.line("primary_function"),
            not_this_role=definition.line("not_this_role"),
            typical_experience=definition.line("typical_experience"),
            seniority_note=definition.prose("seniority_note"),
        ),
        protective_principles=_dimensions(top, "protective_principles", PROTECTIVE_CODES),
        growth=Growth(growth.integer("score"), growth.line("rationale"), growth.prose("check")),
        quick_screen=top.line("quick_screen"),
        tasks=top.items("tasks", TASK_LIMIT, lambda path, entry: _task(top.walk, path, entry)),
        reinstatement=top.prose("reinstatement"),
        evidence=_dimensions(top, "evidence", EVIDENCE_CODES),
        barriers=_dimensions(top, "barriers", BARRIER_CODES),
        override=Override(
            proposed_score=override.decimal("proposed_score"),
            reason_code=override.choice("reason_code", REASON_CODES) or None,
            rationale=override.prose("rationale"),
        ),
        commentary=_commentary(top),
    )


def _task(walk: Walk, path: str, entry: object) -> Task:
    task = Fields(walk, path, entry, ("name", "time_percent", "score", "involvement", "rationale"))
    return Task(
        name=task.line("name", NAME_LIMIT),
        time_percent=task.decimal("time_percent"),
        score=task.integer("score"),
        involvement=task.choice("involvement", INVOLVEMENT_CODES),
        rationale=task.line("rationale"),
    )


def _dimensions(top: Fields, key: str, codes: tuple[str, ...]) -> tuple[Dimension, ...]:
    """One dimension for every code, in their order; those not given have no score."""
    given: dict[str, Dimension] = {}

    def read(path: str, entry: object) -> None:
        fields = Fields(top.walk, path, entry, ("code", "score", "rationale"))
        code = fields.choice("code", codes)
        if fields.values.get("code") in (None, ""):
            top.walk.refuse(f"{path}.code", "missing", Words("{place} is missing.", place=f"{path}.code"))
        elif code and code in given:
            top.walk.refuse(
                f"{path}.code", "duplicate_code", Words("{place} gives {code} a second time.", place=path, code=code)
            )
        given[code] = Dimension(code, fields.integer("score"), fields.line("rationale"))

    top.items(key, TASK_LIMIT, read)
    return tuple(given.get(code, Dimension(code, None, "")) for code in codes)


def _commentary(top: Fields) -> Commentary:
    fields = top.inside(
        "commentary",
        "score_vs_reality",
        "not_captured",
        "who_should_worry",
        "single_biggest_factor",
        "outlook_year",
        "outlook",
        "survival_strategy",
        "timeline",
    )
    return Commentary(
        score_vs_reality=fields.prose("score_vs_reality"),
        not_captured=_bullets(fields, "not_captured"),
        who_should_worry=fields.prose("who_should_worry"),
        single_biggest_factor=fields.prose("single_biggest_factor"),
        outlook_year=_outlook_year(fields),
        outlook=fields.prose("outlook"),
        survival_strategy=_bullets(fields, "survival_strategy"),
        timeline=fields.prose("timeline"),
    )


def _outlook_year(fields: Fields) -> str:
    value = fields.values.get("outlook_year")
    if type(value) is int:
        return shown(value)
    year = " ".join(fields.line("outlook_year", YEAR_LIMIT).split())
    if year and (":" in year or not any(char.isdigit() for char in year)):
        place = fields.place("outlook_year")
        fields.walk.refuse(
            place, "wrong_type", Words("{place} must be a year such as 2030, without a colon.", place=place)
        )
    return year


def _bullets(fields: Fields, key: str) -> tuple[Lead, ...]:
    """The bullets of a list, each split anew where its lead ends; empty ones are dropped."""

    def read(path: str, entry: object) -> Lead:
        parts = Fields(fields.walk, path, entry, ("lead", "text"))
        lead, text = parts.line("lead"), parts.line("text")
        joined = bullet(lead, text)
        if len(joined) > TEXT_LIMIT >= max(len(lead), len(text)):
            fields.walk.refuse(path, "too_long", _too_long(path, TEXT_LIMIT, len(joined)))
        return Lead(*split_bullet(joined))

    bullets = fields.items(key, BULLET_LIMIT, read)
    return tuple(entry for entry in bullets if entry.lead or entry.text)
