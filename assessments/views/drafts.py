"""The desk's draft form: one page, the whole document, figures recomputed on the server as one types."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access, forms, scoring
from assessments.actions import drafts as actions
from assessments.actions import errata, writing
from assessments.documents import Problem
from assessments.enums import PUBLIC, ChangeReason, Kind, Status
from assessments.errors import Conflict, Invalid, Refused, Stale
from assessments.models import Assessment, AuditEvent, Methodology, Role, WorkingCopy
from assessments.queries import aftermath, explanations, methods, working
from assessments.queries import writing as reads
from assessments.views import changed, coauthors, rail
from assessments.views.profile import named


@login_required
@require_http_methods(["GET", "POST"])
def new_draft(request: HttpRequest) -> HttpResponse:
    """Start a draft: empty, of a new role, or as the next version of a published role."""
    access.require(access.may_write_drafts(request.user))
    slug = request.POST.get("role") or request.GET.get("role") or ""
    # One that was published when the form was opened, and is not any more, is refused by the action, with the reason.
    public = PUBLIC if request.method == "POST" else (Status.PUBLISHED,)
    found = Role.objects.filter(assessments__status__in=public).distinct()
    role = get_object_or_404(found, slug=slug) if slug else None
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
    if request.method == "GET":
        return _read(request, aftermath.require_readable(request.user, id))
    assessment = access.require_visible(request.user, id)
    value = typed(request, assessment)
    command = request.POST.get("rearrange", "")
    if command:
        return _page(request, assessment, forms.rearranged(value, command), unsaved=True)
    try:
        require_same_person(request)
        saved = writing.save(assessment_id=id, value=value, by=request.user, at=timezone.now(), **sent(request))
    except (Invalid, Conflict) as refused:
        return _page(request, assessment, value, refusal=refused)
    except Stale as stale:
        return _meet(request, assessment, value, stale)
    for problem in saved.problems:
        if problem.code == "override_cleared":
            messages.info(request, problem.message)
    if request.POST.get("then") == "submit":
        return redirect("submit_draft", id=id)
    messages.success(request, f"Saved at {timezone.localtime():%H:%M %Z}.")
    return redirect("draft", id=id)


def _read(request: HttpRequest, assessment: Assessment) -> HttpResponse:
    """The draft as it stands: what others kept is saved first, one's own kept text is gone on from."""
    if writing.settle_others(assessment=assessment, opened_by=request.user, at=timezone.now()):
        assessment = access.require_visible(request.user, assessment.pk)
    copy = reads.working_copy(assessment, request.user)
    if copy is None or not _editable(request, assessment):
        return _page(request, assessment, assessment.document, kept=copy)
    if copy.base_hash != assessment.content_hash:
        return redirect("draft_conflict", id=assessment.pk)
    assert copy.document is not None, "there is kept text"
    return _page(request, assessment, copy.document, kept=copy)


def _meet(request: HttpRequest, assessment: Assessment, value: dict[str, Any], stale: Stale) -> HttpResponse:
    """Somebody saved meanwhile: what was sent is kept, and the person is shown both."""
    try:
        writing.keep(assessment_id=assessment.pk, value=value, by=request.user, at=timezone.now(), **sent(request))
    except (Invalid, Conflict):
        return _page(request, assessment, value, refusal=stale)
    return redirect("draft_conflict", id=assessment.pk)


def typed(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """The document-shaped value that the draft form sent."""
    role = {"title": assessment.role.title, "seniority": assessment.role.seniority}
    return forms.value_of(request.POST, method=assessment.methodology.method, role=role)


def sent(request: HttpRequest) -> dict[str, Any]:
    """What the form says of itself: where its typing started, which page it is, and how often it sent something."""
    posted = request.POST
    sequence = posted.get("sequence", "")
    return {
        "content_hash": posted.get("content_hash", "")[:64],
        "window": posted.get("window", ""),
        "sequence": int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 10 else 0,
        "goes_on": posted.get("goes_on", ""),
    }


def require_same_person(request: HttpRequest) -> None:
    """Conflict when the page was opened by somebody else than who is signed in now: what one person typed is not kept
    in another's name."""
    opened_by = request.POST.get("person", "")
    if opened_by and opened_by != str(request.user.pk):
        raise Conflict(
            f"You are signed in as {request.user} now, and somebody else opened this page; sign in as they did.",
            code="other_person",
        )


@login_required
@require_POST
def figures(request: HttpRequest) -> HttpResponse:
    """The rail, the outline and the sum of shares for a form as it stands, unsaved. Stores nothing."""
    access.require(access.may_write_drafts(request.user))
    methodology = Methodology.objects.filter(version=request.POST.get("methodology", "")).first()
    method = (methodology or actions.active_methodology()).method
    role = {"title": request.POST.get("role.title", ""), "seniority": request.POST.get("role.seniority", "")}
    value = forms.value_of(request.POST, method=method, role=role)
    before = explanations.published_of(**role)
    corrected = before if request.POST.get("kind") == Kind.ERRATUM else None
    return render(request, "desk/figures.html", rail.rail(value, method, before, corrected) | {"oob": True})


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


def _editable(request: HttpRequest, assessment: Assessment) -> bool:
    return assessment.status == Status.DRAFT and bool(access.may_edit(request.user, assessment))


def _page(
    request: HttpRequest,
    assessment: Assessment,
    value: dict[str, Any],
    *,
    refusal: Refused | None = None,
    unsaved: bool = False,
    kept: WorkingCopy | None = None,
) -> HttpResponse:
    method = assessment.methodology.method
    before = explanations.previous(assessment)
    editable = _editable(request, assessment)
    context = {
        **rail.rail(value, method, before, errata.corrected_by(assessment)),
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
        "move": methods.method_move(assessment) if editable and assessment.kind != Kind.ERRATUM else None,
        "came_back": _came_back(assessment) if editable else None,
        "content_hash": request.POST.get("content_hash") or assessment.content_hash,
        "window": uuid.uuid4().hex,
        "goes_on": kept.mark if kept else request.POST.get("goes_on", ""),
        "kept": kept,
        "kept_changes": changed.lines(reads.kept_changes(assessment, kept), method) if kept else [],
        **coauthors.section(request.user, assessment),
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


def _reasons() -> list[tuple[str, str]]:
    return [(value, label) for value, label in ChangeReason.choices if value != ChangeReason.FIRST]
