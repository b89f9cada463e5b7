"""The roles that words find, the best first, in tiers of which each is asked only when the ones before do not fill the
page: what a title or a name begins with is a walk along an index, and most questions end there. Of a common word no
more than a capped part is ranked: ranking every match took 235 ms at 100,000 roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from assessments import prepared
from assessments.queries.search.wanted import Wanted
from assessments.queries.search.words import Words

# How many a search by relevance reaches, and of how many matches the best are taken, by names and by texts.
MOST = 1_000
RANKED, RANKED_BY_TEXT = 1_000, 200
# Tiers: a code, exact names, what begins with the words, titles with all of them, any name, tasks and texts.
CODED, TITLED, CALLED, BEGINS, IN_TITLE, ALIAS_BEGINS, IN_NAMES, IN_TEXT = range(8)


class Entry(NamedTuple):
    """One published role as lists show it."""

    role_id: int
    version_id: int
    slug: str
    title: str
    seniority: str
    family: str
    number: int
    published_score: Decimal
    published_zone: str
    published_label: str
    published_at: datetime


class Hit(NamedTuple):
    """An entry and the tier in which it was found."""

    entry: Entry
    tier: int


COLUMNS = ", ".join(f"e.{name}" for name in Entry._fields)
KEY = "e.role_id, e.folded"
ENTRY = "assessments_searchentry e"
ALIAS = f"assessments_rolealias alias JOIN {ENTRY} ON e.role_id = alias.role_id"
LAST = "\U0010ffff"

# Letters are folded by the database, as those of the entries were.
NAMED = """
WITH asked AS MATERIALIZED (
  SELECT left(lower(unaccent(%(text)s::text)), 400) AS folded, lower(%(text)s::text) AS lowered
),
found AS (
  (SELECT {titled} AS tier, {key} FROM {entry}
   WHERE e.folded IN ((SELECT folded FROM asked), (SELECT folded || 's' FROM asked)){narrowed} LIMIT %(limit)s)
  UNION ALL
  (SELECT {called}, {key} FROM {alias}
   WHERE lower(alias.text) IN ((SELECT lowered FROM asked), (SELECT lowered || 's' FROM asked)){narrowed}
   LIMIT %(limit)s)
  UNION ALL
  (SELECT {begins}, {key} FROM {entry}
   WHERE e.folded ~>=~ (SELECT folded FROM asked)
     AND e.folded ~<~ (SELECT folded || %(last)s::text FROM asked){narrowed}
   ORDER BY e.folded USING ~<~ LIMIT %(limit)s)
  UNION ALL
  (SELECT {alias_begins}, {key} FROM {alias}
   WHERE lower(alias.text) ~>=~ (SELECT lowered FROM asked)
     AND lower(alias.text) ~<~ (SELECT lowered || %(last)s::text FROM asked){narrowed}
   ORDER BY lower(alias.text) USING ~<~ LIMIT %(limit)s)
),
best AS (
  SELECT role_id, min(tier) AS tier FROM found GROUP BY role_id
)
SELECT {columns}, best.tier FROM best JOIN {entry} USING (role_id)
LEFT JOIN assessments_searchtext t USING (role_id)
-- Of several that are called so, those first whose title says so as well.
ORDER BY best.tier,
  CASE WHEN best.tier = {called} AND t.names @@ to_tsquery('aijri', %(in_title)s) THEN 0 ELSE 1 END,
  CASE WHEN best.tier IN ({called}, {alias_begins}) THEN length(e.folded) END, e.folded, e.role_id
LIMIT %(limit)s
"""
CODES = """
SELECT {columns}, {coded} FROM assessments_rolecode code JOIN {entry} ON e.role_id = code.role_id
WHERE code.code LIKE %(code)s || '%%'{narrowed} ORDER BY code.code, e.role_id LIMIT %(limit)s
"""
BY_ID = "SELECT {columns}, {coded} FROM {entry} WHERE e.role_id = %(role)s{narrowed}"
IN_ALL_NAMES = """
SELECT {columns}, CASE WHEN t.names @@ to_tsquery('aijri', %(in_title)s) THEN {in_title} ELSE {in_names} END AS tier
FROM (SELECT t.role_id, t.names FROM assessments_searchtext t JOIN {entry} ON e.role_id = t.role_id
      WHERE t.names @@ to_tsquery('aijri', %(all_of)s) AND t.role_id <> ALL(%(found)s::bigint[]){narrowed}
      LIMIT {ranked}) t
