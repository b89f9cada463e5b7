"""What the inputs would have to be for the formula to reach a proposed score."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from assessments.scoring.formula import Inputs, compute, published
from assessments.scoring.method import Method, Scale


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Totals that bring the formula nearest to a proposal, the score they give, and that in words."""

    evidence_total: int
    barrier_total: int
    growth: int
    formula_score: Decimal
    text: str


def counterfactual(method: Method, inputs: Inputs, proposed: Decimal) -> Counterfactual:
    """The smallest change of evidence, barriers and growth, within their ranges, nearest to the proposed score.

    The tasks stay as they are: another task resistance would be another description of the work.
    Raises InputError for illegal inputs.
    """
    figures = compute(method, inputs)
    formula = method.formula
    now = (figures.evidence_total, figures.barrier_total, figures.growth)
    growths = range(method.growth.minimum, method.growth.maximum + 1)

    def far(totals: tuple[int, int, int]) -> tuple[Decimal, int]:
        steps = sum(abs(there - here) for there, here in zip(totals, now, strict=True))
        return abs(score_with(totals) - proposed), steps

    def score_with(totals: tuple[int, int, int]) -> Decimal:
        evidence, barriers, growth = totals
        modifiers = (1 + formula.evidence_step * evidence) * (1 + formula.barrier_step * barriers)
        return published(method, figures.task_resistance * modifiers * (1 + formula.growth_step * growth))

    nearest = min(product(_totals(method.evidence), _totals(method.barriers), growths), key=far)
    score = score_with(nearest)
    return Counterfactual(*nearest, score, _words(now, nearest, score))


def _totals(scales: tuple[Scale, ...]) -> range:
    return range(sum(scale.minimum for scale in scales), sum(scale.maximum for scale in scales) + 1)


def _words(now: tuple[int, int, int], nearest: tuple[int, int, int], score: Decimal) -> str:
    names = ("Evidence", "Barriers", "Growth")
    changed = [f"{name} {there}" for name, here, there in zip(names, now, nearest, strict=True) if here != there]
    if not changed:
        return f"No change of evidence, barriers or growth comes nearer than the present {score}."
    listed = " and ".join([", ".join(changed[:-1]), changed[-1]] if changed[:-1] else changed)
    return f"{listed} would give {score}."
