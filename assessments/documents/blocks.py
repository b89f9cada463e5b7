"""The first pass over a document in either dialect: each line a heading, a labelled line, a table row or prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assessments.documents.markup import OTHER_BULLET, unmark
from assessments.documents.phrases import (
    RULE,
    Labelled,
    heading_in,
    is_markdown_structure,
    is_marked,
    label_in,
    unescape,
)

CELL_EDGE = re.compile(r"(?<!\\)\|")
HEADING_MARK = re.compile(r"#{1,6} +")


@dataclass(frozen=True, slots=True)
class Block:
    """One line: its number, and exactly one of heading, labelled line, row of cells, or prose (blank: "").

    `unknown` is the text of a Markdown heading that no document has.
    """

    line: int
    heading: str | None = None
    labelled: Labelled | None = None
    cells: tuple[str, ...] | None = None
    prose: str = ""
    unknown: str | None = None


def blocks(text: str) -> Iterator[Block]:
    """The lines of a unified text. It is in Markdown when any heading or label is marked as one."""
    lines = text.split("\n")
    return markdown_blocks(lines) if any(map(is_marked, lines)) else plain_blocks(lines)


def plain_blocks(lines: list[str]) -> Iterator[Block]:
    """The lines of a text in the plain dialect, where every character stands for itself."""
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare:
            yield Block(number)
        elif bare.startswith("|"):
            yield Block(number, cells=cells_of(bare))
        elif heading := heading_in(bare):
            yield Block(number, heading=heading)
        elif labelled := label_in(bare):
            yield Block(number, labelled=labelled)
        else:
            yield Block(number, prose=unescape(line.rstrip()))


def markdown_blocks(lines: list[str]) -> Iterator[Block]:
    """The lines of a text in Markdown without its marks.

    Of the blank lines between two paragraphs the first is Markdown's own and is dropped, as are thematic breaks.
    """
    after_blank = False
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare:
            if after_blank:
                yield Block(number)
            after_blank = True
        elif not RULE.fullmatch(bare):
            after_blank = False
            yield _markdown_block(number, line.rstrip(), bare)


def _markdown_block(number: int, line: str, bare: str) -> Block:
    if bare.startswith("|"):
        return Block(number, cells=tuple(map(unmark, cells_of(bare))))
    if heading := heading_in(bare):
        return Block(number, heading=heading)
    if HEADING_MARK.match(bare):
        return Block(number, unknown=unmark(bare.strip("#").strip()))
    if labelled := label_in(bare):
        return Block(number, labelled=replace(labelled, text=unmark(labelled.text)))
    prose = OTHER_BULLET.sub(r"\1- ", unescape(line, is_markdown_structure))
    return Block(number, prose=unmark(prose))


def cells_of(row: str) -> tuple[str, ...]:
    """The cells of a table row that begins with a pipe; `\\|` is a pipe inside a cell."""
    parts = CELL_EDGE.split(row)[1:]
    if parts and not parts[-1].strip():
        parts.pop()
    return tuple(part.strip().replace("\\|", "|") for part in parts)
