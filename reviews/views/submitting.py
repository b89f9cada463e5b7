"""The gate before review, and the way back out of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access, documents
from assessments.actions import drafts, writing
from assessments.enums import Status
from assessments.errors import Conflict, Invalid, Refused, Stale
from assessments.models import Assessment
from assessments.queries import aftermath, explanations, remarks
from assessments.queries import writing as reads
from assessments.views import rail
from reviews import actions, queries


@login_required
@require_http_methods(["GET", "POST"])
def submit_draft(request: HttpRequest, id: int) -> HttpResponse:
    """The gate before review: every error with its place, or the button that submits."""
    see = aftermath.require_readable if request.method == "GET" else access.require_visible
    assessment = see(request.user, id)
    if access.may_edit(request.user, assessment) and assessment.status == Status.DRAFT:
        # What is kept and cannot be saved as it stands is met where it is written.
        written = None
        try:
            writing.settle_all(assessment=assessment, by=request.user, at=timezone.now())
        except (Invalid, Stale):
            return redirect("draft", id=id)
        except Conflict as others:
            written = others
        assessment = access.require_visible(request.user, id)
        if written and request.method == "POST":
            return _gate(request, assessment, written)
    if request.method == "POST":
        try:
            actions.submit(assessment_id=id, by=request.user, at=timezone.now())
        except (Invalid, Conflict) as refused:
            return _gate(request, assessment, refused)
        messages.success(request, f"{assessment.role} is in review.")
        return redirect("desk")
    return _gate(request, assessment, None)


def _gate(request: HttpRequest, assessment: Assessment, refusal: Refused | None) -> HttpResponse:
    method, document = assessment.methodology.method, documents.from_json(assessment.document)
    problems = [*drafts.evaluate_version(assessment).problems, *remarks.on_document(document)]
    explained = explanations.explanation(document, method)
    context = {
        **(rail.score_context(document, explained, queries.predecessor(assessment)) if explained else {}),
        "assessment": assessment,
        "role": assessment.role,
        "errors": [rail.placed(problem) for problem in problems if problem.level == "error"],
        "warnings": [rail.placed(problem) for problem in problems if problem.level == "warning"],
        "unsaved": reads.unsaved_by_others(assessment, request.user),
        "refusal": refusal,
    }
    return render(request, "desk/submit.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def recall_draft(request: HttpRequest, id: int) -> HttpResponse:
    """Take a submission back."""
    assessment = actions.recall(assessment_id=id, by=request.user, at=timezone.now())
    messages.success(request, f"{assessment.role} is a draft again.")
    return redirect("draft", id=id)
