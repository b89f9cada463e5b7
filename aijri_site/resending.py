"""A form that was sent when its page was older than the sign-in: what was typed is held on a page that sends it again.

Two things lead here: nobody is signed in any more, or somebody signed in again in another tab, which made the mark on
the form against forged requests an old one.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

Handler = Callable[[HttpRequest], HttpResponse]
MARK = "csrfmiddlewaretoken"


def signed_out(get_response: Handler) -> Handler:
    """Answer a form of ours, sent by nobody any more, with a page that holds it; others are led to the sign-in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        led_to_sign_in = urlsplit(response.get("Location", "")).path == reverse("sign_in")
        if request.method == "POST" and MARK in request.POST and led_to_sign_in:
            return _page(request, held=_typed(request))
        return response

    return middleware


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do. What was sent is offered again only where it came from a page of this site, and never a password:
    another site's form is not to become ours by one click."""
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    return _page(request, held=_typed(request) if ours and request.path != reverse("sign_in") else [])


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in request.POST.lists() if name != MARK for text in texts]


def _page(request: HttpRequest, *, held: list[tuple[str, str]]) -> HttpResponse:
    mute = not request.user.is_authenticated and settings.CSRF_COOKIE_NAME not in request.COOKIES
    return render(request, "public/resend.html", {"held": held, "mute": mute}, status=403)
