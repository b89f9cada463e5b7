"""The outbox relay: hands committed work to the broker, and ticks.

It sleeps on PostgreSQL's NOTIFY and wakes at least once a second to claim again what was claimed and never finished.
Any number of relays may run; the row locks of `outbox.claim` keep them apart.
"""

from __future__ import annotations

import time

import psycopg
import redis
import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone
from kombu.exceptions import KombuError

from assessments import dispatch, outbox, pages
from assessments.actions import dumping
from assessments.tasks import MARK_SECONDS, RELAY_MARK
from reviews.notifications import events, letters

BEAT_SECONDS = 2.0
DIGEST_SECONDS = 60.0
TROUBLE = (DatabaseError, psycopg.Error, redis.RedisError, KombuError, OSError)
log = structlog.get_logger()


def pass_on(*, lone: bool = True) -> int:
    """Claim what is due and send it once the claim is committed: one task a topic, and one for each message that has to
    be done alone (unless `lone` is false); how many messages that was.

    When the broker is away the send raises after the commit: the lease runs out and the messages are claimed again.
    """
    lease = settings.OUTBOX_LEASE_SECONDS
    # A claim is one statement, and committed with it.
    together = outbox.claim(lease_seconds=lease)
    for topic, message_ids in together.items():
        for task in [message_ids] if topic in dispatch.TOGETHER else [[each] for each in message_ids]:
            dispatch.send_on_commit(topic, task)
    if not lone:
        return sum(len(message_ids) for message_ids in together.values())
    alone = outbox.claim_alone(lease_seconds=lease)
    for topic, message_ids in alone.items():
        for message_id in message_ids:
            dispatch.send_on_commit(topic, [message_id], True)
    return sum(len(message_ids) for claimed in (together, alone) for message_ids in claimed.values())


def tick() -> None:
    """Mark the relay alive and send the beat that marks the worker alive."""
    cache.set(RELAY_MARK, time.time(), MARK_SECONDS)
    dispatch.send_on_commit(dispatch.BEAT, expires=BEAT_SECONDS * 3)


def listen() -> None:
    """Subscribe this connection to the outbox's NOTIFY. A lease that a crash forgets is only taken again: no claim
    waits for the disk."""
    connection.ensure_connection()
    connection.connection.execute("SET synchronous_commit = off")
    connection.connection.execute(f"LISTEN {dispatch.CHANNEL}")


def wait(seconds: float) -> None:
    """Sleep until a message is announced, at most `seconds`."""
    for _ in connection.connection.notifies(timeout=seconds, stop_after=1):
        pass


def run_forever() -> None:
    """Relay until the process is ended; trouble with database or broker is waited out, never fatal."""
    lone_due = 0.0
    beat_due = 0.0
    digests_due = 0.0
    listening = False
    while True:
        try:
            if not listening:
                listen()
                # After trouble nothing is claimed before the broker takes a beat: its absence uses up no lease.
                tick()
                listening = True
            # What has failed or is overdue waits for the next tick; what was just asked for does not wait for it.
            pass_on(lone=time.monotonic() >= lone_due)
            if time.monotonic() >= lone_due:
                lone_due = time.monotonic() + settings.OUTBOX_TICK_SECONDS
            if time.monotonic() >= beat_due:
                beat_due = time.monotonic() + BEAT_SECONDS
                tick()
            if time.monotonic() >= digests_due:
                digests_due = time.monotonic() + DIGEST_SECONDS
                letters.gather_digests(at=timezone.now())
                events.remind(at=timezone.now())
                pages.tidy()
                dumping.ask_daily(at=timezone.now())
            wait(settings.OUTBOX_TICK_SECONDS)
        except TROUBLE as trouble:
            log.warning("relay.trouble", error=str(trouble)[:200], kind=type(trouble).__name__)
            connection.close()
            listening = False
            time.sleep(0.5)
