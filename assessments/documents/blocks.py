"""The first pass over a plain document: each line a heading, a labelled line, a table row or prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assessments.documents.phrases import Labelled, heading_in, label_in, unescape

CELL_EDGE = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """One line: its number, and exactly one of heading, labelled line, row of cells, or prose (blank: "")."""

    line: int
    heading: str | None = None
    labelled: Labelled | None = None
    cells: tuple[str, ...] | None = None
    prose: str = ""


def plain_blocks(text: str) -> Iterator[Block]:
    """The lines of a unified text in the plain dialect."""
    for number, line in enumerate(text.split("\n"), start=1):
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


def cells_of(row: str) -> tuple[str, ...]:
    """The cells of a table row that begins with a pipe; `\\|` is a pipe inside a cell."""
    parts = CELL_EDGE.split(row)[1:]
    if parts and not parts[-1].strip():
        parts.pop()
    return tuple(part.strip().replace("\\|", "|") for part in parts)
