"""One's own declared interests."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access
from assessments.enums import Access
from assessments.errors import Invalid, Refused
from assessments.queries import roles as find
from reviews import actions, queries
from reviews.models import Interest
from reviews.views.desk import end_of_day


@login_required
@require_http_methods(["GET", "POST"])
def interests(request: HttpRequest) -> HttpResponse:
    """What bars me, until when; a POST declares another."""
    access.require(access.holds(request.user, Access.REVIEWER))
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            _declare(request)
        except Invalid as refused:
            refusal = refused
        else:
            messages.success(request, "Your interest is on record. You are asked for no verdict there while it lasts.")
            return redirect("interests")
    context = {
        "interests": Interest.objects.filter(reviewer=request.user).select_related("role").order_by("-id"),
        "families": queries.families(),
        "posted": request.POST,
        "refusal": refusal,
        "now": timezone.now(),
    }
    return render(request, "desk/interests.html", context, status=refusal.status if refusal else 200)


def _declare(request: HttpRequest) -> None:
    posted = request.POST
    name = posted.get("role", "").strip()
    actions.declare_interest(
        role=find.named(name, to=request.user, field="role") if name else None,
        family=posted.get("family", ""),
        reason=posted.get("reason", ""),
        expires_at=end_of_day(posted["expires"]) if posted.get("expires") else None,
        by=request.user,
        at=timezone.now(),
    )


@login_required
@require_POST
def end_interest(request: HttpRequest, id: int) -> HttpResponse:
    """End one of one's own interests now."""
    actions.end_interest(interest_id=id, by=request.user, at=timezone.now())
    messages.success(request, "That interest has ended; it stays on record.")
    return redirect("interests")
