"""Where a reviewer reaffirms a decision that requires review."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.enums import Access
from assessments.errors import Conflict, Forbidden, Invalid, Refused
from assessments.queries import aftermath, published
from reviews import actions
from reviews.access import may_review


@login_required
@require_http_methods(["GET", "POST"])
def reaffirm(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What moved under a published decision, and the form that lets it stand."""
    access.require(access.holds(request.user, Access.REVIEWER))
    version = published.version(slug, number)
    refusal: Refused | None = None
    if request.method == "POST":
        read = [int(each) for each in request.POST.getlist("flag") if each.isascii() and each.isdigit()]
        now, reason = timezone.now(), request.POST.get("reason", "")
        try:
            actions.reaffirm(assessment_id=version.pk, flags=read[:1000], reason=reason, by=request.user, at=now)
        except (Conflict, Forbidden, Invalid) as refused:
            refusal = refused
        else:
            messages.success(request, f"The decision on {version.role} stands, with your reason.")
            return redirect("role_profile", slug=slug)
    context = {
        "version": version,
        "role": version.role,
        "flags": aftermath.requires_review(version),
        "barred": may_review(request.user, version, at=timezone.now()).reason,
        "refusal": refusal,
        "posted": request.POST,
    }
    return render(request, "desk/reaffirm.html", context, status=refusal.status if refusal else 200)
