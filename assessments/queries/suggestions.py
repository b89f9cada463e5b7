"""Neighbours that a role might have: published roles that O*NET counts near it, that bear a name of its, or that have
nearly the same four factors; each with its reasons in words. Nothing is related here: a person accepts them.

Two profiles are apart by the points of score that their four differences are worth around the role asked about, added
up. Published versions are found by an index over the factors, cell by cell of whole evidence, barriers and growth: what
that costs follows the number of cells within reach, never the size of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from assessments import access, rows, scoring
from assessments.access import Person
from assessments.enums import OPEN, Status
from assessments.models import Assessment, Role

Shape = dict[str, Any]
SHOWN = 12
# Points of score: a step of evidence is worth about two.
REACH = Decimal(3)
MOST_STEPS = 20

# What is settled: the role itself, what people and documents relate it to, what was dismissed from either side.
FOUND = """
WITH related AS MATERIALIZED (
  SELECT target_id AS id, origin, index FROM assessments_rolerelation WHERE source_id = %(role)s
  UNION ALL SELECT source_id, origin, index FROM assessments_rolerelation WHERE target_id = %(role)s
),
taken AS MATERIALIZED (
  SELECT id FROM related WHERE origin <> 'onet'
  UNION ALL SELECT peer_id FROM assessments_dismissedsuggestion WHERE role_id = %(role)s
  UNION ALL SELECT role_id FROM assessments_dismissedsuggestion WHERE peer_id = %(role)s
  UNION ALL SELECT %(role)s::bigint
),
ranked AS MATERIALIZED (
  SELECT id, min(index) AS place FROM related WHERE origin = 'onet' GROUP BY id
),
own_name AS MATERIALIZED (
  SELECT lowered, bool_or(title) AS title FROM (
    SELECT lower(title) AS lowered, true AS title FROM assessments_role WHERE id = %(role)s
    UNION ALL SELECT lower(text), false FROM assessments_rolealias WHERE role_id = %(role)s
  ) names GROUP BY lowered
),
named AS MATERIALIZED (
  SELECT DISTINCT ON (id) id, text, mine, theirs, count(*) OVER (PARTITION BY id) AS names FROM (
    SELECT other.id, own_name.lowered, max(other.text) AS text, own_name.title AS mine, bool_or(other.title) AS theirs
    FROM own_name CROSS JOIN LATERAL (
      SELECT role_id AS id, text, false AS title FROM assessments_rolealias WHERE lower(text) = own_name.lowered
      UNION ALL SELECT id, title, true FROM assessments_role WHERE lower(title) = own_name.lowered
    ) other GROUP BY other.id, own_name.lowered, own_name.title
  ) shared ORDER BY id, mine DESC, theirs DESC, text
),
cell AS MATERIALIZED (
  SELECT e::smallint AS e, b::smallint AS b, g::smallint AS g, spared.points / %(task_worth)s::numeric AS resistance,
         %(reach)s::numeric - spared.points AS points
  FROM generate_series(%(evidence)s::int - %(evidence_steps)s::int, %(evidence)s::int + %(evidence_steps)s::int) e
  CROSS JOIN generate_series(%(barriers)s::int - %(barrier_steps)s::int, %(barriers)s::int + %(barrier_steps)s::int) b
  CROSS JOIN generate_series(%(growth)s::int - %(growth_steps)s::int, %(growth)s::int + %(growth_steps)s::int) g
  CROSS JOIN LATERAL (
    SELECT %(reach)s::numeric - abs(e - %(evidence)s::int) * %(evidence_worth)s::numeric
           - abs(b - %(barriers)s::int) * %(barrier_worth)s::numeric
           - abs(g - %(growth)s::int) * %(growth_worth)s::numeric AS points
  ) spared WHERE spared.points >= 0
),
alike AS MATERIALIZED (
  SELECT near.id FROM cell CROSS JOIN LATERAL (
    (SELECT role_id AS id, task_resistance FROM assessments_assessment
     WHERE status = 'published' AND evidence_total = e AND barrier_total = b AND growth = g
       AND task_resistance BETWEEN %(task)s::numeric AND %(task)s::numeric + cell.resistance
       AND role_id NOT IN (SELECT id FROM taken)
     ORDER BY task_resistance LIMIT %(most)s)
    UNION ALL
    (SELECT role_id, task_resistance FROM assessments_assessment
     WHERE status = 'published' AND evidence_total = e AND barrier_total = b AND growth = g
       AND task_resistance < %(task)s::numeric AND task_resistance >= %(task)s::numeric - cell.resistance
       AND role_id NOT IN (SELECT id FROM taken)
     ORDER BY task_resistance DESC LIMIT %(most)s)
  ) near
  ORDER BY cell.points + abs(near.task_resistance - %(task)s::numeric) * %(task_worth)s::numeric, near.id LIMIT %(most)s
)
SELECT ranked.place, named.text, named.mine, named.theirs, named.names, apart.points,
       version.published_score, version.published_zone, version.published_label, {columns}
