"""The second pass: blocks gathered into the tables, labelled lines and texts of a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from assessments.documents import phrases
from assessments.documents.blocks import Block
from assessments.documents.findings import Findings, shortened
from assessments.documents.phrases import Labelled
from assessments.documents.texts import line, split_bullet
from assessments.scoring.words import Words

TABLES = (
    phrases.ROLE,
    phrases.PRINCIPLES,
    phrases.TASKS,
    phrases.EVIDENCE,
    phrases.BARRIERS,
    phrases.COMPOSITE,
    phrases.SUB_LABEL,
)
SECTION_TEXTS = {
    phrases.CHECK: "growth.check",
    phrases.REALITY: "commentary.score_vs_reality",
    phrases.NOT_CAPTURED: "commentary.not_captured",
    phrases.WORRY: "commentary.who_should_worry",
}
LABEL_TEXTS = {
    phrases.SENIORITY_NOTE: "definition.seniority_note",
    phrases.REINSTATEMENT: "reinstatement",
    phrases.OVERRIDE: "override.rationale",
    phrases.FACTOR: "commentary.single_biggest_factor",
    phrases.OUTLOOK: "commentary.outlook",
    phrases.STRATEGY: "commentary.survival_strategy",
    phrases.TIMELINE: "commentary.timeline",
}
BULLETED = ("commentary.not_captured", "commentary.survival_strategy")
BULLETS = ("- ", "* ", "+ ", "• ", "– ")


@dataclass(frozen=True, slots=True)
class Row:
    """A table row and its line."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A labelled line where it stands."""

    line: int
    section: str
    labelled: Labelled

    @property
    def text(self) -> str:
        """What follows the colon on that line."""
        return self.labelled.text


@dataclass(slots=True)
class Gathered:
    """All of a document's parts by place. `texts` holds numbered lines by the path they belong to."""

    headings: dict[str, int] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    labels: dict[str, Said] = field(default_factory=dict)
    texts: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def text(self, path: str) -> str:
        """The prose gathered for a path."""
        return "\n".join(words for _, words in self.texts.get(path, ()))

    def bullets(self, path: str) -> list[dict[str, str]]:
        """The bullets gathered for a path."""
        pairs = (split_bullet(line(words)) for _, words in self.bullet_lines(path))
        return [{"lead": lead, "text": text} for lead, text in pairs]

    def line_of(self, path: str, breaks: int = 0) -> int | None:
        """The file's line where the text of a path begins, or its line after so many line breaks."""
        numbered = self.texts.get(path, [])
        first = next((index for index, (_, words) in enumerate(numbered) if words.strip()), None)
        return None if first is None else numbered[first + breaks][0]

    def bullet_lines(self, path: str) -> list[tuple[int, str]]:
        """The numbered lines of the bullets of a path."""
        return [(number, words) for number, words in self.texts.get(path, ()) if words.strip()]


class Gatherer:
    """Takes blocks in order; whatever has no place becomes an error with its line."""

    def __init__(self, findings: Findings) -> None:
        self.gathered = Gathered()
        self.findings = findings
        self.section = ""
        self.target: str | None = None
        self.repeated = self.titled = False

    def take(self, blocks: Iterable[Block]) -> Gathered:
        """Everything gathered from the blocks."""
        for block in blocks:
            if block.heading is not None:
                self._heading(block.line, block.heading)
            elif self.repeated:
                continue
            elif block.unknown is not None:
                self._unknown(block.line, block.unknown)
            elif block.labelled is not None:
                self._labelled(block.line, block.labelled)
            elif block.cells is not None:
                self._row(Row(block.line, block.cells))
            else:
                self._prose(block.line, block.prose)
        return self.gathered

    def _heading(self, number: int, heading: str) -> None:
        """Begin a section; one that stands a second time is refused as a whole, line by line it says nothing new."""
        self.section = heading
        self.repeated = heading in self.gathered.headings
        if self.repeated:
            before = self.gathered.headings[heading]
            message = Words(
                "The section {section} stands here a second time; the first is on line {line}.",
                section=heading,
                line=before,
            )
            self.findings.error(number, heading, message)
            return
        self.gathered.headings[heading] = number
        self.target = SECTION_TEXTS.get(heading)

    def _unknown(self, number: int, words: str) -> None:
        """A Markdown heading no document has: above the first section it is the file's title."""
        if self.section or self.titled:
            message = Words("There is no section “{heading}”.", heading=shortened(words))
            self.findings.error(number, self.section, message)
        else:
            self.titled = True
            message = Words("The title of the file, “{heading}”, is not kept.", heading=shortened(words))
            self.findings.note(number, "", message)

    def _labelled(self, number: int, labelled: Labelled) -> None:
        label = labelled.label
        if label in self.gathered.labels:
            before = self.gathered.labels[label].line
            message = Words(
                "“{label}” stands here a second time; the first is on line {line}.", label=label, line=before
            )
            self.findings.error(number, self.section, message)
        self.gathered.labels[label] = Said(number, self.section, labelled)
        self.target = LABEL_TEXTS.get(label)
        if self.target is not None:
            self.gathered.texts[self.target] = []
            self._prose(number, labelled.text)

    def _row(self, row: Row) -> None:
        if self.section in TABLES:
            self.gathered.tables.setdefault(self.section, []).append(row)
            self.target = None
        else:
            inside = Words("A table row cannot stand in the section {section}.", section=self.section)
            before = Words("A table row cannot stand before the first section.")
            self.findings.error(row.line, self.section, inside if self.section else before)

    def _prose(self, number: int, words: str) -> None:
        if self.target is None:
            if words.strip():
                self.findings.error(number, self.section, Words("This line belongs to no part of the document."))
            return
        if self.target in BULLETED and words.strip():
            words = self._bullet(number, words.strip())
        self.gathered.texts.setdefault(self.target, []).append((number, words))

    def _bullet(self, number: int, words: str) -> str:
        if words.startswith(BULLETS):
            return words[2:]
        self.findings.note(number, self.section, Words("This line is no bullet and was read as one."))
        return words
