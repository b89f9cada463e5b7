"""Work in the background that is not done, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from assessments import access
from assessments.actions import background as actions
from assessments.enums import MessageState
from assessments.errors import Conflict
from assessments.queries import background

PAGE = 50


@login_required
def outbox(request: HttpRequest) -> HttpResponse:
    """Messages that are not done, the worst first, of one state or of all."""
    access.require(access.may_administer(request.user))
    asked = request.GET.get("state", "")
    state = asked if asked in MessageState.values else ""
    counts = background.counts()
    page = Paginator(background.unfinished(state).order_by("rank", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "entries": [{**background.message(each), "has_page": each.has_page} for each in page],
        "states": [(value, label, counts[value]) for value, label in MessageState.choices],
        "state": state,
        "count": sum(counts.values()),
        "dead": counts[MessageState.DEAD],
        "most": actions.AT_ONCE,
        "next_url": _address(state, page.next_page_number()) if page.has_next() else None,
        "previous_url": _address(state, page.previous_page_number()) if page.has_previous() else None,
    }
    return render(request, "desk/outbox.html", context)


def _address(state: str, number: int) -> str:
    return f"?{urlencode({**({'state': state} if state else {}), 'page': str(number)})}"


@login_required
@require_POST
def retry(request: HttpRequest, id: int) -> HttpResponse:
    """Have one message tried again."""
    try:
        actions.retry(message_id=id, by=request.user, at=timezone.now())
    except Conflict as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "It is tried again now.")
    return redirect("outbox")


@login_required
@require_POST
def retry_the_dead(request: HttpRequest) -> HttpResponse:
    """Have everything that is dead tried again."""
    count = actions.retry_the_dead(by=request.user, at=timezone.now())
    messages.success(request, f"{count} tried again now." if count else "Nothing is dead.")
    return redirect("outbox")
