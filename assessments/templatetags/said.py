"""Words that are data, said in the reader's language."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from assessments.queries.spoken import spoken, true_minus
from assessments.views.prose import prose

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


@register.filter
def naming(sentence: str, content: object) -> str:
    """A sentence of ours with what it names of an assessment, wherever it stands in it, marked as `in_english` does."""
    return format_html_join(in_english(content), "{}", ((piece,) for piece in sentence.split(str(content))))


@register.filter
def written(text: str) -> SafeString:
    """An authored text that quotes nobody, as paragraphs and lists."""
    return prose(text)


@register.filter
def minus(number: object) -> str:
    """A number, or words with numbers in them, with the true minus that people read."""
    return true_minus(number)
