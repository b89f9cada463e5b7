"""What everybody reads."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from assessments import documents, pictures, scoring
from assessments.actions.drafts import active_methodology
from assessments.api.public import ORDERINGS, RoleFilter
from assessments.enums import CodeScheme, Status, Zone
from assessments.errors import Gone
from assessments.models import Assessment, CatalogueRelease, Role
from assessments.queries import aftermath, explanations, published, quotes, sentences
from assessments.views import neighbours
from assessments.views.prose import Marks, bullets, line, marks_of, prose

PAGE = 50
BULLETED = ("not_captured", "survival_strategy")
DEFINITION = ("not_this_role", "seniority_note")
COMMENTARY = ("score_vs_reality", "who_should_worry", "single_biggest_factor", "outlook", "timeline")


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
            "onet": _release_of([code for item in items for code in item["codes"]]),
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
    return _profile(request, published.version(slug))


def role_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One public version of a role at its own address."""
    return _profile(request, published.version(slug, number))


def role_history(request: HttpRequest, slug: str) -> HttpResponse:
    """The public versions of a role, with reasons."""
    role = published.version(slug).role
    versions = _versions(role)
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


def _profile(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    if assessment.status == Status.RETRACTED:
        context = {"role": assessment.role, "version": assessment, "stone": aftermath.tombstone(assessment)}
        return render(request, "public/410.html", context, status=410)
    context = profile_context(assessment) | {"assessment": assessment}
    return render(request, "public/profile.html", context)


def profile_context(assessment: Assessment) -> dict[str, Any]:
    """Everything a profile shows, in the contract's shapes, with the pictures' geometry."""
    role, method = assessment.role, assessment.methodology.method
    shape = published.detail(assessment)
    is_current = assessment.status == Status.PUBLISHED
    quoted = quotes.of_version(assessment)
    score = assessment.published_score
    assert score is not None, "a public version has a score"
    document = named(assessment.document, method)
    tasks = [weighted(task) for task in document["tasks"]]
    return {
        **shape,
        **neighbours.on_profile(assessment),
        "role": {**shape, "names": published.other_names(role), "occupations": role.codes.all()},
        "onet": _release_of(shape["codes"]),
        "version": {
            "number": assessment.number,
            "kind": assessment.kind,
            "published_at": assessment.published_at,
            "status": assessment.get_status_display().lower(),
            "is_current": is_current,
        },
        "current_url": reverse("role_profile", args=[role.slug]),
        "document": document,
        "tasks": tasks,
        "method": assessment.methodology.definition,
        "versions": _versions(role),
        "sentence": sentences.profile_sentence(
            title=role.title,
            score=score,
            zone=assessment.published_zone,
            label=assessment.published_label,
            method=method,
            outcome=assessment.decision.outcome,
            decided_at=assessment.decision.decided_at,
        ),
        "explained": _explained(assessment),
        "prose": _prose(document, marks_of(quoted)),
        "quoted": quotes.listed(quoted),
        "task_bar": pictures.task_bar(tasks),
        "evidence_bars": pictures.diverging_bars(document["evidence"], -2, 2),
        "barrier_bars": pictures.diverging_bars(document["barriers"], 0, 2),
    }


def _explained(assessment: Assessment) -> dict[str, Any]:
    """The published score explained, and against the version before it."""
    document = documents.from_json(assessment.document)
    explained = explanations.explanation(document, assessment.methodology.method, score=assessment.published_score)
    assert explained is not None, "a public version has figures"
    return explanations.page(explained, document)


def _release_of(codes: list[dict[str, Any]]) -> CatalogueRelease | None:
    """The release of O*NET that was read last, where something of it is shown: its licence asks for its name."""
    return CatalogueRelease.objects.filter(scheme=CodeScheme.ONET_SOC).last() if codes else None


def named(document: dict[str, Any], method: scoring.Method) -> dict[str, Any]:
    """A stored document with the name and range of every scored input beside its code."""
    result = dict(document)
    for group in ("protective_principles", "evidence", "barriers"):
        scales = method.protective if group == "protective_principles" else getattr(method, group)
        by_code = {scale.code: scale for scale in scales}
        result[group] = [
            {
                **row,
                "name": by_code[row["code"]].name,
                "lowest": by_code[row["code"]].minimum,
                "highest": by_code[row["code"]].maximum,
            }
            for row in document[group]
        ]
    involvements = {each.code: each.name for each in method.tasks.involvements}
    result["tasks"] = [
        {**task, "involvement_name": involvements.get(task["involvement"], "")} for task in document["tasks"]
    ]
    return result


def weighted(task: dict[str, Any]) -> dict[str, Any]:
    """A task with its share of the weighted total, half up to two places."""
    part = Decimal(task["time_percent"]) * task["score"] / 100
    return {**task, "weighted": str(scoring.half_up(part, 2))}


def _versions(role: Role) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "score": row["published_score"],
            "url": reverse("role_version", args=[role.slug, row["number"]]),
        }
        for row in published.history(role)
    ]


def _prose(document: dict[str, Any], marks: Marks) -> dict[str, str]:
    """The texts that quote other roles, with what is told of the quotes."""
    commentary, definition = document["commentary"], document["definition"]
    return {
        **{name: prose(commentary[name], marks.get(f"commentary.{name}", ())) for name in COMMENTARY},
        **{name: bullets(commentary[name], marks, f"commentary.{name}") for name in BULLETED},
        **{name: line(definition[name], marks.get(f"definition.{name}", ())) for name in DEFINITION},
        "growth_check": line(document["growth"]["check"], marks.get("growth.check", ())),
        "override_rationale": line(document["override"]["rationale"], marks.get("override.rationale", ())),
    }
