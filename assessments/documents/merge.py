"""Three-way merge of document values, field by field: what each of two people made of the same base.

Dimensions are matched by code; tasks and points by what they hold, else by their name, else by their place. Works on
JSON values of the document's shape, half-typed ones included. Pure functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Value = dict[str, Any]
Key = tuple[str, int]
SIDES = ("base", "mine", "theirs")
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both changed, each to something else. `path` counts rows as the base does (`[+0]`: a row that both
    added), `row` is the row's name; a row that one side removed is None there. `chosen` is the side that was picked,
    or "" while nobody chose: theirs stands until then."""

    path: str
    row: str
    base: Any
    mine: Any
    theirs: Any
    chosen: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A field that only one side (`mine` or `theirs`) changed, and that was taken over from there. None stands for a
    row that is not there."""

    path: str
    row: str
    side: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged value, what both changed differently, and what was taken over from one side."""

    document: Value
    conflicts: tuple[Conflict, ...]
    taken: tuple[Taken, ...]

    @property
    def open(self) -> tuple[Conflict, ...]:
        """The conflicts that nobody decided yet."""
        return tuple(conflict for conflict in self.conflicts if not conflict.chosen)


def merge(base: Value, mine: Value, theirs: Value, choices: Mapping[str, str] = NOTHING) -> Merged:
    """Both changes to `base` in one value. `choices` decides conflicts: their path to one of SIDES."""
    work = _Merge(choices)
    document = work.field(base, mine, theirs, "", "")
    return Merged(document, tuple(work.conflicts), tuple(work.taken))


def differences(before: Value, after: Value) -> tuple[Taken, ...]:
    """Every field in which `after` differs from `before`."""
    return merge(before, after, before).taken


@dataclass(slots=True)
class _Merge:
    choices: Mapping[str, str]
    conflicts: list[Conflict] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)

    def field(self, base: Any, mine: Any, theirs: Any, path: str, row: str) -> Any:
        if isinstance(theirs, dict) and isinstance(mine, dict):
            old = base if isinstance(base, dict) else {}
            start = f"{path}." if path else ""
            keys = dict.fromkeys([*theirs, *mine])
            return {key: self.field(old.get(key), mine.get(key), theirs.get(key), f"{start}{key}", row) for key in keys}
        if isinstance(theirs, list) and isinstance(mine, list):
            return self.rows(base or [], mine, theirs, path)
        return self.leaf(base, mine, theirs, path, row)

    def leaf(self, base: Any, mine: Any, theirs: Any, path: str, row: str) -> Any:
        if mine == theirs:
            return theirs
        if mine == base:
            self.taken.append(Taken(path, row, "theirs", base, theirs))
            return theirs
        if theirs == base:
            self.taken.append(Taken(path, row, "mine", base, mine))
            return mine
        return {"base": base, "mine": mine}.get(self.pick(base, mine, theirs, path, row), theirs)

    def pick(self, base: Any, mine: Any, theirs: Any, path: str, row: str) -> str:
        """Note a conflict; the side that was chosen for it, "" while nobody did."""
        side = self.choices.get(path, "")
        side = side if side in SIDES else ""
        self.conflicts.append(Conflict(path, row, base, mine, theirs, side))
        return side

    def rows(self, base: list[Value], mine: list[Value], theirs: list[Value], path: str) -> list[Value]:
        """Rows of a list: those of the base, those that one added, those that both added alike, in an order of both."""
        from_mine, from_theirs = paired(base, mine), paired(base, theirs)
        held: dict[Key, Value | None] = {}
        for index, old in enumerate(base):
            left, right = at(mine, from_mine.get(index)), at(theirs, from_theirs.get(index))
            held["base", index] = self.row(old, left, right, f"{path}[{index}]")
        places_mine = {place: ("base", index) for index, place in from_mine.items()}
        places_theirs = {place: ("base", index) for index, place in from_theirs.items()}
        new_mine = [place for place in range(len(mine)) if place not in places_mine]
        new_theirs = [place for place in range(len(theirs)) if place not in places_theirs]
        # Without places: what two people added stands where it happens to stand.
        both = paired([theirs[place] for place in new_theirs], [mine[place] for place in new_mine], by_place=False)
        for number, (right_at, left_at) in enumerate(both.items()):
            left, right = mine[new_mine[left_at]], theirs[new_theirs[right_at]]
            blank = {key: None if key == "score" else "" for key in right}
            held["both", number] = self.field(blank, left, right, f"{path}[+{number}]", title(right))
            places_mine[new_mine[left_at]] = places_theirs[new_theirs[right_at]] = ("both", number)
        for side, rows, places, new in (
            ("mine", mine, places_mine, new_mine),
            ("theirs", theirs, places_theirs, new_theirs),
        ):
            for place in new:
                if place not in places:
                    places[place] = (side, place)
                    held[side, place] = rows[place]
                    self.taken.append(Taken(f"{path}[]", title(rows[place]), side, None, rows[place]))
        order = self.order(_in_order(places_mine), _in_order(places_theirs), path, _Named(base, mine, theirs))
        return [row for key in order if (row := held[key]) is not None]

    def row(self, base: Value, mine: Value | None, theirs: Value | None, path: str) -> Value | None:
        """One row of the base, which either side may have removed."""
        if mine is not None and theirs is not None:
            merged: Value = self.field(base, mine, theirs, path, title(base))
            return merged
        kept: Value | None = self.leaf(base, mine, theirs, path, title(base))
        return kept

    def order(self, mine: list[Key], theirs: list[Key], path: str, named: _Named) -> list[Key]:
        """The order of the side that changed it, with the other side's own rows after those they stood after."""
        moved_mine, moved_theirs = _moved(mine), _moved(theirs)
        side = "mine" if moved_mine and not moved_theirs else "theirs"
        if moved_mine != moved_theirs:
            after = named.titles(mine if moved_mine else theirs)
            self.taken.append(Taken(f"{path}.order", "", side, named.titles(named.base_order), after))
        elif moved_mine and [key for key in mine if key in theirs] != [key for key in theirs if key in mine]:
            base = named.titles(named.base_order)
            side = self.pick(base, named.titles(mine), named.titles(theirs), f"{path}.order", "")
        if side == "base":
            return _woven(_woven(named.base_order, theirs), mine)
        return _woven(mine, theirs) if side == "mine" else _woven(theirs, mine)


