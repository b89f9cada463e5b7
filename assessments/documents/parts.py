"""A document as the parts that stand below each other in a file, and how each dialect writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assessments.documents.markup import OTHER_BULLET, mark
from assessments.documents.phrases import escape, is_markdown_structure
from assessments.documents.shape import Lead
from assessments.documents.texts import bullet

LIST_ITEM = re.compile(r" *[-*+] ")


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of a section, or of a part of the commentary."""

    text: str
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """A row of a table. Of a row of totals `at` says below which columns its cells stand."""

    texts: tuple[str, ...]
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `leads` where the first cells are names of fields."""

    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and the text after it, which may have several lines."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A text of several lines."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """Bullets with their leads."""

    bullets: tuple[Lead, ...]


Part = Heading | Table | Labelled | Prose | Bullets


def plain_file(parts: Iterable[Part]) -> str:
    """The parts in the plain dialect: every character stands for itself, lines below each other."""
    return "\n".join(line for part in parts for line in _plain(part)) + "\n"


def markdown_file(parts: Iterable[Part]) -> str:
    """The parts in Markdown: bold names, labels, leads and totals, a blank line between paragraphs."""
    return "\n\n".join(_markdown(part) for part in parts) + "\n"


def _plain(part: Part) -> Iterator[str]:
    match part:
        case Heading(text):
            yield text
        case Table(columns, rows):
            yield _row(columns)
            yield _separator(columns)
            yield from (_row(row.texts) for row in rows)
        case Labelled(label, text):
            first, *others = text.split("\n")
            yield f"{label}: {first}".rstrip()
            yield from map(escape, others)
        case Prose(text):
            yield from map(escape, text.split("\n"))
        case _:
            yield from (f"- {bullet(each.lead, each.text)}" for each in part.bullets)


def _markdown(part: Part) -> str:
    match part:
        case Heading(text, is_part):
            return f"{'###' if is_part else '##'} {text}"
        case Table():
            return "\n".join(_markdown_table(part))
        case Labelled(label, text):
            first, *others = text.split("\n")
            return _paragraphs((f"**{label}:** {mark(first)}".rstrip(), *map(_markdown_line, others)))
        case Prose(text):
            return _paragraphs(map(_markdown_line, text.split("\n")))
        case _:
            return "\n".join(map(_markdown_bullet, part.bullets))


def _markdown_line(text: str) -> str:
    return escape(OTHER_BULLET.sub(r"\1\\\2 ", mark(text)), is_markdown_structure)


def _markdown_bullet(entry: Lead) -> str:
    text = mark(entry.text)
    if entry.lead:
        text = f"{_bold(f'{entry.lead}.')} {text}".rstrip()
    return escape(f"- {text}", is_markdown_structure)


def _bold(text: str) -> str:
    """A text in bold; marked between full stops, since beside an asterisk none stands alone."""
    return f"**{mark(f'.{text}.')[1:-1]}**"


def _markdown_table(table: Table) -> Iterator[str]:
    yield _row(table.columns)
    yield _separator(table.columns)
    for row in table.rows:
        if row.at:
            texts = dict(zip(row.at, row.texts, strict=True))
            placed = [texts.get(index, "") for index in range(len(table.columns))]
            yield _row([_bold(text) if text else "" for text in placed])
        else:
            name, *others = row.texts
            yield _row([_bold(name) if table.leads else mark(name), *map(mark, others)])


def _paragraphs(lines: Iterable[str]) -> str:
    """Lines with a blank one between them, for Markdown would run them together; the items of a list stay close."""
    text, before = "", ""
    for index, line in enumerate(lines):
        close = not index or not before or (LIST_ITEM.match(before) and LIST_ITEM.match(line))
        text += ("\n" if index else "") + ("" if close else "\n") + line
        before = line
    return text


def _row(texts: Iterable[str]) -> str:
    return "|" + "".join(f" {text} |" if text else " |" for text in map(_cell, texts))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _separator(columns: tuple[str, ...]) -> str:
    return "|" + "---|" * len(columns)
