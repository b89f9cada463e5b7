"""The desk, the queue, and the page on which a decision is made."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access, documents
from assessments.actions import drafts
from assessments.enums import Access, Outcome, Status
from assessments.errors import Conflict, Forbidden, Invalid, Refused
from assessments.models import Assessment
from assessments.queries import aftermath, explanations, working
from assessments.views import rail
from assessments.views.public import named
from reviews import actions, queries
from reviews.access import require_visible
from reviews.changes import changes
from reviews.models import Review, ReviewState, Verdict


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """One's own open versions, what came back, and what waits for one's verdict."""
    person = request.user
    own = list(working.open_versions(person))
    waiting: list[Review] = []
    if person.holds(Access.REVIEWER):
        own_ids = {assessment.pk for assessment in own}
        mine = set(
            Verdict.objects.filter(reviewer=person, review__state=ReviewState.OPEN).values_list("review", flat=True)
        )
        waiting = [
            review
            for review in queries.queue(person)[:100]
            if review.assessment_id not in own_ids and review.pk not in mine
        ]
    context = {
        "own": _entries(own),
        "waiting": [queries.item(review) for review in waiting],
        "finished": working.finished_versions(person),
        "flagged": aftermath.flagged_for(person),
    }
    return render(request, "desk/desk.html", context)


def _entries(own: list[Assessment]) -> list[dict[str, Any]]:
    """One's open versions, each with its open review or with the reasons it came back with."""
    returned = queries.returned_reasons(own)
    reviews = queries.open_reviews(own)
    return [
        {
            "assessment": each,
            "review": reviews.get(each.pk),
            "returned": returned.get(each.pk) if each.status == Status.DRAFT else None,
        }
        for each in own
    ]


@login_required
def review_queue(request: HttpRequest) -> HttpResponse:
    """Open reviews, the longest waiting first."""
    reviews = [queries.item(review) for review in queries.queue(request.user)[:300]]
    if not reviews and not (request.user.holds(Access.REVIEWER) or request.user.holds(Access.ADMIN)):
        access.require(access.holds(request.user, Access.REVIEWER))
    return render(request, "desk/review_queue.html", {"reviews": reviews})


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, id: int) -> HttpResponse:
    """The submission, what changed, and the form that decides."""
    found = require_visible(request.user, id)
    if request.method == "GET":
        return _page(request, found)
    try:
        given = actions.give_verdict(
            assessment_id=found.assessment_id,
            outcome=request.POST.get("outcome", ""),
            rationale=request.POST.get("rationale", ""),
            content_hash=request.POST.get("content_hash", ""),
            by=request.user,
            at=timezone.now(),
        )
    except (Invalid, Forbidden, Conflict) as refused:
        return _page(request, require_visible(request.user, id), refusal=refused)
    messages.success(request, _said(given))
    if given.assessment == "published":
        return redirect("role_profile", slug=found.assessment.role.slug)
    return redirect("review_queue")


def _said(given: actions.VerdictGiven) -> str:
    if given.review == ReviewState.OPEN:
        return "Your verdict is recorded. It takes a second reviewer to publish this score."
    if given.outcome == Outcome.RETURNED or given.assessment == "draft":
        return "The draft went back to its author with every reason given."
    return "Decided and published."


def _page(request: HttpRequest, found: Review, *, refusal: Refused | None = None) -> HttpResponse:
    assessment = queries.submitted(found)
    method = found.methodology.method
    document = documents.from_json(assessment.document)
    predecessor = queries.predecessor(assessment)
    explained = explanations.explanation(document, method)
    assert explained is not None, "only a complete document is in review"
    open_now = found.state == ReviewState.OPEN
    verdicts = list(found.verdicts.select_related("reviewer").order_by("id"))
    context: dict[str, Any] = {
        "review": found,
        "assessment": assessment,
        "role": assessment.role,
        **rail.score_context(document, explained, predecessor),
        "figures": assessment.figures,
        "value": named(assessment.document, method),
        "reasons": {each.code: each.name for each in method.override.reasons},
        "problems": drafts.evaluate(document, method).problems,
        "predecessor": predecessor,
        "changes": changes(predecessor.document, assessment.document, method) if predecessor else [],
        "verdicts": verdicts,
        "choices": queries.choices(assessment, verdicts) if open_now else [],
        "barred": queries.may_decide(request.user, found, at=timezone.now()) if open_now else "This review is closed.",
        "posted": request.POST,
        "refusal": refusal,
        "contributors": [str(each.user) for each in assessment.contributions.select_related("user").order_by("id")],
        "may_recall": open_now and bool(access.may_edit(request.user, assessment)),
    }
    return render(request, "desk/review.html", context, status=refusal.status if refusal else 200)


@login_required
@require_http_methods(["GET", "POST"])
def submit_draft(request: HttpRequest, id: int) -> HttpResponse:
    """The gate before review: every error with its place, or the button that submits."""
    assessment = access.require_visible(request.user, id)
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
    problems = drafts.evaluate(document, method).problems
    explained = explanations.explanation(document, method)
    context = {
        **(rail.score_context(document, explained, queries.predecessor(assessment)) if explained else {}),
        "assessment": assessment,
        "role": assessment.role,
        "errors": [rail.placed(problem) for problem in problems if problem.level == "error"],
        "warnings": [rail.placed(problem) for problem in problems if problem.level == "warning"],
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
