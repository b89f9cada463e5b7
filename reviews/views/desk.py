"""The desk and the queue: what waits, in what order, and who is on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from assessments import access
from assessments.actions import handover
from assessments.enums import Access, Kind, Status
from assessments.errors import Invalid
from assessments.models import Assessment, User
from assessments.queries import aftermath, claims, quotes, working
from assessments.views.claims import entry
from reviews import actions, queries
from reviews.access import require_visible

PAGE = 25
ON_THE_DESK = 12


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """One's own open versions, what came back, and what waits for one's verdict."""
    person, now = request.user, timezone.now()
    own = list(working.open_versions(person))
    waiting, more = [], 0
    if person.holds(Access.REVIEWER):
        found = queries.waiting_for(person, at=now)
        waiting = queries.entries(list(found.values_list("pk", flat=True)[:ON_THE_DESK]), person, at=now)
        more = found.count() - len(waiting)
    context = {
        "own": _entries(own),
        "waiting": waiting,
        "more": more,
        "finished": working.finished_versions(person),
        "flagged": aftermath.flagged_for(person),
        "stale": quotes.tasks_for(person),
        "broken": [entry(claim, person) for claim in claims.broken_for(person)],
    }
    if person.holds(Access.ADMIN):
        lying = working.drafts_left_lying(now - timedelta(days=settings.ABANDONED_DAYS))
        context["lying"] = access.read_by(person, lying)
        context["assessors"] = _holders(Access.ASSESSOR)
        context["days"] = settings.ABANDONED_DAYS
    return render(request, "desk/desk.html", context)


@login_required
@require_POST
def hand_over(request: HttpRequest, id: int) -> HttpResponse:
    """Give a draft that lies there to another assessor."""
    access.require_visible(request.user, id)
    to = get_object_or_404(User, username=request.POST.get("to", ""))
    try:
        draft = handover.hand_over(
            assessment_id=id, to=to, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now()
        )
    except Invalid as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, f"{to} may continue {draft.role}.")
    return redirect("desk")


def _holders(code: str) -> QuerySet[User]:
    """The active people who hold an access role, by name."""
    found = User.objects.filter(is_active=True, access_roles__code=code)
    return found.order_by("display_name", "username")


def _entries(own: list[Assessment]) -> list[dict[str, Any]]:
    """One's open versions, each with its open review or with the reasons it came back with."""
    returned = queries.returned_reasons(own)
    reviews = queries.open_reviews(own)
    return [
        {
            "assessment": each,
            "review": reviews.get(each.pk),
            "returned": returned.get(each.pk) if each.status == Status.DRAFT else None,
        }
        for each in own
    ]


@login_required
def review_queue(request: HttpRequest) -> HttpResponse:
    """Open reviews: those that were asked for, in the order that was asked for, a page at a time."""
    person, now = request.user, timezone.now()
    asked = queries.Asked.of(request.GET)
    page = Paginator(queries.queue(person, asked, at=now).values_list("pk", flat=True), PAGE).get_page(
        request.GET.get("page")
    )
    if not (page.paginator.count or person.holds(Access.REVIEWER) or person.holds(Access.ADMIN)):
        access.require(access.holds(person, Access.REVIEWER))
    context = {
        "reviews": queries.entries(list(page.object_list), person, at=now),
        "count": page.paginator.count,
        "asked": asked,
        "filtered": bool(set(asked.as_query()) - {"sort"}),
        "sorts": queries.SORTS,
        "claimed": queries.CLAIMED,
        "kinds": Kind.choices,
        "families": queries.families(),
        "may_claim": person.holds(Access.REVIEWER),
        "here": _address(asked, page.number),
        "next_url": _address(asked, page.next_page_number()) if page.has_next() else None,
        "previous_url": _address(asked, page.previous_page_number()) if page.has_previous() else None,
    }
    return render(request, "desk/review_queue.html", context)


def _address(asked: queries.Asked, number: int) -> str:
    query = asked.as_query() | ({"page": str(number)} if number > 1 else {})
    return f"?{urlencode(query)}" if query else "?"


@login_required
@require_POST
def claim(request: HttpRequest, id: int) -> HttpResponse:
    """Say "I am on it", or that one is not any more."""
    act = actions.release if request.POST.get("claim") == "release" else actions.claim
    act(review_id=id, by=request.user, at=timezone.now())
    return _back(request, id)


@login_required
@require_POST
def assign(request: HttpRequest, id: int) -> HttpResponse:
    """Ask a reviewer for a verdict by a day, or take that back."""
    require_visible(request.user, id)
    now, posted = timezone.now(), request.POST
    if posted.get("unassign"):
        reviewer = get_object_or_404(User, username=posted["unassign"])
        actions.unassign(review_id=id, reviewer=reviewer, by=request.user, at=now)
        return _back(request, id)
    try:
        reviewer = User.objects.filter(username=posted.get("reviewer", "")).first()
        if reviewer is None:
            raise Invalid("Choose a reviewer.", code="reviewer")
        actions.assign(
            review_id=id,
            reviewer=reviewer,
            due_at=end_of_day(posted.get("due", "")),
            note=posted.get("note", ""),
            by=request.user,
            at=now,
        )
    except Invalid as refused:
        messages.error(request, refused.sentence)
        return redirect("review", id=id)
    messages.success(request, f"{reviewer} is asked for a verdict.")
    return _back(request, id)


def end_of_day(text: str) -> datetime:
    """The last moment of a day as a date field sends it; Invalid when it is none."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007  (the zone follows)
        return timezone.make_aware(day.replace(hour=23, minute=59, second=59))
    except (ValueError, OverflowError) as error:
        raise Invalid("Give the date as in 2026-03-31.", code="date") from error


def _back(request: HttpRequest, review_id: int) -> HttpResponse:
    """To the queue as it was, where one came from it; else to the review."""
    here = request.POST.get("queue", "")
    if here.startswith("?"):
        return redirect(f"/reviews/{here}")
    return redirect("review", id=review_id)
