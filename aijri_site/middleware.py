"""Every request carries an id into its logs and events; every refusal becomes a page that says what happened."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from structlog.contextvars import bind_contextvars, clear_contextvars

from assessments.errors import Invalid, Moved, Refused
from assessments.scoring.words import Words
from assessments.views.addresses import elsewhere
from assessments.views.finding import nearest

Handler = Callable[[HttpRequest], HttpResponse]
SAFE_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


def request_id(get_response: Handler) -> Handler:
    """Take a well-formed `X-Request-ID`, or make one, and answer with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        name = named(request.headers.get("X-Request-ID", ""))
        clear_contextvars()
        bind_contextvars(request_id=name)
        response = get_response(request)
        response["X-Request-ID"] = name
        return response

    return middleware


def named(given: str) -> str:
    """The id that a request came with, if it is well formed; else a new one."""
    return given if given and SAFE_ID.fullmatch(given) else os.urandom(16).hex()


# Said where it is shown.
NUL = Words("The request holds a NUL character, which no text may have.")


def whole_characters(get_response: Handler) -> Handler:
    """Refuse NUL, which PostgreSQL keeps in no text, in an address, a query or a form; JSON has its own parser."""

    def middleware(request: HttpRequest) -> HttpResponse:
        texts = [request.path_info, *_values(request.GET)]
        if request.method == "POST" and not request.path_info.startswith("/api/"):
            texts += _values(request.POST)
        if any("\x00" in text for text in texts):
            refusal = Invalid(NUL, code="nul")
            if request.path_info.startswith("/api/"):
                error = {"code": refusal.code, "detail": refusal.sentence, "attr": None}
                return JsonResponse({"type": "validation_error", "errors": [error]}, status=400)
            return render(request, "refused.html", {"refusal": refusal, "status": 400}, status=400)
        return get_response(request)

    return middleware


def _values(given: QueryDict) -> list[str]:
    return [text for name, values in given.lists() for text in (name, *values)]


class Refusals:
    """Turns a `Refused` that a page's view did not handle itself into a page with its sentence and status."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Moved):
            return elsewhere(request, exception.slug)
        if not isinstance(exception, Refused):
            return None
        template = "public/404.html" if exception.status == 404 else "refused.html"
        back = request.headers.get("Referer", "")
        same_host = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        context = {"refusal": exception, "status": exception.status, "back": back if same_host else ""}
        match = request.resolver_match
        if exception.status == 404 and match is not None and "slug" in match.kwargs:
            context["nearest"] = nearest(match.kwargs["slug"])
        return render(request, template, context, status=exception.status)
