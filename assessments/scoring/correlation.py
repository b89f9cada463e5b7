"""Spearman's rank correlation in exact numbers: ranks of ties are their mean, and nothing is rounded but the result."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

FEWEST = 3


def spearman(pairs: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Spearman's rho of pairs of values, −1 to 1, half even to four places; None of fewer than three pairs, and where
    one side has the same value everywhere."""
    if len(pairs) < FEWEST:
        return None
    left, right = ranks([pair[0] for pair in pairs]), ranks([pair[1] for pair in pairs])
    middle = Fraction(len(pairs) + 1, 2)
    together = sum(((a - middle) * (b - middle) for a, b in zip(left, right, strict=True)), Fraction())
    spread = _spread(left, middle) * _spread(right, middle)
    if spread == 0:
        return None
    with localcontext(prec=60):
        over, under = Decimal(together.numerator), Decimal(together.denominator)
        root = (Decimal(spread.numerator) / Decimal(spread.denominator)).sqrt()
        return (over / under / root).quantize(Decimal("0.0001"))


def ranks(values: Sequence[Decimal]) -> list[Fraction]:
    """The rank of every value, from 1, the smallest; of equal values the mean of their places."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [Fraction()] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            found[place] = Fraction(start + 1 + end, 2)
        start = end
    return found


def _spread(ranked: Sequence[Fraction], middle: Fraction) -> Fraction:
    return sum(((rank - middle) ** 2 for rank in ranked), Fraction())
