"""Figures of a whole catalogue at once: the same formula over columns of numbers, exact on every row.

Every quantity is a whole number (task time in hundredths of a percent, raw in its last decimal) held in float64. Whole
numbers below 2⁵³ are exact there, and so are their sums, products and, for a quotient of two such numbers whose rounded
result is far smaller, its floor; `Scaled` refuses a method whose numbers could grow beyond. So nothing is approximated,
at the speed of machine arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from assessments.scoring.formula import Inputs
from assessments.scoring.method import Condition, Method, Scale
from assessments.scoring.scaled import Scaled, whole

Whole = NDArray[np.float64]
Figured = dict[str, tuple[Whole, int]]
BLOCK = 16_384


@dataclass(frozen=True, slots=True)
class Columns:
    """Inputs of n records, one column each.

    `time` has a row for every task score from the lowest to the highest: the share of time in the method's smallest
    unit (hundredths of a percent). `protective`, `evidence` and `barriers` have a row for every input in the method's
    order. `tasks` is how many tasks each record has, `outside` whether one of their scores has no row in `time`.
    """

    time: NDArray[np.int32]
    protective: NDArray[np.int8]
    growth: NDArray[np.int8]
    evidence: NDArray[np.int8]
    barriers: NDArray[np.int8]
    tasks: NDArray[np.int16]
    outside: NDArray[np.bool_]

    @classmethod
    def empty(cls, method: Method, size: int) -> Columns:
        """Columns for that many records, all zero."""
        score = method.tasks.score
        return cls(
            time=np.zeros((score.maximum - score.minimum + 1, size), np.int32),
            protective=np.zeros((len(method.protective), size), np.int8),
            growth=np.zeros(size, np.int8),
            evidence=np.zeros((len(method.evidence), size), np.int8),
            barriers=np.zeros((len(method.barriers), size), np.int8),
            tasks=np.zeros(size, np.int16),
            outside=np.zeros(size, np.bool_),
        )

    @classmethod
    def of(cls, method: Method, records: Sequence[Inputs]) -> Columns:
        """The columns of records that have every input of the method, within its ranges or not."""
        columns = cls.empty(method, len(records))
        for index, inputs in enumerate(records):
            columns.put(method, index, inputs)
        return columns

    def put(self, method: Method, index: int, inputs: Inputs) -> None:
        """Enter one record."""
        lowest = method.tasks.score.minimum
        for task in inputs.tasks:
            if method.tasks.score.refusal(task.score):
                self.outside[index] = True
                continue
            self.time[task.score - lowest, index] += int(task.percent.scaleb(method.tasks.places))
        self.growth[index] = inputs.growth
        self.tasks[index] = len(inputs.tasks)
        for name in ("protective", "evidence", "barriers"):
            rows, given, scales = getattr(self, name), getattr(inputs, name), getattr(method, name)
            for row, scale in enumerate(scales):
                rows[row, index] = given[scale.code]

    def part(self, start: int, stop: int) -> Columns:
        """The records from `start` up to `stop`, without copying."""
        return Columns(
            self.time[:, start:stop],
            self.protective[:, start:stop],
            self.growth[start:stop],
            self.evidence[:, start:stop],
            self.barriers[:, start:stop],
            self.tasks[start:stop],
            self.outside[start:stop],
        )

    def __len__(self) -> int:
        return len(self.growth)


@dataclass(frozen=True, slots=True)
class BulkFigures:
    """Figures of n records as whole numbers.

    `weighted` and `exposed` are in the units of `Columns.time` (weighted: times score); `raw` in the last decimal of
    `Scaled.raw_unit`; `score` in the last decimal of the published scale (tenths of a point). `label` and `screen` are
    positions in the method's rules, `zone` in its zones. Rows whose inputs are not `legal` hold no meaning elsewhere.
    """

    legal: NDArray[np.bool_]
    weighted: NDArray[np.int64]
    exposed: NDArray[np.int32]
    evidence_total: NDArray[np.int16]
    barrier_total: NDArray[np.int16]
    raw: NDArray[np.int64]
    score: NDArray[np.int32]
    zone: NDArray[np.int8]
    label: NDArray[np.int8]
    screen: NDArray[np.int8]
    borderline: NDArray[np.bool_]

    @classmethod
    def empty(cls, size: int) -> BulkFigures:
        """Room for that many records."""
        kinds = {
            "legal": np.bool_,
            "weighted": np.int64,
            "exposed": np.int32,
            "evidence_total": np.int16,
            "barrier_total": np.int16,
            "raw": np.int64,
            "score": np.int32,
            "zone": np.int8,
            "label": np.int8,
            "screen": np.int8,
            "borderline": np.bool_,
        }
        return cls(**{name: np.empty(size, kind) for name, kind in kinds.items()})


def compute_all(method: Method, columns: Columns) -> BulkFigures:
    """The figures of every record, row by row what `compute` gives. Raises MethodError for a method beyond measure."""
    scaled, figures = Scaled(method), BulkFigures.empty(len(columns))
    for start in range(0, len(columns), BLOCK):
        _block(scaled, columns.part(start, start + BLOCK), figures, slice(start, start + BLOCK))
    return figures


def labels_at(method: Method, columns: Columns, score: NDArray[np.int32]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Zone and label, as positions in the method, that these records would have at other scores than the formula's."""
    scaled = Scaled(method)
    zone = _zones(method, score.astype(np.float64))
    label = np.zeros(len(score), np.int8)
    for start in range(0, len(score), BLOCK):
        rows = slice(start, start + BLOCK)
        label[rows] = _labels(method, zone[rows], _totals(scaled, columns.part(start, start + BLOCK)))
    return zone, label


