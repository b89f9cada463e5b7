"""Words for the pages of the method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from assessments.queries.methods import DOUBTS, in_words
from assessments.queries.spoken import say, spoken
from assessments.scoring import plain_number
from assessments.templatetags.said import in_english

register = template.Library()


@register.filter
def doubt(code: str) -> str:
    """Why a decision is in doubt, in a sentence."""
    return spoken(DOUBTS.get(code, code))


@register.filter
def in_short(report: Mapping[str, Any]) -> list[str]:
    """What a dry run found, in sentences."""
    return in_words(report)


@register.filter
def valued(value: object) -> str:
    """A value of a definition as readers see it; a wording that nobody has translated yet is marked as English."""
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    words = spoken(value)
    return in_english(value) if words == value and not plain_number(words) else words


@register.filter
def signed(number: str | None) -> str:
    """A number that was written with a hyphen, with a minus; a dash for none."""
    return "—" if number is None else number.replace("-", "−")
