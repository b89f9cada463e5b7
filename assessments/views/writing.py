"""What the draft form sends while somebody types, and the screen where two people's typing meets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access
from assessments.actions import writing as actions
from assessments.actions.drafts import Saved
from assessments.enums import Status
from assessments.errors import Invalid, Refused, Stale
from assessments.models import Assessment, WorkingCopy
from assessments.queries import writing as reads
from assessments.views import changed, drafts, rail

CHOICE = "choice:"


@login_required
@require_POST
def keep(request: HttpRequest, id: int) -> JsonResponse:
    """Keep the form as it stands (`only=settle`: nothing new is sent); with `settle` make it an ordinary save."""
    now, posted = timezone.now(), request.POST
    try:
        drafts.require_same_person(request)
        copy = None
        if posted.get("only") != "settle":
            assessment = access.require_visible(request.user, id)
            value = drafts.typed(request, assessment)
            copy = actions.keep(assessment_id=id, value=value, by=request.user, at=now, **drafts.sent(request))
        if posted.get("settle"):
            return _settled(request, id, copy)
    except Refused as refused:
        return JsonResponse({"refused": refused.sentence, "code": refused.code}, status=refused.status)
    return JsonResponse(_kept(copy) if copy else {})


def _settled(request: HttpRequest, id: int, copy: WorkingCopy | None) -> JsonResponse:
    """The save that the kept text became; where it cannot be one yet it stays kept."""
    try:
        saved = actions.settle(assessment_id=id, person=request.user, at=timezone.now())
    except (Invalid, Stale) as refused:
        said = _kept(copy) if copy else {}
        return JsonResponse(said | {"unsaved": refused.sentence})
    return JsonResponse(_saved(saved) if saved else {})


def _kept(copy: WorkingCopy) -> dict[str, Any]:
    """What the page says and remembers of kept text."""
    stale = copy.base_hash != copy.assessment.content_hash
    return {
        "said": f"Kept at {timezone.localtime(copy.kept_at):%H:%M:%S}, not yet saved to the draft",
        "content_hash": copy.base_hash,
        "mark": copy.mark,
        "conflict": reverse("draft_conflict", args=[copy.assessment.pk]) if stale else "",
    }


def _saved(saved: Saved) -> dict[str, Any]:
    cleared = [problem.message for problem in saved.problems if problem.code == "override_cleared"]
    return {
        "said": f"Saved at {timezone.localtime(saved.assessment.saved_at):%H:%M:%S}",
        "content_hash": saved.assessment.content_hash,
        "saved": True,
        "cleared": cleared[0] if cleared else "",
    }


@login_required
@require_POST
def discard(request: HttpRequest, id: int) -> HttpResponse:
    """Throw away one's kept text; the draft as it is stored stays."""
    actions.discard(assessment_id=id, mark=request.POST.get("mark", ""), by=request.user, at=timezone.now())
    messages.success(request, "What was kept is thrown away; this is the draft as it is saved.")
    return redirect("draft", id=id)


@login_required
@require_http_methods(["GET", "POST"])
def conflict(request: HttpRequest, id: int) -> HttpResponse:
    """Mine, theirs and what was before both, field by field; nothing is saved before every conflict is decided."""
    assessment = access.require_visible(request.user, id)
    copy = reads.working_copy(assessment, request.user)
    if copy is None or copy.base_hash == assessment.content_hash or assessment.status != Status.DRAFT:
        return redirect("draft", id=id)
    if request.method == "GET":
        return _screen(request, assessment, copy)
    chosen = {name.removeprefix(CHOICE): side for name, side in request.POST.items() if name.startswith(CHOICE)}
    save_now = request.POST.get("then") != "write"
    try:
        actions.resolve(
            assessment_id=id,
            choices=chosen,
            mark=request.POST.get("mark", ""),
            content_hash=request.POST.get("content_hash", ""),
            save_now=save_now,
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refused:
        return _screen(request, access.require_visible(request.user, id), copy, chosen, refused)
    if save_now:
        messages.success(request, "Both are saved as one.")
    return redirect("draft", id=id)


def _screen(
    request: HttpRequest,
    assessment: Assessment,
    copy: WorkingCopy,
    chosen: dict[str, str] | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    merged, method = reads.meeting(assessment, copy, chosen or {}), assessment.methodology.method
    places = refusal.places if isinstance(refusal, Invalid) else ()
    context = {
        "assessment": assessment,
        "role": assessment.role,
        "copy": copy,
        "conflicts": changed.choices(merged.conflicts, method),
        "taken": changed.lines(merged.taken, method),
        "refusal": refusal,
        "undecided": [rail.in_words(place.path) + ": " + place.message for place in places],
    }
    return render(request, "desk/draft_conflict.html", context, status=refusal.status if refusal else 200)
