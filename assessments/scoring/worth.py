"""What a unit of each factor is worth around one record: the measure in which two profiles of factors are near."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessments.scoring.method import Method
from assessments.scoring.totals import factors


@dataclass(frozen=True, slots=True)
class Worth:
    """Points that the unclamped score gains where one factor alone gains a unit: task resistance 1, the totals of
    evidence and of barriers 1, growth 1."""

    task: Decimal
    evidence: Decimal
    barriers: Decimal
    growth: Decimal


def worth(method: Method, *, weighted_total: Decimal, evidence: int, barriers: int, growth: int) -> Worth:
    """What a unit of each factor is worth at this place; the formula is linear in each of them, so any number of units
    is worth as many times that."""
    first, second, third, fourth = factors(
        method, weighted_total=weighted_total, evidence=evidence, barriers=barriers, growth=growth
    )
    formula = method.formula
    scale = Decimal(100) / formula.divisor
    return Worth(
        task=scale * second * third * fourth,
        evidence=scale * first * formula.evidence_step * third * fourth,
        barriers=scale * first * second * formula.barrier_step * fourth,
        growth=scale * first * second * third * formula.growth_step,
    )
