"""What a feed tells: publications, and what became of them (retracted, merged, retired), the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments import prepared
from assessments.enums import PUBLIC, RoleStatus, Status
from assessments.models import Assessment, AuditEvent, Role
from assessments.queries import aftermath, published
from assessments.queries.spoken import day

MOST = 50
ENDINGS = ("role.merged", "role.retired")
# Of so many of the last mergers and retirements the ledger is asked; what is older stands where it was published.
ENDED = 1000
# From each family to the next by the index: families are few, roles are many.
FAMILIES = """
WITH RECURSIVE known AS (
  SELECT min(family) AS family FROM assessments_role WHERE family > ''
  UNION ALL
  SELECT (SELECT min(r.family) FROM assessments_role r WHERE r.family > known.family)
  FROM known WHERE known.family IS NOT NULL
)
SELECT family FROM known WHERE lower(family) = lower(%(family)s)
"""


@dataclass(frozen=True)
class Entry:
    """A public version and when it was last told of: published, or since retracted, merged or retired with its role."""

    assessment: Assessment
    updated_at: datetime
    title: str
    summary: str


def families(name: str) -> list[str]:
    """How a family is spelt, whatever the case of `name`; empty unless something of it was public at any time."""
    spelt = [family for (family,) in prepared.execute(FAMILIES, {"family": name})]
    public = Assessment.objects.filter(role__family__in=spelt, status__in=PUBLIC)
    return spelt if spelt and public.exists() else []


def latest(*, role: Role | None = None, family: list[str] | None = None) -> list[Entry]:
    """At most `MOST` entries, of the whole catalogue, of one role with those merged into it, or of one family in all
    its spellings: one an entry a version, told of anew when it is retracted, or when its role ends with it. By indexes,
    so that its cost does not grow with the catalogue."""
    later = Assessment.objects.filter(role=OuterRef("role"), status__in=PUBLIC, number__gt=OuterRef("number"))
    found = Assessment.objects.filter(status__in=PUBLIC, published_at__isnull=False)
    found = found.select_related("role__merged_into", "methodology", "decision").annotate(followed=Exists(later))
    if role is not None:
        found = found.filter(Q(role=role) | Q(role__merged_into=role))
    if family is not None:
        found = found.filter(role__family__in=family)
    told = [_newest(found, "published_at"), _newest(found, "retracted_at"), _newest(_ended(found), "superseded_at")]
    by_key = {each.pk: each for some in told for each in some}
    ordered = sorted(by_key.values(), key=lambda each: (_moved_at(each), each.pk), reverse=True)
    return [_entry(each) for each in ordered[:MOST]]


def _newest(found: QuerySet[Any], column: str) -> QuerySet[Any]:
    return found.filter(**{f"{column}__isnull": False}).order_by(f"-{column}")[:MOST]


def _ended(found: QuerySet[Any]) -> QuerySet[Any]:
    """Those that ended with their role lately."""
    events = AuditEvent.objects.filter(verb__in=ENDINGS).order_by("-id")[:ENDED]
    return found.filter(role__in=[int(key) for key in events.values_list("object_id", flat=True)], followed=False)


def _moved_at(assessment: Any) -> datetime:
    ended = None if assessment.followed else assessment.superseded_at
    moved: datetime = assessment.retracted_at or ended or assessment.published_at
    return moved


def _entry(assessment: Any) -> Entry:
    name, version = assessment.own_name, f"version {assessment.number}"
    stood = f"{assessment.published_score} of 100, {assessment.published_label}"
    if assessment.retracted_at is not None:
        title, summary = f"Retracted: {name}, {version}", aftermath.tombstone_sentence(assessment)
    elif assessment.superseded_at is not None and not assessment.followed:
        lead, said = _ending(assessment)
        title, summary = f"{lead}: {name}, {version}", f"{said} It stood at {stood}, last."
    else:
        title = f"{name}: {stood}" + (", superseded" if assessment.status == Status.SUPERSEDED else "")
        summary = (
            f"Version {assessment.number}, {assessment.get_change_reason_display().lower()};"
            f" method {assessment.methodology.version}. {published.decision_sentence(assessment.decision)}."
        )
    return Entry(assessment, _moved_at(assessment), title, summary)


def _ending(assessment: Assessment) -> tuple[str, str]:
    """Why nothing came after this version: in a word, and in a sentence."""
    role, on = assessment.role, day(assessment.superseded_at)
    if role.status == RoleStatus.MERGED:
        return f"Merged into {role.merged_into}", f"The role was merged into {role.merged_into} on {on}."
    if role.status == RoleStatus.RETIRED:
        return "Retired", f"The role was retired on {on}; nobody assesses it any more."
    return "Not current", f"It has not been in force since {on}, and nothing of the role is published today."
