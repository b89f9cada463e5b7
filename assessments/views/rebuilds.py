"""Where administrators have all comparisons rebuilt, and see how far that is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access
from assessments.actions import rebuilding as actions
from assessments.queries import rebuilding as reads

SHOWN = 20


@login_required
@require_http_methods(["GET", "POST"])
def rebuilds(request: HttpRequest) -> HttpResponse:
    """The rebuilds there were, and the one under way; by POST another one is asked for."""
    access.require(access.may_administer(request.user))
    if request.method == "POST":
        actions.request(by=request.user, at=timezone.now())
        return redirect("rebuilds")
    found = [{"rebuild": each, "progress": reads.progress(each)} for each in reads.latest()[:SHOWN]]
    now = next((each for each in found if each["rebuild"].state == "running"), None)
    context = {"now": now, "earlier": [each for each in found if each is not now]}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "desk/rebuild_body.html" if fragment else "desk/rebuilds.html", context)


@login_required
@require_POST
def give_up(request: HttpRequest, id: int) -> HttpResponse:
    """End the rebuild under way."""
    actions.give_up(rebuild_id=id, by=request.user, at=timezone.now())
    return redirect("rebuilds")
