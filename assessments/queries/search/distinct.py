"""Which published roles one might be taken for: those that its document, or theirs, says it is not."""

from __future__ import annotations

from collections.abc import Sequence

from assessments import prepared
from assessments.queries.search.hits import COLUMNS, ENTRY, Entry

MOST = 6
MISTAKEN = f"""
SELECT pair.role_id, {COLUMNS} FROM (
  SELECT source_id AS role_id, target_id AS other_id FROM assessments_rolerelation
    WHERE kind = 'distinct_from' AND source_id = ANY(%(roles)s)
  UNION
  SELECT target_id, source_id FROM assessments_rolerelation
    WHERE kind = 'distinct_from' AND target_id = ANY(%(roles)s)) pair
JOIN {ENTRY} ON e.role_id = pair.other_id
ORDER BY pair.role_id, e.title, e.role_id
"""  # noqa: S608


def taken_for(roles: Sequence[int]) -> dict[int, list[Entry]]:
    """Of each of these roles that has any, the roles it is not, at most `MOST`."""
    found: dict[int, list[Entry]] = {}
    if roles:
        for role, *entry in prepared.execute(MISTAKEN, {"roles": list(roles)}):
            found.setdefault(role, []).append(Entry(*entry))
    return {role: entries[:MOST] for role, entries in found.items()}
