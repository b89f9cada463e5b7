"""One's own account: roles held, and tokens."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments.actions import people
from assessments.enums import Access
from assessments.errors import Invalid
from assessments.models import ApiToken


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here; a POST issues a token, which this answer alone shows."""
    refusal, token, status = None, "", 200
    if request.method == "POST":
        days = request.POST.get("days", "90")
        try:
            token = people.issue_token(
                person=request.user,
                name=request.POST.get("name", ""),
                write="write" in request.POST,
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
                by=request.user,
                at=timezone.now(),
            )
        except Invalid as refused:
            refusal, status = refused, 400
    tokens = ApiToken.objects.filter(user=request.user).order_by("-created_at")
    held = [Access(code).label for code in request.user.roles]
    context = {"tokens": tokens, "token": token, "refusal": refusal, "held": held, "now": timezone.now()}
    context["mail_goes_out"] = settings.MAIL_GOES_OUT
    response = render(request, "desk/account.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def revoke(request: HttpRequest, id: int) -> HttpResponse:
    """End one of one's own tokens."""
    token = get_object_or_404(ApiToken, pk=id, user=request.user)
    people.revoke_token(token=token, by=request.user, at=timezone.now())
    return redirect("account")
