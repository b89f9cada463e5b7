"""What everybody reads."""

from __future__ import annotations

import json

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from assessments import pictures
from assessments.actions.drafts import active_methodology
from assessments.enums import Status, Zone
from assessments.errors import Gone
from assessments.models import Assessment
from assessments.queries import aftermath, published
from assessments.queries.spoken import spoken
from assessments.views import profile, stored


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
            "axis": axis(),
            "zones": [{"zone": zone.value, "word": spoken(zone.label), "count": counts.get(zone, 0)} for zone in Zone],
            "totals": {
                "roles": sum(counts.values()),
                "assessments": Assessment.objects.filter(published_at__isnull=False).count(),
            },
        },
    )


def axis() -> pictures.Axis:
    """The scale with the edges that are in force."""
    zones = active_methodology().method.zones
    return pictures.axis([zone.edge for zone in reversed(zones[:-1])])


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
    merged = [{"role": each, "versions": profile.versions(each)} for each in role.merged.order_by("title")]
    drawn = pictures.sparkline(list(reversed(versions))) if len(versions) > 1 else None
    context = {"role": role, "versions": versions, "sparkline": drawn, "merged": merged}
    return render(request, "public/history.html", context)


def role_json(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The document of the published version, or of one public version, as a download: the inputs as written."""
    assessment = _readable(published.version(slug, number))
    body = json.dumps(assessment.document, ensure_ascii=False, indent=2)
    return _download(body + "\n", "application/json", f"{_name(assessment, number)}.json")


def role_text(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The same in the plain dialect, with the working of the formula."""
    assessment = _readable(published.version(slug, number))
    return _download(published.plain_text(assessment), "text/plain", f"{_name(assessment, number)}.txt")


def role_markdown(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The same in the Markdown dialect, with the working of the formula."""
    assessment = _readable(published.version(slug, number))
    return _download(published.markdown_text(assessment), "text/markdown", f"{_name(assessment, number)}.md")


def _readable(assessment: Assessment) -> Assessment:
    if assessment.status == Status.RETRACTED:
        raise Gone(aftermath.tombstone_sentence(assessment))
    return assessment


def _name(assessment: Assessment, number: int | None) -> str:
    """What a download is called: by the role of today, or, of a version by number, as it was published."""
    return assessment.role.slug if number is None else f"{published.slug_then(assessment)}-v{number}"


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
    answer = render(request, "public/profile.html", profile.context(assessment))
    patch_cache_control(answer, private=True, no_cache=True)
    return answer
