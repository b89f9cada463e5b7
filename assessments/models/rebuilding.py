"""A full rebuild of all comparisons: asked for, done in steps by workers, swapped in at the end."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.enums import RebuildState, StepKind


class PeerRebuild(models.Model):
    """One rebuild; `asked_by` is null where the command line asked. At most one is under way."""

    state = models.CharField(max_length=20, choices=RebuildState, default=RebuildState.RUNNING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=RebuildState.RUNNING), name="one_rebuild_under_way"
            ),
            models.CheckConstraint(condition=Q(state__in=RebuildState.values), name="rebuild_state_known"),
        ]

    def __str__(self) -> str:
        return f"Rebuild of {self.asked_at:%Y-%m-%d %H:%M}"


class RebuildStep(models.Model):
    """One part of a rebuild, done in one transaction by whichever worker takes it. A range is of roles by key, `low` ≤
    key < `high`; `rows` is how many comparisons it made."""

    rebuild = models.ForeignKey(PeerRebuild, on_delete=models.CASCADE, related_name="steps")
    kind = models.PositiveSmallIntegerField(choices=StepKind)
    low = models.BigIntegerField(default=0)
    high = models.BigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["rebuild", "kind", "id"], condition=Q(done_at__isnull=True), name="rebuild_step_left")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.low}–{self.high}"
