"""Errors as the contract says them: `{"type", "errors": [{"code", "detail", "attr"}]}`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from drf_standardized_errors.handler import exception_handler
from rest_framework.response import Response

from assessments.errors import Invalid, Moved, Refused
from assessments.views.addresses import elsewhere


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: refusals of the actions in the same shape as DRF's own errors."""
    if isinstance(exception, Moved):
        there = elsewhere(context["request"]._request, exception.slug)
        return Response(_told(exception, "client_error"), status=there.status_code, headers=dict(there.items()))
    if isinstance(exception, Refused):
        kind = "validation_error" if exception.status == 400 else "client_error"
        return Response(_told(exception, kind), status=exception.status)
    if isinstance(exception, SuspiciousOperation):
        too_big = isinstance(exception, RequestDataTooBig)
        said = "The request is larger than 2.5 MB." if too_big else "The request is malformed."
        error = {"code": "too_large" if too_big else "malformed", "detail": said, "attr": None}
        return Response({"type": "client_error", "errors": [error]}, status=413 if too_big else 400)
    return exception_handler(exception, context)


def _told(refused: Refused, kind: str) -> dict[str, Any]:
    return {"type": kind, "errors": _errors(refused)}


def _errors(refused: Refused) -> list[dict[str, str | None]]:
    places = refused.places if isinstance(refused, Invalid) else ()
    if not places:
        return [{"code": refused.code, "detail": refused.sentence, "attr": None}]
    return [{"code": place.code, "detail": place.message, "attr": place.path or None} for place in places]
