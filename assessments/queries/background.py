"""Work in the background as administrators and machines see it: what is not done, and how long the rest took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Now

from assessments import dispatch
from assessments.enums import PUBLIC, MessageState
from assessments.models import Assessment, OutboxMessage

Shape = dict[str, Any]
IN_WORDS = {
    dispatch.RECOMPUTE: "Compare with the neighbours",
    dispatch.DRY_RUN: "Run a method over the catalogue",
    dispatch.FLAG_BY_METHOD: "Flag decisions that a method moves",
    dispatch.DUMP: "Dump the catalogue",
    dispatch.TELL: "Tell people of what happened",
    dispatch.MAIL: "Send a letter",
}
# The last so many messages of a topic that were done: what `/metrics` says of durations is about these.
LATELY = 1000
QUANTILES = (0.5, 0.99, 1.0)


def unfinished(state: str = "") -> QuerySet[Any]:
    """Messages that are not done, each with its `state`, `rank` (the worst first) and whether its role has a page; of
    one state, or of all."""
    stated = Case(
        When(claimed_until__gt=Now(), then=Value(MessageState.AT_WORK.value)),
        When(failures__gte=settings.OUTBOX_TRIES, then=Value(MessageState.DEAD.value)),
        When(Q(retry_at__gt=Now()) | Q(failures__gt=0), then=Value(MessageState.RETRYING.value)),
        default=Value(MessageState.WAITING.value),
    )
    ranks = [When(state=each, then=Value(rank)) for rank, each in enumerate(MessageState.values)]
    shown = Assessment.objects.filter(role=OuterRef("role"), status__in=PUBLIC)
    found: QuerySet[Any] = OutboxMessage.objects.filter(done_at__isnull=True).annotate(state=stated)
    found = found.annotate(rank=Case(*ranks), has_page=Exists(shown)).select_related("role")
    return found.filter(state=state) if state else found


def counts() -> dict[str, int]:
    """How many messages are not done, by state; every state is named."""
    found = unfinished().order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(MessageState.values, 0) | dict(found)


def message(found: Any) -> Shape:
    """One message of `unfinished` (`outbox/` of the API)."""
    role = found.role
    return {
        "id": found.pk,
        "state": found.state,
        "topic": found.topic,
        "what": in_words(found),
        "about": about(found),
        "role": {"slug": role.slug, "title": role.title} if role else None,
        "created_at": found.created_at,
        "attempts": found.attempts,
        "failures": found.failures,
        "next_try_at": next_try_at(found),
        "last_error": found.last_error,
    }


def in_words(found: Any) -> str:
    """What a message asks for."""
    topic: str = found.topic
    return IN_WORDS.get(topic, topic)


def about(found: Any) -> str:
    """What a message is about: its role, else what its payload names."""
    if found.role is not None:
        return str(found.role)
    return ", ".join(f"{name} {value}" for name, value in found.payload.items())


def next_try_at(found: Any) -> datetime | None:
    """When a message of `unfinished` is due again at the earliest; None when that is now, or never."""
    if found.state in (MessageState.DEAD, MessageState.WAITING):
        return None
    return max(filter(None, (found.claimed_until, found.retry_at)), default=None)


def durations() -> dict[str, dict[float, float]]:
    """Seconds of the last thousand recomputes that were done: `work`, their transaction up to the done-mark, and
    `delay`, from the request to that mark; by quantile. Empty while none was."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT percentile_disc(%(quantiles)s::float8[]) WITHIN GROUP (ORDER BY took_seconds),
              percentile_disc(%(quantiles)s::float8[]) WITHIN GROUP (
                ORDER BY extract(epoch FROM done_at - created_at)::float8)
            FROM (SELECT took_seconds, created_at, done_at FROM assessments_outboxmessage
                  WHERE topic = %(topic)s AND took_seconds IS NOT NULL ORDER BY id DESC LIMIT %(lately)s) lately
            """,
            {"quantiles": list(QUANTILES), "topic": dispatch.RECOMPUTE, "lately": LATELY},
        )
        work, delay = cursor.fetchone()
    if work is None:
        return {}
    return {"work": dict(zip(QUANTILES, work, strict=True)), "delay": dict(zip(QUANTILES, delay, strict=True))}
