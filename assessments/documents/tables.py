"""The tables of a document: rows to values by column name, every misfit an error with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessments.documents import phrases
from assessments.documents.findings import Findings, shortened
from assessments.documents.gather import Gathered, Row
from assessments.documents.phrases import fold, straight
from assessments.scoring import Method, Scale
from assessments.scoring.words import Words

INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
PERCENT = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?) ?%?")
SEPARATOR = re.compile(r":?-+:?")
TOTALS = ("total", "protective total")
UNKNOWN = {
    "Principle": Words("There is no principle “{name}”.").text,
    "Dimension": Words("There is no dimension “{name}”.").text,
    "Barrier": Words("There is no barrier “{name}”.").text,
}
ROLE_FIELDS = {
    "Job Title": ("role", "title"),
    "Seniority Level": ("role", "seniority"),
    "Primary Function": ("definition", "primary_function"),
    "What This Role Is NOT": ("definition", "not_this_role"),
    "Typical Experience": ("definition", "typical_experience"),
}
TASK_COLUMNS = ("Task", "Time %", "Score", "Weighted", "Aug/Disp", "Rationale")


@dataclass(slots=True)
class Tables:
    """The values of all tables as document JSON, the rows of totals, and lines by path."""

    values: dict[str, Any] = field(default_factory=dict)
    totals: dict[str, Row] = field(default_factory=dict)
    weighted: dict[int, Row] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class TableReader:
    """Reads the tables that hold inputs."""

    gathered: Gathered
    method: Method
    findings: Findings
    tables: Tables = field(default_factory=Tables)
    unread: set[str] = field(default_factory=set)

    def read(self) -> Tables:
        """The values of every input table."""
        self.tables.values = {"role": {}, "definition": {}, "growth": {}, "tasks": []}
        self._role()
        growth = (self.method.growth,)
        self._dimensions(phrases.PRINCIPLES, "protective_principles", self.method.protective, growth)
        self._tasks()
        self._dimensions(phrases.EVIDENCE, "evidence", self.method.evidence)
        self._dimensions(phrases.BARRIERS, "barriers", self.method.barriers)
        return self.tables

    def _role(self) -> None:
        names = {fold(name): (name, place) for name, place in ROLE_FIELDS.items()}
        for number, (name, value) in self._rows(phrases.ROLE, ("Field", "Value")):
            if fold(name) not in names:
                self._error(number, phrases.ROLE, Words("There is no field “{name}”.", name=shortened(name)))
                continue
            _, (part, key) = names[fold(name)]
            if key in self.tables.values[part]:
                again = Words("The field “{name}” stands here a second time.", name=shortened(name))
                self._error(number, phrases.ROLE, again)
            self.tables.values[part][key] = value
            self.tables.lines[f"{part}.{key}"] = number
        if phrases.ROLE not in self.unread:
            for name in ("Job Title", "Seniority Level"):
                part, key = ROLE_FIELDS[name]
                if not self.tables.values[part].get(key):
                    missing = Words("The {name} is missing.", name=name)
                    self._error(self.gathered.headings[phrases.ROLE], phrases.ROLE, missing)

    def _dimensions(self, section: str, key: str, scales: tuple[Scale, ...], besides: tuple[Scale, ...] = ()) -> None:
        """Read a table of scored dimensions; those `besides` are the growth correlation among the principles."""
        known = {fold(scale.name): scale for scale in (*scales, *besides)}
        given: dict[str, dict[str, Any]] = {}
        lines: dict[str, int] = {}
        first = {phrases.PRINCIPLES: "Principle", phrases.EVIDENCE: "Dimension"}.get(section, "Barrier")
        last = "Evidence" if section == phrases.EVIDENCE else "Rationale"
        for number, (name, score, rationale) in self._rows(section, (first, "Score", last)):
            scale = known.get(fold(name))
            if fold(name) in TOTALS:
                self._total(section, Row(number, (name, score, rationale)))
            elif scale is None:
                self._error(number, section, Words(UNKNOWN[first], name=shortened(name)))
            elif scale.code in given:
                self._error(number, section, Words("{name} stands here a second time.", name=scale.name))
            else:
                value = self._score(number, section, scale, score)
                given[scale.code] = {"code": scale.code, "score": value, "rationale": rationale}
                lines[scale.code] = number
        self._complete(section, tuple(known.values()), given)
        for scale in besides:
            entry = given.pop(scale.code, {})
            self.tables.values["growth"] = {name: entry.get(name) for name in ("score", "rationale")}
            self.tables.lines["growth.rationale"] = lines.get(scale.code, 0)
        self.tables.values[key] = list(given.values())
        self.tables.lines |= {f"{key}[{index}]": lines[code] for index, code in enumerate(given)}

    def _complete(self, section: str, scales: tuple[Scale, ...], given: Mapping[str, object]) -> None:
        if section not in self.unread:
            for scale in scales:
                if scale.code not in given:
                    missing = Words("{name} is missing.", name=scale.name)
                    self._error(self.gathered.headings[section], section, missing)

    def _tasks(self) -> None:
        self.tables.lines["tasks"] = self.gathered.headings.get(phrases.TASKS, 0)
        for number, cells in self._rows(phrases.TASKS, TASK_COLUMNS):
            name, time, score, weighted, involvement, rationale = cells
            if fold(name) == "total":
                self._total(phrases.TASKS, Row(number, cells))
                self.tables.lines["tasks"] = number
                continue
            index = len(self.tables.values["tasks"])
            self.tables.weighted[index] = Row(number, (weighted,))
            self.tables.lines[f"tasks[{index}]"] = number
            self.tables.values["tasks"].append(
                {
                    "name": unescape_total(name),
                    "time_percent": self._percent(number, time),
                    "score": self._score(number, phrases.TASKS, self.method.tasks.score, score),
                    "involvement": self._involvement(number, involvement),
                    "rationale": rationale,
                }
            )
            if not name:
                self._error(number, phrases.TASKS, Words("The task has no name."))
        if phrases.TASKS not in self.unread:
            self._shares()

    def _shares(self) -> None:
        """The number of tasks, and the sum of their shares where every one is legal."""
        rules, line = self.method.tasks, self.tables.lines["tasks"]
        shares = [task["time_percent"] for task in self.tables.values["tasks"]]
        if refusal := rules.count_refusal(len(shares)):
            self._error(line, phrases.TASKS, refusal)
        if shares and all(shares) and (refusal := rules.sum_refusal(sum(map(Decimal, shares), Decimal(0)))):
            self._error(line, phrases.TASKS, refusal)

    def _percent(self, number: int, cell: str) -> str:
        found = PERCENT.fullmatch(straight(cell))
        if not found:
            message = Words("The time must be a percentage such as 15%, not “{given}”.", given=shortened(cell))
            self._error(number, phrases.TASKS, message)
            return ""
        if refusal := self.method.tasks.share_refusal(Decimal(found.group(1))):
            self._error(number, phrases.TASKS, refusal)
            return ""
        return found.group(1)

    def _score(self, number: int, section: str, scale: Scale, cell: str) -> int | None:
        if not INTEGER.fullmatch(straight(cell)):
            refusal = scale.refusal(f"“{shortened(cell)}”")
        else:
            refusal = scale.refusal(int(straight(cell)))
        if refusal:
            self._error(number, section, refusal)
            return None
        return int(straight(cell))

    def _involvement(self, number: int, cell: str) -> str:
        for named in self.method.tasks.involvements:
            if fold(cell) in (fold(named.name), named.code):
                return named.code
        names = ", ".join(named.name for named in self.method.tasks.involvements)
        message = Words("Aug/Disp must be one of {names}, not “{given}”.", names=names, given=shortened(cell))
        self._error(number, phrases.TASKS, message)
        return ""

    def _total(self, section: str, row: Row) -> None:
        if section in self.tables.totals:
            self._error(row.line, section, Words("The total stands here a second time."))
        self.tables.totals[section] = row

    def _rows(self, section: str, columns: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The rows below the header, each with one cell for every wanted column; missing cells are ""."""
        header = self._header(section, columns)
        if header is None:
            self.unread.add(section)
            return
        order = [header.index(fold(column)) for column in columns]
        for row in self.gathered.tables[section][1:]:
            if any(row.cells) and all(SEPARATOR.fullmatch(cell) for cell in row.cells):
                continue
            if any(row.cells[len(columns) :]):
                message = Words(
                    "This row has more than {number} cells; a pipe inside a cell is written \\|.", number=len(columns)
                )
                self._error(row.line, section, message)
            padded = row.cells + ("",) * len(columns)
            yield row.line, tuple(padded[index] for index in order)

    def _header(self, section: str, columns: tuple[str, ...]) -> list[str] | None:
        """The folded names of a table's columns; None, with an error, where the table cannot be read."""
        rows = self.gathered.tables.get(section, [])
        if section not in self.gathered.headings:
            self._error(None, section, Words("The section {section} is missing.", section=section))
            return None
        if not rows:
            message = Words("The table of {section} is missing.", section=section)
            self._error(self.gathered.headings[section], section, message)
            return None
        header = [fold(cell).partition(" (")[0] for cell in rows[0].cells]
        if sorted(header) != sorted(fold(column) for column in columns):
            message = Words("The columns of this table must be {names}.", names=", ".join(columns))
            self._error(rows[0].line, section, message)
            return None
        return header

    def _error(self, number: int | None, section: str, message: str) -> None:
        self.findings.error(number, section, message)


def escape_total(name: str) -> str:
    """A task's name as it stands in a table, told apart from the row of totals."""
    return f"\\{name}" if fold(name.lstrip("\\")) == "total" else name


def unescape_total(name: str) -> str:
    """A task's name as it stands in a document."""
    return name[1:] if name.startswith("\\") and fold(name.lstrip("\\")) == "total" else name
