"""What the Celery worker runs that may take minutes. Apart from `tasks`, which every process imports, for the numpy it
brings along."""

from __future__ import annotations

from assessments import dry_runs, dumps, method_flags, rebuilds
from assessments.dispatch import DRY_RUN, DUMP, FLAG_BY_METHOD, REBUILD
from assessments.tasks import on_messages

SECONDS = 3600


@on_messages(DRY_RUN, time_limit=SECONDS, soft_time_limit=SECONDS - 60)
def dry_run(message_ids: list[int]) -> None:
    """Run the methods on trial that these outbox messages name."""
    for message_id in message_ids:
        dry_runs.fulfil(message_id)


@on_messages(FLAG_BY_METHOD, time_limit=SECONDS, soft_time_limit=SECONDS - 60)
def flag_by_method(message_ids: list[int]) -> None:
    """Flag the published decisions that a newly active method would move."""
    for message_id in message_ids:
        method_flags.fulfil(message_id)


@on_messages(REBUILD, time_limit=SECONDS, soft_time_limit=SECONDS - 60)
def rebuild_peers(message_ids: list[int]) -> None:
    """Take some steps of the rebuild of all comparisons."""
    for message_id in message_ids:
        rebuilds.fulfil(message_id)


@on_messages(DUMP, time_limit=SECONDS, soft_time_limit=SECONDS - 60)
def dump(message_ids: list[int]) -> None:
    """Write the dumps of the catalogue that these outbox messages name."""
    for message_id in message_ids:
        dumps.fulfil(message_id)
