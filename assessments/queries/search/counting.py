"""How many roles have each property among those that are wanted: exact up to `EXACT` matches, counted from the entries
themselves; beyond it from the counts that `indexing` keeps, where no words and no odd ranges ask for more.

Each property is counted as if it alone were not chosen, so that a reader sees what choosing another would give.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from assessments import prepared
from assessments.enums import Zone
from assessments.queries.search.hits import ENTRY
from assessments.queries.search.listing import given
from assessments.queries.search.wanted import COLUMNS, PROPERTIES, Wanted
from assessments.queries.search.words import Words

EXACT = 10_000
MOST_VALUES = 12
OF_ENTRIES = f"""
  SELECT e.published_zone AS zone, e.published_sub_label AS sub_label, e.published_label AS label, e.family,
         e.seniority, e.methodology, least(floor(e.published_score / 10), 9)::smallint AS band, 1 AS roles
  FROM {ENTRY} WHERE true{{ranges}} LIMIT {EXACT + 1}
"""  # noqa: S608
PROPERTIES_OF_TEXT = "t.role_id, t.zone, t.sub_label, t.label, t.family, t.seniority, t.methodology, t.band, 1 AS roles"
HAS_WORDS = "(t.names @@ to_tsquery('aijri', %(all_of)s) OR t.body @@ to_tsquery('aijri', %(all_of)s))"
OF_TEXTS = f"""
  SELECT {PROPERTIES_OF_TEXT} FROM assessments_searchtext t WHERE {HAS_WORDS} AND t.band IS NOT NULL LIMIT {EXACT + 1}
"""  # noqa: S608
OF_CODED = f"""
  ({OF_TEXTS}) UNION ALL
  SELECT {PROPERTIES_OF_TEXT} FROM assessments_searchtext t
  WHERE t.role_id IN (SELECT code.role_id FROM assessments_rolecode code WHERE code.code LIKE %(code)s || '%%')
    AND NOT {HAS_WORDS} AND t.band IS NOT NULL
