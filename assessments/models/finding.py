"""What finding a role rests on: derived from published assessments and from names, rebuilt at will by `indexing`."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from assessments.models.assessment import Assessment
from assessments.models.roles import Role


class SearchEntry(models.Model):
    """One published role as lists show, sort and narrow it; written where it is published, so never behind.

    `folded` is the title in small letters without accents.
    """

    role = models.OneToOneField(Role, on_delete=models.PROTECT, primary_key=True, related_name="entry")
    version = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    slug = models.CharField(max_length=420)
    title = models.CharField(max_length=200)
    folded = models.CharField(max_length=400)
    seniority = models.CharField(max_length=200, blank=True)
    family = models.CharField(max_length=120, blank=True)
    number = models.PositiveIntegerField()
    methodology = models.CharField(max_length=20)
    published_score = models.DecimalField(max_digits=4, decimal_places=1)
    published_zone = models.CharField(max_length=10)
    published_sub_label = models.CharField(max_length=30, blank=True)
    published_label = models.CharField(max_length=60, blank=True)
    published_at = models.DateTimeField()
    task_resistance = models.DecimalField(max_digits=6, decimal_places=4)
    evidence_total = models.SmallIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["title", "role"], name="entry_by_title"),
            models.Index(fields=["published_score", "role"], name="entry_by_score"),
            models.Index(fields=["published_at", "role"], name="entry_by_time"),
            models.Index(fields=["folded"], opclasses=["text_pattern_ops"], name="entry_by_folded"),
            models.Index(Lower("family"), "title", "role", name="entry_by_family"),
            models.Index(Lower("seniority"), name="entry_by_seniority"),
            models.Index(fields=["published_sub_label", "published_zone"], name="entry_by_label"),
            models.Index(fields=["evidence_total", "task_resistance"], name="entry_by_place"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchText(models.Model):
    """The words of one published role, and what it currently adds to the counts below (null: nothing yet).

    `names` holds title (weight A), other names (B), family and seniority (C); `body` tasks (C) and texts (D); `words`
    every word of names and tasks, in small letters without accents.
    """

    role = models.OneToOneField(Role, on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False)
    names = SearchVectorField()
    body = SearchVectorField()
    words = models.JSONField(default=list)
    zone = models.CharField(max_length=10, null=True)
    sub_label = models.CharField(max_length=30, null=True)
    label = models.CharField(max_length=60, null=True)
    family = models.CharField(max_length=120, null=True)
    seniority = models.CharField(max_length=200, null=True)
    methodology = models.CharField(max_length=20, null=True)
    band = models.SmallIntegerField(null=True)
    resistance = models.SmallIntegerField(null=True)
    evidence = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["names"], name="search_names", fastupdate=False),
            GinIndex(fields=["body"], name="search_body", gin_pending_list_limit=512),
        ]

    def __str__(self) -> str:
        return f"Words of {self.role_id}"


class SearchPending(models.Model):
    """A role whose words and counts are to be brought up to date."""

    # Rows are added and taken away, never met by another: nobody who publishes waits here for who indexes.
    role_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"Role {self.role_id}"


class SearchWord(models.Model):
    """A word of published names and tasks, and in how many roles it is: what misspelt words are held against."""

    word = models.CharField(max_length=60, primary_key=True)
    roles = models.IntegerField()

    class Meta:
        indexes = [
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_word_trigram"),
            models.Index(fields=["roles"], condition=Q(roles__lte=0), name="search_word_gone"),
        ]

    def __str__(self) -> str:
        return self.word


class FacetCount(models.Model):
    """How many published roles have one combination of properties; `band` is a ten of the score, 0 to 9."""

    zone = models.CharField(max_length=10)
    sub_label = models.CharField(max_length=30)
    label = models.CharField(max_length=60)
    family = models.CharField(max_length=120)
    seniority = models.CharField(max_length=200)
    methodology = models.CharField(max_length=20)
    band = models.SmallIntegerField()
    roles = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["zone", "sub_label", "label", "family", "seniority", "methodology", "band"],
                name="facet_count_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.zone} {self.family} {self.seniority}: {self.roles}"


class PlaceCount(models.Model):
    """How many published roles of one zone and family have so much task resistance (in tenths) and evidence."""

    family = models.CharField(max_length=120)
    resistance = models.SmallIntegerField()
    evidence = models.SmallIntegerField()
    zone = models.CharField(max_length=10)
    roles = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["family", "resistance", "evidence", "zone"], name="place_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.family} {self.resistance} {self.evidence}: {self.roles}"


class SavedSearch(models.Model):
    """A search that a person keeps: the query of its address, and what they call it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_searches")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("person", Lower("name"), name="saved_search_once")]

    def __str__(self) -> str:
        return self.name
