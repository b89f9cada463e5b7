"""The desk's draft form: one page, the whole document, figures recomputed on the server as one types."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access, forms, scoring
from assessments.actions import drafts as actions
from assessments.documents import Problem
from assessments.enums import ChangeReason, Kind, Status
from assessments.errors import Conflict, Invalid, Refused, Stale
from assessments.models import Assessment, AuditEvent, Methodology, Role
from assessments.queries import explanations, methods, working
from assessments.views import rail
from assessments.views.public import named


@login_required
@require_http_methods(["GET", "POST"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """Start a draft: empty, of a new role, or as the next version of a published role."""
    access.require(access.may_write_drafts(request.user))
    slug = request.POST.get("role") or request.GET.get("role") or ""
    role = get_object_or_404(Role, slug=slug, assessments__status=Status.PUBLISHED) if slug else None
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            return _start(request, role)
        except (Invalid, Conflict) as refused:
            refusal = refused
    context = {"role": role, "refusal": refusal, "posted": request.POST, "reasons": _reasons()}
    return render(request, "desk/new_draft.html", context, status=refusal.status if refusal else 200)


def _start(request: HttpRequest, role: Role | None) -> HttpResponse:
    now, posted = timezone.now(), request.POST
    if role is not None:
        saved = actions.revise(
            role=role,
            kind=posted.get("kind", Kind.REVISION),
            change_reason=posted.get("change_reason", ""),
            by=request.user,
            at=now,
        )
        return redirect("draft", id=saved.assessment.pk)
    named_role = {"title": posted.get("title", ""), "seniority": posted.get("seniority", "")}
    document = actions.document_of({"schema": "aijri/assessment/1", "role": named_role})
    saved = actions.create_draft(document=document, by=request.user, at=now)
    return redirect("draft", id=saved.assessment.pk)


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, id: int) -> HttpResponse:
    """Read and edit one draft; people who may see but not edit it read it."""
    assessment = access.require_visible(request.user, id)
    if request.method == "GET":
        return _page(request, assessment, assessment.document)
    role = {"title": assessment.role.title, "seniority": assessment.role.seniority}
    value = forms.value_of(request.POST, method=assessment.methodology.method, role=role)
    command = request.POST.get("rearrange", "")
    if command:
        return _page(request, assessment, forms.rearranged(value, command), unsaved=True)
    try:
        saved = actions.save_draft(
            assessment_id=id,
            document=actions.document_of(forms.without_blank_rows(value)),
            content_hash=request.POST.get("content_hash", ""),
            by=request.user,
            at=timezone.now(),
        )
    except (Invalid, Conflict, Stale) as refused:
        return _page(request, assessment, value, refusal=refused)
    for problem in saved.problems:
        if problem.code == "override_cleared":
            messages.info(request, problem.message)
    if request.POST.get("then") == "submit":
        return redirect("submit_draft", id=id)
    messages.success(request, f"Saved at {timezone.localtime():%H:%M %Z}.")
    return redirect("draft", id=id)


@login_required
@require_POST
def figures(request: HttpRequest) -> HttpResponse:
    """The rail, the outline and the sum of shares for a form as it stands, unsaved. Stores nothing."""
    access.require(access.may_write_drafts(request.user))
    methodology = Methodology.objects.filter(version=request.POST.get("methodology", "")).first()
    method = (methodology or actions.active_methodology()).method
    role = {"title": request.POST.get("role.title", ""), "seniority": request.POST.get("role.seniority", "")}
    value = forms.without_blank_rows(forms.value_of(request.POST, method=method, role=role))
    before = explanations.published_of(**role)
    return render(request, "desk/figures.html", rail.rail(value, method, before) | {"oob": True})


@login_required
@require_POST
def move(request: HttpRequest, id: int) -> HttpResponse:
    """Take a draft over to the method in force, after its author saw what that changes."""
    version = request.POST.get("version", "")
    actions.move_to_method(
        assessment_id=id,
        version=version,
        content_hash=request.POST.get("content_hash", ""),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, f"This draft is scored with method {version} now.")
    return redirect("draft", id=id)


@login_required
@require_POST
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Give a draft up."""
    assessment = actions.withdraw(assessment_id=id, by=request.user, at=timezone.now())
    messages.success(request, f"Version {assessment.number} of {assessment.role} is withdrawn.")
    return redirect("desk")


def _page(
    request: HttpRequest,
    assessment: Assessment,
    value: dict[str, Any],
    *,
    refusal: Refused | None = None,
    unsaved: bool = False,
) -> HttpResponse:
    method = assessment.methodology.method
    before = explanations.previous(assessment)
    beside = rail.rail(forms.without_blank_rows(_copied(value)), method, before)
    editable = bool(access.may_edit(request.user, assessment)) and assessment.status == Status.DRAFT
    context = {
        **beside,
        "assessment": assessment,
        "role": assessment.role,
        "value": named(value, method),
        "method": method,
        "groups": _groups(value, method),
        "growth": _scored(method.growth, value["growth"], "growth", "growth"),
        "editable": editable,
        "refusal": refusal,
        "refused": _refused(refusal),
        "unsaved": unsaved or refusal is not None,
        "move": methods.method_move(assessment) if editable else None,
        "came_back": _came_back(assessment) if editable else None,
        "content_hash": request.POST.get("content_hash") or assessment.content_hash,
    }
    return render(request, "desk/draft.html", context, status=refusal.status if refusal else 200)


def _refused(refusal: Refused | None) -> list[dict[str, str]]:
    """Every place that made a save impossible, with the anchor of its field."""
    places = refusal.places if isinstance(refusal, Invalid) else ()
    return [rail.placed(Problem("error", place.path, place.code, place.message)) for place in places]


def _came_back(assessment: Assessment) -> AuditEvent | None:
    """The last return of this version by a reviewer, with the reasons given."""
    about = f"assessment:{assessment.pk}"
    return working.events(verb="assessment.returned", about=about).first()


def _groups(value: dict[str, Any], method: scoring.Method) -> list[dict[str, Any]]:
    scales = {
        "protective_principles": method.protective,
        "evidence": method.evidence,
        "barriers": method.barriers,
    }
    return [
        {
            "name": group,
            "rows": [
                _scored(scale, row, f"{group}.{scale.code}", f"{group}-{index}")
                for index, (scale, row) in enumerate(zip(scales[group], value[group], strict=True))
            ],
        }
        for group in scales
    ]


def _scored(scale: scoring.Scale, row: dict[str, Any], name: str, anchor: str) -> dict[str, Any]:
    """One scored input as the form draws it: its choices with what each means, what is chosen, and why."""
    choices = [{"score": score, "meaning": meaning} for score, meaning in scale.rubric]
    return {"scale": scale, "choices": choices, "name": name, "anchor": anchor, **row, "label": scale.name}


def _copied(value: dict[str, Any]) -> dict[str, Any]:
    """Rows copied, so that dropping blank ones for the rail leaves them on the page."""
    commentary = value["commentary"]
    return {
        **value,
        "tasks": list(value["tasks"]),
        "commentary": {
            **commentary,
            "not_captured": list(commentary["not_captured"]),
            "survival_strategy": list(commentary["survival_strategy"]),
        },
    }


def _reasons() -> list[tuple[str, str]]:
    return [(value, label) for value, label in ChangeReason.choices if value != ChangeReason.FIRST]
