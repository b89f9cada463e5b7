"""Asking others to write along, on the page of a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments import access
from assessments.access import Person
from assessments.actions import coauthors as actions
from assessments.enums import InvitationState, Status
from assessments.errors import Invalid
from assessments.models import Assessment
from assessments.queries import writing as reads


@login_required
@require_POST
def invite(request: HttpRequest, id: int) -> HttpResponse:
    """Ask somebody by their user name."""
    try:
        named = request.POST.get("username", "")
        invitation = actions.invite(assessment_id=id, username=named, by=request.user, at=timezone.now())
        messages.success(request, f"{invitation.person} is invited to write on this draft.")
    except Invalid as refused:
        messages.error(request, refused.sentence)
    return redirect("draft", id=id)


@login_required
@require_POST
def answer(request: HttpRequest, id: int, invitation: int) -> HttpResponse:
    """Accept or decline an invitation of one's own, or take back one that one gave."""
    said, now = request.POST.get("answer"), timezone.now()
    if said == "take back":
        taken = actions.take_back(invitation_id=invitation, by=request.user, at=now)
        messages.success(request, f"{taken.person} is not invited any more.")
        return redirect("draft", id=id)
    answered = actions.answer(invitation_id=invitation, accept=said == "accept", by=request.user, at=now)
    if answered.state == InvitationState.ACCEPTED:
        messages.success(request, "You write on this draft now.")
        return redirect("draft", id=id)
    messages.success(request, "You declined the invitation.")
    return redirect("desk")


def section(person: Person, assessment: Assessment) -> dict[str, Any]:
    """What the draft's page says of its writers: contributors, invitations, and what this person may do about them."""
    invitations = list(reads.invitations(assessment))
    writers = [each.user for each in assessment.contributions.select_related("user").order_by("id")]
    owners = {assessment.created_by_id}
    return {
        "writers": writers,
        "invitations": [
            {"invitation": each, "may_take_back": person.pk in owners | {each.invited_by_id}} for each in invitations
        ],
        "invited": next(
            (each for each in invitations if each.person_id == person.pk and each.state == InvitationState.PENDING),
            None,
        ),
        "may_invite": assessment.status == Status.DRAFT and bool(access.may_edit(person, assessment)),
    }
