"""Calibration claims: what reviewers hold of the scores of two roles, and whether the published scores agree."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access
from assessments.actions import claims as actions
from assessments.enums import Access, ClaimKind, ClaimState
from assessments.errors import Conflict, Forbidden, Invalid, Invisible, Refused
from assessments.models import User
from assessments.queries import claims as reads
from assessments.queries import roles as find
from assessments.views import role_field

PAGE = 25
REFUSALS = (Conflict, Forbidden, Invalid)


@login_required
@require_http_methods(["GET", "POST"])
def claims(request: HttpRequest) -> HttpResponse:
    """The claims, as asked for; a POST declares another."""
    access.require(access.may_read_claims(request.user))
    if request.method == "GET":
        return _list(request)
    try:
        made = _declare(request)
    except REFUSALS as refused:
        return _list(request, refusal=refused)
    messages.success(request, f"Claimed: {made}. It is held against the published scores from now on.")
    return redirect("claims")


def _declare(request: HttpRequest) -> Any:
    access.require(access.holds(request.user, Access.REVIEWER))
    posted = request.POST
    a, b = (find.named(role_field.chosen(request, side), to=request.user, field=side) for side in ("a", "b"))
    given = {name: posted.get(name, "") for name in ("kind", "distance", "reason")}
    return actions.declare(a=a, b=b, by=request.user, at=timezone.now(), **given)


@login_required
@require_POST
def change(request: HttpRequest, id: int, verb: str) -> HttpResponse:
    """Withdraw a claim, accept its open breach, or give that to somebody else."""
    posted, now = request.POST, timezone.now()
    try:
        if verb == "withdraw":
            claim = actions.withdraw(claim_id=id, reason=posted.get("reason", ""), by=request.user, at=now)
            messages.success(request, f"Withdrawn: {claim}. It stays on record.")
        elif verb == "accept":
            scores = (posted.get("a_score", ""), posted.get("b_score", ""))
            actions.accept(claim_id=id, scores=scores, reason=posted.get("reason", ""), by=request.user, at=now)
            messages.success(request, "Accepted. It is raised again when either score moves.")
        elif verb == "reassign":
            to = User.objects.filter(username=posted.get("to", "")).first()
            breach = actions.reassign(claim_id=id, to=to, by=request.user, at=now)
            messages.success(request, f"That is for {breach.owner} now, who is told.")
        else:
            raise Invisible("There is no such address.")
    except REFUSALS as refused:
        return _list(request, refusal=refused, refused=id)
    return redirect("claims")


def _list(request: HttpRequest, *, refusal: Refused | None = None, refused: int = 0) -> HttpResponse:
    person, posted = request.user, request.POST
    show, slug = request.GET.get("show", ""), request.GET.get("role", "")[:420]
    show = show if show in reads.SHOW else ""
    found = reads.asked(person, show=show, slug=slug, mine=bool(request.GET.get("mine")))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    sides = {side: role_field.chosen(request, side) or request.GET.get(side, "") for side in ("a", "b")}
    context = {
        "claims": [entry(claim, person) for claim in page],
        "refused_entry": refused,
        "count": page.paginator.count,
        "states": reads.SHOW,
        "show": show,
        "role": slug,
        "mine": request.GET.get("mine", ""),
        "kinds": ClaimKind.choices,
        "sides": sides,
        "offered": role_field.offered(request, sides, refusal),
        "known": find.to_offer(),
        "may_declare": person.holds(Access.REVIEWER),
        "reviewers": _reviewers() if person.holds(Access.ADMIN) else (),
        "posted": {} if refused else posted,
        "answered": posted if refused else {},
        "refusal": refusal,
        "next_url": _address(request, page.next_page_number()) if page.has_next() else None,
        "previous_url": _address(request, page.previous_page_number()) if page.has_previous() else None,
    }
    return render(request, "desk/claims.html", context, status=refusal.status if refusal else 200)


def entry(claim: Any, person: User) -> dict[str, Any]:
    """One claim as the page and the desk show it, with what this person may do."""
    breach = reads.open_breach(claim)
    standing = claim.state == ClaimState.STANDING
    return {
        "claim": claim,
        "check": reads.check(claim) if standing else "withdrawn",
        "missing": reads.missing(claim),
        "breach": breach,
        "accepted": reads.accepted(claim),
        "may_withdraw": standing and bool(access.may_withdraw_claim(person, claim)),
        "may_accept": breach is not None and bool(access.may_accept_breach(person, breach)),
    }


def _reviewers() -> Any:
    found = User.objects.filter(is_active=True, access_roles__code=Access.REVIEWER)
    return found.order_by("display_name", "username")


def _address(request: HttpRequest, number: int) -> str:
    query = {name: request.GET[name] for name in ("show", "role", "mine") if request.GET.get(name)}
    return f"?{urlencode(query | {'page': str(number)})}"
