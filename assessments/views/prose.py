"""Authored text as safe HTML: paragraphs and bullet lists, escaped by the template that draws them."""

from __future__ import annotations

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Block:
    """A paragraph (one line) or a list (its items)."""

    kind: str
    lines: tuple[str, ...]


def blocks_of(text: str) -> list[Block]:
    """Lines that begin with "- " in a row are one list; every other line is a paragraph of its own."""
    found: list[Block] = []
    for line in text.splitlines():
        words = line.strip()
        if not words:
            continue
        if words.startswith("- "):
            if found and found[-1].kind == "list":
                found[-1] = Block("list", (*found[-1].lines, words[2:]))
            else:
                found.append(Block("list", (words[2:],)))
        else:
            found.append(Block("paragraph", (words,)))
    return found


def prose(text: str) -> SafeString:
    """The text as HTML."""
    return render_to_string("parts/prose.html", {"blocks": blocks_of(text)}) if text else SafeString("")


def bullets(items: list[dict[str, str]]) -> SafeString:
    """Bullets with a lead as HTML."""
    return render_to_string("parts/bullets.html", {"items": items}) if items else SafeString("")
