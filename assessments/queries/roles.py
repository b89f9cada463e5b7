"""Finding a role by what people call it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Lower

from assessments import access, rows
from assessments.access import Person
from assessments.enums import Status
from assessments.errors import Invalid, Invisible, Moved, Place
from assessments.models import Assessment, FormerAddress, Role, RoleCode, RoleRelation

MOST_OFFERED, MOST_LISTED = 20, 300

# What a document's title may mean, the better tier first: that title and level; an alias that people gave; one of
# O*NET, which knows no levels and so is only heeded where none is stated. A merged role's title means what it was
# merged into.
FOR_DOCUMENT = """
SELECT role.*, 1 AS tier
FROM assessments_role bearer JOIN assessments_role role ON role.id = coalesce(bearer.merged_into_id, bearer.id)
WHERE lower(bearer.title) = lower(%(title)s) AND lower(bearer.seniority) = lower(%(seniority)s)
UNION ALL
SELECT role.*, CASE WHEN alias.origin = 'person' THEN 2 ELSE 3 END
FROM assessments_rolealias alias JOIN assessments_role role ON role.id = alias.role_id
WHERE lower(alias.text) = lower(%(title)s)
  AND (%(seniority)s = ''
       OR alias.origin = 'person' AND (role.seniority = '' OR lower(role.seniority) = lower(%(seniority)s)))
"""

# What a name may mean, the better tier first: a published role of that title, any role of that title, an alias that
# people gave, one of O*NET for a published role. Letters fold as the database folds them, so that an index answers and
# Python's other rules play no part.
BY_NAMES = """
WITH named AS (SELECT name, lower(name) AS lowered FROM unnest(%(names)s::text[]) AS given(name))
SELECT named.name,
       CASE WHEN EXISTS (SELECT 1 FROM assessments_assessment version
                         WHERE version.role_id = assessments_role.id AND version.status = 'published')
            THEN 1 ELSE 2 END,
       lower(assessments_role.seniority) = lower(%(seniority)s), {columns}
FROM named JOIN assessments_role bearer ON lower(bearer.title) = named.lowered
JOIN assessments_role ON assessments_role.id = coalesce(bearer.merged_into_id, bearer.id)
UNION
SELECT named.name, CASE WHEN alias.origin = 'person' THEN 3 ELSE 4 END, false, {columns}
FROM named JOIN assessments_rolealias alias ON lower(alias.text) = named.lowered
JOIN assessments_role ON assessments_role.id = alias.role_id
WHERE alias.origin = 'person'
   OR EXISTS (SELECT 1 FROM assessments_assessment version
              WHERE version.role_id = alias.role_id AND version.status = 'published')
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

    @property
    def role_id(self) -> int | None:
        """The key of the role, if one is meant."""
        return self.role.pk if self.role else None


class Candidate(NamedTuple):
    """A role that a name may mean: how good the reason is, 1 the best, and whether it is of the level asked for."""

    tier: int
    same_level: bool
    role: Role


def for_document(title: str, seniority: str) -> Role | None:
    """The role that a document is about: of exactly that title and seniority, whatever the case, or else the one that
    alone bears the title as an alias.

    What people call a role comes before what O*NET does. A stated seniority counts: an alias replaces a title, never
    the level that a document says it is about; so an alternate title of O*NET, which knows no levels, is only heeded
    where none is stated.
    """
    parameters = {"title": title, "seniority": seniority}
    found: list[Any] = list(Role.objects.raw(FOR_DOCUMENT, parameters))
    best: list[Role] = [role for role in found if role.tier == min(each.tier for each in found)]
    return best[0] if len(best) == 1 else None


def by_names(names: Collection[str], *, near: Role) -> dict[str, Match]:
    """What a document of `near` means by bare names, each with an entry; one query for all of them.

    Titles are not keys: among several of one title the one of the same seniority is meant, and with none of that
    seniority the name is ambiguous and matches nothing. Where a published role bears the name, roles that nobody can
    see yet play no part: a hidden draft must not change what others publish. An alias matches where one role alone
    bears it; of O*NET's alternate titles, tens of thousands, only those of published roles count.
    """
    candidates: dict[str, list[Candidate]] = {name: [] for name in names}
    if candidates:
        parameters: dict[str, Any] = {"names": list(candidates), "seniority": near.seniority}
        with connection.cursor() as cursor:
            cursor.execute(BY_NAMES.format(columns=rows.selection(Role)), parameters)
            for name, tier, same_level, *columns in cursor.fetchall():
                candidates[name].append(Candidate(tier, same_level, rows.read(Role, iter(columns))))
    return {name: _meant(found) for name, found in candidates.items()}


