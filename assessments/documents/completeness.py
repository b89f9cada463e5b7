"""What a document of right structure still lacks, and the inputs it gives the formula."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from assessments.documents.shape import Dimension, Document, Problem
from assessments.scoring import (
    Figures,
    InputError,
    Inputs,
    Method,
    Scale,
    TaskInput,
    compute,
    half_up,
    plain,
)
from assessments.scoring.words import Words


def inputs_of(document: Document) -> Inputs | None:
    """What the formula reads, or None while any score, share or involvement is not given yet."""
    tasks = tuple(
        TaskInput(task.time_percent, task.score, task.involvement)
        for task in document.tasks
        if task.time_percent is not None and task.score is not None and task.involvement
    )
    protective = _scores(document.protective_principles)
    evidence, barriers = _scores(document.evidence), _scores(document.barriers)
    growth = document.growth.score
    if protective is None or evidence is None or barriers is None or growth is None:
        return None
    if len(tasks) < len(document.tasks):
        return None
    return Inputs(protective, growth, tasks, evidence, barriers)


def figures_of(document: Document, method: Method) -> Figures | None:
    """The figures of a document whose inputs are complete and legal, else None."""
    inputs = inputs_of(document)
    try:
        return None if inputs is None else compute(method, inputs)
    except InputError:
        return None


def problems(document: Document, method: Method) -> tuple[Problem, ...]:
    """Every error that bars submission and every warning, in the document's order."""
    return (
        *_role_problems(document),
        *_dimension_problems("protective_principles", document.protective_principles, method.protective),
        *_growth_problems(document, method),
        *_task_problems(document, method),
        *_dimension_problems("evidence", document.evidence, method.evidence),
        *_dimension_problems("barriers", document.barriers, method.barriers),
        *_override_problems(document, method),
        *_missing_texts(document),
        *_borderline_warning(document, method),
    )


def _error(path: str, code: str, message: str) -> Problem:
    return Problem("error", path, code, message)


def _warning(path: str, code: str, message: str) -> Problem:
    return Problem("warning", path, code, message)


def _scores(dimensions: tuple[Dimension, ...]) -> Mapping[str, int] | None:
    given = {each.code: each.score for each in dimensions if each.score is not None}
    return given if len(given) == len(dimensions) else None


def _role_problems(document: Document) -> Iterator[Problem]:
    needed = {
        "role.title": ("The job title", document.role.title),
        "role.seniority": ("The seniority level", document.role.seniority),
        "definition.primary_function": ("The primary function", document.definition.primary_function),
    }
    for path, (name, text) in needed.items():
        if not text:
            yield _error(path, "missing", f"{name} is missing.")


def _dimension_problems(group: str, dimensions: tuple[Dimension, ...], scales: tuple[Scale, ...]) -> Iterator[Problem]:
    for index, (dimension, scale) in enumerate(zip(dimensions, scales, strict=True)):
        yield from _score_problems(f"{group}[{index}]", scale, dimension.score)
        if not dimension.rationale:
            yield _error(
                f"{group}[{index}].rationale", "missing", Words("{name} needs a rationale.", name=Words(scale.name))
            )


def _score_problems(path: str, scale: Scale, score: int | None, subject: str = "") -> Iterator[Problem]:
    if score is None:
        yield _error(f"{path}.score", "missing", Words("{name} has no score yet.", name=subject or Words(scale.name)))
    elif refusal := scale.refusal(score):
        yield _error(
            f"{path}.score",
            "out_of_range",
            Words("{name}: {refusal}", name=subject, refusal=refusal) if subject else refusal,
        )


def _growth_problems(document: Document, method: Method) -> Iterator[Problem]:
    yield from _score_problems("growth", method.growth, document.growth.score)
    if not document.growth.rationale:
        yield _error("growth.rationale", "missing", Words("{name} needs a rationale.", name=Words(method.growth.name)))


