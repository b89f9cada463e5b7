"""The neighbours of a role as pages show them: each once, the nearest in score first, so many at a time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Min
from django.db.models.functions import Abs
from django.urls import reverse

from assessments.models import Role
from assessments.queries import published, sentences
from assessments.queries.spoken import spoken

Shape = dict[str, Any]


def count(role: Role) -> int:
    """How many neighbours a role is compared with."""
    found: int = role.comparisons.aggregate(peers=Count("peer", distinct=True))["peers"]
    return found


def nearest(role: Role, *, most: int, after: int = 0) -> list[Shape]:
    """Of the neighbours in order of nearness those `after` so many, at most `most`: each a comparison as the API says
    it, with the key of the peer's role, every kind of relation that leads to it and its sentences.

    A hub has thousands: only those asked for are read whole.
    """
    ranked = role.comparisons.values("peer").annotate(far=Min(Abs("difference"))).order_by("far", "peer")
    wanted = list(ranked.values_list("peer", flat=True)[after : after + most])
    found: dict[str, Shape] = {}
    for each in published.comparisons(role).filter(peer__in=wanted):
        row = published.comparison(each)
        kind = spoken(sentences.KINDS[row["kind"]]) + (f" ({row['tier']})" if row["tier"] else "")
        known = found.setdefault(row["peer"]["slug"], {**row, **_said(row), "role": each.peer_id, "kinds": []})
        known["kinds"].append(kind)
    return sorted(found.values(), key=lambda row: abs(Decimal(row["difference"])))


def _said(row: Shape) -> Shape:
    """What a page says of a comparison."""
    difference, attribution = row["difference"], row["attribution"]
    return {
        "title": row["peer"]["title"],
        "url": reverse("role_profile", args=[row["peer"]["slug"]]),
        "signed": sentences.signed(Decimal(difference)) if Decimal(difference) else difference,
        "phrase": sentences.difference_phrase(difference, attribution),
        "explained": sentences.explained_phrase(difference, attribution),
        "zones_said": sentences.zones_phrase(*row["zones"]),
        "peer_zone": row["zones"][1],
        "inversion_said": sentences.inversion_sentence(difference) if row["inversion"] else "",
    }
