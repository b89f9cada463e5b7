"""Figures of one million records in bulk, beside the same figures in plain numpy floats on the same columns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from assessments.scoring import Method, compute, definition
from assessments.scoring.bulk import Columns, compute_all
from assessments.scoring.formula import Inputs, TaskInput
from assessments.scoring.rounding import half_up
from assessments.scoring.scaled import Scaled
from bench.result import Result

RECORDS = 1_000_000
ROUNDS = 7


def run() -> list[Result]:
    """The exact figures, how much longer they take than floats, and how many of them differ from the decimal result."""
    method = Method.from_definition(definition("1.0"))
    columns = anything_legal(method, RECORDS)
    exact, plain = [], []
    for _ in range(ROUNDS):  # side by side, so that a slow moment meets both
        exact.append(seconds(compute_all, method, columns))
        plain.append(seconds(in_floats, columns))
    return [
        Result("1,000,000 records in bulk ÷ plain numpy floats", ratio(exact, plain), "times", 3),
        Result("rows of 1,000,000 that differ from the decimal result", differing(method, columns), "rows", 1),
    ]


def ratio(first: list[float], second: list[float]) -> float:
    return statistics.median(first) / statistics.median(second)


def seconds(what: Callable[..., Any], *arguments: Any) -> float:
    started = time.perf_counter()
    what(*arguments)
    return time.perf_counter() - started


def anything_legal(method: Method, size: int) -> Columns:
    """Legal records drawn at random from the whole range of every input; shares in hundredths of a percent."""
    random = np.random.default_rng(20261124)
    columns = Columns.empty(method, size)
    cuts = np.sort(random.integers(0, 10_001, (len(columns.time) - 1, size)), axis=0)
    columns.time[:] = np.diff(cuts, axis=0, prepend=0, append=10_000)
    columns.tasks[:] = 5
    columns.growth[:] = random.integers(-2, 3, size)
    for rows, low, high in ((columns.protective, 0, 3), (columns.evidence, -2, 2), (columns.barriers, 0, 2)):
        rows[:] = random.integers(low, high + 1, rows.shape)
    return columns


def in_floats(columns: Columns) -> tuple[Any, ...]:
    """The same figures as anybody would write them with numpy: inexact."""
    score = np.arange(1, 6)
    weighted = (columns.time * score[:, None]).sum(axis=0) / 10_000
    exposed = columns.time[2:].sum(axis=0) / 100
    evidence = columns.evidence.sum(axis=0)
    barriers = columns.barriers.sum(axis=0)
    protective = columns.protective.sum(axis=0)
    growth = columns.growth
    resistance = 6.0 - weighted
    raw = resistance * (1 + 0.04 * evidence) * (1 + 0.02 * barriers) * (1 + 0.05 * growth)
    result = np.round(np.clip((raw - 0.54) / 7.93 * 100, 0, 100), 1)
    zone = np.where(result >= 48, 0, np.where(result >= 25, 1, 2))
    red = np.where((resistance < 1.8) & (evidence <= -6) & (barriers <= 2), 5, 6)
    yellow = np.where(exposed >= 40, 3, 4)
    green = np.where(growth == 2, 0, np.where(exposed >= 20, 1, 2))
    label = np.where(zone == 0, green, np.where(zone == 1, yellow, red))
    screened = np.where(protective >= 6, 1, np.where(protective >= 3, 2, 3))
    screen = np.where(growth == 2, 0, screened)
    borderline = (np.abs(result - 48) <= 1) | (np.abs(result - 25) <= 1)
    legal = (columns.time.sum(axis=0) == 10_000) & (columns.tasks >= 1) & (columns.tasks <= 40)
    for rows, low, high in (
        (columns.growth[None], -2, 2),
        (columns.protective, 0, 3),
        (columns.evidence, -2, 2),
        (columns.barriers, 0, 2),
    ):
        legal &= ((rows >= low) & (rows <= high)).all(axis=0)
    return weighted, exposed, evidence, barriers, raw, result, zone, label, screen, borderline, legal


def differing(method: Method, columns: Columns) -> int:
    """Rows whose raw, score, label, screen or mark "borderline" is not that of the decimal formula; each row is
    computed again, equal inputs once."""
    bulk, unit = compute_all(method, columns), Scaled(method).raw_unit
    known: dict[tuple[int, ...], tuple[Any, ...]] = {}
    wrong = 0
    table = np.concatenate(
        [columns.time, columns.growth[None], *(rows.sum(axis=0, dtype=np.int32)[None] for rows in groups(columns))]
    ).T.tolist()
    for row, key in enumerate(map(tuple, table)):
        if key not in known:
            known[key] = decimal_row(method, key)
        raw, score, label, screen, borderline = known[key]
        wrong += (
            Fraction(int(bulk.raw[row]), unit) != raw
            or bulk.score[row] != score
            or method.labels[bulk.label[row]].text != label
            or method.screens[bulk.screen[row]].text != screen
            or bulk.borderline[row] != borderline
        )
    return int(wrong)


def groups(columns: Columns) -> tuple[Any, ...]:
    return columns.protective, columns.evidence, columns.barriers


def decimal_row(method: Method, key: tuple[int, ...]) -> tuple[Any, ...]:
    *time_by_score, growth, protective, evidence, barriers = key
    tasks = tuple(
        TaskInput(half_up(Fraction(share, 100), 2), score, "augmentation")
        for score, share in enumerate(time_by_score, start=1)
    )
    given = Inputs(
        spread(protective, method.protective),
        growth,
        tasks,
        spread(evidence, method.evidence),
        spread(barriers, method.barriers),
    )
    figures = compute(method, given)
    label, screen = figures.label, figures.screen
    return Fraction(figures.raw), int(figures.formula_score * 10), label, screen, figures.borderline


def spread(total: int, scales: tuple[Any, ...]) -> dict[str, int]:
    """Legal scores that add up to a total."""
    left, scores = total - sum(scale.minimum for scale in scales), {}
    for scale in scales:
        step = min(left, scale.maximum - scale.minimum)
        scores[scale.code], left = scale.minimum + step, left - step
    return scores
