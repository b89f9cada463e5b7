"""What every endpoint shares: ETags on reads of one thing, idempotency keys on POST."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments.actions import idempotency
from assessments.errors import PreconditionRequired, Stale
from assessments.models import Assessment, IdempotentRequest, User


class OneThing(APIView):
    """A view of one thing: its GET answers with a strong ETag over the body, and 304 when that is what is held."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and response.status_code == 200:
            response.add_post_render_callback(lambda rendered: self._conditional(request, rendered))
        return response

    def _conditional(self, request: Request, rendered: HttpResponse) -> HttpResponse | None:
        etag = rendered.get("ETag") or f'"{hashlib.sha256(rendered.content).hexdigest()[:32]}"'
        rendered["ETag"] = etag
        answer = get_conditional_response(request._request, etag=etag, response=rendered)
        return None if answer is rendered else answer


def etag_of(assessment: Assessment) -> str:
    """The strong ETag of an assessment: its content and status, the same for every reader."""
    return f'"{assessment.content_hash[:32]}.{assessment.status}.{assessment.number}"'


def content_hash_to_replace(request: Request, assessment: Assessment) -> str | None:
    """What `If-Match` says is being replaced: the content hash, or None for `*`.

    PreconditionRequired without the header; Stale when it names anything but what is stored.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired("Send the ETag you read as If-Match, so that nobody's change is lost.")
    if header.strip() == "*":
        return None
    if etag_of(assessment) not in [part.strip() for part in header.split(",")]:
        raise Stale("This is not what is stored any more; read it again and put your change on top.")
    return assessment.content_hash


class Idempotent(APIView):
    """POST with an `Idempotency-Key`: the same key and body within 24 hours gets the first answer again."""

    taken: IdempotentRequest | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except BaseException:
            if self.taken is not None:
                idempotency.free(self.taken)
            raise
        if self.taken is not None and response.status_code < 400:
            answer = json.loads(response.render().content or b"null")
            idempotency.keep(self.taken, status=response.status_code, answer=answer)
        elif self.taken is not None:
            idempotency.free(self.taken)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or not key or not isinstance(request.user, User):
            return
        body = json.dumps(request.data, sort_keys=True, default=str).encode()
        record, new = idempotency.take(
            key=key,
            path=request.path,
            body_hash=hashlib.sha256(body).hexdigest(),
            by=request.user,
            at=timezone.now(),
        )
        if not new:
            raise Replay(record)
        self.taken = record

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Replay):
            return Response(exc.record.answer, status=exc.record.status)
        return super().handle_exception(exc)


class Replay(Exception):
    """Answer as the first time."""

    def __init__(self, record: IdempotentRequest) -> None:
        super().__init__(record.key)
        self.record = record