def _block(scaled: Scaled, columns: Columns, into: BulkFigures, rows: slice) -> None:
    method, totals = scaled.method, _totals(scaled, columns)
    raw = totals["task_resistance"][0].copy()
    factors = ("evidence_total", "barrier_total", "growth")
    for unit, step, name in zip(scaled.units, scaled.steps, factors, strict=True):
        raw *= unit + step * totals[name][0]
    score = _score(scaled, raw)
    into.weighted[rows] = _weighted(columns.time, method.tasks.score.minimum)
    into.exposed[rows], into.raw[rows], into.score[rows] = totals["time_at_3_plus"][0], raw, score
    into.evidence_total[rows], into.barrier_total[rows] = totals["evidence_total"][0], totals["barrier_total"][0]
    into.legal[rows] = _legal(method, columns, scaled)
    zone = _zones(method, score)
    into.zone[rows], into.borderline[rows] = zone, borderline(method, score)
    into.label[rows] = _labels(method, zone, totals)
    into.screen[rows] = _screens(method, totals, len(score))


def _totals(scaled: Scaled, columns: Columns) -> Figured:
    """What the rules compare, each with how many of its units make one."""
    rules = scaled.method.tasks
    first = max(rules.exposed_from - rules.score.minimum, 0)
    resistance = scaled.ceiling - _weighted(columns.time, rules.score.minimum) * scaled.weight
    return {
        "growth": (columns.growth.astype(np.float64), 1),
        "time_at_3_plus": (columns.time[first:].sum(axis=0, dtype=np.float64), scaled.time_unit),
        "task_resistance": (resistance, scaled.resistance_unit),
        "evidence_total": (_total(columns.evidence), 1),
        "barrier_total": (_total(columns.barriers), 1),
        "protective_total": (_total(columns.protective), 1),
    }


def _zones(method: Method, score: Whole) -> NDArray[np.int8]:
    edges = [whole(zone.edge, 10**method.score.places) for zone in method.zones]
    zone = np.full(len(score), len(edges) - 1, np.int8)
    for position in range(len(edges) - 2, -1, -1):
        zone[score >= edges[position]] = position
    return zone


def borderline(method: Method, score: Whole | NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether scores, in the last decimal of the published scale, lie within the method's band around an edge."""
    tenth = 10**method.score.places
    edges = [whole(zone.edge, tenth) for zone in method.zones[:-1]]
    band = math.floor(method.borderline * tenth)
    within: NDArray[np.bool_] = np.logical_or.reduce([np.abs(score - edge) <= band for edge in edges])
    return within


def _weighted(time: NDArray[np.int32], lowest: int) -> Whole:
    total = np.zeros(time.shape[1], np.float64)
    for row, share in enumerate(time):
        total += (row + lowest) * share.astype(np.float64)
    return total


def _total(rows: NDArray[np.int8]) -> Whole:
    total = np.zeros(rows.shape[1], np.int16)
    for row in rows:
        total += row
    return total.astype(np.float64)


def _score(scaled: Scaled, raw: Whole) -> Whole:
    """Half up: floor((2 × value × c + c) ÷ 2c). The quotient of whole numbers below 2⁵³ cannot be rounded up to the
    next whole number, since it stays away from it by at least 1 ÷ 2c."""
    numerator = raw * (2 * scaled.a) + (scaled.c - 2 * scaled.b)
    score = np.floor(numerator / (2 * scaled.c))
    return np.clip(score, scaled.lowest, scaled.highest, out=score)


def _legal(method: Method, columns: Columns, scaled: Scaled) -> NDArray[np.bool_]:
    rules = method.tasks
    legal: NDArray[np.bool_] = columns.time.sum(axis=0) == whole(rules.total, scaled.time_unit)
    legal &= ~columns.outside
    legal &= (columns.tasks >= rules.minimum_count) & (columns.tasks <= rules.maximum_count)
    legal &= _within(columns.growth, method.growth)
    for rows, scales in (
        (columns.protective, method.protective),
        (columns.evidence, method.evidence),
        (columns.barriers, method.barriers),
    ):
        for row, scale in zip(rows, scales, strict=True):
            legal &= _within(row, scale)
    return legal


def _within(row: NDArray[np.int8], scale: Scale) -> NDArray[np.bool_]:
    within: NDArray[np.bool_] = (row >= scale.minimum) & (row <= scale.maximum)
    return within


def _labels(method: Method, zone: NDArray[np.int8], figures: Figured) -> NDArray[np.int8]:
    """The position of the first rule that holds: rules are laid over one another from the last to the first."""
    codes = [each.code for each in method.zones]
    result = np.zeros(len(zone), np.int8)
    for position in range(len(method.labels) - 1, -1, -1):
        rule = method.labels[position]
        result[_all_hold(rule.conditions, figures, zone == codes.index(rule.zone))] = position
    return result


def _screens(method: Method, figures: Figured, size: int) -> NDArray[np.int8]:
    result = np.zeros(size, np.int8)
    for position in range(len(method.screens) - 1, -1, -1):
        result[_all_hold(method.screens[position].conditions, figures, np.ones(size, np.bool_))] = position
    return result


def _all_hold(conditions: tuple[Condition, ...], figures: Figured, holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    for condition in conditions:
        column, unit = figures[condition.figure]
        holds = holds & _holds(condition.operator, column, Fraction(condition.value) * unit)
    return holds


def _holds(operator: str, column: Whole, value: Fraction) -> NDArray[np.bool_]:
    """A whole number against a bound that may lie between two whole numbers."""
    below, above = math.floor(value), math.ceil(value)
    outcome: dict[str, NDArray[np.bool_]] = {
        "=": (column >= above) & (column <= below),
        ">=": column >= above,
        ">": column > below,
        "<=": column <= below,
        "<": column < above,
    }
    return outcome[operator]
