"""What a feed tells: publications, and retractions of what was published, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from assessments.enums import PUBLIC
from assessments.models import Assessment, Role
from assessments.queries import aftermath, published

MOST = 50


@dataclass(frozen=True)
class Entry:
    """A public version and when it was last told of: published, or since retracted."""

    assessment: Assessment
    updated_at: datetime
    title: str
    summary: str


def latest(*, role: Role | None = None, family: str = "") -> list[Entry]:
    """At most `MOST` entries, of the whole catalogue or of one role or family: one an entry a version, told of anew
    when it is retracted. By two indexes, so that its cost does not grow with the catalogue."""
    found = Assessment.objects.filter(status__in=PUBLIC, published_at__isnull=False)
    found = found.select_related("role", "methodology", "decision")
    if role is not None:
        found = found.filter(role=role)
    if family:
        found = found.filter(role__family=family)
    by_key = {each.pk: each for each in [*_newest(found, "published_at"), *_newest(found, "retracted_at")]}
    told = sorted(by_key.values(), key=lambda each: (_moved_at(each), each.pk), reverse=True)
    return [_entry(each) for each in told[:MOST]]


def _newest(found: QuerySet[Assessment], column: str) -> QuerySet[Assessment]:
    return found.filter(**{f"{column}__isnull": False}).order_by(f"-{column}")[:MOST]


def _moved_at(assessment: Assessment) -> datetime:
    moved = assessment.retracted_at or assessment.published_at
    assert moved is not None, "a public version has a time"
    return moved


def _entry(assessment: Assessment) -> Entry:
    version, score = f"version {assessment.number}", assessment.published_score
    if assessment.retracted_at is not None:
        title, summary = f"Retracted: {assessment.role}, {version}", aftermath.tombstone_sentence(assessment)
    else:
        title = f"{assessment.role}: {score} of 100, {assessment.published_label}"
        summary = (
            f"Version {assessment.number}, {assessment.get_change_reason_display().lower()};"
            f" method {assessment.methodology.version}. {published.decision_sentence(assessment.decision)}."
        )
    return Entry(assessment, _moved_at(assessment), title, summary)
