"""What was said about an assessment and what happened to it: threads, the timeline, what a reviewer saw before."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from assessments import audit
from assessments.access import Person
from assessments.models import Assessment, AuditEvent
from reviews.access import is_insider
from reviews.models import Comment, Seen
from reviews.places import Place, places, said, where_now

Shape = dict[str, Any]
PUBLIC_VERBS = ("assessment.published", "assessment.superseded", "assessment.retracted")


def comments(assessment: Assessment) -> QuerySet[Comment]:
    """Everything said about a version, in the order it was said."""
    found = Comment.objects.filter(assessment=assessment).select_related("by", "resolved_by", "parent")
    return found.order_by("id")


def comment(found: Comment, assessment: Assessment, current: dict[str, Place]) -> Shape:
    """One comment (CONTRACT `comments/`): `path` is where it stands now, null where its row is gone."""
    now = where_now(found.path, found.anchor, current)
    return {
        "id": found.pk,
        "parent": found.parent_id,
        "path": now.path if now else None,
        "path_then": found.path,
        "place": said(found.path, found.anchor, assessment.methodology.method),
        "text": found.text,
        "by": str(found.by),
        "at": found.at,
        "resolved_by": str(found.resolved_by) if found.resolved_by else None,
        "resolved_at": found.resolved_at,
    }


def threads(assessment: Assessment) -> list[Shape]:
    """The threads of a version in the document's order, each with its replies; those on rows that are gone last."""
    current = places(assessment.document, assessment.methodology.method)
    order = {path: index for index, path in enumerate(current)}
    found: dict[int, Shape] = {}
    for each in comments(assessment):
        shape = comment(each, assessment, current)
        if each.parent_id is None:
            found[each.pk] = shape | {"replies": []}
        else:
            found[each.parent_id]["replies"].append(shape)
    return sorted(found.values(), key=lambda thread: (order.get(thread["path"], len(order)), thread["id"]))


def timeline(person: Person, assessment: Assessment) -> QuerySet[AuditEvent]:
    """What happened to a version, newest first: all of it for those who take part in the work, for others what the
    public pages say anyway. Whether they may see the version at all is the caller's affair."""
    found = AuditEvent.objects.filter(object_type="assessment", object_id=str(assessment.pk)).select_related("actor")
    if not is_insider(person, assessment):
        found = found.filter(verb__in=PUBLIC_VERBS)
    return found.order_by("-id")


def event(found: AuditEvent) -> Shape:
    """One event of a timeline."""
    return {
        "id": found.pk,
        "at": found.at,
        "verb": found.verb,
        "actor": str(found.actor) if found.actor else None,
        "role_held": found.role_held,
        "sentence": audit.sentence(found),
    }


def seen_before(person: Person, assessment: Assessment, content_hash: str) -> tuple[Seen, dict[str, Any]] | None:
    """What this reviewer last saw of a version before `content_hash`: when, and the document as it was then."""
    earlier = Seen.objects.filter(reviewer=person.pk, assessment=assessment).exclude(content_hash=content_hash)
    last = earlier.order_by("-at").first()
    if last is None:
        return None
    kept = Assessment.history.filter(id=assessment.pk, content_hash=last.content_hash).order_by("-history_id")
    return last, kept[0].document
