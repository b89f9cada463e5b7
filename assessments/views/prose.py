"""Authored text as safe HTML: paragraphs and bullet lists, escaped by the template that draws them, with what is to be
told of quoted scores beside the very words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from assessments.queries.quotes import Quoted

Marks = Mapping[str, Sequence[Quoted]]


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `quoted` where it is a quote of which readers are told."""

    text: str
    quoted: Quoted | None = None


@dataclass(frozen=True)
class Block:
    """A paragraph (one line) or a list (its items); a line is its pieces."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]


def marks_of(quotes: Iterable[Quoted]) -> dict[str, list[Quoted]]:
    """The quotes that readers are to be told of, by the path of their text and in its order."""
    found: dict[str, list[Quoted]] = {}
    for each in sorted(quotes, key=lambda each: each.quote.start):
        if each.stale:
            found.setdefault(each.quote.section, []).append(each)
    return found


def pieces(text: str, start: int, end: int, marks: Sequence[Quoted]) -> tuple[Piece, ...]:
    """What stands between two places of a text, cut at the quotes in it."""
    return tuple(_pieces(text, start, end, marks))


def _pieces(text: str, start: int, end: int, marks: Sequence[Quoted]) -> Iterator[Piece]:
    for each in marks:
        if start <= each.quote.start < each.quote.end <= end:
            if start < each.quote.start:
                yield Piece(text[start : each.quote.start])
            yield Piece(text[each.quote.start : each.quote.end], each)
            start = each.quote.end
    if start < end:
        yield Piece(text[start:end])


def blocks_of(text: str, marks: Sequence[Quoted] = ()) -> list[Block]:
    """Lines that begin with "- " in a row are one list; every other line is a paragraph of its own."""
    found: list[Block] = []
    after = 0
    for whole in text.splitlines(keepends=True):
        before, after = after, after + len(whole)
        words = whole.strip()
        if not words:
            continue
        start = before + len(whole) - len(whole.lstrip())
        end = start + len(words)
        if words.startswith("- "):
            line = pieces(text, start + 2, end, marks)
            if found and found[-1].kind == "list":
                found[-1] = Block("list", (*found[-1].lines, line))
            else:
                found.append(Block("list", (line,)))
        else:
            found.append(Block("paragraph", (pieces(text, start, end, marks),)))
    return found


def prose(text: str, marks: Sequence[Quoted] = ()) -> SafeString:
    """The text as HTML."""
    return render_to_string("parts/prose.html", {"blocks": blocks_of(text, marks)}) if text else SafeString("")


def bullets(items: list[dict[str, str]], marks: Marks | None = None, path: str = "") -> SafeString:
    """Bullets with a lead as HTML; `path` is that of the list in the document."""
    if not items:
        return SafeString("")
    told = marks or {}
    cut = [
        {
            name: pieces(item[name], 0, len(item[name]), told.get(f"{path}[{index}].{name}", ()))
            for name in ("lead", "text")
        }
        for index, item in enumerate(items)
    ]
    return render_to_string("parts/bullets.html", {"items": cut})
