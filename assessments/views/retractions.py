"""Where two administrators retract a published version: the proposal, and what waits for the second of them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access
from assessments.actions import retraction as actions
from assessments.errors import Conflict, Forbidden, Invalid, Invisible, Refused
from assessments.queries import aftermath, published
from assessments.transitions import next_status

REFUSALS = (Conflict, Forbidden, Invalid)


@login_required
def retractions(request: HttpRequest) -> HttpResponse:
    """What is proposed, and what became of earlier proposals."""
    access.require(access.may_administer(request.user))
    return _list(request)


def _list(request: HttpRequest, *, refusal: Refused | None = None, refused: int = 0) -> HttpResponse:
    context = {
        "proposals": aftermath.open_retractions(),
        "closed": aftermath.closed_retractions(),
        "refusal": refusal,
        "refused": refused,
        "posted": request.POST,
    }
    return render(request, "desk/retractions.html", context, status=refusal.status if refusal else 200)


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Propose to retract a published version."""
    access.require(access.may_administer(request.user))
    version = published.version(slug, number)
    refusal: Refused | None = None
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            actions.propose(assessment_id=version.pk, reason=reason, by=request.user, at=timezone.now())
        except REFUSALS as refused:
            refusal = refused
        else:
            messages.success(request, "Proposed. Another administrator must confirm it; until then it stays published.")
            return redirect("retractions")
    else:
        access.require(access.may_retract(request.user, version))
        next_status(version.status, "retract")
    proposal = aftermath.proposal_for(version)
    context = {"version": version, "role": version.role, "proposal": proposal, "refusal": refusal}
    context["posted"] = request.POST
    return render(request, "desk/retract.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def close(request: HttpRequest, id: int, verb: str) -> HttpResponse:
    """Confirm a proposal, or withdraw it."""
    reason, now = request.POST.get("reason", ""), timezone.now()
    try:
        if verb == "confirm":
            proposal = actions.confirm(retraction_id=id, reason=reason, by=request.user, at=now)
            messages.success(request, f"{proposal.assessment} is retracted. Its page says so, and why.")
        elif verb == "withdraw":
            proposal = actions.withdraw(retraction_id=id, reason=reason, by=request.user, at=now)
            messages.success(request, f"The proposal is withdrawn: {proposal.assessment} stays published.")
        else:
            raise Invisible("There is no such address.")
    except Invalid as refused:
        return _list(request, refusal=refused, refused=id)
    return redirect("retractions")
