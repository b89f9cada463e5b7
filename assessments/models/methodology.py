"""Versions of the method: all constants, ranges, rubrics and rules as data."""

from __future__ import annotations

from django.db import models
from django.utils.functional import cached_property

from assessments import scoring
from assessments.enums import MethodStatus
from assessments.models.tracking import history


class Methodology(models.Model):
    """One version of the method. At most one is active; every assessment keeps the one it was scored with."""

    version = models.CharField(max_length=20, unique=True)
    status = models.CharField(max_length=20, choices=MethodStatus, default=MethodStatus.DRAFT)
    definition = models.JSONField()
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    history = history()

    class Meta:
        verbose_name_plural = "methodologies"
        constraints = [
            models.UniqueConstraint(
                fields=["status"],
                condition=models.Q(status=MethodStatus.ACTIVE),
                name="one_active_methodology",
            )
        ]

    def __str__(self) -> str:
        return f"Method {self.version}"

    @cached_property
    def method(self) -> scoring.Method:
        """The definition as the value that `scoring` works with."""
        return scoring.Method.from_definition(self.definition)
