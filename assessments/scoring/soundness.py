"""What makes a definition a method that people could use: checked when one is drafted, never when one is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from assessments.scoring.fields import KEYS, STEP, fields_of
from assessments.scoring.method import Method, Named, Scale

LONGEST_TEXT = 500
LARGEST_NUMBER = 10**6
MOST_RULES = 60
MOST_TASKS = 100
# A verdict and a concurring one: that is what a decision records.
MOST_VERDICTS = 2
# Line breaks, other control characters and halves of letters: no document could carry them.
FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def fault_of_values(definition: Mapping[str, Any]) -> str | None:
    """A sentence naming the first value or key that no definition may hold, or None."""
    for key in _keys(definition):
        if key not in KEYS and not STEP.fullmatch(key):
            return f"No method has a field named {key[:60]!r}."
    for field in fields_of(definition):
        value = field.value
        if isinstance(value, str) and (len(value) > LONGEST_TEXT or FORBIDDEN.search(value)):
            return f"{field.path} must be one line of at most {LONGEST_TEXT} characters."
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            return f"{field.path} must be a number up to {LARGEST_NUMBER}."
        if not isinstance(value, str | int | bool | None):
            return f"{field.path} must be a text, a whole number, true or false; decimals stand in quotes."
    return None


def fault_of_method(method: Method) -> str | None:
    """A sentence naming the first rule that makes no sense, or None."""
    return next(_faults(method), None)


def _faults(method: Method) -> Iterator[str]:
    yield from _formula_faults(method)
    yield from _task_faults(method)
    approval, override, span = method.approval, method.override, method.score.maximum - method.score.minimum
    if not 1 <= approval.verdicts <= approval.verdicts_when_weighty <= MOST_VERDICTS:
        yield f"approval: from 1 to {MOST_VERDICTS} verdicts decide, and no fewer when a score is weighty."
    for path, value in (
        ("borderline", method.borderline),
        ("override.max_distance", override.max_distance),
        ("override.two_verdicts_above", override.two_verdicts_above),
    ):
        if not 0 <= value <= span:
            yield f"{path} must lie between 0 and {span}."
    for zone in method.zones:
        if not method.score.minimum <= zone.edge <= method.score.maximum:
            yield f"zones: the edge {zone.edge} of {zone.name} lies outside the scale."
        if zone.edge != round(zone.edge, method.score.places):
            yield f"zones: the edge {zone.edge} of {zone.name} lies between two published scores."
    if len(method.labels) > MOST_RULES or len(method.screens) > MOST_RULES:
        yield f"There may be at most {MOST_RULES} rules of a kind."
    yield from _name_faults(method)


def _formula_faults(method: Method) -> Iterator[str]:
    formula = method.formula
    if not Decimal("0.01") <= formula.divisor <= 1000 or not -100 <= formula.offset <= 100:
        yield "formula: the divisor must lie between 0.01 and 1000, the offset between -100 and 100."
    if not method.tasks.score.maximum < formula.ceiling <= 100:
        yield "formula: the ceiling must lie above the highest task score, and not above 100."
    for name, step, scales in (
        ("evidence_step", formula.evidence_step, method.evidence),
        ("barrier_step", formula.barrier_step, method.barriers),
        ("growth_step", formula.growth_step, (method.growth,)),
    ):
        if step < 0 or 1 + step * sum(scale.minimum for scale in scales) <= 0 or step > 10:
            yield f"formula.{name}: more must never score less, and the modifier must stay above 0."


def _task_faults(method: Method) -> Iterator[str]:
    rules = method.tasks
    if not 0 <= rules.places <= 2:
        yield "tasks.places must be 0, 1 or 2."
    if not 1 <= rules.minimum_count <= rules.maximum_count <= MOST_TASKS:
        yield f"tasks: the counts must run from 1 to {MOST_TASKS} at most, the lower first."
    if not rules.score.minimum <= rules.exposed_from <= rules.score.maximum:
        yield "tasks.exposed_from must be one of the task scores."


def _name_faults(method: Method) -> Iterator[str]:
    groups: tuple[tuple[str, tuple[Scale | Named, ...]], ...] = (
        ("protective", method.protective),
        ("evidence", method.evidence),
        ("barriers", method.barriers),
        ("tasks.involvement", method.tasks.involvements),
        ("override.reasons", method.override.reasons),
    )
    for path, entries in groups:
        names = [entry.name.strip().casefold() for entry in entries]
        if len(set(names)) < len(names):
            yield f"{path}: two entries have the same name."
    meant: dict[str, tuple[str, str | None]] = {}
    for rule in method.labels:
        if meant.setdefault(rule.text.strip().casefold(), (rule.zone, rule.sub_label)) != (rule.zone, rule.sub_label):
            yield f"labels: “{rule.text}” would stand for two different labels."


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield key
            yield from _keys(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from _keys(entry)
