"""What everybody reads."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from assessments import pictures
from assessments.actions.drafts import active_methodology
from assessments.api.public import ORDERINGS, RoleFilter
from assessments.enums import Status, Zone
from assessments.errors import Gone
from assessments.models import Assessment
from assessments.queries import aftermath, published
from assessments.views import profile, stored

PAGE = 50


def home(request: HttpRequest) -> HttpResponse:
    """Search, the catalogue by zone, what was decided lately."""
    found = published.published()
    counts = dict(found.order_by().values_list("published_zone").annotate(roles=Count("pk")))
    recent = [published.item(assessment) for assessment in found.order_by("-published_at", "id")[:8]]
    return render(
        request,
        "public/home.html",
        {
            "recent": recent,
            "axis": _axis(),
            "zones": [{"zone": zone.value, "word": zone.label, "count": counts.get(zone, 0)} for zone in Zone],
            "totals": {
                "roles": sum(counts.values()),
                "assessments": Assessment.objects.filter(published_at__isnull=False).count(),
            },
        },
    )


def role_list(request: HttpRequest) -> HttpResponse:
    """The catalogue: search, filters and order stand in the address; what makes no sense is left out of it."""
    asked = {name: value[:200] for name, value in request.GET.items() if value}
    wanted = RoleFilter(asked, queryset=published.published())
    if not wanted.is_valid():
        asked = {name: value for name, value in asked.items() if name not in wanted.errors}
        wanted = RoleFilter(asked, queryset=published.published())
    ordering = asked.get("ordering", "title")
    found = wanted.qs.order_by(*ORDERINGS.get(ordering, ORDERINGS["title"])).prefetch_related("role__codes")
    page = Paginator(found, PAGE).get_page(asked.get("page", "1"))
    items = [{**published.item(assessment), "codes": published.codes(assessment.role)} for assessment in page]
    return render(
        request,
        "public/role_list.html",
        {
            "items": items,
            "onet": profile.release_of([code for item in items for code in item["codes"]]),
            "axis": _axis(),
            "count": page.paginator.count,
            "filters": {**asked, "ordering": ordering},
            "families": published.families(),
            "seniorities": published.seniorities(),
            "next_url": _page_url(request, page.next_page_number()) if page.has_next() else None,
            "previous_url": _page_url(request, page.previous_page_number()) if page.has_previous() else None,
        },
    )


def _axis() -> pictures.Axis:
    """The scale with the edges that are in force."""
    zones = active_methodology().method.zones
    return pictures.axis([zone.edge for zone in reversed(zones[:-1])])


def _page_url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def role_profile(request: HttpRequest, slug: str) -> HttpResponse:
    """The published version of a role."""
    return _profile(request, slug)


def role_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One public version of a role at its own address."""
    return _profile(request, slug, number)


def role_history(request: HttpRequest, slug: str) -> HttpResponse:
    """The public versions of a role, with reasons."""
    role = published.version(slug).role
    versions = profile.versions(role)
    drawn = pictures.sparkline(list(reversed(versions))) if len(versions) > 1 else None
    return render(request, "public/history.html", {"role": role, "versions": versions, "sparkline": drawn})


def role_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The published document as a download."""
    assessment = _readable(published.version(slug))
    body = json.dumps(assessment.document, ensure_ascii=False, indent=2)
    return _download(body + "\n", "application/json", f"{slug}.json")


def role_text(request: HttpRequest, slug: str) -> HttpResponse:
    """The published document in the plain dialect as a download."""
    assessment = _readable(published.version(slug))
    return _download(published.plain_text(assessment), "text/plain", f"{slug}.txt")


def role_markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """The published document in the Markdown dialect as a download."""
    assessment = _readable(published.version(slug))
    return _download(published.markdown_text(assessment), "text/markdown", f"{slug}.md")


def _readable(assessment: Assessment) -> Assessment:
    if assessment.status == Status.RETRACTED:
        raise Gone(aftermath.tombstone_sentence(assessment))
    return assessment


def _download(body: str, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(body, content_type=f"{kind}; charset=utf-8", headers=headers)


def _profile(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    if stored.applies(request):
        page = stored.read(slug, number)
        if page is not None:
            return stored.answer(request, page)
    assessment = published.version(slug, number)
    if assessment.status == Status.RETRACTED:
        context = {"role": assessment.role, "version": assessment, "stone": aftermath.tombstone(assessment)}
        return render(request, "public/410.html", context, status=410)
    answer = render(request, "public/profile.html", profile.context(assessment) | {"assessment": assessment})
    patch_cache_control(answer, private=True, no_cache=True)
    return answer
