"""Parts of anything as shares of a whole, so that they add up exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor

from assessments.scoring.rounding import half_up


def shares(parts: Sequence[Decimal], *, whole: Decimal, places: int) -> list[Decimal]:
    """What each part is of the whole, with that many decimals at most; together they are exactly the whole.

    Shares are rounded down, and the smallest units that are then left go one each to the largest remainders, of equal
    ones to the earlier. `parts` are finite and not negative, and not all nothing; else ValueError.
    """
    total = sum(map(Fraction, parts), Fraction())
    if total <= 0 or min(parts) < 0:
        raise ValueError("parts must not be negative, nor all of them nothing")
    units = Fraction(whole) * 10**places
    exact = [part * units / total for part in map(Fraction, parts)]
    counts = [int(each) for each in exact]
    left = int(units) - sum(counts)
    for index in sorted(range(len(parts)), key=lambda index: counts[index] - exact[index])[:left]:
        counts[index] += 1
    return [Decimal(count).scaleb(-places) for count in counts]


def rounded_together(parts: Sequence[Decimal], places: int) -> list[Decimal]:
    """The parts of a sum, of either sign, with that many decimals, so that what is shown adds up to the rounded sum.

    Parts are rounded down, and the units that are then left go one each to the largest remainders, of equal ones to
    the earlier: no part is further than a unit from what it is, and nothing stays nothing.
    """
    units = [part.scaleb(places) for part in parts]
    counts = [floor(each) for each in units]
    left = int(half_up(sum(parts, Decimal(0)), places).scaleb(places)) - sum(counts)
    for index in sorted(range(len(parts)), key=lambda index: counts[index] - units[index])[:left]:
        counts[index] += 1
    return [Decimal(count).scaleb(-places) for count in counts]
