"""The report of an import, one entry a document, in the contract's JSON and as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.documents import Discrepancy, Finding, Quote
from assessments.errors import Invalid, Refused
from assessments.queries.roles import How, Match

OUTCOMES = ("imported", "unchanged", "refused")
COLUMNS = ("outcome", "role", "no.", "score", "label", "differs", "notes", "errors", "quotes", "document")
FIGURES_RIGHT = {"no.", "score", "differs", "notes", "errors", "quotes"}
WIDEST = 40


@dataclass(frozen=True)
class Quoted:
    """A quote and the role it means, if it means one."""

    quote: Quote
    match: Match

    @property
    def sentence(self) -> str:
        """The quote in words: what is quoted, and whom it means."""
        label = f" {self.quote.label}" if self.quote.label else ""
        means = f"means {self.match.role.slug}" if self.match.role else self.match.how.value
        words = f"{self.quote.role_title} ({self.quote.score}{label}), {means}."
        return Finding(self.quote.line, self.quote.section, words).sentence

    def as_json(self) -> dict[str, Any]:
        """The entry of `quotes` in an import report."""
        role = self.match.role.slug if self.match.role else None
        return {**self.quote.as_json(), "role": role, "match": self.match.how.value}


@dataclass(frozen=True)
class Entry:
    """What an import says of one document: where it was, what became of it, and everything found in it."""

    path: str
    outcome: str
    role: str | None = None
    number: int | None = None
    figures: dict[str, Any] | None = None
    discrepancies: tuple[Discrepancy, ...] = ()
    notes: tuple[Finding, ...] = ()
    errors: tuple[Finding, ...] = ()
    quotes: tuple[Quoted, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """One of the report's `documents` (CONTRACT "manage.py")."""
        return {
            "path": self.path,
            "outcome": self.outcome,
            "role": self.role,
            "number": self.number,
            "figures": self.figures,
            "discrepancies": [each.as_json() for each in self.discrepancies],
            "notes": [each.as_json() for each in self.notes],
            "errors": [each.as_json() for each in self.errors],
            "quotes": [each.as_json() for each in self.quotes],
        }

    @property
    def unmatched(self) -> tuple[Quoted, ...]:
        """The quotes that mean no role yet, or several."""
        return tuple(each for each in self.quotes if each.match.how != How.MATCHED)


def refusal_of(path: str, refused: Refused) -> Entry:
    """The entry of a document that was refused, with each of its errors."""
    places = refused.places if isinstance(refused, Invalid) else ()
    errors = tuple(_error(each.line, each.section or _path(each.path), each.message) for each in places)
    return Entry(path, "refused", errors=errors or (Finding(None, "", refused.sentence),))


def counts(entries: Sequence[Entry]) -> dict[str, int]:
    """How many documents came to each outcome."""
    outcomes = [entry.outcome for entry in entries]
    return {outcome: outcomes.count(outcome) for outcome in OUTCOMES}


def as_json(entries: Sequence[Entry]) -> dict[str, Any]:
    """The whole report (CONTRACT "manage.py")."""
    return {"documents": [entry.as_json() for entry in entries], **counts(entries)}


def said(entries: Sequence[Entry]) -> str:
    """The counts in words: "2 imported, 0 unchanged, 1 refused"."""
    return ", ".join(f"{count} {outcome}" for outcome, count in counts(entries).items())


def as_text(entries: Sequence[Entry]) -> Iterator[str]:
    """The report as the lines of a table, each document followed by what was found in it, and the counts last."""
    rows = [_cells(entry) for entry in entries]
    widths = [max(len(row[index]) for row in (COLUMNS, *rows)) for index in range(len(COLUMNS))]
    if entries:
        yield _line(COLUMNS, widths)
    for entry, row in zip(entries, rows, strict=True):
        yield _line(row, widths)
        yield from (f"    {found}" for found in _found(entry))
    yield said(entries)


def _found(entry: Entry) -> Iterator[str]:
    yield from (f"error        {each.sentence}" for each in entry.errors)
    yield from (f"discrepancy  {each.sentence}" for each in entry.discrepancies)
    yield from (f"note         {each.sentence}" for each in entry.notes)
    yield from (f"quote        {each.sentence}" for each in entry.quotes)


def _cells(entry: Entry) -> tuple[str, ...]:
    figures = entry.figures or {}
    cells = (
        entry.outcome,
        entry.role or "–",
        str(entry.number or "–"),
        str(figures.get("formula_score", "–")),
        str(figures.get("label", "–")),
        *(str(len(found)) for found in (entry.discrepancies, entry.notes, entry.errors, entry.quotes)),
    )
    cut = tuple(cell if len(cell) <= WIDEST else f"{cell[: WIDEST - 1]}…" for cell in cells)
    return (*cut, entry.path)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    placed = (
        cell.rjust(width) if name in FIGURES_RIGHT else cell.ljust(width)
        for name, cell, width in zip(COLUMNS, cells, widths, strict=True)
    )
    return "  ".join(placed).rstrip()


def _error(line: int | None, section: str, message: str) -> Finding:
    """An error whose message names its place no second time."""
    return Finding(line, section, message.removeprefix(Finding(line, section, "").sentence))


def _path(path: str) -> str:
    """Where in a document a fault lies; that it lies in the text says nothing."""
    return "" if path == "text" else path
