"""Stated figures against computed ones. What a document states is evidence and never input."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessments.documents import phrases
from assessments.documents.findings import Discrepancy, Findings, shortened
from assessments.documents.gather import Gathered, Row
from assessments.documents.phrases import fold, straight
from assessments.documents.shape import Document
from assessments.documents.tables import Tables
from assessments.scoring import Figures, Method, half_up, places_of, plain
from assessments.scoring.formula import unclamped_score
from assessments.scoring.words import Words

NUMBER = re.compile(r"(?<![0-9.])[+-]?[0-9]+(?:\.[0-9]+)?")
WORDS = re.compile(r"[^\W\d_]{2,}")
LONGEST_NUMBER = 40
DASH = re.compile(r" +-+ +")
UNCHECKED = Words("The working on this line has another form and was not checked.")
TOTAL_TEXT = Words("The text in the row of the total is not kept.")
NO_ROW = Words("This row is not known and is not kept.")
Exact = Decimal | Fraction | int


@dataclass(frozen=True, slots=True)
class Expected:
    """A number that a statement should hold: the figure's key, its exact value, and how it is shown."""

    field: str
    value: Exact
    shown: str


def agrees(stated: str, value: Exact) -> bool:
    """Whether a stated number equals the exact value rounded to the stated number's own decimals."""
    return len(stated) <= LONGEST_NUMBER and Decimal(stated) == half_up(value, places_of(stated))


