"""What reading a text came to: a document or errors, with discrepancies, notes and quotes."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assessments.documents.shape import Document
from assessments.scoring.words import Words

MOST_FINDINGS = 200
MORE_ERRORS = Words("There are {number} more errors.").text
MORE_NOTES = Words("There are {number} more notes.").text


def shortened(text: str) -> str:
    """A stretch of the file as it may stand in a sentence: at most 60 characters."""
    return text if len(text) <= 60 else f"{text[:57]}..."


@dataclass(frozen=True, slots=True)
class Finding:
    """An error or a note: the line (None for the whole), the section it stands in, and a sentence."""

    line: int | None
    section: str
    message: str

    @property
    def sentence(self) -> str:
        """What it says, with its line and section before it."""
        said = {"line": self.line, "section": self.section, "message": self.message}
        if self.line and self.section:
            return Words("Line {line}, {section}: {message}", **said)
        if self.line:
            return Words("Line {line}: {message}", **said)
        return Words("{section}: {message}", **said) if self.section else self.message

    def as_json(self) -> dict[str, Any]:
        """The entry of `errors` or `notes` in an import report."""
        return {"line": self.line, "section": self.section, "message": self.message}


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A stated figure that differs from the computed one; `field` is a key of the figures or tasks[i].weighted."""

    section: str
    field: str
    stated: str
    computed: str
    line: int

    @property
    def sentence(self) -> str:
        """What it says, with its line and section before it."""
        said = {"field": self.field, "stated": self.stated, "computed": self.computed}
        message = Words("{field} is stated as {stated}, but computed {computed}.", **said)
        return Finding(self.line, self.section, message).sentence

    def as_json(self) -> dict[str, Any]:
        """The entry of `discrepancies` in an import report."""
        return {
            "section": self.section,
            "field": self.field,
            "stated": self.stated,
            "computed": self.computed,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Quote:
    """Another role's score quoted in a text.

    `section` is the path of the text, `start` and `end` the span of score and label in it, `line` the line of
    the file it was read from, None for a document that came from elsewhere. `difference` is what a distance such
    as "+1.0 point" says, from the quoting role's side; `score` is then the one quoted of that role elsewhere.
    """

    role_title: str
    score: Decimal
    label: str | None
    section: str
    line: int | None
    start: int
    end: int
    difference: Decimal | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of `quotes` in an import report, without the role it is matched to."""
        return {
            "role_title": self.role_title,
            "score": str(self.score),
            "label": self.label,
            "section": self.section,
            "line": self.line,
            "difference": None if self.difference is None else f"{self.difference:+}",
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, or None with errors saying why not."""

    document: Document | None
    errors: tuple[Finding, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    notes: tuple[Finding, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(slots=True)
class Findings:
    """Collects findings while a text is read."""

    errors: list[Finding] = field(default_factory=list)
    discrepancies: list[Discrepancy] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)

    def error(self, line: int | None, section: str, message: str) -> None:
        """Add an error."""
        self.errors.append(Finding(line, section, message))

    def note(self, line: int | None, section: str, message: str) -> None:
        """Add a note."""
        self.notes.append(Finding(line, section, message))

    def refused(self) -> Reading:
        """The reading of a text that gives no document."""
        errors = sorted(self.errors, key=lambda error: error.line or 0)
        return Reading(None, _first(errors, MORE_ERRORS), notes=_first(self.notes, MORE_NOTES))

    def accepted(self, document: Document, quotes: tuple[Quote, ...]) -> Reading:
        """The reading of a text that gives a document."""
        return Reading(document, (), tuple(self.discrepancies), _first(self.notes, MORE_NOTES), quotes)


def _first(findings: list[Finding], more: str) -> tuple[Finding, ...]:
    """The findings; of very many the first and, in words for them, how many more there are."""
    if len(findings) > MOST_FINDINGS:
        number = f"{len(findings) - MOST_FINDINGS:,}"
        return (*findings[:MOST_FINDINGS], Finding(None, "", Words(more, number=number)))
    return tuple(findings)
