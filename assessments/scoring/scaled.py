"""A method's constants as whole numbers, for arithmetic that is exact because nothing in it is a fraction."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from assessments.scoring.errors import MethodError
from assessments.scoring.method import Method

# Whole numbers below this are exact in a binary float, and so are their sums and products.
EXACT_BELOW = 2**53


class Scaled:
    """A method's constants as whole numbers of common units; MethodError when they could leave the exact range."""

    def __init__(self, method: Method) -> None:
        formula, rules = method.formula, method.tasks
        self.method = method
        self.time_unit = 10**rules.places
        # task resistance = ceiling − weighted ÷ (100 × time unit)
        self.resistance_unit = math.lcm(100 * self.time_unit, _denominator(formula.ceiling))
        self.ceiling = whole(formula.ceiling, self.resistance_unit)
        self.weight = self.resistance_unit // (100 * self.time_unit)
        steps = (formula.evidence_step, formula.barrier_step, formula.growth_step)
        self.units = tuple(_denominator(step) for step in steps)
        self.steps = tuple(whole(step, unit) for step, unit in zip(steps, self.units, strict=True))
        self.raw_unit = self.resistance_unit * math.prod(self.units)
        # score in its last decimal = (raw − offset) × 100 × 10^places ÷ divisor = (raw × a − b) ÷ c
        per_raw = Fraction(100 * 10**method.score.places) / (Fraction(formula.divisor) * self.raw_unit)
        offset = Fraction(formula.offset) * Fraction(100 * 10**method.score.places) / Fraction(formula.divisor)
        self.c = math.lcm(per_raw.denominator, offset.denominator)
        self.a, self.b = int(per_raw * self.c), int(offset * self.c)
        self.lowest = whole(method.score.minimum, 10**method.score.places)
        self.highest = whole(method.score.maximum, 10**method.score.places)
        self._refuse_beyond()

    def _refuse_beyond(self) -> None:
        method, rules = self.method, self.method.tasks
        heaviest = int(rules.total) * self.time_unit * rules.score.maximum * self.weight
        largest = abs(self.ceiling) + heaviest
        groups = (method.evidence, method.barriers, (method.growth,))
        for unit, step, scales in zip(self.units, self.steps, groups, strict=True):
            largest *= unit + abs(step) * sum(max(abs(scale.minimum), abs(scale.maximum)) for scale in scales)
        if 2 * (largest * self.a + abs(self.b)) + self.c >= EXACT_BELOW:
            raise MethodError("The constants of this method have too many decimals to be computed in bulk.")


def whole(value: Decimal, unit: int) -> int:
    """The value in units of 1/`unit`; MethodError where it is no whole number of them."""
    scaled = Fraction(value) * unit
    if scaled.denominator != 1:
        raise MethodError(f"{value} is no whole number of 1/{unit}.")
    return int(scaled)


def _denominator(value: Decimal) -> int:
    return Fraction(value).denominator
