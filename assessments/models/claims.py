"""What reviewers claim of the scores of two roles, and where the published scores break it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from assessments.enums import BreachClearance, ClaimKind, ClaimState
from assessments.models.roles import Role


class CalibrationClaim(models.Model):
    """A reviewer's claim, with the reason, that `a` scores at least as high as `b`, or that the two lie no further than
    `distance` points apart (`within`, which reads the same from either side). It stands until it is withdrawn, once,
    and is never changed otherwise (trigger)."""

    kind = models.CharField(max_length=20, choices=ClaimKind)
    a = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="claims_above")
    b = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="claims_below")
    distance = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    reason = models.TextField()
    state = models.CharField(max_length=20, choices=ClaimState, default=ClaimState.STANDING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calibration_claims")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["a", "b"], condition=Q(state=ClaimState.STANDING, kind=ClaimKind.AT_LEAST), name="claim_once"
            ),
            models.UniqueConstraint(
                Least("a", "b"),
                Greatest("a", "b"),
                condition=Q(state=ClaimState.STANDING, kind=ClaimKind.WITHIN),
                name="claim_once_from_either_side",
            ),
            models.CheckConstraint(condition=~Q(a=F("b")), name="claim_never_of_itself"),
            models.CheckConstraint(condition=~Q(reason=""), name="claim_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind=ClaimKind.AT_LEAST, distance__isnull=True)
                # What is null would make a check neither true nor false, and so hold.
                | Q(kind=ClaimKind.WITHIN, distance__isnull=False, distance__gt=0, distance__lte=100),
                name="claim_within_a_distance",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=ClaimState.STANDING,
                    withdrawn_by__isnull=True,
                    withdrawn_at__isnull=True,
                    withdrawal_reason="",
                )
                | Q(state=ClaimState.WITHDRAWN, withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                & ~Q(withdrawal_reason=""),
                name="claim_withdrawn_by_somebody_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["a"], condition=Q(state="standing"), name="standing_claims_of_a"),
            models.Index(fields=["b"], condition=Q(state="standing"), name="standing_claims_of_b"),
        ]

    def __str__(self) -> str:
        return f"{self.a} {self.relation} {self.b}"

    @property
    def relation(self) -> str:
        """What stands between the two names: "≥", or "within 5.0 of"."""
        return "≥" if self.kind == ClaimKind.AT_LEAST else f"within {self.distance} of"


class ClaimBreach(models.Model):
    """An open item: the published scores break a claim. `a_score` and `b_score` are those it was raised at, `a_now` and
    `b_now` those of the latest recompute. It is `owner`'s to look at, any reviewer's where that is null or nobody who
    reviews any more. Cleared once: the scores mended, the claim was withdrawn, or its owner accepted these scores; the
    same scores are then not raised again. One open breach a claim."""

    claim = models.ForeignKey(CalibrationClaim, on_delete=models.PROTECT, related_name="breaches")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="breaches")
    raised_at = models.DateTimeField()
    a_score = models.DecimalField(max_digits=4, decimal_places=1)
    b_score = models.DecimalField(max_digits=4, decimal_places=1)
    a_now = models.DecimalField(max_digits=4, decimal_places=1)
    b_now = models.DecimalField(max_digits=4, decimal_places=1)
    cleared_at = models.DateTimeField(null=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    clearance = models.CharField(max_length=20, choices=BreachClearance, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"], condition=Q(cleared_at__isnull=True), name="one_open_breach_per_claim"
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, clearance="", cleared_by__isnull=True, reason="")
                | Q(cleared_at__isnull=False, clearance=BreachClearance.MENDED, cleared_by__isnull=True, reason="")
                | Q(
                    cleared_at__isnull=False,
                    clearance__in=[BreachClearance.WITHDRAWN, BreachClearance.ACCEPTED],
                    cleared_by__isnull=False,
                )
                & ~Q(reason=""),
                name="breach_cleared_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"Breach of {self.claim}"
