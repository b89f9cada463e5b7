"""Words that are data, said in the reader's language."""

from __future__ import annotations

from django import template

from assessments.queries.spoken import spoken

register = template.Library()


@register.filter
def said(words: object) -> str:
    """A term of a method or of a closed vocabulary, or `Words`; as it stands where no one has put it so."""
    return spoken(words)
