"""How far rebuilds of the comparisons are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from assessments.enums import RebuildState, StepKind
from assessments.models import PeerRebuild


@dataclass(frozen=True)
class Progress:
    """Steps done of all, comparisons made so far, and what is being done in words, "" at the end."""

    done: int
    steps: int
    rows: int
    doing: str


def progress(rebuild: PeerRebuild) -> Progress:
    """How far a rebuild is."""
    counted = rebuild.steps.aggregate(
        done=Count("id", filter=Q(done_at__isnull=False)),
        steps=Count("id"),
        rows=Sum("rows", filter=Q(kind=StepKind.RANGE)),
    )
    next_kind = rebuild.steps.filter(done_at__isnull=True).order_by("kind").values_list("kind", flat=True).first()
    doing = "" if next_kind is None or rebuild.state != RebuildState.RUNNING else StepKind(next_kind).label
    return Progress(counted["done"], counted["steps"], counted["rows"] or 0, doing)


def latest() -> QuerySet[PeerRebuild]:
    """Rebuilds, the youngest first."""
    return PeerRebuild.objects.select_related("asked_by").order_by("-pk")
