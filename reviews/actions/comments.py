"""Comments: a remark, a reply, the mark that a thread is resolved. No text ever changes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import access, audit
from assessments.enums import Access
from assessments.errors import Conflict, Invalid, Place
from assessments.models import Assessment, User
from reviews import places
from reviews.access import require_comment, require_insider
from reviews.models import Comment
from reviews.notifications import events

TEXT_LIMIT = 5000


@transaction.atomic
def comment(*, assessment_id: int, path: str, text: str, parent_id: int | None, by: User, at: datetime) -> Comment:
    """Say something about a version, a section or a row of it (`path`, empty for the whole), or reply to a thread,
    which gives the place.

    Saying the same again in the same place, before anybody said anything else, says nothing twice.

    Invisible for those who take no part in the work on it; Conflict for a new thread on a draft that its reviewers do
    not see; Invalid for an empty or too long text, a place that is not there, or a reply to what is no thread here.
    """
    assessment = require_insider(by, assessment_id)
    if not text.strip():
        raise _wrong("text", "Write what you want to say.")
    if len(text) > TEXT_LIMIT:
        raise _wrong("text", f"The comment has more than {TEXT_LIMIT} characters; shorten it.")
    parent = _thread(assessment, parent_id)
    if parent is not None:
        path, anchor = parent.path, parent.anchor
    else:
        _require_readable(assessment, by)
        place = places.places(assessment.document, assessment.methodology.method).get(path)
        if place is None:
            raise _wrong("path", "That place is not in the document; choose one that is.")
        anchor = place.anchor
    said = {"parent": parent, "path": path, "anchor": anchor, "text": text.strip(), "by": by}
    last = _last(assessment)
    if last is not None and last.resolved_at is None and all(getattr(last, name) == said[name] for name in said):
        return last
    made = Comment.objects.create(assessment=assessment, at=at, **said)
    _record("comment.made", made, by=by, at=at)
    events.commented(made, by=by, at=at)
    return made


def resolve(*, comment_id: int, by: User, at: datetime) -> Comment:
    """Mark a thread as resolved; Conflict, naming who did, when it is already."""
    return _mark(comment_id, True, by=by, at=at)


def reopen(*, comment_id: int, by: User, at: datetime) -> Comment:
    """Take the mark off again; Conflict when there is none."""
    return _mark(comment_id, False, by=by, at=at)


@transaction.atomic
def _mark(comment_id: int, resolved: bool, *, by: User, at: datetime) -> Comment:
    Comment.objects.select_for_update(no_key=True).filter(pk=comment_id).values("pk").first()
    thread = require_comment(by, comment_id)
    if thread.parent_id is not None:
        raise Invalid("Only a whole thread is resolved or opened again, not a reply.", code="reply")
    if resolved == (thread.resolved_at is not None):
        said = f"{thread.resolved_by} has resolved this thread already." if resolved else "This thread is open."
        raise Conflict(said, code="resolved" if resolved else "open")
    thread.resolved_by, thread.resolved_at = (by, at) if resolved else (None, None)
    thread.save(update_fields=["resolved_by", "resolved_at"])
    _record("comment.resolved" if resolved else "comment.reopened", thread, by=by, at=at)
    return thread


def _thread(assessment: Assessment, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    parent = assessment.comments.filter(pk=parent_id, parent=None).first()
    if parent is None:
        raise _wrong("parent", "The thread you reply to is not one of this assessment.")
    return parent


def _last(assessment: Assessment) -> Comment | None:
    """What was said last of a version, which stays the last until the caller's transaction ends."""
    Assessment.objects.select_for_update(no_key=True).filter(pk=assessment.pk).values("pk").first()
    return assessment.comments.select_related("parent", "by").order_by("id").last()


def _require_readable(assessment: Assessment, by: User) -> None:
    """A new thread names a row as it is now, which a reviewer is not to learn of a draft."""
    if not access.visible_to(by).filter(pk=assessment.pk).exists():
        raise Conflict(
            "This is a draft again: reply to what was said, or wait until it is submitted.", code="wrong_state"
        )


def _record(verb: str, about: Comment, *, by: User, at: datetime) -> None:
    """What was said is kept in the comment alone; the ledger says that, where and by whom."""
    assessment = about.assessment
    held = Access.ADMIN
    if access.writes(by, assessment):
        held = Access.ASSESSOR
    elif by.holds(Access.REVIEWER):
        held = Access.REVIEWER
    place = places.said(about.path, about.anchor, assessment.methodology.method)
    data: dict[str, object] = {"comment": about.pk, "path": about.path, "place": place}
    audit.record(verb, by=by, at=at, role_held=held, about=assessment, data=data)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code=field, places=[Place(field, field, sentence)])
