"""What must hold of any text whatever: it is refused with sentences, or read into a document that renders back."""

from __future__ import annotations

import time

from assessments.documents import (
    Document,
    Reading,
    figures_of,
    from_json,
    quoting_texts,
    read,
    render_markdown,
    render_plain,
    to_json,
)
from assessments.documents.texts import unify
from tests.documents.specimen import METHOD

MOST_SECONDS = 1.0


def check(text: str) -> Reading:
    """The reading of a text. AssertionError when it took too long, lost something or said nothing."""
    started = time.process_time()
    reading = read(text, METHOD)
    seconds = time.process_time() - started
    assert seconds < MOST_SECONDS, f"reading took {seconds:.1f} s"
    if reading.document is None:
        assert reading.errors, "refused without a word"
        _positioned(text, reading)
    else:
        assert not reading.errors, "a document beside errors"
        _renders_back(reading.document)
        _spans(reading)
    return reading


def _positioned(text: str, reading: Reading) -> None:
    lines = unify(text.removeprefix("\ufeff")).count("\n") + 1
    for error in reading.errors:
        assert error.message.endswith((".", "?")), f"no sentence: {error}"
        assert error.line is None or 1 <= error.line <= lines, f"a line that is not there: {error}"


def _renders_back(document: Document) -> None:
    figures = figures_of(document, METHOD)
    assert figures is not None, "a document without figures"
    assert from_json(to_json(document)) == document, "not canonical"
    for render in (render_plain, render_markdown):
        rendered = render(document, METHOD, figures)
        again = read(rendered, METHOD)
        assert again.errors == (), f"{render.__name__}: {again.errors[:3]}"
        assert again.document == document, f"{render.__name__} reads as another document"
        assert again.discrepancies == (), f"{render.__name__}: {again.discrepancies[:3]}"


def _spans(reading: Reading) -> None:
    assert reading.document is not None
    texts = dict(quoting_texts(reading.document))
    for quote in reading.quotes:
        words = texts[quote.section][quote.start : quote.end]
        stated = str(quote.score if quote.difference is None else abs(quote.difference))
        assert stated in words, f"{quote} does not stand in “{words}”"
        assert quote.line is not None, f"{quote} has no line"
