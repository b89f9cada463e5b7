"""Views that are only read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

View = Callable[..., HttpResponseBase]
METHODS = ["GET", "HEAD"]


def reading(view: View) -> View:
    """The view for GET and HEAD; any other method is told which there are, before a token is asked of it: nothing here
    could be forged."""

    @csrf_exempt
    @wraps(view)
    def read(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        if request.method in METHODS:
            return view(request, *arguments, **named)
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": ", ".join(METHODS)})
        said = "What is at this address is only read: ask for it with GET.\n"
        return HttpResponseNotAllowed(METHODS, said, content_type="text/plain; charset=utf-8")

    return read


def page(view: View) -> View:
    """The same of a page that is made anew each time, compressed for who takes that. Tokens in it are masked, and its
    length is padded by chance, so that what it is compressed to tells nothing of them."""
    return reading(gzip_page(view))  # type: ignore[arg-type]
