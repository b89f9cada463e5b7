"""What the Celery worker runs. Each task is one call down or one mark; all of it may be repeated."""

from __future__ import annotations

import time

from celery import shared_task
from django.core.cache import cache

from assessments import peers
from assessments.dispatch import BEAT, RECOMPUTE

WORKER_MARK = "beat:worker"
RELAY_MARK = "beat:relay"
MARK_SECONDS = 60


@shared_task(name=RECOMPUTE)  # type: ignore[untyped-decorator]
def recompute_peers(message_ids: list[int]) -> None:
    """Fulfil these outbox messages: effect and done-mark in one transaction."""
    peers.fulfil(message_ids)


@shared_task(name=BEAT)  # type: ignore[untyped-decorator]
def beat() -> None:
    """Prove that a task gets from the relay through the broker to a worker: `/readyz` reads the mark."""
    cache.set(WORKER_MARK, time.time(), MARK_SECONDS)
