"""What one step of one input would do."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from assessments.scoring import InputError, Inputs, cheapest_flip, compute, sensitivity
from tests.scoring.specimen import METHOD, inputs, legal_inputs

LLM_ENGINEER = inputs(("80", 2), ("20", 3), evidence=9, barriers=3, growth=2)


def test_a_step_names_its_input_and_where_it_leads() -> None:
    step = sensitivity(METHOD, LLM_ENGINEER)[0].as_json()

    assert step == {
        "input": "tasks[0].score",
        "from": 2,
        "to": 1,
        "formula_score": "85.2",
        "label": "Green (Accelerated)",
    }


def test_every_input_but_the_principles_takes_each_step_within_its_range() -> None:
    steps = [(step.input, step.to) for step in sensitivity(METHOD, LLM_ENGINEER)]

    assert steps == [
        ("tasks[0].score", 1),
        ("tasks[0].score", 3),
        ("tasks[1].score", 2),
        ("tasks[1].score", 4),
        ("job_posting_trends", 1),
        ("company_actions", 1),
        ("wage_trends", 1),
        ("ai_tool_maturity", 1),
        ("expert_consensus", 0),
        ("expert_consensus", 2),
        ("regulatory_licensing", 1),
        ("physical_presence", 0),
        ("physical_presence", 2),
        ("union_collective_bargaining", 1),
        ("liability_accountability", 1),
        ("cultural_ethical", 1),
        ("ai_growth_correlation", 1),
    ]


@given(legal_inputs())
def test_a_step_gives_the_score_of_the_changed_inputs(given_inputs: Inputs) -> None:
    steps = [step for step in sensitivity(METHOD, given_inputs) if step.input == "wage_trends"]

    for step in steps:
        changed = replace(given_inputs, evidence={**given_inputs.evidence, "wage_trends": step.to})
        assert step.formula_score == compute(METHOD, changed).formula_score


def test_illegal_inputs_have_no_sensitivity() -> None:
    with pytest.raises(InputError):
        sensitivity(METHOD, inputs(("99", 2)))


def test_the_cheapest_flip_is_the_smallest_change_of_one_input() -> None:
    flip = cheapest_flip(METHOD, LLM_ENGINEER)

    assert flip is not None
    assert (flip.input, flip.from_, flip.to, flip.label) == (
        "ai_growth_correlation",
        2,
        1,
        "Green (Transforming)",
    )


def test_of_equally_small_changes_the_gentlest_flips() -> None:
    flip = cheapest_flip(METHOD, inputs(("19", 3), ("1", 2), ("80", 1)))

    assert flip is not None
    assert (flip.input, flip.to, flip.label) == ("tasks[1].score", 3, "Green (Transforming)")


def test_where_no_single_input_flips_the_label_there_is_no_flip() -> None:
    hopeless = inputs(*[("10", 5)] * 10, evidence=-10, growth=-2)

    assert cheapest_flip(METHOD, hopeless) is None
