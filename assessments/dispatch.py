"""The only place that hands work to the background, and only on commit.

Business code calls `outbox.request`, which announces itself by ANNOUNCE; the relay calls `send_on_commit`. Nothing else
in the code base talks to Celery's producer.
"""

from __future__ import annotations

from functools import partial

from celery import current_app
from django.db import transaction

CHANNEL = "aijri_outbox"
RECOMPUTE = "assessments.recompute_peers"
REBUILD = "assessments.rebuild_peers"
DRY_RUN = "assessments.dry_run"
FLAG_BY_METHOD = "assessments.flag_by_method"
DUMP = "assessments.dump"
TELL = "reviews.tell"
MAIL = "reviews.mail"
BEAT = "assessments.beat"
# Topics whose messages are done together, in one task: many of them at once are less work than one by one.
TOGETHER = (RECOMPUTE, TELL, MAIL)
# An expression that wakes the relay when its transaction commits (PostgreSQL delivers NOTIFY at commit, or never).
ANNOUNCE = f"pg_notify('{CHANNEL}', '')"


def send_on_commit(task: str, *arguments: object, expires: float | None = None) -> None:
    """Publish `task` to the broker once the current transaction has committed.

    A broker that is away raises here, after the commit: the message keeps its lease and is claimed again when it ends.
    """
    transaction.on_commit(partial(_send, task, arguments, expires))


def _send(task: str, arguments: tuple[object, ...], expires: float | None) -> None:
    current_app.send_task(task, args=arguments, expires=expires, retry=False, ignore_result=True)
