"""Words that are data, said in the reader's language."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language

from assessments.queries.spoken import spoken

register = template.Library()


@register.filter
def said(words: object) -> str:
    """A term of a method or of a closed vocabulary, or `Words`; as it stands where no one has put it so."""
    return spoken(words)


@register.filter
def in_english(content: object) -> str:
    """What an assessment says, such as the title of its role: marked as English on a page in another language. For
    what stands between the marks of an element, not in an attribute."""
    if get_language() == settings.LANGUAGE_CODE:
        return str(content)
    return format_html('<span lang="en">{}</span>', content)
