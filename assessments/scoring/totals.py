"""What a score and its label follow from, once tasks and dimensions are summed; and the four factors made of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessments.scoring.formula import Figures, published
from assessments.scoring.labels import Label, label_for
from assessments.scoring.method import Method

Factors = tuple[Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums behind a score: no two inputs with the same sums differ in score or label."""

    weighted_total: Decimal
    time_at_3_plus: Decimal
    evidence: int
    barriers: int
    growth: int

    @classmethod
    def of(cls, figures: Figures) -> Totals:
        """The sums of computed figures."""
        return cls(
            weighted_total=figures.weighted_total,
            time_at_3_plus=figures.time_at_3_plus,
            evidence=figures.evidence_total,
            barriers=figures.barrier_total,
            growth=figures.growth,
        )


def factors(method: Method, *, weighted_total: Decimal, evidence: int, barriers: int, growth: int) -> Factors:
    """Task resistance and the three modifiers, as the method has them."""
    formula = method.formula
    return (
        formula.ceiling - weighted_total,
        1 + formula.evidence_step * evidence,
        1 + formula.barrier_step * barriers,
        1 + formula.growth_step * growth,
    )


def score_of(method: Method, totals: Totals) -> Decimal:
    """The formula score of these sums, as published."""
    resistance, evidence, barriers, growth = factors(
        method,
        weighted_total=totals.weighted_total,
        evidence=totals.evidence,
        barriers=totals.barriers,
        growth=totals.growth,
    )
    return published(method, resistance * evidence * barriers * growth)


def label_of(method: Method, totals: Totals, score: Decimal) -> Label:
    """The label of these sums at a score: the formula's own, or another that an override would publish."""
    return label_for(
        method,
        score=score,
        growth=totals.growth,
        time_at_3_plus=totals.time_at_3_plus,
        task_resistance=method.formula.ceiling - totals.weighted_total,
        evidence_total=totals.evidence,
        barrier_total=totals.barriers,
    )
