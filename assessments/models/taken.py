"""What everybody takes and gives: dumps of the catalogue, reports of problems, exposure indices published elsewhere."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.enums import ReportState
from assessments.models.assessment import Assessment


class CatalogueDump(models.Model):
    """The whole published catalogue as files, the `number`th of its day (UTC), from 1.

    `files` is a list of `{"name", "format", "bytes", "sha256"}` once it is made; `event` and `hash` are the last link
    of the ledger that it was made under, `roles` how many rows it has. `pruned_at`: the files are gone, this row stays.
    """

    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)
    roles = models.PositiveIntegerField(null=True)
    files = models.JSONField(default=list)
    event = models.BigIntegerField(null=True)
    hash = models.CharField(max_length=64, blank=True)
    pruned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "number"], name="dump_number_once_a_day")]
        indexes = [models.Index(fields=["-day", "-number"], condition=Q(pruned_at=None), name="dump_kept")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """`2026-11-27-1`: the folder and the address of a dump."""
        return f"{self.day:%Y-%m-%d}-{self.number}"


class ProblemReport(models.Model):
    """What a reader says is wrong with a public version, at `place` (a path into its document, empty for the page).

    Nobody's name is kept. `code` is the unguessable end of its status page's address.
    """

    code = models.CharField(max_length=22, unique=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="problem_reports")
    place = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    made_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=ReportState, default=ReportState.OPEN)
    answer = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReportState.values), name="report_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReportState.OPEN, closed_at=None, closed_by=None, answer="")
                | ~Q(state=ReportState.OPEN) & ~Q(answer="") & Q(closed_at__isnull=False, closed_by__isnull=False),
                name="report_closed_whole",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], condition=Q(state=ReportState.OPEN), name="report_open")]

    def __str__(self) -> str:
        return f"Report on {self.assessment}"


class ExposureIndex(models.Model):
    """An index of exposure to AI that somebody else published by occupation; `input_note` says where it went into what
    is published here, and is empty where it did not."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    source = models.CharField(max_length=300)
    licence = models.CharField(max_length=120)
    input_note = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class ExposureValue(models.Model):
    """The value of an index for one occupation, by its O*NET-SOC code; exact, as the source writes it."""

    index = models.ForeignKey(ExposureIndex, on_delete=models.CASCADE, related_name="values")
    code = models.CharField(max_length=20)
    value = models.DecimalField(max_digits=36, decimal_places=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["index", "code"], name="exposure_code_once")]

    def __str__(self) -> str:
        return f"{self.index} of {self.code}: {self.value}"
