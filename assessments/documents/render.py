"""From document to text in either dialect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from assessments.documents import phrases
from assessments.documents.parts import (
    Bullets,
    Cells,
    Heading,
    Labelled,
    Part,
    Prose,
    Table,
    markdown_file,
    plain_file,
)
from assessments.documents.shape import Dimension, Document
from assessments.documents.tables import ROLE_FIELDS, TASK_COLUMNS, escape_total
from assessments.scoring import Figures, Method, Scale, half_up, plain


def render_plain(document: Document, method: Method, figures: Figures) -> str:
    """The document in the plain dialect with its figures, as `read` reads it; for complete documents."""
    return plain_file(_parts(document, method, figures))


def render_markdown(document: Document, method: Method, figures: Figures) -> str:
    """The document in the Markdown dialect with its figures, as `read` reads it; for complete documents."""
    return markdown_file(_parts(document, method, figures))


def _parts(document: Document, method: Method, figures: Figures) -> Iterator[Part]:
    yield from _role(document)
    yield from _principles(document, method, figures)
    yield from _tasks(document, method, figures)
    yield from _evidence(document, method, figures)
    yield from _barriers(document, method, figures)
    yield from _section(phrases.CHECK, document.growth.check)
    yield from _composite(method, figures)
    yield from _sub_label(method, figures)
    yield from _labelled(phrases.OVERRIDE, _override(document, figures))
    yield from _commentary(document)


def _range(scale: Scale) -> str:
    between = "-" if scale.minimum >= 0 else " to "
    return f"({scale.minimum}{between}{scale.maximum})"


def _section(heading: str, text: str, *, is_part: bool = False) -> Iterator[Part]:
    """A heading with its text, or nothing where there is no text."""
    if text:
        yield Heading(heading, is_part)
        yield Prose(text)


def _labelled(label: str, text: str) -> Iterator[Part]:
    """A labelled text, or nothing where there is no text."""
    if text:
        yield Labelled(label, text)


def _scores(dimensions: tuple[Dimension, ...], scales: tuple[Scale, ...]) -> Iterator[Cells]:
    for dimension, scale in zip(dimensions, scales, strict=True):
        yield Cells((scale.name, str(dimension.score), dimension.rationale))


def _most(scales: Iterable[Scale]) -> int:
    return sum(scale.maximum for scale in scales)


def _role(document: Document) -> Iterator[Part]:
    fields = (Cells((name, getattr(getattr(document, part), key))) for name, (part, key) in ROLE_FIELDS.items())
    yield Heading(phrases.ROLE)
    yield Table(("Field", "Value"), tuple(fields), leads=True)
    yield from _labelled(phrases.SENIORITY_NOTE, document.definition.seniority_note)


def _principles(document: Document, method: Method, figures: Figures) -> Iterator[Part]:
    rows = (
        *_scores(document.protective_principles, method.protective),
        Cells(("Protective Total", f"{figures.protective_total}/{_most(method.protective)}", ""), at=(0, 1, 2)),
        Cells((method.growth.name, str(figures.growth), document.growth.rationale)),
    )
    yield Heading(phrases.PRINCIPLES)
    yield Table(("Principle", f"Score {_range(method.protective[0])}", "Rationale"), rows)
    statement = f"Protective {figures.protective_total} + Correlation {figures.growth} = {figures.screen}."
    yield Labelled(phrases.SCREEN, f"{statement} {document.quick_screen}".rstrip())


def _tasks(document: Document, method: Method, figures: Figures) -> Iterator[Part]:
    names = {named.code: named.name for named in method.tasks.involvements}
    weighted_total, resistance = half_up(figures.weighted_total, 2), half_up(figures.task_resistance, 2)
    rows = []
    for task in document.tasks:
        share = task.time_percent or Decimal(0)
        weighted = half_up(share * (task.score or 0) / 100, 2)
        named = (escape_total(task.name), f"{plain(share)}%", str(task.score), str(weighted))
        rows.append(Cells((*named, names.get(task.involvement, ""), task.rationale)))
    rows.append(Cells(("Total", f"{plain(method.tasks.total)}%", str(weighted_total)), at=(0, 1, 3)))
    name, time, score, *others = TASK_COLUMNS
    yield Heading(phrases.TASKS)
    yield Table((name, time, f"{score} {_range(method.tasks.score)}", *others), tuple(rows))
    formula = f"{method.formula.ceiling} - {weighted_total} = {resistance}/{_highest_resistance(method)}"
    yield Labelled(phrases.RESISTANCE, formula)
    shares = (f"{plain(share)}% {names[code].lower()}" for code, share in figures.split.items())
    yield Labelled(phrases.SPLIT, f"{', '.join(shares)}.")
    yield from _labelled(phrases.REINSTATEMENT, document.reinstatement)


def _highest_resistance(method: Method) -> Decimal:
    return half_up(method.formula.ceiling - method.tasks.score.minimum, 1)


def _evidence(document: Document, method: Method, figures: Figures) -> Iterator[Part]:
    total = Cells(("Total", str(figures.evidence_total)), at=(0, 1))
    yield Heading(phrases.EVIDENCE)
    columns = ("Dimension", f"Score {_range(method.evidence[0])}", "Evidence")
    yield Table(columns, (*_scores(document.evidence, method.evidence), total))


def _barriers(document: Document, method: Method, figures: Figures) -> Iterator[Part]:
    total = Cells(("Total", f"{figures.barrier_total}/{_most(method.barriers)}"), at=(0, 1))
    yield Heading(phrases.BARRIERS)
    yield Labelled(phrases.QUESTION, phrases.QUESTION_TEXT)
    columns = ("Barrier", f"Score {_range(method.barriers[0])}", "Rationale")
    yield Table(columns, (*_scores(document.barriers, method.barriers), total))


def _composite(method: Method, figures: Figures) -> Iterator[Part]:
    formula, shown = method.formula, figures.as_json()
    resistance, raw, score = shown["task_resistance"], shown["raw"], shown["formula_score"]
    modifiers = (
        ("Evidence Modifier", figures.evidence_total, formula.evidence_step, shown["evidence_modifier"]),
        ("Barrier Modifier", figures.barrier_total, formula.barrier_step, shown["barrier_modifier"]),
        ("Growth Modifier", figures.growth, formula.growth_step, shown["growth_modifier"]),
    )
    rows = (
        Cells((phrases.RESISTANCE, f"{resistance}/{_highest_resistance(method)}")),
        *(Cells((name, f"1.0 + ({total} x {step}) = {modifier}")) for name, total, step, modifier in modifiers),
    )
    yield Heading(phrases.COMPOSITE)
    yield Table(("Input", "Value"), rows)
    yield Labelled(phrases.RAW, f"{' x '.join((resistance, *(entry[3] for entry in modifiers)))} = {raw}")
    working = f"({raw} - {formula.offset}) / {formula.divisor} x 100 = {score}/{plain(method.score.maximum)}"
    yield Labelled(phrases.SCORE, working)
    ranges = ", ".join(zone.range_text for zone in method.zones)
    zone = next(zone.name for zone in method.zones if zone.code == figures.zone)
    yield Labelled(phrases.ZONE, f"{zone.upper()} ({ranges})")


def _sub_label(method: Method, figures: Figures) -> Iterator[Part]:
    rows = (
        Cells((f"% of task time scoring {method.tasks.exposed_from}+", f"{plain(figures.time_at_3_plus)}%")),
        Cells((method.growth.name, str(figures.growth))),
        Cells(("Sub-label", f"{figures.label} — {figures.label_rule}")),
    )
    yield Heading(phrases.SUB_LABEL)
    yield Table(("Metric", "Value"), rows)


def _override(document: Document, figures: Figures) -> str:
    override = document.override
    if override.proposed_score is None:
        return f"{phrases.FORMULA_ACCEPTED} {override.rationale}".rstrip()
    proposed = override.proposed_score + Decimal("0.0")  # with one decimal at the least
    difference = proposed - figures.formula_score
    reason = f", {override.reason_code}" if override.reason_code else ""
    return f"Proposed {proposed} ({difference:+}){reason} — {override.rationale}".rstrip()


def _commentary(document: Document) -> Iterator[Part]:
    commentary = document.commentary
    parts = [
        *_section(phrases.REALITY, commentary.score_vs_reality, is_part=True),
        *_not_captured(document),
        *_worry(document),
        *_meaning(document),
    ]
    if parts:
        yield Heading(phrases.COMMENTARY)
        yield from parts


def _not_captured(document: Document) -> Iterator[Part]:
    if document.commentary.not_captured:
        yield Heading(phrases.NOT_CAPTURED, is_part=True)
        yield Bullets(document.commentary.not_captured)


def _worry(document: Document) -> Iterator[Part]:
    commentary = document.commentary
    if commentary.who_should_worry or commentary.single_biggest_factor:
        yield Heading(phrases.WORRY, is_part=True)
    if commentary.who_should_worry:
        yield Prose(commentary.who_should_worry)
    yield from _labelled(phrases.FACTOR, commentary.single_biggest_factor)


def _meaning(document: Document) -> Iterator[Part]:
    commentary, year = document.commentary, document.commentary.outlook_year
    parts: list[Part] = []
    if year or commentary.outlook:
        label = f"{phrases.OUTLOOK} {year}" if year else phrases.OUTLOOK_AHEAD
        parts.append(Labelled(label, commentary.outlook))
    if commentary.survival_strategy:
        parts += (Labelled(phrases.STRATEGY, ""), Bullets(commentary.survival_strategy))
    parts += _labelled(phrases.TIMELINE, commentary.timeline)
    if parts:
        yield Heading(phrases.MEANING, is_part=True)
        yield from parts
