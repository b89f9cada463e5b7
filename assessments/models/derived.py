"""What follows from published assessments and can be rebuilt at will: quotes, comparisons, standing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from assessments.enums import RelationKind
from assessments.models.assessment import Assessment
from assessments.models.roles import Role


class PeerQuote(models.Model):
    """Another role's score as this published document quotes it; `role` is null while nobody bears the name."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="quotes")
    section = models.CharField(max_length=80)
    role_title = models.CharField(max_length=200)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, related_name="quoted_in")
    score = models.DecimalField(max_digits=4, decimal_places=1)
    label = models.CharField(max_length=60, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(Lower("role_title"), name="quote_title", condition=Q(role__isnull=True))]

    def __str__(self) -> str:
        return f"{self.role_title} ({self.score})"


class PeerComparison(models.Model):
    """How `role` stands to `peer`, read from `role`: one row a direction of reading and kind.

    The seven parts add up to `difference` exactly (METHOD "Attribution"). Written only by `peers`, from relations whose
    keys the database checks: here it checks none, which would cost as much as the rows themselves.
    """

    pk = models.CompositePrimaryKey("role_id", "peer_id", "kind")
    # The primary key begins with it, and so is its index.
    role = models.ForeignKey(
        Role, on_delete=models.PROTECT, related_name="comparisons", db_constraint=False, db_index=False
    )
    peer = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="compared_in", db_constraint=False)
    kind = models.CharField(max_length=20, choices=RelationKind)
    score = models.DecimalField(max_digits=4, decimal_places=1)
    peer_score = models.DecimalField(max_digits=4, decimal_places=1)
    difference = models.DecimalField(max_digits=5, decimal_places=1)
    zone = models.CharField(max_length=10)
    peer_zone = models.CharField(max_length=10)
    label = models.CharField(max_length=60)
    peer_label = models.CharField(max_length=60)
    task = models.DecimalField(max_digits=9, decimal_places=4)
    evidence = models.DecimalField(max_digits=9, decimal_places=4)
    barriers = models.DecimalField(max_digits=9, decimal_places=4)
    growth = models.DecimalField(max_digits=9, decimal_places=4)
    override = models.DecimalField(max_digits=9, decimal_places=4)
    method = models.DecimalField(max_digits=9, decimal_places=4)
    rounding = models.DecimalField(max_digits=9, decimal_places=4)
    inversion = models.BooleanField()
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.role} against {self.peer}: {self.difference:+}"


class Standing(models.Model):
    """What one published role currently adds to the counts below."""

    role = models.OneToOneField(Role, on_delete=models.PROTECT, primary_key=True, related_name="standing")
    score = models.DecimalField(max_digits=4, decimal_places=1)
    family = models.CharField(max_length=120, blank=True)
    zone = models.CharField(max_length=10)
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.role}: {self.score}"


class ScoreCount(models.Model):
    """How many published roles have one score, over all, in one family or in one zone.

    At most 1,001 rows a scope, so a rank is one short sum and a publication moves a handful of rows, never the
    catalogue. `moved` grows with every move, given by a trigger under the recompute's lock: later moves have higher
    numbers.
    """

    scope = models.CharField(max_length=10)
    key = models.CharField(max_length=120, blank=True)
    score = models.DecimalField(max_digits=4, decimal_places=1)
    roles = models.PositiveIntegerField()
    moved = models.BigIntegerField(db_default=0, db_index=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key", "score"], name="score_count_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key} {self.score}: {self.roles}"
