"""Parts of a day as shares of a hundred."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import half_up, rounded_together, shares

PARTS = st.lists(st.integers(0, 10**8).map(lambda n: Decimal(n).scaleb(-4)), min_size=1, max_size=30)


def test_hours_become_percentages() -> None:
    assert shares([Decimal(12), Decimal(20), Decimal(8)], whole=Decimal(100), places=2) == [
        Decimal("30.00"),
        Decimal("50.00"),
        Decimal("20.00"),
    ]


def test_what_is_left_goes_to_the_largest_remainders_and_of_equal_ones_to_the_earlier() -> None:
    assert shares([Decimal(1), Decimal(1), Decimal(1)], whole=Decimal(100), places=2) == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert shares([Decimal(1), Decimal(5), Decimal(1)], whole=Decimal(100), places=0) == [
        Decimal(14),
        Decimal(72),
        Decimal(14),
    ]


@given(PARTS)
def test_shares_add_up_exactly_and_none_is_off_by_a_unit(parts: list[Decimal]) -> None:
    total = sum(parts)
    if not total:
        return
    found = shares(parts, whole=Decimal(100), places=2)
    assert sum(found) == Decimal(100)
    assert all(abs(share - part * 100 / total) < Decimal("0.01") for share, part in zip(found, parts, strict=True))
    assert shares(found, whole=Decimal(100), places=2) == found


@pytest.mark.parametrize("parts", [[Decimal(0), Decimal(0)], [Decimal(3), Decimal(-1)]])
def test_nothing_and_less_than_nothing_have_no_shares(parts: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="nothing"):
        shares(parts, whole=Decimal(100), places=2)


@given(st.lists(st.integers(-(10**7), 10**7).map(lambda n: Decimal(n).scaleb(-4)), max_size=9))
def test_rounded_parts_of_a_sum_add_up_and_none_is_a_unit_off(parts: list[Decimal]) -> None:
    shown = rounded_together(parts, 1)
    assert sum(shown) == half_up(sum(parts, Decimal(0)), 1)
    assert all(abs(said - part) < Decimal("0.1") for said, part in zip(shown, parts, strict=True))
