"""The ledger, for administrators."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments import access, audit
from assessments.queries import working


@login_required
def audit_log(request: HttpRequest) -> HttpResponse:
    """Events, newest first, filtered by actor, verb and object."""
    access.require(access.may_administer(request.user))
    asked = {name: request.GET.get(name, "")[:80] for name in ("actor", "verb", "object")}
    found = working.events(actor=asked["actor"], verb=asked["verb"], about=asked["object"])
    page = Paginator(found, 50).get_page(request.GET.get("page", "1"))
    query = request.GET.copy()
    urls = {}
    for name, there in (("next_url", page.has_next()), ("previous_url", page.has_previous())):
        if there:
            query["page"] = str(page.number + (1 if name == "next_url" else -1))
            urls[name] = f"?{query.urlencode()}"
    context = {
        "events": working.named_events(page),
        "count": page.paginator.count,
        "filters": asked,
        "verbs": sorted(audit.SENTENCES),
        **urls,
    }
    return render(request, "desk/audit.html", context)
