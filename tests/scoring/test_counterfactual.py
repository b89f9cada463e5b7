"""What would have to be true for the formula to give a proposed score."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.scoring import Inputs, compute, counterfactual
from tests.scoring.specimen import METHOD, figures, inputs, legal_inputs

LLM_ENGINEER = inputs(("80", 2), ("20", 3), evidence=9, barriers=3, growth=2)


@pytest.mark.parametrize(
    ("proposed", "text"),
    [
        ("69.2", "No change of evidence, barriers or growth comes nearer than the present 69.2."),
        ("71.4", "Evidence 10 would give 71.4."),
        ("74.4", "Evidence 10 and Barriers 5 would give 74.4."),
        ("67.9", "Evidence 10 and Growth 1 would give 67.9."),
    ],
)
def test_the_nearest_change_is_said_in_words(proposed: str, text: str) -> None:
    assert counterfactual(METHOD, LLM_ENGINEER, Decimal(proposed)).text == text


def test_three_changes_are_listed() -> None:
    far = counterfactual(METHOD, inputs(("100", 5)), Decimal("50.0"))

    assert far.text == "Evidence 10, Barriers 10 and Growth 2 would give 16.5."
    assert (far.evidence_total, far.barrier_total, far.growth) == (10, 10, 2)


@settings(max_examples=15, deadline=None)
@given(legal_inputs(), st.integers(0, 1000))
def test_no_other_totals_come_nearer_than_the_present_ones_did(given_inputs: Inputs, tenths: int) -> None:
    proposed = Decimal(tenths).scaleb(-1)
    nearest = counterfactual(METHOD, given_inputs, proposed)

    present = compute(METHOD, given_inputs).formula_score
    assert abs(nearest.formula_score - proposed) <= abs(present - proposed)


def test_the_score_is_that_of_the_totals_it_names() -> None:
    nearest = counterfactual(METHOD, LLM_ENGINEER, Decimal("74.4"))
    totals = {"evidence": nearest.evidence_total, "barriers": nearest.barrier_total, "growth": nearest.growth}

    assert figures(("80", 2), ("20", 3), **totals).formula_score == nearest.formula_score