def _meant(candidates: list[Candidate]) -> Match:
    """The only one of the best tier, or else the only one of it of the same level."""
    first = min((each.tier for each in candidates), default=None)
    best = [each for each in candidates if each.tier == first]
    if len(best) > 1:
        best = [each for each in best if each.same_level]
    if len(best) == 1:
        return Match(How.MATCHED, best[0].role)
    return Match(How.AMBIGUOUS if candidates else How.UNMATCHED)


def at(slug: str, *, among: QuerySet[Role] | None = None) -> Role:
    """The role at an address; Moved where it is called otherwise now, Invisible where there is none."""
    role = called(slug, among=Role.objects.all() if among is None else among)
    if role is None:
        raise Invisible("There is no role at this address.")
    return role


def called(slug: str, *, among: QuerySet[Role]) -> Role | None:
    """The role with this slug, if there is one; Moved where it had it."""
    role = among.filter(slug=slug).first()
    former = None if role else FormerAddress.objects.select_related("role").filter(slug=slug).first()
    if former is not None:
        raise Moved(former.role.slug)
    return role


def named(name: str, *, to: Person, field: str) -> Role:
    """The role that a person means by the address of its page or by its exact title, among those they may know of;
    Invalid, naming `field` and what else it may be, when none or several bear it."""
    known, asked = access.roles_known_to(to), name.strip()
    slug = asked.rstrip("/").rpartition("/")[2]
    called_so = Q(slug=slug) | Q(former_addresses__slug=slug)
    found = list(known.filter(called_so)[:1]) or list(known.filter(title__iexact=asked)[:2])
    if len(found) == 1:
        return found[0]
    said = f"No role is called “{asked}”." if asked else "Name the role."
    if found:
        said = "Several roles have that title; give the address of its page."
    raise Invalid(said, code=field, places=[Place(field, field, said)])


def like(name: str, *, to: Person) -> list[Role]:
    """Roles a person may mean by a part of the title, those that begin with it first; at most `MOST_OFFERED`."""
    asked = name.strip()
    if not asked:
        return []
    found = access.roles_known_to(to).filter(title__icontains=asked)
    begins = Case(When(title__istartswith=asked, then=0), default=1)
    return list(found.order_by(begins, "title", "seniority")[:MOST_OFFERED])


def to_offer() -> list[Role]:
    """Roles to offer in a field that takes a name: the published ones by title, `MOST_LISTED` of them;
    a larger catalogue is found by `like`."""
    found = Role.objects.filter(assessments__status=Status.PUBLISHED)
    return list(found.order_by("title", "seniority")[:MOST_LISTED])


def relations_of(role: Role) -> QuerySet[RoleRelation]:
    """Every relation of a role, on either side, the newest first: for administrators, whatever is published."""
    found = RoleRelation.objects.filter(Q(source=role) | Q(target=role))
    return found.select_related("source", "target", "created_by").order_by("-pk")


def unassessed_occupation(title: str) -> Role | None:
    """The role of that title that is an occupation without a level and that nobody assesses; locked, for it is about to
    take one."""
    assessed = Assessment.objects.filter(role=OuterRef("pk")).exclude(status=Status.WITHDRAWN)
    coded = RoleCode.objects.filter(role=OuterRef("pk"))
    found = _titled(title).filter(Exists(coded), ~Exists(assessed), seniority="")
    return found.select_for_update(of=("self",), no_key=True).first()


def by_titles(titles: Iterable[str], *, besides: Collection[int] = ()) -> dict[str, Role]:
    """Of these titles those that a role without seniority, or else a single role, bears; with that role.

    `besides` are the keys of roles that play no part.
    """
    names = lowered(titles)
    found = Role.objects.annotate(lowered=Lower("title")).filter(lowered__in=set(names.values()))
    found = found.exclude(pk__in=besides)
    bearers: dict[str, list[Role]] = {}
    for role in found.select_related("merged_into").order_by("seniority"):
        bearers.setdefault(role.lowered, []).append(role.merged_into or role)
    meant = {name: roles[0] for name, roles in bearers.items() if len(roles) == 1 or not roles[0].seniority}
    return {title: meant[name] for title, name in names.items() if name in meant}


def lowered(names: Iterable[str]) -> dict[str, str]:
    """Names as the database lowers them: what is one name and what two is for it to say, not for Python."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, lower(name) FROM unnest(%s::text[]) AS name", [list(set(names))])
        return dict(cursor.fetchall())


def _titled(title: str) -> QuerySet[Role]:
    return Role.objects.alias(lowered=Lower("title")).filter(lowered=Lower(Value(title)))
