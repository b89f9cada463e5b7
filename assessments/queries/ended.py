"""Versions that are not current any more, and roles that stand in no list: what became of each, and where it leads."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Lower
from django.urls import reverse

from assessments.enums import PUBLIC, RoleStatus, Status
from assessments.models import Assessment, Role
from assessments.queries.search.words import Words
from assessments.queries.spoken import spoken

Shape = dict[str, Any]
MOST = 4


def state(assessment: Assessment) -> str:
    """What a public version is today: `published` while it is current; `retracted`; `merged` or `retired` with its
    role; else `superseded`."""
    if assessment.status == Status.SUPERSEDED and assessment.role.status != RoleStatus.ACTIVE:
        return assessment.role.status
    return assessment.status


def said(assessment: Assessment) -> str:
    """The same as a word in a sentence; "" of what is current."""
    if assessment.status == Status.PUBLISHED:
        return ""
    found = state(assessment)
    ended = found in RoleStatus.values
    return spoken(RoleStatus(found).label if ended else Status(found).label).lower()


def called(asked: Words) -> list[Shape]:
    """The roles of exactly that title, public id or slug of which something was public once, and nothing is: at most
    `MOST`, each as `told`."""
    now = Assessment.objects.filter(role=OuterRef("pk"), status=Status.PUBLISHED)
    named = Q(lowered=Lower(Value(asked.text))) | Q(slug=asked.text)
    found = Role.objects.alias(lowered=Lower("title")).filter(named if asked.role is None else Q(pk=asked.role))
    return told(found.filter(~Exists(now)).select_related("merged_into")[:MOST])


def told(roles: Any) -> list[Shape]:
    """Of roles of which nothing is published, those of which something was: `name`, the `state` of its last public
    version, `into` what it was merged (None if not), and the `url` to go on at."""
    found = []
    for role in roles:
        last = role.assessments.filter(status__in=PUBLIC).order_by("-number").first()
        if last is not None:
            last.role, into = role, role.merged_into
            url = reverse("role_profile", args=[(into or role).slug])
            found.append({"name": str(role), "state": state(last), "into": str(into) if into else None, "url": url})
    return found
