"""What a unit of a factor is worth is what the formula gives for it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given

from assessments.scoring import Inputs, compute, worth
from assessments.scoring.totals import factors
from tests.scoring.specimen import METHOD, inputs, legal_inputs


def raw_score(weighted: Decimal, evidence: int, barriers: int, growth: int) -> Decimal:
    first, second, third, fourth = factors(
        METHOD, weighted_total=weighted, evidence=evidence, barriers=barriers, growth=growth
    )
    return (first * second * third * fourth - METHOD.formula.offset) / METHOD.formula.divisor * 100


@given(legal_inputs())
def test_a_unit_of_one_factor_moves_the_score_by_its_worth(given_inputs: Inputs) -> None:
    figures = compute(METHOD, given_inputs)
    place = (figures.weighted_total, figures.evidence_total, figures.barrier_total, figures.growth)
    found = worth(METHOD, weighted_total=place[0], evidence=place[1], barriers=place[2], growth=place[3])
    today = raw_score(*place)
    moved = (
        raw_score(place[0] - 1, *place[1:]) - today,
        raw_score(place[0], place[1] + 1, *place[2:]) - today,
        raw_score(*place[:2], place[2] + 1, place[3]) - today,
        raw_score(*place[:3], place[3] + 1) - today,
    )
    said = (found.task, found.evidence, found.barriers, found.growth)
    assert [round(value, 12) for value in said] == [round(value, 12) for value in moved]


def test_a_point_of_task_resistance_is_worth_more_where_the_market_speaks_for_the_role() -> None:
    low, high = (compute(METHOD, inputs(("100", 2), evidence=evidence)) for evidence in (0, 9))
    worths = [
        worth(METHOD, weighted_total=each.weighted_total, evidence=each.evidence_total, barriers=0, growth=0).task
        for each in (low, high)
    ]
    assert worths[1] == worths[0] * Decimal("1.36")
