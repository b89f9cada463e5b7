"""Words for the pages of the method."""

from __future__ import annotations

from django import template

from assessments.queries.methods import DOUBTS

register = template.Library()


@register.filter
def doubt(code: str) -> str:
    """Why a decision is in doubt, in a sentence."""
    return DOUBTS.get(code, code)


@register.filter
def signed(number: str | None) -> str:
    """A number that was written with a hyphen, with a minus; a dash for none."""
    return "—" if number is None else number.replace("-", "−")
