"""The memory of POST requests that carry an Idempotency-Key (CONTRACT "API")."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from assessments.errors import Conflict, Invalid
from assessments.models import IdempotentRequest, User

KEEP = timedelta(hours=24)
ABANDONED_AFTER = timedelta(minutes=2)
KEY_LIMIT = 200


class KeyReused(Invalid):
    """The key was used before with another request (HTTP 422)."""

    code = "idempotency_key_reused"
    status = 422


def take(*, key: str, path: str, body_hash: str, by: User, at: datetime) -> tuple[IdempotentRequest, bool]:
    """Take a key before the work: its record, and whether it is new. One that is not new holds the first answer.

    KeyReused when path or body differ; Conflict while the first request is at work. A key is forgotten after 24 hours;
    one whose request never ended (its process was killed) is free again after two minutes.
    """
    if len(key) > KEY_LIMIT:
        raise Invalid(f"An Idempotency-Key has at most {KEY_LIMIT} characters.", code="idempotency_key")
    IdempotentRequest.objects.filter(user=by, created_at__lt=at - KEEP).delete()
    IdempotentRequest.objects.filter(user=by, status__isnull=True, created_at__lt=at - ABANDONED_AFTER).delete()
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(
                user=by, key=key, path=path[:300], body_hash=body_hash, created_at=at
            ), True
    except IntegrityError:
        found = IdempotentRequest.objects.filter(user=by, key=key).first()
    if found is None:
        # Refused and freed between our two looks: the key is anybody's again.
        return take(key=key, path=path, body_hash=body_hash, by=by, at=at)
    record = found
    if (record.path, record.body_hash) != (path[:300], body_hash):
        raise KeyReused("This Idempotency-Key was used for another request.")
    if record.status is None:
        raise Conflict("The first request with this key is still at work.", code="in_progress")
    return record, False


def keep(record: IdempotentRequest, *, status: int, answer: object) -> None:
    """Remember the answer of a request that went through."""
    record.status, record.answer = status, answer
    record.save(update_fields=["status", "answer"])


def free(record: IdempotentRequest) -> None:
    """Forget a request that was refused or failed, so that it can be tried again."""
    record.delete()
