"""Finding a role by what people call it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assessments.models import Role

FOR_DOCUMENT = """
SELECT role.*, true AS titled FROM assessments_role role
WHERE lower(role.title) = lower(%(title)s) AND lower(role.seniority) = lower(%(seniority)s)
UNION ALL
SELECT role.*, false FROM assessments_rolealias alias JOIN assessments_role role ON role.id = alias.role_id
WHERE lower(alias.text) = lower(%(title)s)
  AND (%(seniority)s = '' OR role.seniority = '' OR lower(role.seniority) = lower(%(seniority)s))
"""

# What a name may mean, the better tier first: a published role of that title, any role of that title, an alias. Letters
# fold as the database folds them, so that an index answers and Python's other rules play no part.
BY_NAMES = """
WITH named AS (SELECT DISTINCT name FROM unnest(%(names)s::text[]) AS given(name)),
meant AS (
  SELECT named.name, role.id,
         CASE WHEN EXISTS (SELECT 1 FROM assessments_assessment version
                           WHERE version.role_id = role.id AND version.status = 'published') THEN 1 ELSE 2 END AS tier,
         lower(role.seniority) = lower(%(seniority)s) AS same_level
  FROM named JOIN assessments_role role ON lower(role.title) = lower(named.name)
  UNION ALL
  SELECT named.name, alias.role_id, 3, false
  FROM named JOIN assessments_rolealias alias ON lower(alias.text) = lower(named.name)
),
best AS (SELECT *, min(tier) OVER (PARTITION BY name) AS first FROM meant),
chosen AS (
  SELECT name, CASE WHEN count(*) = 1 THEN min(id)
                    WHEN count(*) FILTER (WHERE same_level) = 1 THEN min(id) FILTER (WHERE same_level) END AS id
  FROM best WHERE tier = first GROUP BY name
)
SELECT role.*, chosen.name AS meant_by FROM chosen LEFT JOIN assessments_role role ON role.id = chosen.id
"""


class How(StrEnum):
    """Whether a name found its role."""

    MATCHED = "matched"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"


@dataclass(frozen=True)
class Match:
    """What a bare name means: a role, or none because several or nobody bears it."""

    how: How
    role: Role | None = None


UNMATCHED = Match(How.UNMATCHED)


def for_document(title: str, seniority: str) -> Role | None:
    """The role that a document is about: of exactly that title and seniority, whatever the case, or else the one that
    alone bears the title as an alias.

    A stated seniority counts: an alias replaces a title, never the level that a document says it is about.
    """
    parameters = {"title": title, "seniority": seniority}
    found: list[Any] = list(Role.objects.raw(FOR_DOCUMENT, parameters))
    titled = [role for role in found if role.titled]
    first: list[Role] = titled or found
    return first[0] if len(first) == 1 else None


def by_names(names: Collection[str], *, near: Role) -> dict[str, Match]:
    """What a document of `near` means by bare names, each with an entry; one query for all of them.

    Titles are not keys: among several of one title the one of the same seniority is meant, and with none of that
    seniority the name is ambiguous and matches nothing. Where a published role bears the name, roles that nobody can
    see yet play no part: a hidden draft must not change what others publish. An alias matches where one role alone
    bears it.
    """
    matches = dict.fromkeys(names, UNMATCHED)
    if names:
        parameters = {"names": list(names), "seniority": near.seniority}
        found: list[Any] = list(Role.objects.raw(BY_NAMES, parameters))
        for role in found:
            matches[role.meant_by] = Match(How.MATCHED, role) if role.pk else Match(How.AMBIGUOUS)
    return matches
