"""Zones are of the rounded, published score (METHOD): proved over every total there is, and for finer resistances."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from assessments.scoring import zone_of
from assessments.scoring.formula import published
from assessments.scoring.totals import Totals, factors, score_of
from tests.scoring.specimen import METHOD

EVIDENCE, BARRIERS, GROWTH = range(-10, 11), range(11), range(-2, 3)
# The three modifiers in hundredths, with how many totals share each product: whole numbers that know nothing of METHOD.
PRODUCTS = Counter((100 + 4 * e) * (100 + 2 * b) * (100 + 5 * g) for e, b, g in product(EVIDENCE, BARRIERS, GROWTH))
DIVISOR = 793_000_000


def excess(hundredths: int, modifiers: int) -> int:
    """The unrounded score, times DIVISOR."""
    return (hundredths * modifiers - 54_000_000) * 100


def zone(score: int, scale: int) -> str:
    """The zone of score ÷ scale."""
    return "green" if score >= 48 * scale else "yellow" if score >= 25 * scale else "red"


def tenths(hundredths: int, modifiers: int) -> int:
    """The published score in tenths: half up, then kept within 0 and 100."""
    return min(max((20 * excess(hundredths, modifiers) + DIVISOR) // (2 * DIVISOR), 0), 1000)


def test_every_total_gets_the_zone_of_its_published_score() -> None:
    seen = 0
    for hundredths in range(100, 501):
        resistance = Decimal(hundredths).scaleb(-2)
        for modifiers, count in PRODUCTS.items():
            score = published(METHOD, resistance * Decimal(modifiers).scaleb(-6))
            wanted = tenths(hundredths, modifiers)
            assert score == Decimal(wanted).scaleb(-1)
            assert zone_of(METHOD, score).code == zone(wanted, 10)
            seen += count
    assert seen == 463_155


def test_rounding_moves_the_zone_of_exactly_these_many_totals() -> None:
    moved: Counter[tuple[str, str]] = Counter()
    for hundredths, (modifiers, count) in product(range(100, 501), PRODUCTS.items()):
        before, after = zone(excess(hundredths, modifiers), DIVISOR), zone(tenths(hundredths, modifiers), 10)
        if before != after:
            moved[before, after] += count
    assert moved == {("yellow", "green"): 279, ("red", "yellow"): 458}


def test_the_products_are_those_of_the_method() -> None:
    made: Counter[Decimal] = Counter()
    for evidence, barriers, growth in product(EVIDENCE, BARRIERS, GROWTH):
        four = factors(METHOD, weighted_total=Decimal(0), evidence=evidence, barriers=barriers, growth=growth)
        made[four[1] * four[2] * four[3]] += 1
    assert made == {Decimal(modifiers).scaleb(-6): count for modifiers, count in PRODUCTS.items()}


@given(
    st.integers(10_000, 50_000),
    st.sampled_from(EVIDENCE),
    st.sampled_from(BARRIERS),
    st.sampled_from(GROWTH),
)
@example(43_464, 0, 0, 0)
@example(43_465, 0, 0, 0)
def test_resistances_of_four_decimals_too(units: int, evidence: int, barriers: int, growth: int) -> None:
    weighted = 6 - Decimal(units).scaleb(-4)
    score = score_of(METHOD, Totals(weighted, Decimal(0), evidence, barriers, growth))

    modifiers = (100 + 4 * evidence) * (100 + 2 * barriers) * (100 + 5 * growth)
    above, whole = (units * modifiers - 5_400_000_000) * 100, DIVISOR * 100
    wanted = min(max((20 * above + whole) // (2 * whole), 0), 1000)
    assert score == Decimal(wanted).scaleb(-1)
    assert zone_of(METHOD, score).code == zone(wanted, 10)
