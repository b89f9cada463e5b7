"""Exact rounding of decimals and fractions; nothing here passes through binary floats."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def half_up(value: Decimal | Fraction | int, places: int) -> Decimal:
    """The value at that many decimal places, halves away from zero (which for scores, never negative, is up)."""
    # Whole numbers throughout: building fractions took most of the time of a sensitivity.
    numerator, denominator = value.as_integer_ratio()
    units = (2 * abs(numerator) * 10**places + denominator) // (2 * denominator)
    return Decimal(-units if numerator < 0 else units).scaleb(-places)


def plain(value: Decimal) -> str:
    """Plain notation without trailing zeros or exponent: "12.5", "100", "0"."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def places_of(text: str) -> int:
    """How many decimal places a number is written with: 2 for "3.80", 0 for "30"."""
    return len(text.partition(".")[2])
