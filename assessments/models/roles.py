"""Roles of the catalogue, the names they go by, and how they relate."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Lower

from assessments.enums import AliasOrigin, CodeScheme, Origin, RelationKind, RoleStatus, Tier
from assessments.models.tracking import history


def named(title: str, seniority: str) -> str:
    """A role in words: "Bell Tuner (Mid-level)"."""
    return f"{title} ({seniority})" if seniority else title


class Role(models.Model):
    """One role. (title, seniority) is unique whatever the case; the slug is its address."""

    slug = models.SlugField(max_length=420, unique=True)
    title = models.CharField(max_length=200)
    seniority = models.CharField(max_length=200, blank=True)
    family = models.CharField(max_length=120, blank=True)
    status = models.CharField(max_length=20, choices=RoleStatus, default=RoleStatus.ACTIVE)
    # What it was found to be the same as; that one is not merged itself.
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("title"), Lower("seniority"), name="role_title_and_seniority_once"),
            models.CheckConstraint(
                condition=Q(status=RoleStatus.MERGED, merged_into__isnull=False)
                | ~Q(status=RoleStatus.MERGED) & Q(merged_into=None),
                name="role_merged_into_one",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="role_never_merged_into_itself"),
        ]
        indexes = [models.Index(fields=["family"], name="role_family")]

    def __str__(self) -> str:
        return named(self.title, self.seniority)

    @property
    def public_id(self) -> str:
        """`R000001`: never reused, never renamed."""
        return f"R{self.pk:06d}"


class FormerAddress(models.Model):
    """The address that a role had before it was renamed: it leads on to the role, and is no other's ever after."""

    slug = models.SlugField(max_length=420, unique=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="former_addresses")
    left_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug


class RoleCode(models.Model):
    """What a classification outside calls a role: the occupation's code, which is its identity from release to
    release, with title, description and job zone (1…5, null where none is given) as the last release read has them."""

    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="codes")
    scheme = models.CharField(max_length=20, choices=CodeScheme)
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    job_zone = models.PositiveSmallIntegerField(null=True)
    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="role_code_once"),
            models.CheckConstraint(condition=models.Q(scheme__in=CodeScheme.values), name="role_code_scheme_known"),
            models.CheckConstraint(condition=models.Q(job_zone__range=(1, 5)), name="role_code_job_zone_range"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class RoleAlias(models.Model):
    """Another name of a role. The same name may belong to several roles: a match needs it to be unambiguous."""

    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="aliases")
    text = models.CharField(max_length=200)
    origin = models.CharField(max_length=20, choices=AliasOrigin, default=AliasOrigin.PERSON)
    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint("role", Lower("text"), name="role_alias_once"),
            models.CheckConstraint(condition=models.Q(origin__in=AliasOrigin.values), name="role_alias_origin_known"),
        ]
        # By these operators it answers what a name is and what it begins with: `queries.search`.
        indexes = [models.Index(OpClass(Lower("text"), name="text_pattern_ops"), name="role_alias_text")]

    def __str__(self) -> str:
        return self.text


class RoleRelation(models.Model):
    """A directed, typed relation: `source` is `kind` of/from `target`.

    Of the related occupations of O*NET also how near: `tier`, and `index` from 1, the nearest, to 20; null for others.
    """

    source = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="relations_out")
    target = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="relations_in")
    kind = models.CharField(max_length=20, choices=RelationKind)
    note = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=20, choices=Origin)
    tier = models.CharField(max_length=20, choices=Tier, null=True)
    index = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    history = history()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="relation_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="relation_never_to_itself"),
            models.CheckConstraint(condition=models.Q(kind__in=RelationKind.values), name="relation_kind_known"),
            models.CheckConstraint(
                condition=models.Q(tier=None, index=None)
                # What is null would make a check neither true nor false, and so hold.
                | models.Q(tier__isnull=False, index__isnull=False)
                & models.Q(kind=RelationKind.RELATED, tier__in=Tier.values, index__range=(1, 20)),
                name="relation_tier_and_index_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display().lower()} {self.target}"

    @property
    def sentence(self) -> str:
        """What it says, without a full stop: "Bell Founder is senior of Bell Tuner"."""
        words = {RelationKind.PEER: "a peer of", RelationKind.RELATED: "related to"}
        said = words.get(RelationKind(self.kind), self.get_kind_display().lower())
        return f"{self.source} is {said} {self.target}"


class DismissedSuggestion(models.Model):
    """Two roles that somebody said are no neighbours, so that neither is suggested to the other again."""

    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="dismissed_suggestions")
    peer = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="dismissed_for")
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(Least("role", "peer"), Greatest("role", "peer"), name="suggestion_dismissed_once"),
            models.CheckConstraint(condition=~models.Q(role=models.F("peer")), name="suggestion_never_of_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.peer} is no neighbour of {self.role}"


class WaitingName(models.Model):
    """A role that a published document says it is *not*, whose name nobody in the catalogue bears yet."""

    source = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="waiting_names")
    title = models.CharField(max_length=200)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("source", Lower("title"), name="waiting_name_once")]
        indexes = [models.Index(Lower("title"), name="waiting_name_title")]

    def __str__(self) -> str:
        return f"{self.source} is not {self.title}"


class CatalogueRelease(models.Model):
    """A release of a classification that was read and was new, or changed something: which, when, by whom, how much.

    `digest` is the SHA-256 of what was read; `counts` says how many changes of each kind it came to.
    """

    scheme = models.CharField(max_length=20, choices=CodeScheme)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    counts = models.JSONField()
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.name}"
