"""Figures in prose that are tied to this very role and contradict what was computed: worth a note.

Tied is what is said of the role's own name, of "this role" or of "AIJRI". Other roles and other seniorities are
quoted; what would be, was or might become is no statement about the figures of today. Where in doubt nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assessments.documents.names import FIGURES, OPENING, is_own, name_before
from assessments.documents.quotes import SUB_LABELS, quoting_texts
from assessments.documents.shape import Document
from assessments.scoring import Figures, Method, half_up, places_of, zone_of
from assessments.scoring.words import Words

NUMBER = r"(?P<score>[0-9]{1,3}\.[0-9])(?![0-9%]|\.[0-9]|/(?!100\b)|[ -](?:points?|per ?cent|out of|times)\b)"
OF_SOMETHING = r"(?! (?:on|for|in) )"
ZONE = (
    rf"(?P<zone>Green|Yellow|Red|GREEN|YELLOW|RED|(?:green|yellow|red)(?= zone\b))\b"
    rf"(?: [Zz]one\b)?(?: \(?(?P<sub>{SUB_LABELS})\b)?(?! [A-Z]|[-/])"
)
ADVERB = r"(?: (?:now|still|currently|today|therefore|thus|firmly|comfortably|clearly|well|just|only|correctly))?"
VERB = r"(?:is|stays|remains|sits|falls|lands|stands|qualifies|belongs|scores|ranks|counts)"
OF = r"(?: is| of| stands at| at|:| =)?"
ITS_SCORE = re.compile(
    rf"(?:['’]s?)?(?: \((?:AIJRI:? |scored |scores |score )?"
    rf"|{ADVERB} (?:scores|scored|is scored at|sits at|stands at|is at|at|lands at|has an? (?:AIJRI|score) of) "
    rf"|(?: (?:current|formula|published|composite|overall|final))? (?:score|AIJRI)(?: score)?{OF} )"
    rf"{NUMBER}{OF_SOMETHING}"
)
ITS_ZONE = re.compile(
    rf"(?:['’]s? (?:AIJRI|score|zone))?{ADVERB}"
    rf" (?:{VERB}{ADVERB}(?: in(?:to)?| as| within| under| to)?(?: the| an?)? |\(){ZONE}"
)
ITS_TOTAL = re.compile(
    r"['’]s?(?: [a-z-]+){0,3}? (?P<figure>task resistance|evidence|barriers?|protective)"
    r"(?: (?:total|score|principles))?(?: of | is | at | \(|: | = )(?P<total>[+−-]?[0-9]{1,2}(?:\.[0-9]{1,2})?)"
    r"(?=/[0-9]|[,;:)]|\.(?![0-9])|$| (?:vs|against|and|or|but|is|makes|shows|reflects)\b)",
    re.MULTILINE,
)
AIJRI = re.compile(
    rf"(?P<before>{NUMBER.replace('score', 'leading')}) AIJRI\b"
    rf"|\bAIJRI(?: score)?(?: is| of| stands at| at|:| =) {NUMBER}|\bAIJRI \({NUMBER.replace('score', 'bracketed')}\)"
    rf"|\b(?:AIJRI(?: score| zone)? {VERB}{ADVERB}(?: in(?:to)?| as| within)?(?: the| an?)? ){ZONE}"
    r"|\b(?P<colour>Green|Yellow|Red)(?: \(?(?P<shade>[A-Z][a-z]+)\)?)? AIJRI\b"
)
CONFIRMED = re.compile(r"\bConfirmed at (?P<growth>[+−-]?[0-9])\b")
QUALIFIES = re.compile(rf"\bThis qualifies as (?:an? )?{ZONE}")
POSITIONS = re.compile(rf"(?<![0-9.]){NUMBER}(?: [a-z]+)? (?:positions|places|puts|sets|leaves) (?:the )?\Z")
SENIORITY = re.compile(
    r"(?:junior|senior|principal|lead|staff|chief|head|master|assistant|associate|graduate|trainee|apprentice"
    r"|entry-level|mid-level|experienced|former|other|another)(?:/[\w-]+)?|[\w-]+-level",
    re.IGNORECASE,
)
SUPPOSED = re.compile(
    r"\b(?:would|could|might|may|should|if|were|unless|until|previously|formerly|earlier|originally|once|used to|had"
    r"|wrongly|average|mean|median|minimum|maximum|target|required|least|most|typical|any|every|another|than|needs?"
    r"|requires?|takes)\b",
    re.IGNORECASE,
)
LATER_ON = re.compile(
    r"\b(?:in version|last year|previously|in (?:19|20)[0-9]{2}|by (?:19|20)[0-9]{2}|in the (?:previous|earlier|first)"
    r"|until|before|if|unless|at first|or (?:more|above|higher|less|below|lower)|and above|once|again if)\b"
)
CLAUSE = re.compile(r"[.;:!?—–(\n](?![0-9])")
WINDOW = 160
FIELDS = {
    "task resistance": "task_resistance",
    "evidence": "evidence_total",
    "barrier": "barrier_total",
    "barriers": "barrier_total",
    "protective": "protective_total",
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A statement in the text of a path, so many line breaks into it, and a sentence about it."""

    path: str
    breaks: int
    message: str


