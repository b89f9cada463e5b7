"""Errors as the contract says them: `{"type", "errors": [{"code", "detail", "attr"}]}`."""

from __future__ import annotations

from typing import Any

from drf_standardized_errors.handler import exception_handler
from rest_framework import status
from rest_framework.response import Response

from assessments.actions.idempotency import KeyReused
from assessments.errors import Conflict, Forbidden, Invalid, Invisible, Refused, Stale

STATUS: dict[type[Refused], int] = {Invalid: 400, Forbidden: 403, Invisible: 404, Conflict: 409, Stale: 412}


class Gone(Refused):
    """What was here is retracted (HTTP 410)."""

    code = "retracted"


class PreconditionRequired(Refused):
    """The request must say which version it changes (HTTP 428)."""

    code = "precondition_required"


STATUS |= {Gone: 410, PreconditionRequired: 428, KeyReused: 422}


def handle(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: refusals of the actions in the same shape as DRF's own errors."""
    if isinstance(exception, Refused):
        code = STATUS[type(exception)]
        kind = "validation_error" if code == status.HTTP_400_BAD_REQUEST else "client_error"
        return Response({"type": kind, "errors": _errors(exception)}, status=code)
    return exception_handler(exception, context)


def _errors(refused: Refused) -> list[dict[str, str | None]]:
    places = refused.places if isinstance(refused, Invalid) else ()
    if not places:
        return [{"code": refused.code, "detail": refused.sentence, "attr": None}]
    return [{"code": place.code, "detail": place.message, "attr": place.path or None} for place in places]
