"""Illegal inputs are refused, every one of them, with sentences."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from assessments.scoring import Fault, InputError, TaskInput, compute
from tests.scoring.specimen import METHOD, inputs

WHOLE = inputs(("100", 2))


def faults_of(**changes: Any) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as refused:
        compute(METHOD, replace(WHOLE, **changes))
    return refused.value.faults


def task(percent: str = "100", score: Any = 2, involvement: str = "augmentation") -> TaskInput:
    return TaskInput(Decimal(percent), score, involvement)


def test_a_missing_dimension_is_named() -> None:
    evidence = {code: score for code, score in WHOLE.evidence.items() if code != "wage_trends"}

    assert faults_of(evidence=evidence) == (Fault("evidence.wage_trends", "Wage Trends is missing."),)


def test_an_unknown_dimension_is_named() -> None:
    barriers = {**WHOLE.barriers, "magic": 1}

    assert faults_of(barriers=barriers) == (Fault("barriers.magic", "There is no input magic."),)


def test_a_dimension_out_of_range_says_its_range() -> None:
    message = "Physical Presence must be a whole number from 0 to 2, not 3."

    assert faults_of(barriers={**WHOLE.barriers, "physical_presence": 3}) == (
        Fault("barriers.physical_presence", message),
    )


@pytest.mark.parametrize("growth", [3, -3, 1.0, True, "2", None])
def test_a_score_that_is_no_whole_number_in_range_is_refused(growth: object) -> None:
    message = f"AI Growth Correlation must be a whole number from -2 to 2, not {growth}."

    assert faults_of(growth=growth) == (Fault("growth", message),)


@pytest.mark.parametrize(("last", "total"), [("39.99", "99.99"), ("40.01", "100.01")])
def test_shares_that_do_not_add_up_say_their_sum(last: str, total: str) -> None:
    message = f"The shares of task time must add up to 100; they add up to {total}."

    assert faults_of(tasks=(task("60"), task(last))) == (Fault("tasks", message),)


@pytest.mark.parametrize(
    ("percent", "message"),
    [
        ("-1", "The share of task time must lie between 0 and 100, not -1."),
        ("100.01", "The share of task time must lie between 0 and 100, not 100.01."),
        ("33.333", "The share of task time may have at most 2 decimals, not 33.333."),
        ("NaN", "The share of task time must be a decimal number, not NaN."),
    ],
)
def test_a_share_that_is_none_is_refused_by_itself(percent: str, message: str) -> None:
    assert faults_of(tasks=(task(percent),)) == (Fault("tasks[0].percent", message),)


def test_a_float_is_no_share() -> None:
    faults = faults_of(tasks=(TaskInput(100.0, 2, "augmentation"),))  # type: ignore[arg-type]

    assert faults == (Fault("tasks[0].percent", "The share of task time must be a decimal number, not 100.0."),)


def test_no_task_at_all_is_refused() -> None:
    assert faults_of(tasks=()) == (Fault("tasks", "There must be from 1 to 40 tasks, not 0."),)


def test_forty_tasks_pass_and_forty_one_do_not() -> None:
    compute(METHOD, replace(WHOLE, tasks=(task("2.5"),) * 40))
    tasks = (task("2.5"),) * 40 + (task("0"),)

    assert faults_of(tasks=tasks) == (Fault("tasks", "There must be from 1 to 40 tasks, not 41."),)


def test_every_fault_is_listed_at_once() -> None:
    faults = faults_of(tasks=(task(score=6, involvement="magic"),), growth=9)

    assert [fault.path for fault in faults] == ["growth", "tasks[0].score", "tasks[0].involvement"]
    assert str(InputError(faults)) == " ".join(fault.message for fault in faults)
