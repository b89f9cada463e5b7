"""Which language a request is answered in: the reader's on pages that everybody reads, British English elsewhere."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

# Rooms behind sign-in, and addresses for programs: an API, or a name with an ending.
ENGLISH = re.compile(
    r"/(?:api(?!/docs/)|admin|desk|drafts|reviews|comments|audit|account|claims|relations|retractions|searches|healthz|readyz|metrics"
    r")(?:/.*)?"
    r"|/reports/(?:[^/]+/close/)?"
    r"|/roles/[^/]+/(?:suggestions|identity|v[0-9]+/(?:retract|reaffirm))/"
    r"|/methodology/(?:new|[^/]+/(?:edit|approve|abandon))/"
    r"|/data/ask/"
    r"|.*\.[^/]*"
)


class Languages(LocaleMiddleware):
    """The language that a reader's cookie or browser names, on the pages that speak it (ADR 0023)."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of the answer."""
        if not ENGLISH.fullmatch(request.path_info):
            super().process_request(request)
            return
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE  # type: ignore[attr-defined]

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Say the language; what is in English for everybody does not vary by it."""
        if not ENGLISH.fullmatch(request.path_info):
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", settings.LANGUAGE_CODE)
        return response


@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen in a cookie, and go back to where that was.

    Without a token, which a stored page cannot have: a forged request changes in which language pages are read.
    """
    return set_language(request)
