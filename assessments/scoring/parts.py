"""Parts of anything as shares of a whole, so that they add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from assessments.scoring.rounding import half_up


def shares(parts: Sequence[Decimal], *, whole: Decimal, places: int) -> list[Decimal]:
    """What each part is of the whole, with that many decimals at most; together they are exactly the whole.

    What rounding leaves goes to the largest remainders. `parts` are finite and not negative, and not all nothing; else
    ValueError.
    """
    total = sum(map(Fraction, parts), Fraction())
    if total <= 0 or min(parts) < 0:
        raise ValueError("parts must not be negative, nor all of them nothing")
    units = Fraction(whole) * 10**places
    counts = _counted([part * units / total for part in map(Fraction, parts)], int(units))
    return [Decimal(count).scaleb(-places) for count in counts]


def rounded_together(parts: Sequence[Decimal], places: int) -> list[Decimal]:
    """The parts of a sum, of either sign, with that many decimals, so that what is shown adds up to the rounded sum.

    No part is further than a unit from what it is, and nothing stays nothing.
    """
    total = half_up(sum(parts, Decimal(0)), places).scaleb(places)
    counts = _counted([Fraction(part) * 10**places for part in parts], int(total))
    return [Decimal(count).scaleb(-places) for count in counts]


def _counted(exact: Sequence[Fraction], total: int) -> list[int]:
    """Whole units that come to the total: each is rounded down, and the units that are then left go one each to the
    largest remainders, of equal ones to the earlier."""
    counts = [floor(each) for each in exact]
    remainders = [each - count for each, count in zip(exact, counts, strict=True)]
    for index in sorted(range(len(counts)), key=lambda index: -remainders[index])[: total - sum(counts)]:
        counts[index] += 1
    return counts
