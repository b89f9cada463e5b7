"""Spearman's rho, exact: against hand-made values, against numpy, and whatever the order of the pairs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring.correlation import ranks, spearman

SMALL = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=40)


def pairs(*values: tuple[object, object]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(str(a)), Decimal(str(b))) for a, b in values]


def test_ties_share_the_mean_of_their_places() -> None:
    assert ranks([Decimal(each) for each in (5, 1, 5, 9)]) == [Fraction(5, 2), 1, Fraction(5, 2), 4]


@pytest.mark.parametrize(
    ("given_pairs", "rho"),
    [
        ([(1, 10), (2, 20), (3, 30)], "1.0000"),
        ([(1, 30), (2, 20), (3, 10)], "-1.0000"),
        ([(1, 2), (2, 1), (3, 4), (4, 3)], "0.6000"),
        ([("0.1", 1), ("0.10", 2), ("0.2", 3)], "0.8660"),
    ],
)
def test_known_values(given_pairs: list[tuple[object, object]], rho: str) -> None:
    assert spearman(pairs(*given_pairs)) == Decimal(rho)


def test_too_few_or_all_alike_have_none() -> None:
    assert spearman(pairs((1, 2), (2, 1))) is None
    assert spearman(pairs((1, 2), (1, 1), (1, 3))) is None


@given(SMALL)
def test_it_is_what_numpy_gives_and_knows_no_order(drawn: list[tuple[int, int]]) -> None:
    exact = spearman(pairs(*drawn))
    assert exact == spearman(pairs(*reversed(drawn)))
    sides = [[float(rank) for rank in ranks([Decimal(pair[side]) for pair in drawn])] for side in (0, 1)]
    if exact is None:
        assert min(np.std(side) for side in sides) == 0
    else:
        assert abs(float(exact) - np.corrcoef(*sides)[0, 1]) < 0.0001
