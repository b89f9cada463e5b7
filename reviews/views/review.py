"""The page on which a decision is made: the submission beside what came before, and the form that decides."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments import access, documents
from assessments.actions import drafts, rehearsal
from assessments.enums import Outcome
from assessments.errors import Conflict, Forbidden, Invalid, Refused
from assessments.models import Assessment, User
from assessments.queries import explanations, impact, remarks
from assessments.views import rail, suggestions
from assessments.views.profile import named
from reviews import actions, queries
from reviews.access import may_decide, require_visible, that_count
from reviews.actions.assignments import may_assign
from reviews.changes import changes, figure_changes
from reviews.models import Review, ReviewState
from reviews.openings import OPENINGS

# Relations of a role up to which what a decision would move is worked out with the page.
AT_ONCE = 500
ROWS = ("tasks", "protective_principles", "evidence", "barriers")


@login_required
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, id: int) -> HttpResponse:
    """The submission, what changed, and the form that decides."""
    found = require_visible(request.user, id)
    if request.method == "GET":
        answer = _page(request, found)
        actions.note_seen(
            assessment=found.assessment, content_hash=found.content_hash, by=request.user, at=timezone.now()
        )
        return answer
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
    if request.POST.get("then") == "next":
        return _next(request)
    if given.assessment == "published":
        return redirect("role_profile", slug=found.assessment.role.slug)
    return redirect("review_queue")


def _next(request: HttpRequest) -> HttpResponse:
    """The next review that waits for this person, or the queue when none does."""
    following = queries.waiting_for(request.user, at=timezone.now()).values_list("pk", flat=True).first()
    if following is None:
        messages.info(request, "Nothing more waits for your verdict.")
        return redirect("review_queue")
    return redirect("review", id=following)


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
    predecessor = queries.predecessor(assessment, closed_at=found.closed_at)
    explained = explanations.explanation(document, method)
    assert explained is not None, "only a complete document is in review"
    context: dict[str, Any] = {
        "review": found,
        "assessment": assessment,
        "role": assessment.role,
        **rail.score_context(document, explained, predecessor),
        "figures": assessment.figures,
        "value": _with_threads(named(assessment.document, method), assessment),
        "reasons": {each.code: each.name for each in method.override.reasons},
        "problems": [*drafts.evaluate(document, method).problems, *remarks.on_document(document)],
        "predecessor": predecessor,
        **_beside(request.user, found, assessment, predecessor),
        "contributors": [str(each.user) for each in assessment.contributions.select_related("user").order_by("id")],
        **_people(request.user, found),
        **_deciding(request, found, assessment),
        **_suggested(request, assessment),
        "refusal": refusal,
    }
    return render(request, "desk/review.html", context, status=refusal.status if refusal else 200)


def _beside(person: User, found: Review, assessment: Assessment, predecessor: Assessment | None) -> dict[str, Any]:
    """What changed since the published version, and since this reviewer last read one."""
    method = found.methodology.method
    context: dict[str, Any] = {"changes": [], "seen": None}
    if predecessor is not None:
        context["changes"] = changes(predecessor.document, assessment.document, method)
        context["figure_changes"] = figure_changes(predecessor.figures, assessment.figures)
    before = queries.seen_before(person, assessment, found.content_hash)
    if before is not None:
        seen, document = before
        context["seen"] = {"at": seen.at, "changes": changes(document, assessment.document, method)}
    return context


def _people(person: User, found: Review) -> dict[str, Any]:
    """Who is on it, who was asked, and whom one may ask."""
    now = timezone.now()
    claims = queries.live_claims(now).filter(review=found).select_related("reviewer").order_by("claimed_at", "id")
    asked = found.assignments.filter(ended_at=None).select_related("reviewer").order_by("due_at", "id")
    open_now = found.state == ReviewState.OPEN
    able = open_now and bool(may_assign(person))
    said = [queries.claim_said(claim, person) for claim in claims]
    return {
        "claims": said,
        "on_it": any(each["mine"] for each in said),
        "assigned": [queries.assignment_said(each, person, at=now) for each in asked],
        "may_assign": able,
        "reviewers": queries.askable(found, at=now) if able else [],
    }


def _deciding(request: HttpRequest, found: Review, assessment: Assessment) -> dict[str, Any]:
    """What the verdict form offers, what each outcome would move, and why there is no form where there is none."""
    verdicts = list(found.verdicts.select_related("reviewer").order_by("id"))
    context: dict[str, Any] = {"verdicts": verdicts, "choices": [], "posted": request.POST, "impacts": []}
    if found.state != ReviewState.OPEN:
        return context | {"barred": "This review is closed."}
    choices = queries.choices(assessment, that_count(verdicts, assessment, at=timezone.now()))
    openings = [sentence for choice in choices for sentence in OPENINGS[Outcome(choice["outcome"])]]
    chosen = request.GET.get("opening", "")
    return context | {
        "choices": [choice | {"openings": OPENINGS[Outcome(choice["outcome"])]} for choice in choices],
        "openings": openings,
        "started": f"{openings[int(chosen)]} " if chosen in map(str, range(len(openings))) else "",
        **_impacts(request, assessment, choices),
        "barred": may_decide(request.user, assessment, at=timezone.now()).reason,
    }


def _impacts(request: HttpRequest, assessment: Assessment, choices: list[dict[str, Any]]) -> dict[str, Any]:
    """What each outcome would move; of a role with very many relations only when asked for: the page asks once it is
    there."""
    if "impact" not in request.GET and impact.neighbours_of(assessment.role, most=AT_ONCE + 1) > AT_ONCE:
        return {"impacts_later": True}
    texts = {choice["outcome"]: choice["text"] for choice in choices}
    try:
        found = rehearsal.rehearse(assessment_id=assessment.pk, outcomes=texts, at=timezone.now())
    except Conflict as busy:
        return {"impacts_busy": busy.sentence}
    return {"impacts": [{"text": texts[outcome], "impact": each} for outcome, each in found.items()]}


def _suggested(request: HttpRequest, assessment: Assessment) -> dict[str, Any]:
    """What might be a neighbour of the role, for those whom that concerns."""
    if not access.may_read_suggestions(request.user, assessment.role):
        return {}
    return {"suggestions": True, "back": request.path, **suggestions.context(assessment.role, request.user)}


def _with_threads(value: dict[str, Any], assessment: Assessment) -> dict[str, Any]:
    """The document with, on every row, its place and how many threads stand on it."""
    counted = Counter(thread["path"] for thread in queries.threads(assessment))
    rows = {
        group: [
            row | {"path": f"{group}[{index}]", "threads": counted[f"{group}[{index}]"]}
            for index, row in enumerate(value[group])
        ]
        for group in ROWS
    }
    return value | rows
