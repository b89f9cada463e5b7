"""What a method would do to a catalogue that was scored and decided under others, before it comes into force.

Arrays in, a report out. Each record is taken as its decision left it: the formula's score, zone and label then, whether
an override was accepted, how many reviewers agreed. The same inputs go through the method on trial; nothing published
changes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessments.scoring.bulk import Columns, borderline, compute_all, labels_at
from assessments.scoring.method import Method
from assessments.scoring.rounding import half_up

MOST_MOVERS = 50
MOST_DOUBTS = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """n published records. Scores are in the last decimal of the published scale (tenths of a point); `zone` and
    `label` are positions in the two vocabularies."""

    ids: NDArray[np.int64]
    inputs: Columns
    formula: NDArray[np.int32]
    published: NDArray[np.int32]
    zone: NDArray[np.int16]
    label: NDArray[np.int16]
    overridden: NDArray[np.bool_]
    reviewers: NDArray[np.int8]
    zones: tuple[str, ...]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Move:
    """One record before and after: scores to the published decimal, zone codes, labels, and the doubts by code."""

    id: int
    score: tuple[Decimal, Decimal | None]
    zone: tuple[str, str | None]
    label: tuple[str, str | None]
    doubts: tuple[str, ...]

    @property
    def difference(self) -> Decimal | None:
        """Points gained; None where the method cannot score the record."""
        before, after = self.score
        return None if after is None else after - before

    def as_json(self) -> dict[str, Any]:
        """The move with decimals as texts."""
        before, after = self.score
        difference = self.difference
        return {
            "id": self.id,
            "score": [str(before), None if after is None else str(after)],
            "difference": None if difference is None else f"{difference:+}",
            "zone": list(self.zone),
            "label": list(self.label),
            "doubts": list(self.doubts),
        }


class DryRun:
    """The comparison, computed at once; the reports are read from it."""

    def __init__(self, method: Method, decided: Decided) -> None:
        self.method, self.decided = method, decided
        self.after = compute_all(method, decided.inputs)
        self.legal = self.after.legal
        self.zones = tuple(zone.code for zone in method.zones)
        self.labels = tuple(rule.text for rule in method.labels)
        self._zone_same = _same(decided.zones, decided.zone, self.zones, self.after.zone)
        self._label_same = _same(decided.labels, decided.label, self.labels, self.after.label)
        self._doubts = self._find_doubts()
        self._doubtful = np.logical_or.reduce(list(self._doubts.values())) if len(decided) else self.legal

    def report(self) -> dict[str, Any]:
        """Counts, tables from–to, biggest movers, rank correlation and the decisions in doubt, as JSON values."""
        decided, after, legal = self.decided, self.after, self.legal
        moved = legal & (after.score != decided.formula)
        return {
            "records": len(decided),
            "scored": int(legal.sum()),
            "not_scored": int((~legal).sum()),
            "scores_moved": int(moved.sum()),
            "zones_moved": int((legal & ~self._zone_same).sum()),
            "labels_moved": int((legal & ~self._label_same).sum()),
            "mean_difference": self._mean_difference(),
            "zone_moves": self._moves(decided.zones, decided.zone, self.zones, after.zone),
            "label_moves": self._moves(decided.labels, decided.label, self.labels, after.label),
            "rank_correlation": self._rank_correlation(),
            "movers": [self.move(index).as_json() for index in self._movers(moved)],
            "in_doubt": int(self._doubtful.sum()),
            "doubts": {code: int(rows.sum()) for code, rows in self._doubts.items()},
            "doubtful": [self.move(int(index)).as_json() for index in np.flatnonzero(self._doubtful)[:MOST_DOUBTS]],
        }

    def moves(self) -> Iterator[Move]:
        """Every record whose score, zone or label would be another or whose decision would be in doubt, in order."""
        still = self.legal & (self.after.score == self.decided.formula) & self._zone_same & self._label_same
        for index in np.flatnonzero(~still | self._doubtful):
            yield self.move(int(index))

    def move(self, index: int) -> Move:
        """One record, by its position."""
        decided, after, places = self.decided, self.after, self.method.score.places
        legal = bool(self.legal[index])
        doubts = tuple(code for code, rows in self._doubts.items() if rows[index])
        return Move(
            id=int(decided.ids[index]),
            score=(
                Decimal(int(decided.formula[index])).scaleb(-places),
                Decimal(int(after.score[index])).scaleb(-places) if legal else None,
            ),
            zone=(decided.zones[decided.zone[index]], self.zones[after.zone[index]] if legal else None),
            label=(decided.labels[decided.label[index]], self.labels[after.label[index]] if legal else None),
            doubts=doubts,
        )

    def _find_doubts(self) -> dict[str, NDArray[np.bool_]]:
        decided, after, legal = self.decided, self.after, self.legal
        tenth = 10**self.method.score.places
        apart = np.abs(decided.published - after.score)
        overridden = legal & decided.overridden
        return {
            "not_scored": ~legal,
            "zone": legal & ~self._zone_same,
            "label": legal & ~self._label_same,
            "override_reached": overridden & (apart == 0),
            "override_too_far": overridden & (apart > float(self.method.override.max_distance * tenth)),
            "reviewers": legal & (decided.reviewers < self._reviewers_needed(apart)),
        }

    def _reviewers_needed(self, apart: NDArray[np.int32]) -> NDArray[np.int64]:
        """What `scoring.verdicts_needed` says of each record, were it decided alike under the method on trial."""
        decided, after, rules = self.decided, self.after, self.method.approval
        stands = np.where(decided.overridden, decided.published, after.score)
        zone, label = labels_at(self.method, decided.inputs, stands)
        further = apart > float(self.method.override.two_verdicts_above * 10**self.method.score.places)
        if rules.weighty_when_zone_moves:
            further |= zone != after.zone
        if rules.weighty_when_label_moves:
            texts = {text: place for place, text in reversed(list(enumerate(self.labels)))}
            same = np.array([texts[text] for text in self.labels], np.int16)
            further |= same[label] != same[after.label]
        weighty = decided.overridden & further
        if rules.weighty_when_borderline:
            weighty |= borderline(self.method, stands)
        return np.where(weighty, rules.verdicts_when_weighty, rules.verdicts)

    def _moves(
        self,
        before_names: Sequence[str],
        before: NDArray[np.int16],
        after_names: Sequence[str],
        after: NDArray[np.int8],
    ) -> list[dict[str, Any]]:
        """The table from–to in the order of the method, cells that count nothing left out."""
        pairs = before[self.legal].astype(np.int64) * len(after_names) + after[self.legal]
        places = {name: place for place, name in reversed(list(enumerate(after_names)))}
        found = [
            (before_names[pair // len(after_names)], int(pair % len(after_names)), int(count))
            for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True)
        ]
        found.sort(key=lambda cell: (places.get(cell[0], len(places)), cell[0], cell[1]))
        return [{"from": before, "to": after_names[after], "roles": count} for before, after, count in found]

    def _movers(self, moved: NDArray[np.bool_]) -> list[int]:
        """Positions of the records that move furthest, the furthest first, equal ones in order."""
        distance = np.where(moved, np.abs(self.after.score - self.decided.formula), 0)
        furthest = np.argsort(-distance, kind="stable")[:MOST_MOVERS]
        return [int(index) for index in furthest if distance[index]]

    def _mean_difference(self) -> str | None:
        count = int(self.legal.sum())
        if not count:
            return None
        total = int((self.after.score[self.legal].astype(np.int64) - self.decided.formula[self.legal]).sum())
        return str(half_up(Fraction(total, count * 10**self.method.score.places), 2))

    def _rank_correlation(self) -> str | None:
        return spearman(self.decided.formula[self.legal], self.after.score[self.legal])


def spearman(first: NDArray[np.int32], second: NDArray[np.int32]) -> str | None:
    """Spearman's rank correlation to four decimals, ties sharing their mean rank; None where either does not vary.

    Sums are whole numbers throughout; the one root is taken at the end.
    """
    ranks_a, ranks_b = _double_ranks(first), _double_ranks(second)
    middle = len(first) + 1  # twice the mean rank
    a, b = ranks_a - middle, ranks_b - middle
    squares = _sum(a * a) * _sum(b * b)
    if not squares:
        return None
    shared = _sum(a * b)
    root = math.isqrt(squares * 10**20)
    return str(half_up(Fraction(shared * 10**10, root), 4))


def _sum(values: NDArray[np.int64]) -> int:
    """The sum in whole numbers without bound."""
    return sum(int(values[start : start + 4096].sum()) for start in range(0, len(values), 4096))


def _double_ranks(values: NDArray[np.int32]) -> NDArray[np.int64]:
    """Twice the mean rank of every value among all, counted from 1."""
    _, position, counts = np.unique(values, return_inverse=True, return_counts=True)
    upto = np.cumsum(counts)
    return (2 * upto - counts + 1)[position]


def _same(
    before_names: Sequence[str], before: NDArray[np.int16], after_names: Sequence[str], after: NDArray[np.int8]
) -> NDArray[np.bool_]:
    """Whether the names of two columns with vocabularies of their own are the same, row by row."""
    places = {name: position for position, name in reversed(list(enumerate(before_names)))}
    as_before = np.array([places.get(name, -1) for name in after_names], np.int16)
    same: NDArray[np.bool_] = as_before[after] == before
    return same
