"""Words for the pages of the method."""

from __future__ import annotations

from django import template

from assessments.queries.methods import DOUBTS

register = template.Library()


@register.filter
def doubt(code: str) -> str:
    """Why a decision is in doubt, in a sentence."""
    return DOUBTS.get(code, code)
