"""Words that are data, said in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from assessments.queries.spoken import spoken, true_minus
from assessments.views.prose import prose

register = template.Library()


@register.filter
def said(words: object) -> str:
    """A term of a method or of a closed vocabulary, or `Words`; as it stands where no one has put it so."""
    return spoken(words)


@register.filter
def written(text: str) -> SafeString:
    """An authored text that quotes nobody, as paragraphs and lists."""
    return prose(text)


@register.filter
def minus(number: object) -> str:
    """A number, or words with numbers in them, with the true minus that people read."""
    return true_minus(number)


@register.simple_tag
def place_of(table: str, index: int) -> str:
    """The place of a row in a document: `evidence[2]`."""
    return f"{table}[{index}]"
