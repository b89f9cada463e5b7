"""What I am told, and what of it by mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments.errors import Invalid
from reviews.models import ByMail, NotificationKind
from reviews.notifications import choose, reading, wanted, wording

PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """The list, the newest first; a POST keeps the choices of what is mailed."""
    refusal = None
    if request.method == "POST":
        by_mail = {kind: request.POST[kind] for kind in NotificationKind.values if kind in request.POST}
        try:
            choose(by_mail=by_mail, address=request.POST.get("address", ""), by=request.user, at=timezone.now())
        except Invalid as refused:
            refusal = refused
        else:
            messages.success(request, "Kept.")
            return redirect("notifications")
    page = Paginator(wording.visible_to(request.user), PAGE).get_page(request.GET.get("page", "1"))
    chosen = wanted.choices_of(request.user)
    context = {
        "told": wording.in_words(list(page), to=request.user),
        "page": page,
        "kinds": [{"kind": kind, "by_mail": chosen[kind]} for kind in NotificationKind],
        "ways": ByMail.choices,
        "mail_goes_out": settings.MAIL_GOES_OUT,
        "digest_hour": f"{settings.DIGEST_HOUR:02}:00 UTC",
        "address": request.POST.get("address", request.user.email),
        "refusal": refusal,
    }
    return render(request, "desk/notifications.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notification, or all of mine, as read."""
    one = request.POST.get("id", "")
    ids = [int(one)] if one.isascii() and one.isdigit() and len(one) < 16 else None
    reading.mark_read(ids=ids, by=request.user, at=timezone.now())
    return redirect("notifications")