FROM (SELECT id FROM ranked UNION SELECT id FROM named UNION SELECT id FROM alike) candidate
JOIN assessments_assessment version ON version.role_id = candidate.id AND version.status = 'published'
JOIN assessments_role ON assessments_role.id = candidate.id AND assessments_role.status = 'active'
LEFT JOIN ranked ON ranked.id = candidate.id
LEFT JOIN named ON named.id = candidate.id
CROSS JOIN LATERAL (
  SELECT abs(version.task_resistance - %(task)s::numeric) * %(task_worth)s::numeric
    + abs(version.evidence_total - %(evidence)s::int) * %(evidence_worth)s::numeric
    + abs(version.barrier_total - %(barriers)s::int) * %(barrier_worth)s::numeric
    + abs(version.growth - %(growth)s::int) * %(growth_worth)s::numeric AS points
) apart
WHERE candidate.id NOT IN (SELECT id FROM taken)
"""
NEAREST = ((5, "five"), (10, "ten"), (20, "twenty"))


@dataclass(frozen=True)
class Suggestion:
    """A published role that might be a neighbour, how it scores today, and why it is suggested: codes (`onet`, `name`,
    `factors`) with their sentences. `points` is how far its four factors are apart, None where it is further than
    `REACH` or the role asked about has no figures that this person sees."""

    role: Role
    score: Decimal
    zone: str
    label: str
    reasons: dict[str, str]
    points: Decimal | None

    @property
    def because(self) -> str:
        """Its reasons in one sentence without a full stop."""
        return "; ".join(self.reasons.values())

    def as_json(self) -> Shape:
        return {
            "peer": {"slug": self.role.slug, "title": self.role.title, "seniority": self.role.seniority},
            "score": str(self.score),
            "zone": self.zone,
            "label": self.label,
            "reasons": [{"code": code, "text": text} for code, text in self.reasons.items()],
            "points_apart": None if self.points is None else str(self.points),
        }


def of(role: Role, *, to: Person) -> list[Suggestion]:
    """What may be suggested to a person as neighbours of a role, the best reasons first; by factors alone
    the nearest `SHOWN`.

    Factors are those of the open version where this person sees it and it is whole, else of the published one.
    """
    with connection.cursor() as cursor:
        cursor.execute(FOUND.format(columns=rows.selection(Role)), {"role": role.pk, **_place_of(role, to)})
        found = [_suggestion(*row) for row in cursor.fetchall()]
    return sorted(found, key=_order)


def _place_of(role: Role, person: Person) -> Shape:
    """Where a role stands among the factors, and what a unit of each is worth there; nulls where it has no figures."""
    seen = access.visible_to(person).filter(role=role, status__in=[*OPEN, Status.PUBLISHED])
    version = seen.filter(formula_score__isnull=False).select_related("methodology").order_by("-number").first()
    names = ("task", "evidence", "barriers", "growth", "evidence_steps", "barrier_steps", "growth_steps")
    worths = ("task_worth", "evidence_worth", "barrier_worth", "growth_worth")
    given: Shape = {"most": SHOWN, "reach": REACH, **dict.fromkeys((*names, *worths))}
    return given | (_factors(version) if version is not None else {})


def _factors(version: Assessment) -> Shape:
    weighted, evidence, barriers, growth = (
        version.weighted_total,
        version.evidence_total,
        version.barrier_total,
        version.growth,
    )
    assert weighted is not None, "it has figures"
    assert evidence is not None, "it has figures"
    assert barriers is not None, "it has figures"
    assert growth is not None, "it has figures"
    method = version.methodology.method
    each = scoring.worth(method, weighted_total=weighted, evidence=evidence, barriers=barriers, growth=growth)
    return {
        "task": version.task_resistance,
        "evidence": evidence,
        "barriers": barriers,
        "growth": growth,
        "task_worth": each.task,
        "evidence_worth": each.evidence,
        "barrier_worth": each.barriers,
        "growth_worth": each.growth,
        "evidence_steps": _steps(each.evidence),
        "barrier_steps": _steps(each.barriers),
        "growth_steps": _steps(each.growth),
    }


def _steps(worth: Decimal) -> int:
    """How many whole steps lie within reach; a method may make them worth next to nothing."""
    return min(int(REACH / worth), MOST_STEPS) if worth > 0 else 0


def _suggestion(
    place: int | None,
    text: str | None,
    mine: bool | None,
    theirs: bool | None,
    names: int | None,
    points: Decimal | None,
    score: Decimal,
    zone: str,
    label: str,
    *columns: object,
) -> Suggestion:
    reasons = {}
    if place is not None:
        among = next(word for highest, word in NEAREST if place <= highest)
        reasons["onet"] = f"O*NET counts it among the {among} nearest"
    if text is not None:
        reasons["name"] = _name_reason(text, bool(mine), bool(theirs), names or 1)
    near = None if points is None or points > REACH else scoring.half_up(points, 1)
    if near is not None:
        apart = "point" if near == 1 else "points"
        reasons["factors"] = f"nearly the same four factors: {near} {apart} apart" if near else "the same four factors"
    return Suggestion(rows.read(Role, iter(columns)), score, zone, label, reasons, near)


def _name_reason(text: str, mine: bool, theirs: bool, names: int) -> str:
    """How the two share a name, and how many more they share."""
    said = f"shares the alias ‘{text}’"
    if mine:
        said = "bears the same title" if theirs else f"is also called ‘{text}’"
    elif theirs:
        said = f"bears an alias of this role as its title, ‘{text}’"
    return f"{said}, and {names - 1} more of its names" if names > 1 else said


def _order(each: Suggestion) -> tuple[int, Decimal, str, int]:
    """More reasons first, then the nearer, then by title."""
    far = each.points if each.points is not None else REACH + 1
    return (-len(each.reasons), far, each.role.title, each.role.pk)
