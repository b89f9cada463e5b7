"""The formula on golden figures, at its edges, and as a law."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Inputs, TaskInput, compute, half_up, places_of, plain
from tests.scoring.specimen import METHOD, codes, figures, inputs, legal_inputs

LLM_ENGINEER = (("80", 2), ("20", 3))


def test_the_golden_figures_of_the_llm_engineer() -> None:
    assert figures(*LLM_ENGINEER, evidence=9, barriers=3, growth=2, protective=2).as_json() == {
        "methodology": "1.0",
        "weighted_total": "2.20",
        "task_resistance": "3.80",
        "evidence_total": 9,
        "evidence_modifier": "1.36",
        "barrier_total": 3,
        "barrier_modifier": "1.06",
        "growth": 2,
        "growth_modifier": "1.10",
        "raw": "6.0259",
        "unclamped": "69.18",
        "formula_score": "69.2",
        "zone": "green",
        "sub_label": "accelerated",
        "label": "Green (Accelerated)",
        "protective_total": 2,
        "screen": "Likely Green Zone (Accelerated)",
        "screen_confirmed": True,
        "split": {"displacement": "0", "augmentation": "100", "not_involved": "0"},
        "time_at_3_plus": "20",
        "borderline": False,
    }


@pytest.mark.parametrize(
    ("tasks", "evidence", "barriers", "growth", "score"),
    [
        (LLM_ENGINEER, 9, 3, 2, "69.2"),
        ((("75", 2), ("25", 3)), 9, 3, 2, "68.2"),
        ((("100", 5),), -10, 0, -2, "0.0"),
        ((("100", 1),), 10, 10, 2, "100.0"),
    ],
)
def test_golden_scores(
    tasks: tuple[tuple[str, int], ...], evidence: int, barriers: int, growth: int, score: str
) -> None:
    computed = figures(*tasks, evidence=evidence, barriers=barriers, growth=growth)

    assert str(computed.formula_score) == score


def test_a_clamped_score_keeps_its_raw_and_unclamped_value() -> None:
    shown = figures(("100", 1), evidence=10, barriers=10, growth=2).as_json()

    assert (shown["raw"], shown["unclamped"], shown["formula_score"]) == ("9.2400", "109.71", "100.0")


def test_the_lowest_legal_inputs_give_exactly_nothing() -> None:
    lowest = figures(("100", 5), evidence=-10, growth=-2)

    assert lowest.unclamped == Fraction(0)


def test_shares_of_two_decimals_give_four_decimals_of_resistance() -> None:
    computed = figures(("33.33", 2), ("66.67", 3))

    assert (computed.task_resistance, computed.as_json()["task_resistance"]) == (Decimal("3.3333"), "3.33")


def test_the_split_and_the_exposed_time_are_shares_without_trailing_zeros() -> None:
    tasks = (
        TaskInput(Decimal("12.50"), 4, "displacement"),
        TaskInput(Decimal("57.5"), 3, "augmentation"),
        TaskInput(Decimal("30.0"), 2, "not_involved"),
    )
    shown = compute(METHOD, replace(inputs(), tasks=tasks)).as_json()

    assert shown["split"] == {"displacement": "12.5", "augmentation": "57.5", "not_involved": "30"}
    assert shown["time_at_3_plus"] == "70"


@given(legal_inputs())
def test_every_score_lies_on_the_scale(given_inputs: Inputs) -> None:
    computed = compute(METHOD, given_inputs)

    assert 0 <= computed.formula_score <= 100
    assert Fraction(0) <= computed.unclamped <= Fraction(1098, 10)


@given(legal_inputs(), st.data())
def test_the_order_of_the_tasks_does_not_matter(given_inputs: Inputs, data: st.DataObject) -> None:
    tasks = data.draw(st.permutations(given_inputs.tasks))

    assert compute(METHOD, replace(given_inputs, tasks=tuple(tasks))) == compute(METHOD, given_inputs)


@given(legal_inputs(), st.sampled_from(codes("evidence")))
def test_more_evidence_never_lowers_the_score(given_inputs: Inputs, code: str) -> None:
    score = min(2, given_inputs.evidence[code] + 1)
    raised = replace(given_inputs, evidence={**given_inputs.evidence, code: score})

    assert compute(METHOD, raised).unclamped >= compute(METHOD, given_inputs).unclamped


@given(legal_inputs(), st.sampled_from(codes("barriers")))
def test_more_barriers_never_lower_the_score(given_inputs: Inputs, code: str) -> None:
    score = min(2, given_inputs.barriers[code] + 1)
    raised = replace(given_inputs, barriers={**given_inputs.barriers, code: score})

    assert compute(METHOD, raised).unclamped >= compute(METHOD, given_inputs).unclamped


@given(legal_inputs())
def test_more_growth_never_lowers_the_score(given_inputs: Inputs) -> None:
    raised = replace(given_inputs, growth=min(2, given_inputs.growth + 1))

    assert compute(METHOD, raised).unclamped >= compute(METHOD, given_inputs).unclamped


@given(legal_inputs(), st.data())
def test_a_task_that_is_easier_to_automate_never_raises_the_score(given_inputs: Inputs, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(given_inputs.tasks) - 1))
    tasks = list(given_inputs.tasks)
    tasks[index] = replace(tasks[index], score=min(5, tasks[index].score + 1))

    raised = compute(METHOD, replace(given_inputs, tasks=tuple(tasks)))
    assert raised.unclamped <= compute(METHOD, given_inputs).unclamped


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [("0.05", 1, "0.1"), ("0.04999", 1, "0.0"), ("-0.05", 1, "-0.1"), ("69.15", 1, "69.2"), ("7", 2, "7.00")],
)
def test_halves_are_rounded_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert str(half_up(Decimal(value), places)) == rounded


@pytest.mark.parametrize(
    ("value", "text"), [("12.50", "12.5"), ("100", "100"), ("0.00", "0"), ("-0.0", "0"), ("1E+1", "10")]
)
def test_plain_numbers_have_no_trailing_zeros(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@pytest.mark.parametrize(("text", "places"), [("3.80", 2), ("30", 0), ("6.0259", 4)])
def test_a_number_has_the_places_it_is_written_with(text: str, places: int) -> None:
    assert places_of(text) == places