def contradictions(document: Document, method: Method, figures: Figures) -> Iterator[Contradiction]:
    """Scores, totals, growth and zones said of this role or of its AIJRI that are not those of its figures."""
    judge = Judge(document, method, figures)
    for path, text in _texts(document):
        for start, message in sorted(judge.wrong(text)):
            yield Contradiction(path, text.count("\n", 0, start), message)


def _texts(document: Document) -> Iterator[tuple[str, str]]:
    yield "definition.primary_function", document.definition.primary_function
    for group in ("protective_principles", "tasks", "evidence", "barriers"):
        for index, entry in enumerate(getattr(document, group)):
            yield f"{group}[{index}].rationale", entry.rationale
    yield "growth.rationale", document.growth.rationale
    yield "quick_screen", document.quick_screen
    yield "reinstatement", document.reinstatement
    yield from quoting_texts(document)


class Judge:
    """Finds the statements about one role and holds them against its figures."""

    def __init__(self, document: Document, method: Method, figures: Figures) -> None:
        self.role, self.figures = document.role, figures
        proposed = document.override.proposed_score
        self.scores = {figures.formula_score, proposed}
        self.zones = {figures.zone} | ({zone_of(method, proposed).code} if proposed is not None else set())
        self.sub_labels = {figures.sub_label} if proposed is None else None
        seniority, title = re.escape(self.role.seniority), re.escape(self.role.title)
        self.own = re.compile(
            rf"(?<![\w'’-])(?:(?P<this>this role)|(?:{seniority} )?{title}s?)(?![\w-])", re.IGNORECASE
        )

    def wrong(self, text: str) -> Iterator[tuple[int, str]]:
        """Where each contradicting statement of a text stands, and the sentence about it."""
        for match in self.own.finditer(text):
            if match["this"] or self._is_meant(text, match):
                yield from self._of_subject(text, match)
        for match in AIJRI.finditer(text) if "AIJRI" in text else ():
            if self._is_its(text, match):
                score = match["leading"] or match["score"] or match["bracketed"]
                zone, sub = match["zone"] or match["colour"], match["sub"] or match["shade"]
                yield from self._score(match.start(), score) if score else self._zone(match.start(), zone, sub)
        for match in CONFIRMED.finditer(text):
            if int(match["growth"].replace("−", "-")) != self.figures.growth:
                stated, growth = match["growth"], self.figures.growth
                yield (
                    match.start(),
                    Words("The text confirms {stated}; the growth score is {growth}.", stated=stated, growth=growth),
                )
        for match in QUALIFIES.finditer(text):
            yield from self._zone(match.start(), match["zone"], match["sub"])

    def _of_subject(self, text: str, subject: re.Match[str]) -> Iterator[tuple[int, str]]:
        start, end = subject.span()
        if found := ITS_SCORE.match(text, end):
            if self._is_stated(text, start, found.end()):
                yield from self._score(start, found["score"])
        elif found := ITS_ZONE.match(text, end):
            if self._is_stated(text, start, found.end()):
                yield from self._zone(start, found["zone"], found["sub"])
        elif (found := ITS_TOTAL.match(text, end)) and self._is_stated(text, start, found.end()):
            yield from self._total(start, found["figure"], found["total"])
        if (found := POSITIONS.search(text[max(0, start - WINDOW) : start])) and self._is_stated(text, start, end):
            yield from self._score(start, found["score"])

    def _is_meant(self, text: str, match: re.Match[str]) -> bool:
        """Whether the own title is no part of a longer one and not that of another seniority."""
        if re.match(r" [A-Z]", text[match.end() : match.end() + 2]) and not text.startswith(" AIJRI", match.end()):
            return False
        before = text[max(0, match.start() - WINDOW) : match.start()]
        word = before.rstrip(" ").rpartition(" ")[2].rpartition("\n")[2] if before.endswith(" ") else ""
        if not word or word[-1] in ".,;:!?)—–":
            return True
        capitalised = word[:1].isupper() and not OPENING.fullmatch(word) and not FIGURES.fullmatch(word)
        return not capitalised and not SENIORITY.fullmatch(word)

    def _is_its(self, text: str, match: re.Match[str]) -> bool:
        """Whether a statement about "AIJRI" is about that of this role and of nobody else."""
        before = self._clause_before(text, match.start())
        if re.search(r"(?:['’]s?|\b(?:its|their|his|her|whose)) (?:\w+ )?\Z", before):
            return False
        opened = match.start() - 1
        if text[opened : match.start()] == "(" and (name := name_before(text, opened - 1)):
            return is_own(name, self.role)
        after = re.match(r" (?:for|of|held by|like|as|at) (?:the |an? )?(?P<name>[A-Z])", text[match.end() :][:WINDOW])
        if after and not self.own.match(text, match.end() + after.start("name")):
            return False
        if not self.own.search(before) and _names_another(before):
            return False
        return self._is_stated(text, match.start(), match.end())

    def _is_stated(self, text: str, start: int, end: int) -> bool:
        """Whether the clause states what is, rather than what was, would or might be."""
        after = text[end : end + WINDOW]
        stop = CLAUSE.search(after)
        after = after[: stop.start()] if stop else after
        return not SUPPOSED.search(self._clause_before(text, start)) and not LATER_ON.search(after)

    def _clause_before(self, text: str, start: int) -> str:
        return CLAUSE.split(text[max(0, start - WINDOW) : start])[-1]

    def _score(self, start: int, stated: str) -> Iterator[tuple[int, str]]:
        if Decimal(stated) not in self.scores:
            score = self.figures.formula_score
            yield start, Words("The text says {stated}; the formula gives {score}.", stated=stated, score=score)

    def _zone(self, start: int, zone: str, sub: str | None) -> Iterator[tuple[int, str]]:
        if zone.lower() not in self.zones:
            own = Words(self.figures.zone.capitalize())
            yield start, Words("The text says {stated}; the zone is {zone}.", stated=zone, zone=own)
        elif sub and self.sub_labels is not None and sub.lower() not in self.sub_labels:
            stated, label = f"{zone} ({sub})", Words(self.figures.label)
            yield start, Words("The text says {stated}; the label is {label}.", stated=stated, label=label)

    def _total(self, start: int, figure: str, stated: str) -> Iterator[tuple[int, str]]:
        key = FIELDS[figure]
        number = stated.replace("−", "-")
        if Decimal(number) != half_up(getattr(self.figures, key), places_of(number)):
            own = self.figures.as_json()[key]
            yield start, Words("The text says {stated}; it is {number}.", stated=f"{figure} {stated}", number=own)


def _names_another(clause: str) -> bool:
    """Whether a clause names some role: two capitalised words that are neither an opening nor figures."""
    pairs = re.finditer(r"(?<![\w-])(?=([A-Z][\w/&-]*) ([A-Z][\w/&-]*))", clause)
    return any(
        not FIGURES.fullmatch(first) and not FIGURES.fullmatch(second) and not OPENING.fullmatch(first)
        for first, second in (pair.groups() for pair in pairs)
    )