class Comparison:
    """Compares everything that a document states about itself."""

    def __init__(
        self,
        document: Document,
        method: Method,
        figures: Figures,
        gathered: Gathered,
        tables: Tables,
        findings: Findings,
    ) -> None:
        self.document, self.method, self.figures = document, method, figures
        self.gathered, self.tables, self.findings = gathered, tables, findings
        self.shown = {key: str(value) for key, value in figures.as_json().items()}

    def run(self) -> None:
        """Report every difference."""
        self._totals()
        self._screen()
        self._weighted()
        self._lines()
        self._split()
        self._composite()
        self._score_line()
        self._zone()
        self._sub_label()
        self._override()
        self._question()

    def _figure(self, key: str) -> Expected:
        value: Exact = getattr(self.figures, key)
        return Expected(key, value, self.shown[key])

    def _differs(self, line: int, section: str, field: str, stated: str, computed: str) -> None:
        self.findings.discrepancies.append(Discrepancy(section, field, shortened(stated), computed, line))

    def _numbers(self, line: int, section: str, text: str, expected: Sequence[Expected], result: int) -> None:
        """Compare the numbers of a statement with those it should hold, or its result alone with the result's."""
        found = NUMBER.findall(straight(text))
        if not found:
            self._differs(line, section, expected[result].field, text, expected[result].shown)
            return
        if len(found) == len(expected):
            pairs = list(zip(found, expected, strict=True))
        else:
            after = NUMBER.findall(straight(text).rpartition("=")[2])
            pairs = list(zip(after, expected[result:], strict=False))
            if "=" in text or len(after) > len(expected[result:]):
                self.findings.note(line, section, UNCHECKED)
        for stated, each in pairs:
            if not agrees(stated, each.value):
                self._differs(line, section, each.field, stated, each.shown)

    def _totals(self) -> None:
        maximum = {
            phrases.PRINCIPLES: sum(scale.maximum for scale in self.method.protective),
            phrases.EVIDENCE: sum(scale.maximum for scale in self.method.evidence),
            phrases.BARRIERS: sum(scale.maximum for scale in self.method.barriers),
        }
        keys = {
            phrases.PRINCIPLES: "protective_total",
            phrases.EVIDENCE: "evidence_total",
            phrases.BARRIERS: "barrier_total",
        }
        for section, key in keys.items():
            if row := self.tables.totals.get(section):
                expected = self._figure(key)
                most = Expected(key, maximum[section], str(maximum[section]))
                self._numbers(row.line, section, row.cells[1], (expected, most), 0)
                if row.cells[2]:
                    self.findings.note(row.line, section, TOTAL_TEXT)
        if row := self.tables.totals.get(phrases.TASKS):
            self._task_total(row)

    def _task_total(self, row: Row) -> None:
        cells = [cell for cell in row.cells[1:] if cell]
        time = sum((task.time_percent or Decimal(0) for task in self.document.tasks), Decimal(0))
        expected = (Expected("time_total", time, plain(time)), self._figure("weighted_total"))
        for cell, each in zip(cells, expected, strict=False):
            self._numbers(row.line, phrases.TASKS, cell, (each,), 0)
        if cells[2:]:
            self.findings.note(row.line, phrases.TASKS, TOTAL_TEXT)

    def _screen(self) -> None:
        said = self.gathered.labels.get(phrases.SCREEN)
        if said is None:
            return
        statement = split_screen(said.text)[0]
        sum_, equals, screen = statement.partition("=")
        if not equals:
            message = Words("The line states no quick screen result and was read as a remark.")
            self.findings.note(said.line, said.section, message)
            return
        expected = (self._figure("protective_total"), self._figure("growth"))
        self._numbers(said.line, said.section, sum_, expected, 0)
        if fold(screen) != fold(self.figures.screen):
            self._differs(said.line, said.section, "screen", screen.strip(), self.figures.screen)

    def _weighted(self) -> None:
        for index, row in self.tables.weighted.items():
            task = self.document.tasks[index]
            value = (task.time_percent or Decimal(0)) * (task.score or 0) / 100
            if row.cells[0]:
                expected = Expected(f"tasks[{index}].weighted", value, str(half_up(value, 2)))
                self._numbers(row.line, phrases.TASKS, row.cells[0], (expected,), 0)

    def _lines(self) -> None:
        """The lines of task resistance and of the raw product."""
        formula = self.method.formula
        resistance = self._figure("task_resistance")
        ceiling = Expected("task_resistance", formula.ceiling, str(formula.ceiling))
        self._said(
            phrases.RESISTANCE,
            (ceiling, self._figure("weighted_total"), resistance, self._highest_resistance()),
            2,
        )
        factors = ("task_resistance", "evidence_modifier", "barrier_modifier", "growth_modifier", "raw")
        self._said(phrases.RAW, tuple(self._figure(key) for key in factors), 4)

    def _highest_resistance(self) -> Expected:
        highest = self.method.formula.ceiling - self.method.tasks.score.minimum
        return Expected("task_resistance", highest, str(half_up(highest, 1)))

    def _said(self, label: str, expected: Sequence[Expected], result: int) -> None:
        if said := self.gathered.labels.get(label):
            self._numbers(said.line, said.section, said.text, expected, result)
            self._unkept(said.line, said.section, said.text)

    def _unkept(self, line: int, section: str, text: str) -> None:
        if WORDS.search(straight(text)):
            self.findings.note(line, section, Words("The words on this line of figures are not kept."))

    def _split(self) -> None:
        said = self.gathered.labels.get(phrases.SPLIT)
        if said is None:
            return
        rest = fold(said.text)
        unread = len(NUMBER.findall(rest))
        for named in self.method.tasks.involvements:
            words, share = fold(named.name), self.figures.split[named.code]
            for stated in re.findall(rf"(?<![0-9.])([0-9]+(?:\.[0-9]+)?) ?% {re.escape(words)}", rest):
                unread -= 1
                if not agrees(stated, share):
                    self._differs(said.line, said.section, "split", f"{stated}% {words}", f"{plain(share)}% {words}")
            rest = rest.replace(words, "")
        if unread:
            self.findings.note(said.line, said.section, UNCHECKED)
        self._unkept(said.line, said.section, rest)

    def _composite(self) -> None:
        """The table of the four factors; its first row is a header and other rows are noted."""
        formula = self.method.formula
        steps = {
            "Evidence Modifier": ("evidence_total", formula.evidence_step, "evidence_modifier"),
            "Barrier Modifier": ("barrier_total", formula.barrier_step, "barrier_modifier"),
            "Growth Modifier": ("growth", formula.growth_step, "growth_modifier"),
        }
        known = {fold(name): entry for name, entry in steps.items()}
        for row in self._table(phrases.COMPOSITE):
            name, stated = fold(row.cells[0]), row.cells[1]
            if name == fold(phrases.RESISTANCE):
                expected = (self._figure("task_resistance"), self._highest_resistance())
                self._numbers(row.line, phrases.COMPOSITE, stated, expected, 0)
            elif name in known:
                total, step, modifier = known[name]
                working = (
                    Expected(modifier, 1, "1.0"),
                    self._figure(total),
                    Expected(modifier, step, str(step)),
                )
                self._numbers(row.line, phrases.COMPOSITE, stated, (*working, self._figure(modifier)), 3)
            else:
                self.findings.note(row.line, phrases.COMPOSITE, NO_ROW)

    def _table(self, section: str) -> list[Row]:
        rows = self.gathered.tables.get(section, [])[1:]
        padded = [Row(row.line, (*row.cells, "", "")) for row in rows]
        return [row for row in padded if row.cells[0].strip(":-")]

    def _score_line(self) -> None:
        """The score's own line; a score that follows from the stated, rounded raw is a note."""
        said = self.gathered.labels.get(phrases.SCORE)
        if said is None:
            return
        formula, score = self.method.formula, self._figure("formula_score")
        most = self.method.score.maximum
        working = (
            self._figure("raw"),
            Expected("raw", formula.offset, str(formula.offset)),
            Expected("formula_score", formula.divisor, str(formula.divisor)),
            Expected("formula_score", 100, "100"),
        )
        before = len(self.findings.discrepancies)
        self._numbers(
            said.line,
            said.section,
            said.text,
            (*working, score, Expected("formula_score", most, plain(most))),
            4,
        )
        self._unkept(said.line, said.section, said.text)
        for found in self.findings.discrepancies[before:]:
            is_number = NUMBER.fullmatch(found.stated)
            if found.field == "formula_score" and is_number and self._follows(found.stated):
                self.findings.discrepancies.remove(found)
                message = Words(
                    "The stated score {stated} follows from the rounded raw; exactly it is {exact}.",
                    stated=found.stated,
                    exact=score.shown,
                )
                self.findings.note(said.line, said.section, message)

    def _follows(self, stated: str) -> bool:
        said = self.gathered.labels.get(phrases.RAW)
        numbers = NUMBER.findall(straight(said.text)) if said else []
        raw = numbers[-1] if numbers else str(half_up(self.figures.raw, 4))
        return agrees(raw, self.figures.raw) and agrees(stated, unclamped_score(self.method, Decimal(raw)))

    def _zone(self) -> None:
        said = self.gathered.labels.get(phrases.ZONE)
        if said is None:
            return
        stated, _, ranges = said.text.partition("(")
        zone = next(zone for zone in self.method.zones if zone.code == self.figures.zone)
        if fold(stated) not in (fold(zone.name), f"{fold(zone.name)} zone"):
            self._differs(said.line, said.section, "zone", stated.strip(), zone.code)
        known = ", ".join(zone.range_text for zone in self.method.zones)
        if ranges and fold(ranges.rstrip(") ")).replace(" ", "") != fold(known).replace(" ", ""):
            written = shortened(ranges.rstrip(") "))
            message = Words("The zones are written “{written}”; the method has {known}.", written=written, known=known)
            self.findings.note(said.line, said.section, message)

    def _sub_label(self) -> None:
        for row in self._table(phrases.SUB_LABEL):
            name, stated = fold(row.cells[0]), row.cells[1]
            if name.startswith("% of task time"):
                self._numbers(row.line, phrases.SUB_LABEL, stated, (self._figure("time_at_3_plus"),), 0)
            elif name == fold(self.method.growth.name):
                self._numbers(row.line, phrases.SUB_LABEL, stated, (self._figure("growth"),), 0)
            elif name == "sub-label":
                self._label(row, stated)
            else:
                self.findings.note(row.line, phrases.SUB_LABEL, NO_ROW)

    def _label(self, row: Row, stated: str) -> None:
        label, *rule = DASH.split(straight(stated), maxsplit=1)
        if _bare(label) != _bare(self.figures.label):
            self._differs(row.line, phrases.SUB_LABEL, "label", label.strip(), self.figures.label)
        elif rule and fold(rule[0]) != fold(self.figures.label_rule):
            known = {"written": shortened(rule[0]), "known": self.figures.label_rule}
            message = Words("The rule is written “{written}”; the method has “{known}”.", **known)
            self.findings.note(row.line, phrases.SUB_LABEL, message)

    def _override(self) -> None:
        said, proposed = self.gathered.labels.get(phrases.OVERRIDE), self.document.override.proposed_score
        if said is None or proposed is None:
            return
        stated = phrases.PROPOSED_PATTERN.match(said.text)
        difference = proposed - self.figures.formula_score
        if stated and stated["difference"]:
            expected = Expected("override", difference, f"{difference:+}")
            self._numbers(said.line, said.section, stated["difference"], (expected,), 0)

    def _question(self) -> None:
        said = self.gathered.labels.get(phrases.QUESTION)
        if said and fold(said.text) != fold(phrases.QUESTION_TEXT):
            message = Words("The reframed question has another wording, which is not kept.")
            self.findings.note(said.line, said.section, message)


def split_screen(text: str) -> tuple[str, str]:
    """The statement of a quick screen line, without its full stop, and the remark after it."""
    if "=" not in text:
        return "", text
    statement, _, remark = text.partition(".")
    return statement, remark.strip()


def _bare(label: str) -> str:
    return fold(label.replace("(", " ").replace(")", " "))
