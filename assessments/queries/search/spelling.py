"""Words that nobody published uses, held against those that somebody does.

Trigrams are compared with the few ten thousand different words of published names and tasks, not with a hundred
thousand names: that is as quick in a large catalogue as in a small one. Which of the like words is meant, the number of
slips says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from assessments import prepared
from assessments.queries.search.words import Words, of

SHORTEST_SPLIT = 6
KNOWN = """
SELECT asked.word FROM unnest(%(words)s::text[]) WITH ORDINALITY AS asked(word, place)
WHERE length(asked.word) < 3 OR EXISTS (SELECT 1 FROM assessments_searchword w WHERE w.word = asked.word)
   OR asked.place = cardinality(%(words)s::text[]) AND EXISTS (
     SELECT 1 FROM assessments_searchword w WHERE w.word ~>=~ asked.word AND w.word ~<~ (asked.word || %(last)s::text))
"""
LIKE = """
SELECT asked.word, near.word, near.roles FROM unnest(%(words)s::text[]) AS asked(word)
CROSS JOIN LATERAL (
  SELECT w.word, w.roles FROM assessments_searchword w WHERE w.word %% asked.word
  ORDER BY similarity(w.word, asked.word) DESC, w.roles DESC LIMIT 24) near
"""
THERE = "SELECT word, roles FROM assessments_searchword WHERE word = ANY(%(words)s::text[])"


def corrected(asked: Words) -> tuple[Words, bool]:
    """The words as they are probably meant, and whether each of them is one; unknown words that are like no other are
    left out. The same words where nothing is known to be wrong."""
    known = {word for (word,) in prepared.execute(KNOWN, {"words": list(asked.words), "last": "\U0010ffff"})}
    unknown = [word for word in asked.words if word not in known]
    if not unknown:
        return asked, True
    meant = _like(unknown)
    meant |= _split([word for word in unknown if word not in meant])
    words = [part for word in asked.words for part in ([word] if word in known else meant.get(word, []))]
    return of(tuple(dict.fromkeys(words))), len(meant) == len(unknown)


def _like(unknown: list[str]) -> dict[str, list[str]]:
    """Of each unknown word the known one that is nearest; of several the one that sounds like it, the commonest."""
    candidates: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for word, near, roles in prepared.execute(LIKE, {"words": unknown}):
        candidates[word].append((near, roles))
    meant = {}
    for word, found in candidates.items():
        slips, _, _, best = min(
            (distance(word, near), distance(sounding(word), sounding(near)), -roles, near) for near, roles in found
        )
        if slips <= allowed(word):
            meant[word] = [best]
    return meant


def allowed(word: str) -> int:
    """How far a word of this length may be from what is meant: a slip, two, three."""
    return 3 if len(word) <= 4 else 5 if len(word) <= 8 else 7


def sounding(word: str) -> str:
    """A word by its sound, as far as English spelling leads astray most often."""
    return word.replace("ph", "f").replace("ck", "k").replace("y", "i").replace("c", "k").replace("z", "s")


def _split(unknown: Iterable[str]) -> dict[str, list[str]]:
    """Of each unknown word the two known ones that it is written together of."""
    cuts = {
        word: [(word[:place], word[place:]) for place in range(3, len(word) - 2)]
        for word in unknown
        if len(word) >= SHORTEST_SPLIT
    }
    if not cuts:
        return {}
    parts = sorted({part for pairs in cuts.values() for pair in pairs for part in pair})
    roles = dict(prepared.execute(THERE, {"words": parts}))
    found = {}
    for word, pairs in cuts.items():
        whole = [(min(roles[a], roles[b]), [a, b]) for a, b in pairs if a in roles and b in roles]
        if whole:
            found[word] = max(whole)[1]
    return found


def distance(a: str, b: str) -> int:
    """How far two words are apart: letters left out, put in, or the wrong way round with their neighbour count 2 each,
    changed ones, which are rarer in typing, 3."""
    before: list[int] = []
    last = [2 * place for place in range(len(b) + 1)]
    for i, letter in enumerate(a, 1):
        row = [2 * i]
        for j, other in enumerate(b, 1):
            step = min(last[j] + 2, row[j - 1] + 2, last[j - 1] + 3 * (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                step = min(step, before[j - 2] + 2)
            row.append(step)
        before, last = last, row
    return last[-1]
