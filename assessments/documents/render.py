"""From document to text in the plain dialect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from assessments.documents import phrases
from assessments.documents.phrases import escape
from assessments.documents.shape import Dimension, Document, Lead
from assessments.documents.tables import ROLE_FIELDS, TASK_COLUMNS, escape_total
from assessments.documents.texts import bullet
from assessments.scoring import Figures, Method, Scale, half_up, plain


def render_plain(document: Document, method: Method, figures: Figures) -> str:
    """The document in the plain dialect with its figures, as `read` reads it; for complete documents."""
    lines = [
        *_role(document),
        *_principles(document, method, figures),
        *_tasks(document, method, figures),
        *_evidence(document, method, figures),
        *_barriers(document, method, figures),
        *_section(phrases.CHECK, document.growth.check),
        *_composite(method, figures),
        *_sub_label(method, figures),
        _override(document, figures),
        *_commentary(document),
    ]
    return "\n".join(lines) + "\n"


def _row(*cells: object) -> str:
    texts = (str(cell).replace("|", "\\|") for cell in cells)
    return "|" + "".join(f" {text} |" if text else " |" for text in texts)


def _head(*columns: str) -> Iterator[str]:
    yield _row(*columns)
    yield "|" + "---|" * len(columns)


def _range(scale: Scale) -> str:
    between = "-" if scale.minimum >= 0 else " to "
    return f"({scale.minimum}{between}{scale.maximum})"


def _prose(text: str) -> Iterator[str]:
    return (escape(line) for line in text.split("\n"))


def _section(heading: str, text: str) -> Iterator[str]:
    """A heading with its text, or nothing where there is no text."""
    if text:
        yield heading
        yield from _prose(text)


def _labelled(label: str, text: str) -> Iterator[str]:
    """A labelled text, its further lines below it, or nothing where there is no text."""
    if text:
        first, *others = text.split("\n")
        yield f"{label}: {first}"
        yield from (escape(line) for line in others)


def _bullets(bullets: tuple[Lead, ...]) -> Iterator[str]:
    return (f"- {bullet(each.lead, each.text)}" for each in bullets)


def _scores(dimensions: tuple[Dimension, ...], scales: tuple[Scale, ...]) -> Iterator[str]:
    for dimension, scale in zip(dimensions, scales, strict=True):
        yield _row(scale.name, dimension.score, dimension.rationale)


def _most(scales: Iterable[Scale]) -> int:
    return sum(scale.maximum for scale in scales)


def _role(document: Document) -> Iterator[str]:
    yield phrases.ROLE
    yield from _head("Field", "Value")
    for name, (part, key) in ROLE_FIELDS.items():
        yield _row(name, getattr(getattr(document, part), key))
    yield from _labelled(phrases.SENIORITY_NOTE, document.definition.seniority_note)


def _principles(document: Document, method: Method, figures: Figures) -> Iterator[str]:
    yield phrases.PRINCIPLES
    yield from _head("Principle", f"Score {_range(method.protective[0])}", "Rationale")
    yield from _scores(document.protective_principles, method.protective)
    yield _row("Protective Total", f"{figures.protective_total}/{_most(method.protective)}", "")
    yield _row(method.growth.name, figures.growth, document.growth.rationale)
    statement = f"Protective {figures.protective_total} + Correlation {figures.growth} = {figures.screen}."
    yield f"{phrases.SCREEN}: {statement} {document.quick_screen}".rstrip()


def _tasks(document: Document, method: Method, figures: Figures) -> Iterator[str]:
    names = {named.code: named.name for named in method.tasks.involvements}
    weighted_total, resistance = half_up(figures.weighted_total, 2), half_up(figures.task_resistance, 2)
    yield phrases.TASKS
    name, time, score, *others = TASK_COLUMNS
    yield from _head(name, time, f"{score} {_range(method.tasks.score)}", *others)
    for task in document.tasks:
        share = task.time_percent or Decimal(0)
        weighted = half_up(share * (task.score or 0) / 100, 2)
        involvement = names.get(task.involvement, "")
        yield _row(escape_total(task.name), f"{plain(share)}%", task.score, weighted, involvement, task.rationale)
    yield _row("Total", f"{plain(method.tasks.total)}%", weighted_total)
    formula = f"{method.formula.ceiling} - {weighted_total} = {resistance}/{_highest_resistance(method)}"
    yield f"{phrases.RESISTANCE}: {formula}"
    shares = (f"{plain(share)}% {names[code].lower()}" for code, share in figures.split.items())
    yield f"{phrases.SPLIT}: {', '.join(shares)}."
    yield from _labelled(phrases.REINSTATEMENT, document.reinstatement)


def _highest_resistance(method: Method) -> Decimal:
    return half_up(method.formula.ceiling - method.tasks.score.minimum, 1)


def _evidence(document: Document, method: Method, figures: Figures) -> Iterator[str]:
    yield phrases.EVIDENCE
    yield from _head("Dimension", f"Score {_range(method.evidence[0])}", "Evidence")
    yield from _scores(document.evidence, method.evidence)
    yield _row("Total", figures.evidence_total)


def _barriers(document: Document, method: Method, figures: Figures) -> Iterator[str]:
    yield phrases.BARRIERS
    yield f"{phrases.QUESTION}: {phrases.QUESTION_TEXT}"
    yield from _head("Barrier", f"Score {_range(method.barriers[0])}", "Rationale")
    yield from _scores(document.barriers, method.barriers)
    yield _row("Total", f"{figures.barrier_total}/{_most(method.barriers)}")


def _composite(method: Method, figures: Figures) -> Iterator[str]:
    formula, shown = method.formula, figures.as_json()
    resistance, raw, score = shown["task_resistance"], shown["raw"], shown["formula_score"]
    modifiers = (
        ("Evidence Modifier", figures.evidence_total, formula.evidence_step, shown["evidence_modifier"]),
        ("Barrier Modifier", figures.barrier_total, formula.barrier_step, shown["barrier_modifier"]),
        ("Growth Modifier", figures.growth, formula.growth_step, shown["growth_modifier"]),
    )
    yield phrases.COMPOSITE
    yield from _head("Input", "Value")
    yield _row(phrases.RESISTANCE, f"{resistance}/{_highest_resistance(method)}")
    for name, total, step, modifier in modifiers:
        yield _row(name, f"1.0 + ({total} x {step}) = {modifier}")
    yield f"{phrases.RAW}: {' x '.join((resistance, *(entry[3] for entry in modifiers)))} = {raw}"
    working = f"({raw} - {formula.offset}) / {formula.divisor} x 100 = {score}/{plain(method.score.maximum)}"
    yield f"{phrases.SCORE}: {working}"
    ranges = ", ".join(zone.range_text for zone in method.zones)
    zone = next(zone.name for zone in method.zones if zone.code == figures.zone)
    yield f"{phrases.ZONE}: {zone.upper()} ({ranges})"


def _sub_label(method: Method, figures: Figures) -> Iterator[str]:
    yield phrases.SUB_LABEL
    yield from _head("Metric", "Value")
    yield _row(f"% of task time scoring {method.tasks.exposed_from}+", f"{plain(figures.time_at_3_plus)}%")
    yield _row(method.growth.name, figures.growth)
    yield _row("Sub-label", f"{figures.label} — {figures.label_rule}")


def _override(document: Document, figures: Figures) -> str:
    override = document.override
    if override.proposed_score is None:
        statement = f"{phrases.FORMULA_ACCEPTED} "
    else:
        proposed = half_up(override.proposed_score, 1)
        difference = proposed - figures.formula_score
        statement = f"Proposed {proposed} ({difference:+}), {override.reason_code or 'other'} — "
    return "\n".join(_labelled(phrases.OVERRIDE, statement + override.rationale)).rstrip()


def _commentary(document: Document) -> Iterator[str]:
    commentary = document.commentary
    lines = [
        *_section(phrases.REALITY, commentary.score_vs_reality),
        *([phrases.NOT_CAPTURED] if commentary.not_captured else []),
        *_bullets(commentary.not_captured),
        *_worry(document),
        *_meaning(document),
    ]
    if lines:
        yield phrases.COMMENTARY
        yield from lines


def _worry(document: Document) -> Iterator[str]:
    commentary = document.commentary
    if commentary.who_should_worry or commentary.single_biggest_factor:
        yield phrases.WORRY
    if commentary.who_should_worry:
        yield from _prose(commentary.who_should_worry)
    yield from _labelled(phrases.FACTOR, commentary.single_biggest_factor)


def _meaning(document: Document) -> Iterator[str]:
    commentary, year = document.commentary, document.commentary.outlook_year
    label = f"{phrases.OUTLOOK} {year}" if year else phrases.OUTLOOK_AHEAD
    lines = list(_labelled(label, commentary.outlook))
    if year and not commentary.outlook:
        lines.append(f"{label}:")
    if commentary.survival_strategy:
        lines.append(f"{phrases.STRATEGY}:")
        lines.extend(_bullets(commentary.survival_strategy))
    lines.extend(_labelled(phrases.TIMELINE, commentary.timeline))
    if lines:
        yield phrases.MEANING
        yield from lines
