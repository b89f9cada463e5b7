"""What I am told, and what of it by mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments.errors import Invalid
from reviews.models import ByMail, NotificationKind
from reviews.notifications import address, choose, reading, wanted, wording

PAGE = 50
CONFIRM = " A link was sent to the new address; mail goes there once you have opened it, within a day, and confirmed."


@login_required
@require_http_methods(["GET", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """The list, the newest first; a POST keeps the choices of what is mailed."""
    refusal = None
    if request.method == "POST":
        by_mail = {kind: request.POST[kind] for kind in NotificationKind.values if kind in request.POST}
        try:
            asked = _keep(request, by_mail)
        except Invalid as refused:
            refusal = refused
        else:
            messages.success(request, f"Kept.{CONFIRM if asked else ''}")
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


@transaction.atomic
def _keep(request: HttpRequest, by_mail: dict[str, str]) -> bool:
    """All of the form or nothing of it; whether an address waits for confirmation."""
    choose(by_mail=by_mail, by=request.user)
    wanted_address = request.POST.get("address", request.user.email)
    return address.ask(address=wanted_address, by=request.user, at=timezone.now())


@login_required
@require_http_methods(["GET", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in a mail leads: reading it changes nothing, so that no scanner of mails confirms anything."""
    if request.method == "POST":
        now_at = address.confirm(text=token, by=request.user, at=timezone.now())
        messages.success(request, f"Your mail goes to {now_at} from now on.")
        return redirect("notifications")
    found = address.read(token, by=request.user, at=timezone.now())
    return render(request, "desk/confirm_address.html", {"address": found})


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notification, or all of mine, as read."""
    one = request.POST.get("id", "")
    ids = [int(one)] if one.isascii() and one.isdigit() and len(one) < 16 else None
    reading.mark_read(ids=ids, by=request.user, at=timezone.now())
    return redirect("notifications")
