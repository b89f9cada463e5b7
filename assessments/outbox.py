"""The outbox: work asked for inside a business transaction, leased to a relay, marked done together with its effect.

What is not done is tried again. A message that nobody finished, for whatever reason, is due again when its lease ends;
leases double. After two of them it is tried alone, and from then on noted as failed before it is tried: a try that ends
a worker without a word counts as well, and takes no other message down with it. A message that failed waits for longer
and longer; after `OUTBOX_TRIES` failures it is dead, and waits for a person. Hand-overs are not failures: an
installation without a worker or a broker for a day loses nothing and kills nothing.

All times are the database's.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import connection

from assessments import dispatch, prepared
from assessments.models import Role

REQUEST = (
    "INSERT INTO assessments_outboxmessage (topic, role_id, payload, attempts) VALUES (%s, %s, %s::jsonb, 0)"  # noqa: S608
    f" RETURNING {dispatch.ANNOUNCE}"
)

# Twice in company, as one task; then each by itself.
IN_COMPANY = 2
SILENT = "The worker ended without a word: killed, out of memory or out of time."
# A lease or a pause further ahead than there are any was made before the clock was set back: it binds nobody.
UNCLAIMED = """(claimed_until IS NULL OR claimed_until NOT BETWEEN clock_timestamp()
  AND clock_timestamp() + make_interval(secs => %(longest_lease)s))"""
UNPAUSED = """(retry_at IS NULL OR retry_at NOT BETWEEN clock_timestamp()
  AND clock_timestamp() + make_interval(secs => %(longest_pause)s))"""
CLAIM = f"""
UPDATE assessments_outboxmessage SET attempts = attempts + 1,
  claimed_until = clock_timestamp()
    + make_interval(secs => least(%(lease)s * 2 ^ least(attempts, 20), %(longest_lease)s))
WHERE id IN (
  SELECT id FROM assessments_outboxmessage
  WHERE done_at IS NULL AND failures < %(tries)s AND {UNCLAIMED} AND {UNPAUSED}
    AND (attempts >= {IN_COMPANY} OR failures > 0) = %(alone)s
  ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING topic, id
"""  # noqa: S608
COMPANY = f"""
SELECT id FROM assessments_outboxmessage
WHERE topic = %(topic)s AND done_at IS NULL AND failures = 0 AND attempts < {IN_COMPANY} ORDER BY id LIMIT %(limit)s
"""  # noqa: S608
BEGIN = f"""
UPDATE assessments_outboxmessage SET failures = failures + 1, last_error = %(silent)s,
  retry_at = clock_timestamp() + make_interval(secs => (0.8 + 0.4 * random())
    * (%(pauses)s::float8[])[least(failures + 1, cardinality(%(pauses)s::float8[]))])
WHERE id IN (
  SELECT id FROM assessments_outboxmessage
  WHERE id = %(id)s AND done_at IS NULL AND failures < %(tries)s AND {UNPAUSED} FOR UPDATE SKIP LOCKED)
RETURNING id
"""  # noqa: S608
# A letter that was handed over waits for a mail server that is somebody else's; what passes over the catalogue under
# its lease takes as long as that is large.
PATIENT = (dispatch.DRY_RUN, dispatch.FLAG_BY_METHOD, dispatch.REBUILD, dispatch.DUMP, dispatch.MAIL)
OLDEST = f"""
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - greatest(created_at, retry_at))), 0)::float8
FROM assessments_outboxmessage
WHERE done_at IS NULL AND failures < %(tries)s AND {UNPAUSED} AND NOT (topic = ANY(%(patient)s) AND attempts > 0)
"""  # noqa: S608
HOLD = """
SELECT id, role_id, payload::text FROM assessments_outboxmessage
WHERE id = ANY(%(ids)s) AND done_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED
"""
DONE = """
UPDATE assessments_outboxmessage SET done_at = clock_timestamp(), last_error = '',
  took_seconds = extract(epoch FROM clock_timestamp() - transaction_timestamp()) WHERE id = ANY(%(ids)s)
