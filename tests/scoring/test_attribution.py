"""The difference of two records is split into parts that add up to it."""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Attribution, Inputs, Method, Scored, attribute, compute, half_up
from tests.scoring.specimen import METHOD, SECOND, inputs, legal_inputs

METHODS = st.sampled_from([METHOD, SECOND])


def scored(method: Method, given_inputs: Inputs, override: str = "0") -> Scored:
    figures = compute(method, given_inputs)
    return Scored.of(method, figures, figures.formula_score + Decimal(override))


def parts(attribution: Attribution) -> list[Decimal]:
    return [getattr(attribution, field.name) for field in fields(attribution)]


LLM_ENGINEER = scored(METHOD, inputs(("80", 2), ("20", 3), evidence=9, barriers=3, growth=2))
ML_ENGINEER = scored(METHOD, inputs(("75", 2), ("25", 3), evidence=9, barriers=3, growth=2))


def test_a_difference_of_tasks_alone_is_attributed_to_tasks_alone() -> None:
    assert attribute(LLM_ENGINEER, ML_ENGINEER).as_json() == {
        "task": "0.9998",
        "evidence": "0.0000",
        "barriers": "0.0000",
        "growth": "0.0000",
        "override": "0.0000",
        "method": "0.0000",
        "rounding": "0.0002",
    }


def test_an_override_is_a_part_of_its_own() -> None:
    overridden = replace(ML_ENGINEER, published_score=Decimal("70.2"))

    assert attribute(overridden, ML_ENGINEER).as_json()["override"] == "2.0000"


def test_two_methods_on_the_same_inputs_differ_by_method_alone() -> None:
    same = inputs(("100", 2), evidence=5, barriers=2)
    attribution = attribute(scored(SECOND, same), scored(METHOD, same))

    assert parts(attribution)[:5] == [Decimal(0)] * 5
    assert str(attribution.method) == "2.6230"


def test_clamping_counts_as_rounding() -> None:
    highest = scored(METHOD, inputs(("100", 1), evidence=10, barriers=10, growth=2))
    attribution = attribute(highest, LLM_ENGINEER)

    assert highest.published_score == Decimal("100.0")
    assert str(attribution.rounding) == "-9.7310"


@given(
    METHODS,
    legal_inputs(),
    st.decimals(-5, 5, places=1),
    METHODS,
    legal_inputs(),
    st.decimals(-5, 5, places=1),
)
def test_the_parts_add_up_exactly_and_turn_their_signs(
    a_method: Method, a: Inputs, a_override: Decimal, b_method: Method, b: Inputs, b_override: Decimal
) -> None:
    first, second = scored(a_method, a, str(a_override)), scored(b_method, b, str(b_override))
    there, back = attribute(first, second), attribute(second, first)

    assert sum(parts(there)) == first.published_score - second.published_score
    assert parts(there) == [-part for part in parts(back)]


@given(legal_inputs(), legal_inputs())
def test_the_four_factors_explain_the_unclamped_difference(a: Inputs, b: Inputs) -> None:
    first, second = compute(METHOD, a), compute(METHOD, b)
    attribution = attribute(scored(METHOD, a), scored(METHOD, b))
    explained = sum(parts(attribution)[:4])

    difference = half_up(first.unclamped - second.unclamped, 4)
    assert explained == pytest.approx(difference, abs=Decimal("0.0002"))


@given(legal_inputs())
def test_a_record_does_not_differ_from_itself(given_inputs: Inputs) -> None:
    same = scored(METHOD, given_inputs)

    assert parts(attribute(same, same)) == [Decimal(0)] * 7
