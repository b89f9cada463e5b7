"""Ranks from the counts of scores: of all roles, within a family, within a zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Q, Sum

from assessments.models import ScoreCount
from assessments.peers import percentile

Scope = tuple[str, str]


@dataclass(frozen=True)
class Counted:
    """Of one scope how many published roles score higher than a score, and how many there are."""

    above: int
    of: int


class Placed(Protocol):
    """What is in a family and in a zone."""

    @property
    def family(self) -> str: ...

    @property
    def zone(self) -> str: ...


def scopes_of(standing: Placed) -> list[Scope]:
    """Where a role stands: `all`, its `family` if it has one, its `zone`, each with its key."""
    family = [("family", standing.family)] if standing.family else []
    return [("all", ""), *family, ("zone", standing.zone)]


def counted(scopes: Iterable[Scope], score: Decimal) -> dict[Scope, Counted]:
    """The counts of each of these scopes above a score; one question for all of them."""
    wanted = list(scopes)
    concerned = Q(pk=None)
    for scope, key in wanted:
        concerned |= Q(scope=scope, key=key)
    found = {
        (scope, key): Counted(above or 0, of or 0)
        for scope, key, above, of in ScoreCount.objects.filter(concerned)
        .values_list("scope", "key")
        .annotate(above=Sum("roles", filter=Q(score__gt=score)), of=Sum("roles"))
    }
    return {scope: found.get(scope, Counted(0, 0)) for scope in wanted}


def places(counts: Mapping[Scope, Counted]) -> dict[str, Any]:
    """Ranks and percentiles as the contract says them, from the counts of a role's scopes."""
    found = {
        scope: {
            "rank": each.above + 1,
            "of": each.of or 1,
            "percentile": str(percentile(above=each.above, of=each.of or 1)),
        }
        for (scope, _), each in counts.items()
    }
    return {**found["all"], "family": found.get("family"), "zone": found["zone"]}
