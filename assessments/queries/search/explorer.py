"""The whole catalogue by task resistance and evidence: in cells with counts, and while it is small role by role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assessments import prepared
from assessments.queries.search.hits import COLUMNS, ENTRY, Entry

# So many roles are drawn each as its own point.
ALONE = 300
# The width of a cell in tenths of task resistance.
TENTHS = 2
CELLS = """
SELECT resistance / %(tenths)s AS cell, evidence, zone, sum(roles)::int FROM assessments_placecount
WHERE %(family)s::text = '' OR lower(family) = lower(%(family)s::text)
GROUP BY cell, evidence, zone ORDER BY cell, evidence, zone
"""
POINTS = f"""
SELECT e.task_resistance, e.evidence_total, {COLUMNS} FROM {ENTRY}
WHERE %(family)s::text = '' OR lower(e.family) = lower(%(family)s::text)
ORDER BY e.title, e.role_id LIMIT {ALONE + 1}
"""  # noqa: S608
ALONE_IN_CELLS = f"""
SELECT cell.tenths, cell.evidence, e.* FROM unnest(%(tenths)s::int[], %(evidence)s::int[]) AS cell (tenths, evidence)
CROSS JOIN LATERAL (
  SELECT {COLUMNS} FROM {ENTRY}
  WHERE e.evidence_total = cell.evidence
    AND e.task_resistance >= cell.tenths / 10.0 AND e.task_resistance < (cell.tenths + {TENTHS}) / 10.0
    AND (%(family)s::text = '' OR lower(e.family) = lower(%(family)s::text))
  LIMIT 2
) e
"""  # noqa: S608
FAMILIES = """
SELECT min(family), sum(roles)::int FROM assessments_facetcount WHERE family <> '' GROUP BY lower(family)
ORDER BY min(family)
"""


class Cell(NamedTuple):
    """How many roles of each zone have task resistance from `resistance` (in tenths, `TENTHS` wide) and so much
    evidence."""

    resistance: int
    evidence: int
    zones: dict[str, int]

    @property
    def roles(self) -> int:
        return sum(self.zones.values())


class Point(NamedTuple):
    """One role and its place."""

    resistance: float
    evidence: int
    entry: Entry


def cells(family: str = "") -> list[Cell]:
    """All cells that hold a role, of the catalogue or of one family."""
    found: dict[tuple[int, int], dict[str, int]] = {}
    for cell, evidence, zone, roles in prepared.execute(CELLS, {"family": family, "tenths": TENTHS}):
        found.setdefault((cell * TENTHS, evidence), {})[zone] = roles
    return [Cell(resistance, evidence, zones) for (resistance, evidence), zones in found.items()]


def alone(cells: Sequence[Cell], family: str = "") -> dict[tuple[int, int], Entry]:
    """The role of each cell that holds one alone, by the cell's resistance and evidence. Counts come after entries:
    a cell that holds another number by now is left out."""
    single = [cell for cell in cells if cell.roles == 1]
    asked = {
        "tenths": [cell.resistance for cell in single],
        "evidence": [cell.evidence for cell in single],
        "family": family,
    }
    found: dict[tuple[int, int], list[Entry]] = {}
    for resistance, evidence, *entry in prepared.execute(ALONE_IN_CELLS, asked) if single else ():
        found.setdefault((resistance, evidence), []).append(Entry(*entry))
    return {place: entries[0] for place, entries in found.items() if len(entries) == 1}


def points(family: str = "") -> list[Point] | None:
    """Every role by itself, None where there are more than `ALONE`."""
    rows = prepared.execute(POINTS, {"family": family})
    if len(rows) > ALONE:
        return None
    return [Point(float(resistance), evidence, Entry(*entry)) for resistance, evidence, *entry in rows]


def families() -> list[tuple[str, int]]:
    """The families of published roles, with how many each has."""
    return prepared.execute(FAMILIES, {})
