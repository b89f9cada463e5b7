"""Texts in the language that is active: British English is the source, and what has no translation stays as it is."""

from __future__ import annotations

import re

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from assessments.scoring.words import Words

MINUS = re.compile(r"(?<![\w-])-(?=\d)")


def say(text: str, /, **values: object) -> str:
    """A text of ours with `{names}` for values."""
    return gettext(text).format(**values) if values else gettext(text)


def say_many(one: str, many: str, number: int, /, **values: object) -> str:
    """The form for this number of a text of ours, the number itself at `{number}` unless given."""
    return ngettext(one, many, number).format(**{"number": number, **values})


def spoken(words: object) -> str:
    """A term of a method or of a closed vocabulary, or `Words`."""
    if not isinstance(words, Words):
        text = str(words)
        return gettext(text) if text else text
    if words.parts:
        return words.by.join(spoken(part) if isinstance(part, Words) else part for part in words.parts)
    values = {name: spoken(value) if isinstance(value, Words) else value for name, value in words.values.items()}
    said = gettext(words.text) if words.text else ""
    return said.format(**values) if values else said


def true_minus(number: object) -> str:
    """A number, or words with numbers in them, with the minus that people read: "−1.2"; hyphens stay."""
    return MINUS.sub("\u2212", str(number))


def day(moment: object) -> str:
    """A date: "3 March 2026"."""
    return date_format(moment, "DATE_FORMAT")  # type: ignore[arg-type]
