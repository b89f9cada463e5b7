"""Explanations against the plain computation of everything anew."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.scoring import Figures, Inputs, cheapest_flip, compute, counterfactual, explain, sensitivity
from assessments.scoring.totals import Totals, score_of
from tests.scoring.specimen import METHOD, inputs, legal_inputs

LLM_ENGINEER = inputs(("80", 2), ("20", 3), evidence=9, barriers=3, growth=2)


def changed(given_inputs: Inputs, name: str, to: int) -> Inputs:
    """The inputs with one of them set, by its name in a step."""
    if name.startswith("tasks["):
        index = int(name.removeprefix("tasks[").removesuffix("].score"))
        tasks = list(given_inputs.tasks)
        tasks[index] = replace(tasks[index], score=to)
        return replace(given_inputs, tasks=tuple(tasks))
    if name in given_inputs.evidence:
        return replace(given_inputs, evidence={**given_inputs.evidence, name: to})
    if name in given_inputs.barriers:
        return replace(given_inputs, barriers={**given_inputs.barriers, name: to})
    return replace(given_inputs, growth=to)


def every_change(given_inputs: Inputs) -> list[tuple[int, str, int, Figures]]:
    """Every single change there is, as (distance, input, to, figures computed anew)."""
    scales = [(f"tasks[{i}].score", METHOD.tasks.score, task.score) for i, task in enumerate(given_inputs.tasks)]
    scales += [(scale.code, scale, given_inputs.evidence[scale.code]) for scale in METHOD.evidence]
    scales += [(scale.code, scale, given_inputs.barriers[scale.code]) for scale in METHOD.barriers]
    scales += [(METHOD.growth.code, METHOD.growth, given_inputs.growth)]
    return [
        (abs(to - at), name, to, compute(METHOD, changed(given_inputs, name, to)))
        for name, scale, at in scales
        for to in range(scale.minimum, scale.maximum + 1)
        if to != at
    ]


@settings(max_examples=60, deadline=None)
@given(legal_inputs())
def test_every_step_is_what_computing_anew_gives(given_inputs: Inputs) -> None:
    steps = [(s.input, s.to, s.formula_score, s.label, s.zone) for s in sensitivity(METHOD, given_inputs)]
    anew = [
        (name, to, figures.formula_score, figures.label, figures.zone)
        for distance, name, to, figures in every_change(given_inputs)
        if distance == 1
    ]
    assert steps == anew


@settings(max_examples=60, deadline=None)
@given(legal_inputs())
def test_no_single_change_flips_the_label_more_cheaply(given_inputs: Inputs) -> None:
    now = compute(METHOD, given_inputs)
    flips = [
        (distance, abs(figures.formula_score - now.formula_score))
        for distance, _, _, figures in every_change(given_inputs)
        if figures.label != now.label
    ]
    found = cheapest_flip(METHOD, given_inputs)
    cost = None if found is None else (abs(found.to - found.from_), abs(found.formula_score - now.formula_score))
    assert cost == min(flips, default=None)


@settings(max_examples=15, deadline=None)
@given(legal_inputs(), st.integers(0, 1000))
def test_no_other_totals_come_nearer_to_a_proposal_in_fewer_steps(given_inputs: Inputs, tenths: int) -> None:
    proposed, now = Decimal(tenths).scaleb(-1), Totals.of(compute(METHOD, given_inputs))

    def far(evidence: int, barriers: int, growth: int) -> tuple[Decimal, int]:
        there = replace(now, evidence=evidence, barriers=barriers, growth=growth)
        steps = abs(evidence - now.evidence) + abs(barriers - now.barriers) + abs(growth - now.growth)
        return abs(score_of(METHOD, there) - proposed), steps

    found = counterfactual(METHOD, given_inputs, proposed)
    best = min(far(*totals) for totals in product(range(-10, 11), range(11), range(-2, 3)))
    assert far(found.evidence_total, found.barrier_total, found.growth) == best


def test_an_explanation_holds_the_steps_the_flip_and_both_edges() -> None:
    found = explain(METHOD, LLM_ENGINEER)

    assert found.steps == sensitivity(METHOD, LLM_ENGINEER)
    assert found.flip == cheapest_flip(METHOD, LLM_ENGINEER)
    assert [(edge.zone, str(edge.at), str(edge.distance)) for edge in found.edges] == [
        ("green", "48.0", "21.2"),
        ("yellow", "25.0", "44.2"),
    ]
    assert (found.borderline, found.counterfactual) == (False, None)


def test_a_decided_score_has_its_own_edges_and_label() -> None:
    found = explain(METHOD, inputs(("100", 3), evidence=3, barriers=2), score=Decimal("47.0"))

    assert (found.edges[0].distance, found.borderline) == (Decimal("-1.0"), True)
    assert (found.label.text, found.figures.label) == ("Yellow (Urgent)", "Yellow (Urgent)")


def test_what_the_override_assumes_names_what_it_leaves() -> None:
    found = explain(METHOD, LLM_ENGINEER, proposed=Decimal("74.4")).counterfactual

    assert found is not None
    assert found.assumes == "Evidence 10 instead of 9 and Barriers 5 instead of 3"
    assert found.label == "Green (Accelerated)"


def test_a_proposal_that_is_the_formula_score_assumes_nothing() -> None:
    assert explain(METHOD, LLM_ENGINEER, proposed=Decimal("69.2")).counterfactual is None


def test_a_step_says_what_its_input_belongs_to() -> None:
    groups = {step.input: step.group for step in sensitivity(METHOD, LLM_ENGINEER)}

    assert groups["tasks[1].score"] == "task"
    assert groups["wage_trends"] == "evidence"
    assert groups["cultural_ethical"] == "barriers"
    assert groups["ai_growth_correlation"] == "growth"
