"""Why two scored records differ: the published difference split into seven parts that add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assessments.scoring.formula import Figures, unclamped_score
from assessments.scoring.method import Method
from assessments.scoring.rounding import half_up
from assessments.scoring.totals import Factors, factors

PLACES = 4


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored record as attribution needs it; decimals exact, the two scores as rounded for publication."""

    method: Method
    task_resistance: Decimal
    evidence_total: int
    barrier_total: int
    growth: int
    weighted_total: Decimal
    formula_score: Decimal
    published_score: Decimal

    @classmethod
    def of(cls, method: Method, figures: Figures, published_score: Decimal) -> Scored:
        """The record of computed figures and the score that was published for them."""
        return cls(
            method=method,
            task_resistance=figures.task_resistance,
            evidence_total=figures.evidence_total,
            barrier_total=figures.barrier_total,
            growth=figures.growth,
            weighted_total=figures.weighted_total,
            formula_score=figures.formula_score,
            published_score=published_score,
        )

    def factors(self, method: Method) -> Factors:
        """Task resistance and the three modifiers, as that method would have them."""
        return factors(
            method,
            weighted_total=self.weighted_total,
            evidence=self.evidence_total,
            barriers=self.barrier_total,
            growth=self.growth,
        )


@dataclass(frozen=True, slots=True)
class Attribution:
    """The parts of `a.published − b.published`, in points, four decimals each; together exactly that difference."""

    task: Decimal
    evidence: Decimal
    barriers: Decimal
    growth: Decimal
    override: Decimal
    method: Decimal
    rounding: Decimal

    def as_json(self) -> dict[str, str]:
        """The seven parts as texts with four decimals."""
        return {
            "task": _text(self.task),
            "evidence": _text(self.evidence),
            "barriers": _text(self.barriers),
            "growth": _text(self.growth),
            "override": _text(self.override),
            "method": _text(self.method),
            "rounding": _text(self.rounding),
        }


def attribute(a: Scored, b: Scored) -> Attribution:
    """How `a` comes to differ from `b`.

    Task, evidence, barriers and growth are exact Shapley values over the four factors of the unclamped score;
    between two methods they are the mean under each, and `method` is what the change of method alone explains.
    `override` is published − formula of a minus that of b; `rounding` is what clamping and rounding leave.
    attribute(b, a) is the same with every sign turned.
    """
    under_a, under_b = _shapley(a.method, a, b), _shapley(b.method, a, b)
    task, evidence, barriers, growth = (
        half_up((first + second) / 2, PLACES) for first, second in zip(under_a, under_b, strict=True)
    )
    method = half_up((_method_effect(a, b, a) + _method_effect(a, b, b)) / 2, PLACES)
    override = half_up((a.published_score - a.formula_score) - (b.published_score - b.formula_score), PLACES)
    parts = (task, evidence, barriers, growth, override, method)
    rounding = half_up(a.published_score - b.published_score - sum(parts, Decimal(0)), PLACES)
    return Attribution(*parts, rounding)


def _shapley(method: Method, a: Scored, b: Scored) -> tuple[Fraction, ...]:
    here, there = a.factors(method), b.factors(method)
    scale = Fraction(100) / Fraction(method.formula.divisor)
    return tuple(Fraction(here[i] - there[i]) * _mean_rest(here, there, i) * scale for i in range(len(here)))


def _mean_rest(here: Factors, there: Factors, index: int) -> Fraction:
    """The mean product of the other three factors over all orders in which they may change."""
    (a2, b2), (a3, b3), (a4, b4) = [
        (Fraction(x), Fraction(y)) for i, (x, y) in enumerate(zip(here, there, strict=True)) if i != index
    ]
    alike = a2 * a3 * a4 + b2 * b3 * b4
    mixed = a2 * a3 * b4 + a2 * b3 * a4 + b2 * a3 * a4 + a2 * b3 * b4 + b2 * a3 * b4 + b2 * b3 * a4
    return alike / 4 + mixed / 12


def _method_effect(a: Scored, b: Scored, record: Scored) -> Fraction:
    """How much higher a record stands under the method of `a` than under that of `b`, unclamped."""
    return _unclamped(a.method, record) - _unclamped(b.method, record)


def _unclamped(method: Method, record: Scored) -> Fraction:
    first, second, third, fourth = record.factors(method)
    return unclamped_score(method, first * second * third * fourth)


def _text(part: Decimal) -> str:
    return format(part, "f")
