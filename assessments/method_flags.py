"""Published decisions that a newly active method would move: flagged by a worker, over the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments import flags, outbox
from assessments.dry_runs import BATCH, gather
from assessments.enums import Clearance, FlagCause, MethodStatus, Status
from assessments.models import Assessment, Methodology, ReviewFlag
from assessments.scoring import Method
from assessments.scoring.dry_run import DryRun, Move


@transaction.atomic
def fulfil(message_id: int) -> int:
    """Flag what the method in force would move of what was decided under others; how many were flagged now.

    Done together with its message. A method that is not in force any more by then flags nothing: the next one does.
    """
    held = outbox.hold([message_id])
    raised: list[int] = []
    for message in held:
        active = Methodology.objects.filter(pk=message.payload["methodology"], status=MethodStatus.ACTIVE).first()
        if active is not None:
            raised = _flag(active)
    outbox.mark_done(held)
    return len(raised)


def _flag(active: Methodology) -> list[int]:
    now = timezone.now()
    outdated = ReviewFlag.objects.filter(cause=FlagCause.METHOD, cleared_at__isnull=True)
    outdated.exclude(methodology=active).update(cleared_at=now, clearance=Clearance.RECEDED)
    decided = Assessment.objects.filter(status=Status.PUBLISHED).exclude(methodology=active)
    # A flag of this method stands or was dealt with.
    fresh = decided.exclude(flags__methodology=active)
    ids = list(fresh.order_by("pk").values_list("pk", flat=True))
    made = [
        ReviewFlag(
            assessment_id=move.id, cause=FlagCause.METHOD, methodology=active, detail=detail(move), raised_at=now
        )
        for move in moved(active.method, ids)
    ]
    ReviewFlag.objects.bulk_create(made, batch_size=BATCH)
    raised = [flag.pk for flag in made]
    flags.announce(raised)
    return raised


def moved(method: Method, ids: list[int]) -> Iterator[Move]:
    """The published versions whose formula score, under this method, moves by more than its tolerance, or whose zone or
    label would be another; those that it cannot score at all as well."""
    for move in DryRun(method, gather(method, ids)).moves():
        difference = move.difference
        relabelled = move.zone[0] != move.zone[1] or move.label[0] != move.label[1]
        if relabelled or difference is None or abs(difference) > method.tolerance:
            yield move


def detail(move: Move) -> dict[str, Any]:
    """What a flag keeps of a move."""
    before, after = move.score
    return {
        "was": str(before),
        "now": None if after is None else str(after),
        "label_was": move.label[0],
        "label_now": move.label[1],
    }