"""
log = structlog.get_logger()


@dataclass(frozen=True)
class Held:
    """A message that this transaction holds: nobody else does its work meanwhile."""

    id: int
    role_id: int | None
    payload: dict[str, Any]


def request(topic: str, *, role: Role | None = None, payload: dict[str, Any] | None = None) -> None:
    """Ask for work when the current transaction commits, and wake the relay then."""
    prepared.execute(REQUEST, [topic, role.pk if role else None, json.dumps(payload or {})])


def claim(*, lease_seconds: int, limit: int = 500) -> dict[str, list[int]]:
    """Lease due messages that may be done in company, by topic: `FOR UPDATE SKIP LOCKED`, so that two relays never
    meet. `lease_seconds` is the first lease of a message."""
    return _claim(lease_seconds, limit, alone=False)


def claim_alone(*, lease_seconds: int, limit: int = 100) -> dict[str, list[int]]:
    """The same for messages that were handed over twice or have failed: each is to be a task of its own."""
    return _claim(lease_seconds, limit, alone=True)


def _claim(lease_seconds: int, limit: int, *, alone: bool) -> dict[str, list[int]]:
    claimed: dict[str, list[int]] = defaultdict(list)
    found = prepared.execute(CLAIM, {**_limits(), "lease": lease_seconds, "limit": limit, "alone": alone})
    for topic, message_id in sorted(found):
        claimed[topic].append(message_id)
    return dict(claimed)


def in_company(topic: str, message_ids: Sequence[int], *, limit: int = 500) -> list[int]:
    """These messages, and with them what else of the topic may be done in company by now, handed over or not: under
    load a task does what the tasks behind it were to do, and they find it done."""
    others = prepared.execute(COMPANY, {"topic": topic, "limit": limit})
    return sorted({*message_ids, *(message_id for (message_id,) in others)})


def _limits() -> dict[str, Any]:
    return {
        "tries": settings.OUTBOX_TRIES,
        "pauses": list(settings.OUTBOX_PAUSES),
        "longest_lease": settings.OUTBOX_LONGEST_LEASE_SECONDS,
        "longest_pause": max(settings.OUTBOX_PAUSES) * 1.25,
    }


def work_off(message_ids: Sequence[int], effect: Callable[[list[int]], object], *, alone: bool) -> None:
    """Have `effect` do what these messages ask and mark them done; it may be asked twice, and in any order.

    All at once; when that fails, half by half down to what fails alone, which is noted with its error and raises
    nothing: one message never keeps another from being done. With `alone`, one at a time from the start.
    """
    if not alone:
        try:
            effect(list(message_ids))
            return
        except Exception as error:
            log.warning("outbox.apart", messages=len(message_ids), error=in_a_line(error))
        if len(message_ids) > 1:
            middle = len(message_ids) // 2
            work_off(message_ids[:middle], effect, alone=middle == 1)
            work_off(message_ids[middle:], effect, alone=len(message_ids) - middle == 1)
            return
    for message_id in message_ids:
        if _begin(message_id):
            try:
                effect([message_id])
            except Exception as error:
                log.exception("outbox.failed", message=message_id)
                _note(message_id, error)


def _begin(message_id: int) -> bool:
    """Note a try, as failed until it is done; False when there is nothing to try now: it is done, somebody is at it,
    it is dead, or its pause is not over."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, {**_limits(), "id": message_id, "silent": SILENT})
        return bool(cursor.rowcount)


def _note(message_id: int, error: Exception) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_outboxmessage SET last_error = %s, claimed_until = NULL"
            " WHERE id = %s AND done_at IS NULL",
            [in_a_line(error), message_id],
        )


def in_a_line(error: Exception) -> str:
    """Type and first line of an error, at most 300 characters, without what an address has before its @."""
    said = (str(error).strip().splitlines() or [""])[0]
    return f"{type(error).__name__}: {re.sub(r'//[^/@ ]*@', '//…@', said)}".rstrip(": ")[:300]


def hold(message_ids: Sequence[int]) -> list[Held]:
    """Of these messages, those that are not done and that no other transaction holds, locked until this one ends."""
    held = prepared.execute(HOLD, {"ids": list(message_ids)})
    return [Held(message, role, json.loads(payload)) for message, role, payload in held]


def mark_done(messages: Sequence[Held]) -> None:
    """Note, in the transaction of the effect, that these messages are fulfilled, and how long that took."""
    prepared.execute(DONE, {"ids": [message.id for message in messages]})


def extend_lease(message_id: int, *, seconds: int) -> None:
    """Keep a message whose work takes longer than a lease; in a transaction of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_outboxmessage SET claimed_until = clock_timestamp() + make_interval(secs => %s)"
            " WHERE id = %s AND done_at IS NULL",
            [min(seconds, settings.OUTBOX_LONGEST_LEASE_SECONDS), message_id],
        )


def postpone(message_ids: Sequence[int], *, seconds: float, why: str) -> None:
    """Leave messages alone for so long, an hour at most: what keeps them is no fault of theirs, and no try of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_outboxmessage SET failures = greatest(failures - 1, 0),"
            " attempts = greatest(attempts - 1, 0), last_error = %s, claimed_until = NULL,"
            " retry_at = clock_timestamp() + make_interval(secs => %s) WHERE id = ANY(%s) AND done_at IS NULL",
            [why[:300], min(seconds, max(settings.OUTBOX_PAUSES)), list(message_ids)],
        )


def begin_anew(message_ids: Sequence[int]) -> None:
    """Let messages be tried as if they never had been, at once when the current transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_outboxmessage SET failures = 0, attempts = 0, claimed_until = NULL, retry_at = NULL"
            " WHERE id = ANY(%s) AND done_at IS NULL RETURNING pg_notify(%s, '')",
            [list(message_ids), dispatch.CHANNEL],
        )


def oldest_pending_seconds() -> float:
    """How long the message that is most overdue has been waiting, in seconds; 0 when none is.

    One that waits for its next try by plan is not overdue, and afterwards since that try was due; a dead one waits for
    a person. Neither does work under a lease that passes over the catalogue, nor a letter that was handed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(OLDEST, {**_limits(), "patient": list(PATIENT)})
        return float(cursor.fetchone()[0])
