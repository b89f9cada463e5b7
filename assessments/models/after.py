"""What may happen to a published decision: it comes to require review, or is retracted by two administrators."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.enums import Clearance, FlagCause, RetractionState
from assessments.models.assessment import Assessment
from assessments.models.methodology import Methodology
from assessments.models.roles import Role


class Retraction(models.Model):
    """A proposal to retract a published version: one administrator's, with a reason, until another confirms it with
    theirs, somebody withdraws it, or a later version overtakes it. Closed once, and never changed again (trigger);
    neither of the two contributed to the version."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="retractions")
    state = models.CharField(max_length=20, choices=RetractionState, default=RetractionState.OPEN)
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"],
                condition=Q(state__in=[RetractionState.OPEN, RetractionState.CONFIRMED]),
                name="one_retraction_per_assessment",
            ),
            models.CheckConstraint(condition=Q(state__in=RetractionState.values), name="retraction_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="retraction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state=RetractionState.OPEN, closed_at__isnull=True, closed_by__isnull=True, answer="")
                | (
                    ~Q(state=RetractionState.OPEN) & Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(answer="")
                ),
                name="retraction_closed_by_somebody_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=RetractionState.CONFIRMED) | ~Q(closed_by=F("proposed_by")),
                name="retraction_takes_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"Retraction of {self.assessment}"


class ReviewFlag(models.Model):
    """A published decision requires review, and why: `peer` moved (for a quote or a relation) or `methodology` came
    into force. `detail` has what the decision rested on (`was`) and what that is now (`now`; null where it is gone), as
    decimals in texts; of a method also both labels. One open flag for each thing that moved; cleared once."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="flags")
    cause = models.CharField(max_length=20, choices=FlagCause)
    peer = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, related_name="+")
    methodology = models.ForeignKey(Methodology, on_delete=models.PROTECT, null=True, related_name="+")
    detail = models.JSONField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    clearance = models.CharField(max_length=20, choices=Clearance, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "cause", "peer", "methodology"],
                condition=Q(cleared_at__isnull=True),
                nulls_distinct=False,
                name="one_open_flag_per_thing_that_moved",
            ),
            models.CheckConstraint(
                condition=Q(cause=FlagCause.METHOD, peer__isnull=True, methodology__isnull=False)
                | Q(cause__in=[FlagCause.QUOTE, FlagCause.RELATION], peer__isnull=False, methodology__isnull=True),
                name="flag_names_what_moved",
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, clearance="", cleared_by__isnull=True)
                | Q(cleared_at__isnull=False, clearance__in=Clearance.values),
                name="flag_cleared_somehow",
            ),
            models.CheckConstraint(
                condition=~Q(clearance=Clearance.REAFFIRMED) | (Q(cleared_by__isnull=False) & ~Q(reason="")),
                name="flag_reaffirmed_by_somebody_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-raised_at"], condition=Q(cleared_at__isnull=True), name="open_flags_by_age"),
            models.Index(fields=["peer"], condition=Q(cleared_at__isnull=True), name="open_flags_of_peer"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment}: {self.get_cause_display()}"