"""  # noqa: S608
# A scan of all texts seems cheap to the planner, which does not know what it costs to unpack each: by the index always.
BY_INDEX = "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true)"
OF_COUNTS = "SELECT zone, sub_label, label, family, seniority, methodology, band, roles FROM assessments_facetcount"
SIZE = f"SELECT count(*) FROM (SELECT 1 FROM {ENTRY} LIMIT {EXACT + 1}) first"  # noqa: S608
CHOSEN = {
    "zone": "zone = %(zone)s",
    "sub_label": "sub_label = %(sub_label)s",
    "family": "lower(family) = lower(%(family)s)",
    "seniority": "lower(seniority) = lower(%(seniority)s)",
    "methodology": "methodology = %(methodology)s",
    "band": "band BETWEEN %(lowest)s AND %(highest)s",
}
# What is counted, by what it is called in the address: the value, and how people write it.
COUNTED = {
    "zone": "zone, zone",
    "sub_label": "sub_label, sub_label",
    "family": "min(family), min(family)",
    "seniority": "min(seniority), min(seniority)",
    "methodology": "methodology, methodology",
    "band": "band::text, band::text",
}
GROUPED = {"family": "lower(family)", "seniority": "lower(seniority)"}


@dataclass(frozen=True)
class Value:
    """One value of a property: as the address and as people say it, how many roles have it, whether it is chosen."""

    value: str
    text: str
    roles: int
    chosen: bool


@dataclass(frozen=True)
class Facets:
    """Of what is wanted: how many in all, whether there are `more` than were counted, and by property the values
    with counts, the commonest first; `bands` are the tens of the score from 0."""

    total: int
    more: bool
    by: dict[str, list[Value]]
    bands: list[Value]


def facets(wanted: Wanted, asked: Words | None) -> Facets:
    """The counts of everything that narrows, in one statement over a capped or a counted base."""
    tens = _tens(wanted)
    chosen = [name for name in PROPERTIES if getattr(wanted, name)]
    ranges = [name for name in wanted.narrowing() if name not in PROPERTIES]
    if tens is not None:
        ranges = [name for name in ranges if not name.startswith("score")]
        chosen += ["band"] if tens != (0, 9) else []
    lowest, highest = tens or (0, 9)
    parameters = {**wanted.narrowing(), **given(asked), "lowest": lowest, "highest": highest}
    if asked is not None and not asked.words:
        return Facets(total=0, more=False, by={name: [] for name in PROPERTIES}, bands=_bands([], tens))
    counted = asked is None and not ranges and prepared.execute(SIZE, {})[0][0] > EXACT
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    with transaction.atomic():
        if asked is not None:
            prepared.execute(BY_INDEX, {})
        for name, value, text, roles in prepared.execute(_statement(asked, ranges, chosen, counted), parameters):
            found[name].append((value or "", text or "", int(roles)))
    return Facets(
        total=found["total"][0][2],
        more=not counted and found["size"][0][2] > EXACT,
        by={name: _values(found[name], getattr(wanted, name), name) for name in PROPERTIES},
        bands=_bands(found["band"], tens),
    )


def _statement(asked: Words | None, ranges: list[str], chosen: list[str], counted: bool) -> str:
    conditions = "".join(f" AND {COLUMNS[name]}" for name in ranges)
    base = "SELECT * FROM matched"
    if asked is not None:
        matched = OF_CODED if asked.code else OF_TEXTS
        if ranges:
            base = f"SELECT matched.* FROM matched JOIN {ENTRY} USING (role_id) WHERE true{conditions}"  # noqa: S608
    else:
        matched = OF_COUNTS if counted else OF_ENTRIES.format(ranges=conditions)
    parts = [
        f"SELECT '{name}', {columns}, sum(roles) FROM base{_where(chosen, but=name)}"  # noqa: S608
        f" GROUP BY {GROUPED.get(name, name)}"
        for name, columns in COUNTED.items()
    ]
    parts.append(f"SELECT 'total', '', '', coalesce(sum(roles), 0) FROM base{_where(chosen)}")  # noqa: S608
    parts.append("SELECT 'size', '', '', coalesce(sum(roles), 0) FROM matched")
    return f"WITH matched AS MATERIALIZED ({matched}), base AS MATERIALIZED ({base}) {' UNION ALL '.join(parts)}"


def _where(chosen: list[str], *, but: str = "") -> str:
    conditions = [CHOSEN[name] for name in chosen if name != but]
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _tens(wanted: Wanted) -> tuple[int, int] | None:
    """The first and the last ten of the score that is wanted, where it is wanted in whole tens: 30 to 39.9."""
    low = wanted.score_min or Decimal(0)
    high = Decimal(100) if wanted.score_max is None else wanted.score_max
    if low % 10 or low > 90 or (high != 100 and (high + Decimal("0.1")) % 10):
        return None
    return int(low // 10), int(min(high // 10, Decimal(9)))


def _values(found: list[tuple[str, str, int]], chosen: str, name: str) -> list[Value]:
    """The commonest values, and what is chosen whatever its count."""
    values = [
        Value(value, _said(name, text), roles, chosen=bool(chosen) and value.lower() == chosen.lower())
        for value, text, roles in found
        if value
    ]
    values.sort(key=lambda each: (not each.chosen, -each.roles, each.text))
    if chosen and not any(each.chosen for each in values):
        values.insert(0, Value(chosen, _said(name, chosen), 0, chosen=True))
    return values[:MOST_VALUES]


def _said(name: str, text: str) -> str:
    if name == "zone":
        return str(dict(Zone.choices).get(text, text))
    return text.capitalize() if name == "sub_label" else text


def _bands(found: list[tuple[str, str, int]], tens: tuple[int, int] | None) -> list[Value]:
    roles = {int(value): count for value, _, count in found}
    chosen = range(0) if tens in (None, (0, 9)) else range(tens[0], tens[1] + 1)
    return [
        Value(str(band * 10), f"{band * 10}–{band * 10 + 10}", roles.get(band, 0), chosen=band in chosen)
        for band in range(10)
    ]
