"""The inline marks of the Markdown dialect: taken off a text on reading, escaped in it on writing.

Emphasis is markup and no text; code spans keep their backticks and stand as they are written. `unmark` undoes
`mark` for every text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
TOKEN = re.compile(rf"\\(?P<escaped>[{PUNCTUATION}])|`[^`]*`|(?P<run>\*+|_+)")
SPECIAL = re.compile(r"[\\`*_]")
# Markdown's other two marks of a list item; a document has hyphens.
OTHER_BULLET = re.compile(r"\A( *)([*+]) ")
TO_MARK = re.compile(r"[\\`\[*_]|<(?=[A-Za-z/!?])")
LONGEST_RUN = 3


def mark(text: str) -> str:
    """One line of a text as it stands in Markdown: whatever would be read as a mark has a backslash before it."""

    def escaped(found: re.Match[str]) -> str:
        char, (before, after) = found.group(), _around(text, found.start(), found.end())
        alone = before.isspace() and after.isspace()
        inside = char == "_" and _is_word(before) and _is_word(after)
        return char if char in "*_" and (alone or inside) else f"\\{char}"

    return TO_MARK.sub(escaped, text)


def unmark(line: str) -> str:
    """The text of one line of Markdown: without the marks of emphasis, every escape undone."""
    if not SPECIAL.search(line):
        return line
    pieces, at, runs = [], 0, Runs()
    for found in TOKEN.finditer(line):
        pieces.append(line[at : found.start()])
        at = found.end()
        if found["run"]:
            runs.take(len(pieces), found["run"], *_around(line, found.start(), at))
        pieces.append(found["escaped"] or found.group())
    pieces.append(line[at:])
    for index in runs.marks:
        pieces[index] = ""
    return "".join(pieces)


@dataclass(slots=True)
class Runs:
    """Pairs runs of asterisks or underscores that open and close emphasis; each is looked at once."""

    open: dict[str, list[int]] = field(default_factory=dict)
    marks: list[int] = field(default_factory=list)

    def take(self, index: int, run: str, before: str, after: str) -> None:
        """Close the emphasis this run closes, or let it open one."""
        if len(run) > LONGEST_RUN:
            return
        bound = run[0] == "_"
        if not before.isspace() and not (bound and _is_word(after)) and self.open.get(run):
            opened = self.open[run].pop()
            self.marks += (opened, index)
            for others in self.open.values():
                while others and others[-1] > opened:
                    others.pop()
        elif not after.isspace() and not (bound and _is_word(before)):
            self.open.setdefault(run, []).append(index)


def _around(line: str, start: int, end: int) -> tuple[str, str]:
    """The characters before and after a stretch; the edges of a line are blanks."""
    return line[start - 1 : start] or " ", line[end : end + 1] or " "


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"
