"""Assessments: one JSON document each, the figures that follow from it, and the decision that published it."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from assessments.enums import OPEN, PUBLIC, ChangeReason, Kind, Outcome, Status, Zone
from assessments.models.methodology import Methodology
from assessments.models.roles import Role, named
from assessments.models.tracking import history
from assessments.scoring.words import Words

# The columns that stand beside the document: exact values of `scoring.Figures`, by the same names.
FIGURE_COLUMNS = (
    "weighted_total",
    "task_resistance",
    "evidence_total",
    "barrier_total",
    "growth",
    "raw",
    "formula_score",
)


class Standing(NamedTuple):
    """What a person is to one assessment: whether they contributed, write along, or have an open invitation to."""

    person: int
    contributed: bool
    writes_along: bool
    invited: bool


class Assessment(models.Model):
    """One version of one role's assessment.

    `document` is the only thing people author. `figures` (the Figures shape of the contract) and the columns below it
    are computed from it in the same write and are null while the document has gaps; `published_*` are set by the
    decision. Once published the row changes only by the forward moves of `transitions` (database triggers).
    """

    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField()
    methodology = models.ForeignKey(Methodology, on_delete=models.PROTECT, related_name="assessments")
    kind = models.CharField(max_length=20, choices=Kind)
    change_reason = models.CharField(max_length=30, choices=ChangeReason)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    document = models.JSONField(encoder=DjangoJSONEncoder)
    content_hash = models.CharField(max_length=64)
    figures = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    weighted_total = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    task_resistance = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    evidence_total = models.SmallIntegerField(null=True)
    barrier_total = models.SmallIntegerField(null=True)
    growth = models.SmallIntegerField(null=True)
    raw = models.DecimalField(max_digits=14, decimal_places=10, null=True)
    formula_score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    published_score = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    published_zone = models.CharField(max_length=10, choices=Zone, blank=True)
    published_sub_label = models.CharField(max_length=30, blank=True)
    published_label = models.CharField(max_length=60, blank=True)

    history = history()
    # What the person who read this row is to it, where it was read for somebody (`access.require_visible`).
    standing: Standing | None = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "number"], name="assessment_number_once"),
            models.UniqueConstraint(fields=["role"], condition=Q(status__in=OPEN), name="one_open_assessment_per_role"),
            models.UniqueConstraint(
                fields=["role"],
                condition=Q(status=Status.PUBLISHED),
                name="one_published_assessment_per_role",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="assessment_status_known"),
            models.CheckConstraint(
                condition=~Q(status__in=PUBLIC)
                | Q(published_score__isnull=False, published_at__isnull=False, figures__isnull=False),
                name="published_assessment_has_score_figures_and_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=PUBLIC) | Q(published_score__isnull=True, published_at__isnull=True),
                name="unpublished_assessment_has_no_score",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_score", "id"],
                condition=Q(status=Status.PUBLISHED),
                name="published_by_score",
            ),
            models.Index(fields=["-published_at"], condition=Q(status=Status.PUBLISHED), name="published_by_time"),
            # Feeds: what was told of last, whatever became of it since.
            models.Index(fields=["-published_at"], condition=Q(published_at__isnull=False), name="public_by_time"),
            models.Index(fields=["-retracted_at"], condition=Q(retracted_at__isnull=False), name="retracted_by_time"),
            # Who has nearly the same four factors: `queries.suggestions` walks it from one place outwards.
            models.Index(
                fields=["evidence_total", "barrier_total", "growth", "task_resistance"],
                include=["role"],
                condition=Q(status=Status.PUBLISHED),
                name="published_by_factors",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} v{self.number}"

    @property
    def own_title(self) -> str:
        """What its own document calls the role, whatever that is called by now."""
        return str(self.document["role"]["title"])

    @property
    def own_seniority(self) -> str:
        """The level that its own document speaks of."""
        return str(self.document["role"]["seniority"])

    @property
    def own_name(self) -> str:
        """Both in words. Whatever is of a version is named so, and never changes."""
        return named(self.own_title, self.own_seniority)


class Contribution(models.Model):
    """Somebody saved something of this version: they never decide on it (invariant 3). Append-only."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="contributions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="contributions")
    first_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "user"], name="contribution_once")]

    def __str__(self) -> str:
        return f"{self.user} on {self.assessment}"


class Decision(models.Model):
    """What the review came to: exactly one per published version, never changed (invariant 7)."""

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=20, choices=Outcome)
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    concurring = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    role_held = models.CharField(max_length=20)
    decided_at = models.DateTimeField()
    methodology = models.ForeignKey(Methodology, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    formula_score = models.DecimalField(max_digits=4, decimal_places=1)
    formula_zone = models.CharField(max_length=10)
    formula_label = models.CharField(max_length=60)
    published_score = models.DecimalField(max_digits=4, decimal_places=1)
    published_zone = models.CharField(max_length=10)
    published_label = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        Outcome.FORMULA_ACCEPTED,
                        Outcome.OVERRIDE_ACCEPTED,
                        Outcome.OVERRIDE_DECLINED,
                    ]
                ),
                name="decision_outcome_publishes",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.OVERRIDE_ACCEPTED) | Q(published_score=models.F("formula_score")),
                name="only_an_accepted_override_moves_the_score",
            ),
            models.CheckConstraint(
                condition=Q(concurring__isnull=True) | ~Q(concurring=models.F("decided_by")),
                name="two_deciders_are_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.statement

    @property
    def statement(self) -> Words:
        """What a page says of the decision, in the words of DESIGN "States"."""
        if self.outcome == Outcome.FORMULA_ACCEPTED:
            return Words("None — formula score accepted")
        if self.outcome == Outcome.OVERRIDE_DECLINED:
            return Words("Override declined — formula score stands")
        return Words(
            "Adjusted to {score} ({difference})",
            score=self.published_score,
            difference=f"{self.published_score - self.formula_score:+}",
        )
