"""The whole catalogue by task resistance and evidence: in cells with counts, and while it is small role by role."""

from __future__ import annotations

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


def points(family: str = "") -> list[Point] | None:
    """Every role by itself, None where there are more than `ALONE`."""
    rows = prepared.execute(POINTS, {"family": family})
    if len(rows) > ALONE:
        return None
    return [Point(float(resistance), evidence, Entry(*entry)) for resistance, evidence, *entry in rows]


def families() -> list[tuple[str, int]]:
    """The families of published roles, with how many each has."""
    return prepared.execute(FAMILIES, {})
