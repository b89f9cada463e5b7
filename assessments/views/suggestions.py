"""Suggested neighbours of a role: read with their reasons, accepted or dismissed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.access import Person
from assessments.actions import suggestions as actions
from assessments.errors import Conflict, Invalid, Refused
from assessments.models import Role
from assessments.queries import roles
from assessments.queries import suggestions as find


@login_required
@require_http_methods(["GET", "POST"])
def suggestions(request: HttpRequest, slug: str) -> HttpResponse:
    """What might be a neighbour of a role; a POST accepts one or dismisses it, and goes back to where it came from."""
    role = roles.at(slug, among=access.roles_known_to(request.user))
    access.require(access.may_read_suggestions(request.user, role))
    if request.method == "GET":
        return _page(request, role)
    try:
        _settle(request, role)
    except (Conflict, Invalid) as refused:
        return _page(request, role, refusal=refused)
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("suggestions", args=[role.slug])
    return redirect(back)


def context(role: Role, person: Person) -> dict[str, Any]:
    """What `desk/suggestions.html` shows to a person who may read it."""
    found = find.of(role, to=person)
    return {
        "suggested": found[: find.SHOWN],
        "suggested_in_all": len(found),
        "may_settle": bool(access.may_settle_suggestions(person)),
    }


def _settle(request: HttpRequest, role: Role) -> None:
    posted, now = request.POST, timezone.now()
    access.require(access.may_settle_suggestions(request.user))
    accepted, dismissed = posted.get("accept", ""), posted.get("dismiss", "")
    peer = get_object_or_404(access.roles_known_to(request.user), slug=accepted or dismissed)
    if accepted:
        made = actions.accept(role=role, peer=peer, by=request.user, at=now)
        messages.success(request, f"{made.sentence} from now on; they are being compared.")
        return
    actions.dismiss(role=role, peer=peer, reason=posted.get("reason", ""), by=request.user, at=now)
    messages.success(request, f"{peer} is not suggested to {role} again.")


def _page(request: HttpRequest, role: Role, *, refusal: Refused | None = None) -> HttpResponse:
    shown = {"role": role, "refusal": refusal, **context(role, request.user)}
    return render(request, "desk/suggestions_page.html", shown, status=refusal.status if refusal else 200)