@dataclass(frozen=True, slots=True)
class _Named:
    """Rows by their keys, for saying an order in words."""

    base: list[Value]
    mine: list[Value]
    theirs: list[Value]

    @property
    def base_order(self) -> list[Key]:
        return [("base", index) for index in range(len(self.base))]

    def titles(self, keys: Sequence[Key]) -> list[str]:
        return [title(getattr(self, side)[index]) for side, index in keys if side != "both"]


def title(row: Mapping[str, Any]) -> str:
    """The name by which a row is known: a dimension's code, a task's name, a point's lead."""
    return str(row.get("code") or row.get("name") or row.get("lead") or "")


def at(rows: Sequence[Value], index: int | None) -> Value | None:
    """The row at a place, None for none."""
    return None if index is None else rows[index]


def paired(old: Sequence[Value], new: Sequence[Value], *, by_place: bool = True) -> dict[int, int]:
    """Which row of `new` each row of `old` became: equal ones first, then those of the same name, then those that
    stand at the same place."""
    found: dict[int, int] = {}

    def pair(test: Any) -> None:
        free = [place for place in range(len(new)) if place not in set(found.values())]
        for index, row in enumerate(old):
            if index in found:
                continue
            match = next((place for place in free if test(index, row, place, new[place])), None)
            if match is not None:
                found[index] = match
                free.remove(match)

    pair(lambda index, row, place, other: row == other)
    pair(lambda index, row, place, other: title(row) != "" and title(row) == title(other))
    if by_place:
        pair(lambda index, row, place, other: index == place)
    return found


def _in_order(places: Mapping[int, Key]) -> list[Key]:
    return [places[place] for place in sorted(places)]


def _moved(keys: Sequence[Key]) -> bool:
    """Whether rows of the base stand in another order than there."""
    own = [key for key in keys if key[0] == "base"]
    return own != sorted(own)


def _woven(first: Sequence[Key], second: Sequence[Key]) -> list[Key]:
    """All of `first` in its order; each further one of `second` after the one it stood after there."""
    woven, last = list(first), -1
    for key in second:
        if key in woven:
            last = woven.index(key)
        else:
            last += 1
            woven.insert(last, key)
    return woven
