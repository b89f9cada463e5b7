"""The neighbours of a published role: on its profile the nearest, on a page of their own all of them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from assessments import pictures
from assessments.enums import Status
from assessments.errors import Gone
from assessments.models import Assessment
from assessments.queries import aftermath, neighbours, published

# A hub has thousands: its profile draws the nearest, shows rows and steps of the first of them, and leads to all.
ON_PROFILE, NAMED, PAGE = 60, 12, 100


def on_profile(assessment: Assessment) -> dict[str, Any]:
    """What a profile shows of neighbours. They stand to the current version: an earlier one is read for itself."""
    found: list[dict[str, Any]] = []
    context: dict[str, Any] = {"standing": None, "neighbours_in_all": 0}
    if assessment.status == Status.PUBLISHED:
        role = assessment.role
        found = neighbours.nearest(role, most=ON_PROFILE)
        context = {**published.beside(role), "neighbours_in_all": neighbours.count(role)}
    score, edges = assessment.published_score, _edges(assessment)
    assert score is not None, "a public version has a score"
    others = [row | {"score": row["peer_score"]} for row in found]
    return {
        **context,
        "neighbours": found,
        "neighbours_first": found[:NAMED],
        "neighbours_rest": found[NAMED:],
        "neighbours_url": reverse("role_neighbours", args=[assessment.role.slug]),
        "line": pictures.score_line(score, others, edges),
        "neighbour_dots": pictures.neighbour_dots(score, others, edges),
        "waterfalls": pictures.waterfalls(score, others[:NAMED], edges),
    }


def role_neighbours(request: HttpRequest, slug: str) -> HttpResponse:
    """All neighbours of a role, the nearest in score first."""
    assessment = published.version(slug)
    if assessment.status == Status.RETRACTED:
        raise Gone(aftermath.tombstone_sentence(assessment))
    role = assessment.role
    page: Page[int] = Paginator(range(neighbours.count(role)), PAGE).get_page(request.GET.get("page"))
    context = {
        "role": role,
        "current": assessment.status == Status.PUBLISHED,
        "score": assessment.published_score,
        "zone": assessment.published_zone,
        "page": page,
        "neighbours": neighbours.nearest(role, most=PAGE, after=(page.number - 1) * PAGE),
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else None,
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else None,
    }
    return render(request, "public/neighbours.html", context)


def _edges(assessment: Assessment) -> list[Any]:
    return [zone.edge for zone in reversed(assessment.methodology.method.zones[:-1])]
