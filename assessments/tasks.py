"""What the Celery worker runs. Each task is one call down or one mark; all of it may be repeated."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from celery import Task, shared_task
from django.core.cache import cache
from django.db import close_old_connections, connection

from assessments import indexing, outbox, peers
from assessments.dispatch import BEAT, RECOMPUTE

WORKER_MARK = "beat:worker"
RELAY_MARK = "beat:relay"
MARK_SECONDS = 60


def on_messages(topic: str, *, company: bool = False, **options: Any) -> Callable[[Callable[[list[int]], object]], Any]:
    """Make a function over the ids of outbox messages the task of a topic; with `company` it does besides what waits of
    the same topic.

    One delivered again, because the worker that had it is lost, is done message by message: it may be what killed it.
    """

    def make(effect: Callable[[list[int]], object]) -> Any:
        def run(task: Task, message_ids: list[int], alone: bool = False) -> None:
            # A worker's connection is never in a transaction here, whoever calls the task elsewhere may be.
            if not connection.in_atomic_block:
                close_old_connections()
            again = (task.request.delivery_info or {}).get("redelivered", False)
            alone = alone or again
            if company and not alone:
                message_ids = outbox.in_company(topic, message_ids)
            outbox.work_off(message_ids, effect, alone=alone)

        return shared_task(run, name=topic, bind=True, **options)

    return make


@on_messages(RECOMPUTE, company=True)
def recompute_peers(message_ids: list[int]) -> None:
    """Fulfil these outbox messages: effect and done-mark in one transaction. Then the words and counts of what was
    published, which no neighbour waits for."""
    peers.fulfil(message_ids)
    indexing.catch_up()


@shared_task(name=BEAT)  # type: ignore[untyped-decorator]
def beat() -> None:
    """Prove that a task gets from the relay through the broker to a worker: `/readyz` reads the mark. And take up what
    waits to be indexed and was left behind."""
    cache.set(WORKER_MARK, time.time(), MARK_SECONDS)
    indexing.catch_up()
