"""Versions of the method: all constants, ranges, rubrics and rules as data."""

from __future__ import annotations

import functools
import hashlib
import json

import rfc8785
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from assessments import scoring
from assessments.enums import MethodStatus
from assessments.models.tracking import history


class Methodology(models.Model):
    """One version of the method. At most one is active; every assessment keeps the one it was scored with.

    `note` says, for readers, what the version changes and why. What was ever in force never changes again (trigger).
    """

    version = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=20, choices=MethodStatus, default=MethodStatus.DRAFT)
    definition = models.JSONField()
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        verbose_name_plural = "methodologies"
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status=MethodStatus.ACTIVE),
                name="one_active_methodology",
            )
        ]

    def __str__(self) -> str:
        return f"Method {self.version}"

    @cached_property
    def method(self) -> scoring.Method:
        """The definition as the value that `scoring` works with; each definition is read once a process."""
        return _method_of(json.dumps(self.definition))

    @property
    def definition_hash(self) -> str:
        """SHA-256 (hex) of the definition as RFC 8785 JSON: what an edit or an approval was made on."""
        return hashlib.sha256(rfc8785.dumps(self.definition)).hexdigest()


@functools.lru_cache(maxsize=32)
def _method_of(definition: str) -> scoring.Method:
    return scoring.Method.from_definition(json.loads(definition))


class MethodApproval(models.Model):
    """An administrator's word, with a reason, for bringing exactly this definition into force. Append-only; two of
    different administrators activate a version (trigger)."""

    methodology = models.ForeignKey(Methodology, on_delete=models.PROTECT, related_name="approvals")
    administrator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    definition = models.JSONField()
    reason = models.TextField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="method_approval_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.administrator} for {self.methodology}"


class DryRun(models.Model):
    """A definition against every published assessment: asked for, run by a worker, kept as the version's release notes.

    `report` is that of `scoring.dry_run` with the roles named; `moves` is a gzipped CSV with a line for every role that
    would move or whose decision would be in doubt. Once finished the row never changes (trigger).
    """

    methodology = models.ForeignKey(Methodology, on_delete=models.PROTECT, related_name="dry_runs")
    definition = models.JSONField()
    against = models.ForeignKey(Methodology, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    report = models.JSONField(null=True)
    moves = models.BinaryField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["methodology"], condition=Q(finished_at__isnull=True), name="one_running_dry_run_per_method"
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(report__isnull=False) | ~Q(failure=""),
                name="finished_dry_run_has_a_report_or_a_failure",
            ),
        ]

    def __str__(self) -> str:
        return f"Dry run of {self.methodology}"