def _task_problems(document: Document, method: Method) -> Iterator[Problem]:
    rules, shares = method.tasks, []
    if refusal := rules.count_refusal(len(document.tasks)):
        yield _error("tasks", "task_count", refusal)
    for index, task in enumerate(document.tasks):
        path, subject = f"tasks[{index}]", Words("Task {number}", number=index + 1)
        if not task.name:
            yield _error(f"{path}.name", "missing", Words("{name} has no name.", name=subject))
        if task.time_percent is None:
            yield _error(f"{path}.time_percent", "missing", Words("{name} has no share of time yet.", name=subject))
        elif refusal := rules.share_refusal(task.time_percent):
            yield _error(
                f"{path}.time_percent", "out_of_range", Words("{name}: {refusal}", name=subject, refusal=refusal)
            )
        elif not task.time_percent:
            yield _warning(
                f"{path}.time_percent", "no_time", Words("{name} takes no time and does not count.", name=subject)
            )
        yield from _score_problems(path, rules.score, task.score, subject)
        if not task.involvement:
            yield _error(
                f"{path}.involvement", "missing", Words("{name} does not say how AI is involved.", name=subject)
            )
        if not task.rationale:
            yield _error(f"{path}.rationale", "missing", Words("{name} needs a rationale.", name=subject))
        shares.append(task.time_percent or Decimal(0))
    if shares and (refusal := rules.sum_refusal(sum(shares, Decimal(0)))):
        yield _error("tasks", "time_sum", refusal)


def _override_problems(document: Document, method: Method) -> Iterator[Problem]:
    override = document.override
    if not override.rationale:
        yield _error("override.rationale", "missing", "Say why the formula score is accepted or another proposed.")
    if override.proposed_score is None:
        if override.reason_code:
            message = "A reason code needs a proposed score; without a proposal leave it empty."
            yield _error("override.reason_code", "reason_without_proposal", message)
        return
    if not override.reason_code:
        yield _error("override.reason_code", "missing", "A proposed score needs a reason code.")
    if refused := _proposal_refusal(override.proposed_score, document, method):
        yield _error("override.proposed_score", *refused)


def _proposal_refusal(proposed: Decimal, document: Document, method: Method) -> tuple[str, str] | None:
    """The code and the sentence of what makes the proposal illegal, if anything does."""
    scale, shown = method.score, plain(proposed)
    if not scale.minimum <= proposed <= scale.maximum:
        between = f"{plain(scale.minimum)} and {plain(scale.maximum)}"
        return "out_of_range", f"The proposed score must lie between {between}, not {shown}."
    if proposed != half_up(proposed, scale.places):
        return "too_precise", f"The proposed score may have one decimal, not {shown}."
    figures = figures_of(document, method)
    if figures is None:
        return None
    distance = abs(proposed - figures.formula_score)
    if not distance:
        return "equals_formula", f"The formula gives {figures.formula_score} already; withdraw the proposal."
    if distance > method.override.max_distance:
        limit = plain(method.override.max_distance)
        return (
            "too_far",
            f"The proposed score is {distance} points from the formula's; at most {limit} are allowed.",
        )
    return None


def _missing_texts(document: Document) -> Iterator[Problem]:
    definition, commentary = document.definition, document.commentary
    texts = {
        "definition.not_this_role": ("what this role is not", definition.not_this_role),
        "definition.typical_experience": ("the typical experience", definition.typical_experience),
        "definition.seniority_note": ("the seniority note", definition.seniority_note),
        "growth.check": ("the growth correlation check", document.growth.check),
        "reinstatement": ("the reinstatement check", document.reinstatement),
        "commentary.score_vs_reality": ("the score vs reality check", commentary.score_vs_reality),
        "commentary.not_captured": ("what the numbers do not capture", commentary.not_captured),
        "commentary.who_should_worry": ("who should worry", commentary.who_should_worry),
        "commentary.single_biggest_factor": ("the single biggest factor", commentary.single_biggest_factor),
        "commentary.outlook_year": ("the year of the outlook", commentary.outlook_year),
        "commentary.outlook": ("the outlook", commentary.outlook),
        "commentary.survival_strategy": ("the survival strategy", commentary.survival_strategy),
        "commentary.timeline": ("the timeline", commentary.timeline),
    }
    for path, (name, text) in texts.items():
        if not text:
            yield _warning(path, "empty", f"Readers will miss {name}: it is still empty.")


def _borderline_warning(document: Document, method: Method) -> Iterator[Problem]:
    figures = figures_of(document, method)
    if figures is not None and figures.borderline:
        message = f"The score {figures.formula_score} is borderline: within {method.borderline} points of an edge."
        yield _warning("", "borderline", message)
