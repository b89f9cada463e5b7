"""Assessments as the people who work on them see them, and the ledger as administrators read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from assessments import audit
from assessments.documents import Problem
from assessments.enums import OPEN, OPEN_INVITATIONS, Status
from assessments.models import Assessment, AuditEvent, AuditLink, Contribution, Invitation, User
from assessments.transitions import verbs_from

Shape = dict[str, Any]


def assessment(found: Assessment, problems: Iterable[Problem]) -> Shape:
    """One assessment whole (CONTRACT `assessments/`)."""
    role = found.role
    return {
        "id": found.pk,
        "role": {"slug": role.slug, "title": role.title, "seniority": role.seniority},
        "number": found.number,
        "status": found.status,
        "verbs": list(verbs_from(found.status)),
        "kind": found.kind,
        "change_reason": found.change_reason,
        "methodology": found.methodology.version,
        "content_hash": found.content_hash,
        "figures": found.figures,
        "document": found.document,
        "problems": [problem.as_json() for problem in problems],
    }


def open_versions(person: User) -> QuerySet[Assessment]:
    """The drafts and submissions that a person contributed to or is invited to write on, last saved first."""
    own = Contribution.objects.filter(user=person).values("assessment")
    invited = Invitation.objects.filter(person=person, state__in=OPEN_INVITATIONS).values("assessment")
    found = Assessment.objects.filter(Q(pk__in=own) | Q(pk__in=invited), status__in=OPEN)
    return found.select_related("role", "methodology").order_by("-saved_at")


def drafts_left_lying(since: datetime, limit: int = 50) -> QuerySet[Assessment]:
    """Drafts that nobody saved after `since`, the longest lying first: for administrators."""
    found = Assessment.objects.filter(status=Status.DRAFT, saved_at__lt=since)
    return found.select_related("role", "saved_by").defer("document").order_by("saved_at", "id")[:limit]


def finished_versions(person: User, limit: int = 20) -> QuerySet[Assessment]:
    """What a person contributed to that is published, superseded, retracted or withdrawn; newest first."""
    found = Assessment.objects.exclude(status__in=OPEN).filter(contributions__user=person)
    return found.select_related("role").order_by("-saved_at")[:limit]


def events(
    *,
    actor: str = "",
    verb: str = "",
    about: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[AuditEvent]:
    """The ledger, newest first. `about` is an object type, or type and id as in `assessment:12`."""
    found = AuditEvent.objects.select_related("actor", "link").order_by("-id")
    if actor:
        found = found.filter(actor__username=actor)
    if verb:
        found = found.filter(verb=verb)
    if about:
        kind, _, number = about.partition(":")
        found = found.filter(object_type=kind)
        found = found.filter(object_id=number) if number else found
    if since:
        found = found.filter(at__gte=since)
    if until:
        found = found.filter(at__lt=until)
    return found


def event(found: AuditEvent) -> Shape:
    """One event of the ledger (CONTRACT `audit/events/`); it is linked, and has its hash, once it is committed."""
    link: AuditLink | None = getattr(found, "link", None)
    return {
        "id": found.pk,
        "at": found.at,
        "verb": found.verb,
        "actor": str(found.actor) if found.actor else None,
        "role_held": found.role_held,
        "object_type": found.object_type,
        "object_id": found.object_id,
        "request_id": found.request_id,
        "data": found.data,
        "sentence": audit.sentence(found),
        "hash": link.hash if link else "",
    }


def named_events(found: Iterable[AuditEvent]) -> list[Shape]:
    """Events as a page lists them: those about assessments say which role's."""
    shapes = [event(each) for each in found]
    numbers = {int(each["object_id"]) for each in shapes if each["object_type"] == "assessment"}
    names = {str(each.pk): str(each) for each in Assessment.objects.filter(pk__in=numbers).select_related("role")}
    for each in shapes:
        each["about"] = names.get(each["object_id"], "") if each["object_type"] == "assessment" else ""
    return shapes
