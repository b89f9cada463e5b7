"""The formula: inputs in, figures out, exact throughout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments.scoring.errors import Fault, InputError
from assessments.scoring.labels import is_borderline, label_for, screen_for
from assessments.scoring.method import Method, Scale
from assessments.scoring.rounding import half_up, plain


@dataclass(frozen=True, slots=True)
class TaskInput:
    """A task as the formula sees it: its share of time in percent, its score, its involvement code."""

    percent: Decimal
    score: int
    involvement: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the formula reads; the three mappings go from input code to score."""

    protective: Mapping[str, int]
    growth: int
    tasks: tuple[TaskInput, ...]
    evidence: Mapping[str, int]
    barriers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """What the formula gives. Decimals are exact except `formula_score`, which is rounded as published."""

    method_version: str
    weighted_total: Decimal
    task_resistance: Decimal
    evidence_total: int
    evidence_modifier: Decimal
    barrier_total: int
    barrier_modifier: Decimal
    growth: int
    growth_modifier: Decimal
    raw: Decimal
    unclamped: Fraction
    formula_score: Decimal
    zone: str
    sub_label: str | None
    label: str
    label_rule: str
    protective_total: int
    screen: str
    screen_confirmed: bool
    split: Mapping[str, Decimal]
    time_at_3_plus: Decimal
    borderline: bool

    def as_json(self) -> dict[str, Any]:
        """The Figures shape of the contract: decimals as texts, rounded half up from the exact values."""
        return {
            "methodology": self.method_version,
            "weighted_total": str(half_up(self.weighted_total, 2)),
            "task_resistance": str(half_up(self.task_resistance, 2)),
            "evidence_total": self.evidence_total,
            "evidence_modifier": str(half_up(self.evidence_modifier, 2)),
            "barrier_total": self.barrier_total,
            "barrier_modifier": str(half_up(self.barrier_modifier, 2)),
            "growth": self.growth,
            "growth_modifier": str(half_up(self.growth_modifier, 2)),
            "raw": str(half_up(self.raw, 4)),
            "unclamped": str(half_up(self.unclamped, 2)),
            "formula_score": str(self.formula_score),
            "zone": self.zone,
            "sub_label": self.sub_label,
            "label": self.label,
            "protective_total": self.protective_total,
            "screen": self.screen,
            "screen_confirmed": self.screen_confirmed,
            "split": {code: plain(share) for code, share in self.split.items()},
            "time_at_3_plus": plain(self.time_at_3_plus),
            "borderline": self.borderline,
        }


def compute(method: Method, inputs: Inputs) -> Figures:
    """The figures of legal inputs. Raises InputError listing every fault of illegal ones."""
    found = tuple(faults(method, inputs))
    if found:
        raise InputError(found)
    formula = method.formula
    weighted = sum((task.percent * task.score for task in inputs.tasks), Decimal(0)) / 100
    evidence_total, barrier_total = sum(inputs.evidence.values()), sum(inputs.barriers.values())
    protective_total = sum(inputs.protective.values())
    resistance = formula.ceiling - weighted
    modifiers = (
        1 + formula.evidence_step * evidence_total,
        1 + formula.barrier_step * barrier_total,
        1 + formula.growth_step * inputs.growth,
    )
    raw = resistance * modifiers[0] * modifiers[1] * modifiers[2]
    score = published(method, raw)
    exposed = sum((t.percent for t in inputs.tasks if t.score >= method.tasks.exposed_from), Decimal(0))
    label = label_for(
        method,
        score=score,
        growth=inputs.growth,
        time_at_3_plus=exposed,
        task_resistance=resistance,
        evidence_total=evidence_total,
        barrier_total=barrier_total,
    )
    screen = screen_for(method, growth=inputs.growth, protective_total=protective_total)
    return Figures(
        method_version=method.version,
        weighted_total=weighted,
        task_resistance=resistance,
        evidence_total=evidence_total,
        evidence_modifier=modifiers[0],
        barrier_total=barrier_total,
        barrier_modifier=modifiers[1],
        growth=inputs.growth,
        growth_modifier=modifiers[2],
        raw=raw,
        unclamped=unclamped_score(method, raw),
        formula_score=score,
        zone=label.zone,
        sub_label=label.sub_label,
        label=label.text,
        label_rule=label.rule,
        protective_total=protective_total,
        screen=screen.text,
        screen_confirmed=screen.zone == label.zone,
        split=_split(method, inputs),
        time_at_3_plus=exposed,
        borderline=is_borderline(method, score),
    )


def unclamped_score(method: Method, raw: Decimal) -> Fraction:
    """The score a raw product gives, before clamping and rounding."""
    return Fraction(raw - method.formula.offset) / Fraction(method.formula.divisor) * 100


def published(method: Method, raw: Decimal) -> Decimal:
    """The score a raw product gives, clamped to the scale and rounded half up."""
    lowest, highest = Fraction(method.score.minimum), Fraction(method.score.maximum)
    return half_up(min(max(unclamped_score(method, raw), lowest), highest), method.score.places)


def faults(method: Method, inputs: Inputs) -> Iterator[Fault]:
    """Every reason why the inputs are illegal under the method, in the order of the inputs."""
    yield from _group_faults("protective", method.protective, inputs.protective)
    if refusal := method.growth.refusal(inputs.growth):
        yield Fault("growth", refusal)
    yield from _task_faults(method, inputs.tasks)
    yield from _group_faults("evidence", method.evidence, inputs.evidence)
    yield from _group_faults("barriers", method.barriers, inputs.barriers)


def _group_faults(group: str, scales: tuple[Scale, ...], given: Mapping[str, int]) -> Iterator[Fault]:
    for scale in scales:
        path = f"{group}.{scale.code}"
        if scale.code not in given:
            yield Fault(path, f"{scale.name} is missing.")
        elif refusal := scale.refusal(given[scale.code]):
            yield Fault(path, refusal)
    for code in sorted(given.keys() - {scale.code for scale in scales}):
        yield Fault(f"{group}.{code}", f"There is no input {code}.")


def _task_faults(method: Method, tasks: tuple[TaskInput, ...]) -> Iterator[Fault]:
    rules = method.tasks
    if refusal := rules.count_refusal(len(tasks)):
        yield Fault("tasks", refusal)
    involvements = {named.code for named in rules.involvements}
    refused_shares = False
    for index, task in enumerate(tasks):
        if refusal := rules.share_refusal(task.percent):
            refused_shares = True
            yield Fault(f"tasks[{index}].percent", refusal)
        if refusal := rules.score.refusal(task.score):
            yield Fault(f"tasks[{index}].score", refusal)
        if task.involvement not in involvements:
            yield Fault(f"tasks[{index}].involvement", f"There is no involvement {task.involvement}.")
    total = rules.total if refused_shares or not tasks else sum((task.percent for task in tasks), Decimal(0))
    if refusal := rules.sum_refusal(total):
        yield Fault("tasks", refusal)


def _split(method: Method, inputs: Inputs) -> dict[str, Decimal]:
    total = {named.code: Decimal(0) for named in method.tasks.involvements}
    for task in inputs.tasks:
        total[task.involvement] += task.percent
    return total
