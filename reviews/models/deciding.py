"""Reviews of submissions, the verdicts on them, who is on them, what is said about them, and what bars a reviewer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from assessments.enums import Outcome
from assessments.models import Assessment, Methodology, Role


class ReviewState(models.TextChoices):
    OPEN = "open", "Open"
    DECIDED = "decided", "Decided"
    RETURNED = "returned", "Returned"
    RECALLED = "recalled", "Recalled"


class Review(models.Model):
    """The review of one submission: of one content hash under one method version, neither of which can move."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reviews")
    content_hash = models.CharField(max_length=64)
    methodology = models.ForeignKey(Methodology, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=ReviewState, default=ReviewState.OPEN)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"],
                condition=Q(state=ReviewState.OPEN),
                name="one_open_review_per_assessment",
            ),
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.OPEN, closed_at__isnull=True)
                | (~Q(state=ReviewState.OPEN) & Q(closed_at__isnull=False)),
                name="review_closed_when_it_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["submitted_at"], condition=Q(state="open"), name="open_reviews_by_age")]

    def __str__(self) -> str:
        return f"Review of {self.assessment}"


class Verdict(models.Model):
    """One reviewer's decision on one review. Append-only; a contributor's is refused by the database too."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="verdicts")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="verdicts")
    outcome = models.CharField(max_length=20, choices=Outcome)
    rationale = models.TextField()
    content_hash = models.CharField(max_length=64)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "reviewer"], name="one_verdict_per_reviewer"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="verdict_outcome_known"),
            models.CheckConstraint(condition=~Q(rationale=""), name="verdict_has_a_rationale"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.get_outcome_display()}"


class Claim(models.Model):
    """ "I am on it": bars nobody, several may hold one, and it runs out by itself. One row a reviewer and review: what
    it was before is in the ledger."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="claims")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="claims")
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "reviewer"], name="one_claim_per_reviewer")]

    def __str__(self) -> str:
        return f"{self.reviewer} on {self.review}"


class Assignments(models.QuerySet["Assignment"]):
    """What is asked of reviewers."""

    def overdue(self, at: datetime) -> Assignments:
        """Those whose due date is past though the review is open and the reviewer gave no verdict."""
        given = Verdict.objects.filter(review=OuterRef("review"), reviewer=OuterRef("reviewer"))
        return self.filter(~Exists(given), ended_at=None, due_at__lt=at, review__state=ReviewState.OPEN)


class Assignment(models.Model):
    """A reviewer who is asked for a verdict on a review until `due_at`. It ends by being taken back, or stands and is
    done when the reviewer gave a verdict or the review closed."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    due_at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    objects = Assignments.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "reviewer"], name="one_assignment_per_reviewer")]
        indexes = [models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="assignments_by_due_date")]

    def __str__(self) -> str:
        return f"{self.review} for {self.reviewer}"


class Seen(models.Model):
    """A reviewer had this content of an assessment before them, last at `at`."""

    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reviewer", "assessment", "content_hash"], name="seen_once")]

    def __str__(self) -> str:
        return f"{self.reviewer} saw {self.content_hash[:12]}"


class Comment(models.Model):
    """A remark on a section or a row of an assessment, or a reply to one. It stays with the assessment through every
    return; its text never changes. `path` is where it stood when it was written, `anchor` the name of the row then, by
    which the row is found again when rows have moved. Only a thread's first comment is resolved."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    path = models.CharField(max_length=80, blank=True)
    anchor = models.TextField(blank=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(resolved_by__isnull=True, resolved_at__isnull=True)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False, parent__isnull=True),
                name="comment_resolved_by_somebody_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} on {self.assessment}"


class Interest(models.Model):
    """A reviewer's declared conflict of interest, for one role or one family, until it expires."""

    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="interests")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, related_name="interests")
    family = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500)
    declared_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__isnull=False, family="") | (Q(role__isnull=True) & ~Q(family="")),
                name="interest_in_a_role_or_a_family",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.role or self.family}"