JOIN {entry} ON e.role_id = t.role_id
-- Of titles the one that says the least besides; of names those in which the words stand closest together.
ORDER BY tier, CASE WHEN t.names @@ to_tsquery('aijri', %(in_title)s) THEN length(e.folded) END,
         ts_rank_cd('{{0, 0.1, 0.5, 1}}', t.names, to_tsquery('aijri', %(all_of)s), 1) DESC,
         length(e.folded), e.folded, e.role_id
LIMIT %(limit)s
"""
IN_TEXTS = """
SELECT {columns}, {in_text}
FROM (SELECT t.role_id, t.body FROM assessments_searchtext t JOIN {entry} ON e.role_id = t.role_id
      WHERE t.body @@ to_tsquery('aijri', %(all_of)s) AND t.role_id <> ALL(%(found)s::bigint[]){narrowed}
      LIMIT {ranked_by_text}) t
JOIN {entry} ON e.role_id = t.role_id
ORDER BY ts_rank(t.body, to_tsquery('aijri', %(all_of)s), 1) DESC, e.title, e.role_id
LIMIT %(limit)s
"""
SOME_NAMES = """
SELECT {columns}, {in_names}
FROM (SELECT t.role_id, t.names FROM assessments_searchtext t JOIN {entry} ON e.role_id = t.role_id
      WHERE t.names @@ to_tsquery('aijri', %(any_of)s){narrowed} LIMIT {ranked}) t
JOIN {entry} ON e.role_id = t.role_id
ORDER BY ts_rank('{{0, 0.1, 0.3, 1}}', t.names, to_tsquery('aijri', %(any_of)s), 1) DESC, length(e.folded), e.role_id
LIMIT %(limit)s
"""


def _written(statement: str, narrowed: str) -> str:
    return statement.format(
        columns=COLUMNS,
        key=KEY,
        entry=ENTRY,
        alias=ALIAS,
        narrowed=narrowed,
        ranked=RANKED,
        ranked_by_text=RANKED_BY_TEXT,
        coded=CODED,
        titled=TITLED,
        called=CALLED,
        begins=BEGINS,
        in_title=IN_TITLE,
        alias_begins=ALIAS_BEGINS,
        in_names=IN_NAMES,
        in_text=IN_TEXT,
    )


def ranked(asked: Words, wanted: Wanted, *, most: int) -> list[Hit]:
    """The best of what all these words find among what is wanted besides, at most `most`."""
    if not asked.words:
        return []
    search = _Search(asked, wanted, most)
    if asked.code:
        search.ask(CODES)
    if asked.role is not None:
        search.ask(BY_ID)
    search.ask(NAMED)
    # What a name merely begins with may stand behind a title that has all of the words.
    if sum(hit.tier <= BEGINS for hit in search.hits) < most:
        search.ask(IN_ALL_NAMES)
    if len(search.hits) < most:
        search.ask(IN_TEXTS)
    return sorted(search.hits, key=lambda hit: hit.tier)[:most]


def near(asked: Words, wanted: Wanted, *, most: int) -> list[Hit]:
    """Roles whose names have some of these words, those with most of them first."""
    search = _Search(asked, wanted, most)
    search.ask(SOME_NAMES)
    return search.hits


class _Search:
    """The hits so far, each role once, in the order in which they were found."""

    def __init__(self, asked: Words, wanted: Wanted, most: int) -> None:
        self.narrowed = wanted.conditions()
        self.given: Mapping[str, Any] = {
            **wanted.narrowing(),
            "text": asked.text,
            "last": LAST,
            "code": asked.code,
            "role": asked.role,
            "all_of": asked.all_of,
            "in_title": asked.in_title,
            "any_of": asked.any_of,
            "limit": most,
        }
        self.found: dict[int, Hit] = {}

    @property
    def hits(self) -> list[Hit]:
        return list(self.found.values())

    def ask(self, statement: str) -> None:
        given = {**self.given, "found": list(self.found)}
        for *columns, tier in prepared.execute(_written(statement, self.narrowed), given):
            entry = Entry(*columns)
            self.found.setdefault(entry.role_id, Hit(entry, tier))
