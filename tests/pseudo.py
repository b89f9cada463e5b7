"""A language made on the fly: every message in marks, accented and longer, so that what is not marked stands out."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

from django.utils.translation import trans_real

OPEN, CLOSE = "⟦", "⟧"
ACCENTED = str.maketrans("aeiouAEIOUcnsyz", "áéíóúÁÉÍÓÚçñšýž")
# Placeholders and elements stay as they are.
KEPT = re.compile(r"(%\(\w+\)s|%%|\{\w+\}|<[^>]*>|&\w+;)")
WORD = re.compile(r"[^\W\d_]{2,}")
VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "line", "circle", "path"}
SPOKEN = ("title", "aria-label", "alt", "placeholder", "data-label")
# Names of formats and of this site, and what is code.
NAMES = {
    "AIJRI",
    "Review",
    "SOC",
    "BibTeX",
    "CSL",
    "JSON",
    "Markdown",
    "API",
    "PDF",
    "British",
    "English",
    "Deutsch",
    "UTC",
}
CODE = {"script", "style", "code", "pre", "textarea", "time"}


class Pseudo(gettext.NullTranslations):
    """Says everything, what it does not know as well."""

    def gettext(self, message: str) -> str:
        if not message:
            return message
        text = message.rpartition("\x04")[2]
        pieces = KEPT.split(text)
        said = "".join(piece if index % 2 else piece.translate(ACCENTED) for index, piece in enumerate(pieces))
        return f"{OPEN}{said} {'·' * max(1, len(WORD.findall(text)) // 2)}{CLOSE}"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)

    def language(self) -> str:
        return "de"

    def to_language(self) -> str:
        return "de"


@contextmanager
def spoken() -> Iterator[None]:
    """Whoever asks for German gets it, while the block runs."""
    trans_real.translation("de")
    before = trans_real._translations["de"]
    trans_real._translations["de"] = Pseudo()
    pseudo = trans_real._translations["de"]
    pseudo._DjangoTranslation__to_language = "de"
    pseudo._DjangoTranslation__language = "de"
    try:
        yield
    finally:
        trans_real._translations["de"] = before


class Unspoken(HTMLParser):
    """The visible texts of a page that are outside the marks and no content (`lang="en"`), name or number."""

    def __init__(self, page: str, known: tuple[str, ...]) -> None:
        super().__init__()
        self.found: list[str] = []
        self._known = known
        self._stack: list[tuple[str, bool]] = []
        self._marks = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        content = given.get("lang") == "en" or tag in CODE or self._silent
        if tag == "meta" and given.get("name") == "description":
            self._judge(given.get("content") or "", 0)
        if not content:
            for name in SPOKEN:
                self._judge(given.get(name) or "", 0)
        if tag not in VOID:
            self._stack.append((tag, content))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""

    def handle_endtag(self, tag: str) -> None:
        while self._stack:
            if self._stack.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        before = self._marks
        self._marks += data.count(OPEN) - data.count(CLOSE)
        if not self._silent:
            self._judge(data, before)

    @property
    def _silent(self) -> bool:
        return bool(self._stack) and self._stack[-1][1]

    def _judge(self, text: str, depth: int) -> None:
        outside = []
        for character in text:
            depth += character == OPEN
            outside.append(" " if depth > 0 else character)
            depth -= character == CLOSE
        left = "".join(outside)
        for name in self._known:
            left = left.replace(name, " ")
        if [word for word in WORD.findall(left) if word not in NAMES]:
            self.found.append(" ".join(text.split()))


class Unmarked(HTMLParser):
    """The visible texts of a page in another language that name one of these roles outside `lang="en"`. What stands in
    an attribute, or in the title or description of a page or picture, can be marked for no part of it."""

    def __init__(self, page: str, titles: tuple[str, ...]) -> None:
        super().__init__()
        self.found: list[str] = []
        self._titles = titles
        self._stack: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside = bool(self._stack) and self._stack[-1][1]
        if tag not in VOID:
            self._stack.append((tag, inside or ("lang", "en") in attrs or tag in {"script", "style", "title", "desc"}))

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop()[0] != tag:
            """Elements whose end is left out."""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content."""

    def handle_data(self, data: str) -> None:
        marked = bool(self._stack) and self._stack[-1][1]
        if not marked and any(title in data for title in self._titles):
            self.found.append(" ".join(data.split()))
