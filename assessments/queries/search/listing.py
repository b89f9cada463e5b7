"""Pages of entries in an order of their own, by keys: any page costs what the first one does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assessments import prepared
from assessments.queries.search.hits import COLUMNS, ENTRY, Entry
from assessments.queries.search.wanted import ORDERINGS, Wanted
from assessments.queries.search.words import Words

MATCHING = """
 AND e.role_id IN (
  SELECT t.role_id FROM assessments_searchtext t
  WHERE t.names @@ to_tsquery('aijri', %(all_of)s) OR t.body @@ to_tsquery('aijri', %(all_of)s){coded})
"""
CODED = """
  UNION SELECT code.role_id FROM assessments_rolecode code WHERE code.code LIKE %(code)s || '%%'
"""
TYPES = {"title": "text", "published_score": "numeric", "published_at": "timestamptz"}


def matching(asked: Words | None) -> str:
    """A condition over an entry `e`: it has all of the words, somewhere. Its parameters are `given`."""
    if asked is None:
        return ""
    if not asked.words:
        return " AND false"
    return MATCHING.format(coded=CODED if asked.code else "")


def given(asked: Words | None) -> dict[str, Any]:
    """The parameters of `matching`."""
    return {"all_of": asked.all_of, "code": asked.code} if asked else {}


def page(
    wanted: Wanted, asked: Words | None, *, size: int, beside: Sequence[Any] | None = None, backwards: bool = False
) -> list[Entry]:
    """At most `size` entries in the order that is wanted, after the values of the order at a row (its field and the
    role's key), or before them, then the nearest last. DataError for values that no row could have."""
    field = ORDERINGS[wanted.order]
    name, downwards = field.lstrip("-"), field.startswith("-") != backwards
    turn, beyond = ("DESC", "<") if downwards else ("ASC", ">")
    parameters = {**wanted.narrowing(), **given(asked), "size": size}
    after = ""
    if beside is not None:
        after = f" AND (e.{name}, e.role_id) {beyond} (%(value)s::{TYPES[name]}, %(key)s::bigint)"
        parameters |= {"value": str(beside[0]), "key": str(beside[1])}
    statement = (
        f"SELECT {COLUMNS} FROM {ENTRY} WHERE true{wanted.conditions()}{matching(asked)}{after}"  # noqa: S608
        f" ORDER BY e.{name} {turn}, e.role_id {turn} LIMIT %(size)s"
    )
    found = [Entry(*row) for row in prepared.execute(statement, parameters)]
    return found[::-1] if backwards else found
