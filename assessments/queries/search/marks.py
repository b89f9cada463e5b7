"""Why a role was found: which of its names, or which passage, has the words, and where in it they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from assessments import prepared
from assessments.models import Assessment, RoleAlias
from assessments.queries.search.hits import CALLED, IN_NAMES, IN_TEXT, Hit
from assessments.queries.search.words import PIECE, Words, folded

LONGEST = 180
# One occupation of O*NET has 2,750 names.
MOST_NAMES = 5_000
REASONED = ("tasks", "evidence", "barriers", "protective_principles")
STEMS = """
SELECT asked.word, stem FROM unnest(%(words)s::text[]) AS asked(word)
CROSS JOIN LATERAL unnest(coalesce(ts_lexize('aijri_stem', asked.word), ARRAY[asked.word])) AS stem
"""


@dataclass(frozen=True)
class Piece:
    """A stretch of text, and whether it is one of the words looked for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Marked:
    """A title with its words marked; another name or a passage where those have what the title lacks, else none."""

    title: list[Piece]
    also: list[Piece]
    passage: list[Piece]


def marked(hits: Sequence[Hit], asked: Words | None) -> dict[int, Marked]:
    """What to mark of each hit, by the key of its role; three queries at most, however many hits there are."""
    if asked is None or not asked.words or not hits:
        return {}
    marker = _Marker(asked)
    lacking = [hit for hit in hits if not marker.has_all(hit.entry.title)]
    names = _names([hit.entry.role_id for hit in lacking if hit.tier in range(CALLED, IN_TEXT)])
    texts = _documents([hit.entry.version_id for hit in lacking if hit.tier == IN_TEXT])
    found = {}
    for hit in hits:
        entry = hit.entry
        found[entry.role_id] = Marked(
            title=marker.pieces(entry.title),
            also=marker.best(names.get(entry.role_id, [])) if hit.tier <= IN_NAMES else [],
            passage=marker.best(_passages(texts.get(entry.version_id, {}))),
        )
    return found


class _Marker:
    """Finds words by their stems, as the search does."""

    def __init__(self, asked: Words) -> None:
        # "company" and "companies" have the stem "compani".
        self.roots = [
            stem[:-1] if stem.endswith("i") else stem
            for _, stem in prepared.execute(STEMS, {"words": list(asked.words)})
        ]

    def has_all(self, text: str) -> bool:
        return self.count(text) == len(self.roots)

    def count(self, text: str) -> int:
        """How many of the words a text has."""
        words = PIECE.findall(folded(text))
        return sum(any(word.startswith(root) for word in words) for root in self.roots)

    def best(self, texts: Iterable[str]) -> list[Piece]:
        """The text that has most of the words, the first or the shortest name of several, marked; none has none."""
        most, chosen = 0, ""
        for text in texts:
            count = self.count(text)
            if count > most or (count == most and count and len(text) < len(chosen) <= 60):
                most, chosen = count, text
        return self.pieces(self._shortened(chosen)) if most else []

    def pieces(self, text: str) -> list[Piece]:
        """The text cut into what is marked and what is not."""
        pieces, end = [], 0
        for word in re.finditer(r"[^\W_]+", text):
            if any(folded(word.group()).startswith(root) for root in self.roots):
                pieces += [Piece(text[end : word.start()], False), Piece(word.group(), True)]
                end = word.end()
        return [piece for piece in [*pieces, Piece(text[end:], False)] if piece.text]

    def _shortened(self, text: str) -> str:
        """Of a long text the part around the first of the words."""
        if len(text) <= LONGEST:
            return text
        first = next(word.start() for word in re.finditer(r"[^\W_]+", text) if self.count(word.group()))
        start = 0 if first < LONGEST // 2 else text.index(" ", max(first - 60, 0)) + 1 if " " in text[:first] else first
        start = min(start, first)
        part = text[start : start + LONGEST]
        cut = part.rpartition(" ")[0] if start + LONGEST < len(text) and " " in part[LONGEST // 2 :] else part
        return f"{'… ' if start else ''}{cut}{' …' if start + len(cut) < len(text) else ''}"


def _names(roles: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if roles:
        for role, text in RoleAlias.objects.filter(role__in=roles).values_list("role", "text")[:MOST_NAMES]:
            found.setdefault(role, []).append(text)
    return found


def _documents(versions: list[int]) -> dict[int, dict[str, Any]]:
    if not versions:
        return {}
    return dict(Assessment.objects.filter(pk__in=versions).values_list("pk", "document"))


def _passages(document: dict[str, Any]) -> Iterator[str]:
    """The texts of a document that are searched, tasks first."""
    yield from (task["name"] for task in document.get("tasks", ()))
    yield from _texts(document.get("definition", {}))
    yield from _texts(document.get("commentary", {}))
    for rows in document.values():
        for row in rows if isinstance(rows, list) else [rows]:
            if isinstance(row, dict) and isinstance(row.get("rationale"), str):
                yield row["rationale"]
    yield from _texts(
        [document.get("growth", {}).get("check"), document.get("quick_screen"), document.get("reinstatement")]
    )


def _texts(value: Any) -> list[str]:
    """Every text in a part of a document, in order."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value or ()
    return [text for each in parts for text in _texts(each)]
