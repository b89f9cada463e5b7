"""The outbox: work asked for inside a business transaction, leased to a relay, marked done together with its effect."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from assessments import dispatch
from assessments.models import Role

REQUEST = (
    "INSERT INTO assessments_outboxmessage (topic, role_id, payload, attempts) VALUES (%s, %s, %s::jsonb, 0)"  # noqa: S608
    f" RETURNING {dispatch.ANNOUNCE}"
)


@dataclass(frozen=True)
class Held:
    """A message that this transaction holds: nobody else does its work meanwhile."""

    id: int
    role_id: int | None
    payload: dict[str, Any]


def request(topic: str, *, role: Role | None = None, payload: dict[str, Any] | None = None) -> None:
    """Ask for work when the current transaction commits, and wake the relay then."""
    with connection.cursor() as cursor:
        cursor.execute(REQUEST, [topic, role.pk if role else None, json.dumps(payload or {})])


def claim(*, lease_seconds: int, limit: int = 500) -> dict[str, list[int]]:
    """Lease pending messages that nobody holds, by topic: `FOR UPDATE SKIP LOCKED`, so that two relays never meet.

    A message that is claimed and not done when its lease ends is claimed again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE assessments_outboxmessage SET attempts = attempts + 1,
              claimed_until = clock_timestamp() + make_interval(secs => %s)
            WHERE id IN (
              SELECT id FROM assessments_outboxmessage
              WHERE done_at IS NULL AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
              ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
            RETURNING topic, id
            """,
            [lease_seconds, limit],
        )
        claimed: dict[str, list[int]] = defaultdict(list)
        for topic, message_id in sorted(cursor.fetchall()):
            claimed[topic].append(message_id)
    return dict(claimed)


def hold(message_ids: Sequence[int]) -> list[Held]:
    """Of these messages, those that are not done and that no other transaction holds, locked until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, role_id, payload::text FROM assessments_outboxmessage"
            " WHERE id = ANY(%s) AND done_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED",
            [list(message_ids)],
        )
        return [Held(message, role, json.loads(payload)) for message, role, payload in cursor.fetchall()]


def mark_done(messages: Sequence[Held]) -> None:
    """Note, in the transaction of the effect, that these messages are fulfilled."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_outboxmessage SET done_at = clock_timestamp() WHERE id = ANY(%s)",
            [[message.id for message in messages]],
        )


def extend_lease(message_id: int, *, seconds: int) -> None:
    """Keep a message whose work takes longer than a lease; in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_outboxmessage SET claimed_until = clock_timestamp() + make_interval(secs => %s)"
            " WHERE id = %s AND done_at IS NULL",
            [seconds, message_id],
        )


def oldest_pending_seconds() -> float:
    """Age of the oldest message that is not done, in seconds; 0 when there is none. What passes over the catalogue at
    work under its lease takes as long as that is large, and is not waiting; a letter that was tried waits for a mail
    server that is somebody else's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8"
            " FROM assessments_outboxmessage WHERE done_at IS NULL AND NOT (topic = ANY(%s) AND attempts > 0)",
            [[dispatch.DRY_RUN, dispatch.FLAG_BY_METHOD, dispatch.MAIL]],
        )
        return float(cursor.fetchone()[0])
