"""Finding a role by what people call it."""

from __future__ import annotations

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from assessments.enums import Status
from assessments.models import Role, RoleAlias


def by_title_and_seniority(title: str, seniority: str) -> Role | None:
    """The role of exactly that title and seniority, whatever the case."""
    return _titled(title).alias(level=Lower("seniority")).filter(level=Lower(Value(seniority))).first()


def by_alias(name: str, *, seniority: str = "") -> Role | None:
    """The role that alone bears this alias; None where several do.

    A stated seniority counts: an alias replaces a title, never the level that a document says it is about.
    """
    bearers = RoleAlias.objects.alias(lowered=Lower("text")).filter(lowered=Lower(Value(name)))
    found = Role.objects.filter(pk__in=bearers.values("role"))
    if seniority:
        found = found.alias(level=Lower("seniority")).filter(Q(level=Lower(Value(seniority))) | Q(seniority=""))
    first = list(found[:2])
    return first[0] if len(first) == 1 else None


def by_name(name: str, *, near: Role) -> Role | None:
    """The role that a document of `near` means by a bare name.

    Titles are not keys: among several of one title the one of the same seniority is meant, and with none of that
    seniority the name is ambiguous and matches nothing. Where a published role bears the name, roles that nobody can
    see yet play no part: a hidden draft must not change what others publish.
    """
    published = _titled(name).filter(assessments__status=Status.PUBLISHED)
    found = list(published[:50]) or list(_titled(name)[:50])
    if len(found) == 1:
        return found[0]
    if found:
        same = [role for role in found if role.seniority.lower() == near.seniority.lower()]
        return same[0] if len(same) == 1 else None
    return by_alias(name)


def _titled(title: str) -> QuerySet[Role]:
    return Role.objects.alias(lowered=Lower("title")).filter(lowered=Lower(Value(title)))
