"""The desk's draft form: one page, the whole document, figures recomputed on the server as one types."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access, documents, forms, pictures, scoring
from assessments.actions import drafts as actions
from assessments.actions.imports import import_text
from assessments.documents import Problem
from assessments.documents.reader import LARGEST
from assessments.enums import ChangeReason, Kind, Status
from assessments.errors import Conflict, Invalid, Refused, Stale
from assessments.models import Assessment, Methodology, Role
from assessments.queries import sentences
from assessments.views.public import named

STATUS = {Invalid: 400, Conflict: 409, Stale: 412}


@login_required
@require_http_methods(["GET", "POST"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """Start a draft: of a new role, from a pasted or uploaded document, or as the next version of a published role."""
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
    return render(request, "desk/new_draft.html", context, status=STATUS[type(refusal)] if refusal else 200)


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
    text = _pasted(request)
    if text.strip():
        imported = import_text(text=text, by=request.user, at=now)
        if imported.saved is None:
            raise Conflict("The latest version of this role holds exactly this document already.", code="unchanged")
        count = len(imported.reading.discrepancies)
        found = (
            f"{count} stated figure{'s differ' if count != 1 else ' differs'} from the computed ones." if count else ""
        )
        messages.success(request, f"The document was read and saved as a draft. {found}".strip())
        return redirect("draft", id=imported.saved.assessment.pk)
    named_role = {"title": posted.get("title", ""), "seniority": posted.get("seniority", "")}
    document = actions.document_of({"schema": "aijri/assessment/1", "role": named_role})
    saved = actions.create_draft(document=document, by=request.user, at=now)
    return redirect("draft", id=saved.assessment.pk)


def _pasted(request: HttpRequest) -> str:
    upload = request.FILES.get("file")
    if upload is None:
        return request.POST.get("text", "")
    # One byte more than is read at most, so that the reader itself says that it is too large.
    return bytes(upload.read(LARGEST + 1)).decode("utf-8", errors="replace")


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
            content_hash=request.POST.get("content_hash"),
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
    messages.success(request, f"Saved at {timezone.localtime():%H:%M}.")
    return redirect("draft", id=id)


@login_required
@require_POST
def figures(request: HttpRequest) -> HttpResponse:
    """The rail for a form as it stands, unsaved: figures, label, one-step changes and problems. Stores nothing."""
    access.require(access.may_write_drafts(request.user))
    methodology = Methodology.objects.filter(version=request.POST.get("methodology", "")).first()
    method = (methodology or actions.active_methodology()).method
    role = {"title": request.POST.get("role.title", ""), "seniority": request.POST.get("role.seniority", "")}
    value = forms.without_blank_rows(forms.value_of(request.POST, method=method, role=role))
    return render(request, "desk/rail.html", rail(value, method))


@login_required
@require_POST
def withdraw(request: HttpRequest, id: int) -> HttpResponse:
    """Give a draft up."""
    assessment = actions.withdraw(assessment_id=id, by=request.user, at=timezone.now())
    messages.success(request, f"Version {assessment.number} of {assessment.role} is withdrawn.")
    return redirect("desk")


def rail(value: dict[str, Any], method: scoring.Method) -> dict[str, Any]:
    """What stands beside the document: the score on its line, the label, what one step would do, the problems."""
    try:
        document = documents.from_json(value)
    except documents.StructureError as error:
        return {
            "figures": None,
            "problems": [placed(problem) for problem in error.problems],
            "total_time": None,
        }
    evaluation = actions.evaluate(document, method)
    computed = evaluation.figures
    shares = [task.time_percent for task in document.tasks if task.time_percent is not None]
    context: dict[str, Any] = {
        "problems": [placed(problem) for problem in evaluation.problems],
        "total_time": sum(shares),
        "figures": None,
    }
    inputs = documents.inputs_of(document)
    if computed is None or inputs is None:
        return context
    score = computed.formula_score
    edges = [zone.edge for zone in reversed(method.zones[:-1])]
    return context | {
        "figures": computed.as_json(),
        "line": pictures.score_line(score, (), edges),
        "edge": sentences.edge_phrase(method, score),
        "steps": _steps(method, inputs, document, score),
    }


def _steps(
    method: scoring.Method, inputs: scoring.Inputs, document: documents.Document, score: Any
) -> list[dict[str, Any]]:
    """One step of each input that moves the score, the largest moves first."""
    names = {scale.code: scale.name for scale in (*method.evidence, *method.barriers, method.growth)}
    steps = []
    for step in scoring.sensitivity(method, inputs):
        name = names.get(step.input) or document.tasks[int(step.input[6:].split("]")[0])].name
        shift = step.formula_score - score
        if shift:
            steps.append({"name": name, "from": step.from_, "to": step.to, "score": step.formula_score, "shift": shift})
    return sorted(steps, key=lambda step: -abs(step["shift"]))[:8]


def _page(
    request: HttpRequest,
    assessment: Assessment,
    value: dict[str, Any],
    *,
    refusal: Refused | None = None,
    unsaved: bool = False,
) -> HttpResponse:
    method = assessment.methodology.method
    beside = rail(forms.without_blank_rows(_copied(value)), method)
    places = refusal.places if isinstance(refusal, Invalid) else ()
    refused = [placed(Problem("error", place.path, place.code, place.message)) for place in places]
    problems = refused or beside["problems"]
    context = {
        **beside,
        "assessment": assessment,
        "role": assessment.role,
        "value": named(value, method),
        "method": method,
        "groups": _groups(value, method),
        "growth": _scored(method.growth, value["growth"], "growth", "growth"),
        "editable": bool(access.may_edit(request.user, assessment)) and assessment.status == Status.DRAFT,
        "refusal": refusal,
        "unsaved": unsaved or refusal is not None,
        "content_hash": request.POST.get("content_hash") or assessment.content_hash,
        "problems": problems,
        "sections": _sections(problems),
    }
    return render(request, "desk/draft.html", context, status=STATUS[type(refusal)] if refusal else 200)


def placed(problem: Problem) -> dict[str, str]:
    """A problem with the anchor of its field on the page: `tasks[2].score` stands at `tasks-2-score`."""
    return {**problem.as_json(), "anchor": re.sub(r"[.\[\]]+", "-", problem.path).strip("-")}


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


SECTIONS = (
    ("definition", "Role definition", ("role", "definition")),
    ("protective_principles", "Principles and growth", ("protective_principles", "growth", "quick_screen")),
    ("tasks", "Tasks", ("tasks", "reinstatement")),
    ("evidence", "Evidence", ("evidence",)),
    ("barriers", "Barriers", ("barriers",)),
    ("override", "Override", ("override",)),
    ("commentary", "Commentary", ("commentary",)),
)


def _sections(problems: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The outline: each section with the worst mark of its problems."""
    outline = []
    for anchor, title, roots in SECTIONS:
        levels = {each["level"] for each in problems if each["path"].split(".")[0].split("[")[0] in roots}
        mark = "error" if "error" in levels else "warning" if levels else "complete"
        outline.append({"anchor": anchor, "title": title, "mark": mark})
    return outline


def _reasons() -> list[tuple[str, str]]:
    return [(value, label) for value, label in ChangeReason.choices if value != ChangeReason.FIRST]
