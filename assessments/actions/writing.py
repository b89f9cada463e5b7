"""Between two saves: typing is kept as it happens, and becomes an ordinary save when it pauses.

A working copy has no history and no event; the save that it becomes has both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments.actions import drafts
from assessments.documents import without_blank_rows
from assessments.enums import Status
from assessments.errors import Conflict, Invalid, Place, Refused, Stale
from assessments.models import Assessment, User, WorkingCopy
from assessments.queries import writing as reads

PAUSED = "Saved from what was kept while writing"
MERGED = "Merged with what was saved meanwhile"
WINDOW = re.compile(r"[A-Za-z0-9-]{1,40}")
WRITTEN = "Somebody wrote on this draft since you opened this page: look at it as it is now, and submit it then."
OTHER_WINDOW = "You are writing this draft in another window as well; what you type here is not kept."


@transaction.atomic
def keep(
    *,
    assessment_id: int,
    value: dict[str, Any],
    content_hash: str,
    window: str,
    sequence: int,
    goes_on: str,
    by: User,
    at: datetime,
) -> WorkingCopy:
    """Keep what `by` typed, as typed. Who types is a contributor from here on.

    `window` names the open page, `sequence` counts what it sent: an older one arriving late changes nothing. `goes_on`
    is the mark of the copy that the page was opened with. Conflict when another page of the same person kept
    something since, or when the version is no draft any more.
    """
    assessment = drafts.lock_for_writing(assessment_id, by=by)
    if not WINDOW.fullmatch(window):
        raise Invalid("The page does not say which window it is.", code="window")
    copy = assessment.working_copies.filter(person=by).first()
    if copy is None:
        drafts.note_contributor(assessment, by=by, at=at)
        copy = WorkingCopy(assessment=assessment, person=by, base_hash=content_hash)
    elif copy.window == window:
        if sequence <= copy.sequence:
            return copy
    elif copy.document is not None and copy.mark != goes_on:
        raise Conflict(OTHER_WINDOW, code="other_window")
    else:
        copy.base_hash = content_hash
    copy.document, copy.window, copy.sequence, copy.kept_at = value, window, sequence, at
    copy.assessment = assessment
    copy.save()
    return copy


@transaction.atomic
def settle(*, assessment_id: int, person: User, at: datetime) -> drafts.Saved | None:
    """Make what `person` kept the ordinary save that it stands for; None when nothing waits. Refused like any save."""
    assessment = drafts.lock_for_writing(assessment_id, by=person)
    copy = assessment.working_copies.filter(person=person, document__isnull=False).first()
    if copy is None or copy.document is None:
        return None
    saved = _replace(assessment, copy.document, content_hash=copy.base_hash, by=person, at=at, reason=PAUSED)
    _clear(copy, saved.assessment)
    return saved


def settle_others(*, assessment: Assessment, opened_by: User, at: datetime) -> bool:
    """When somebody opens a draft, what others kept of it is saved first; whether anything was. What cannot be saved
    as it stands (half a number, or a draft that moved on) stays kept for its writer."""
    if assessment.status != Status.DRAFT:
        return False
    waiting = assessment.working_copies.filter(document__isnull=False).exclude(person=opened_by)
    settled = False
    for copy in waiting.select_related("person").order_by("kept_at"):
        try:
            settle(assessment_id=assessment.pk, person=copy.person, at=at)
        except Refused:
            continue
        settled = True
    return settled


def settle_all(*, assessment: Assessment, by: User, at: datetime) -> None:
    """Before somebody submits a draft: what they kept is saved, and refused like any save; then what others kept.
    Conflict when the latter was anything, since they have not read it; the save stands."""
    settle(assessment_id=assessment.pk, person=by, at=at)
    if settle_others(assessment=assessment, opened_by=by, at=at):
        raise Conflict(WRITTEN, code="written_meanwhile")


@transaction.atomic
def save(
    *,
    assessment_id: int,
    value: dict[str, Any],
    content_hash: str,
    window: str,
    sequence: int,
    goes_on: str,
    by: User,
    at: datetime,
) -> drafts.Saved:
    """Save the form as a person sent it. What the same page kept is settled with it: the save starts from where that
    typing started, or from the save that it became meanwhile."""
    assessment = drafts.lock_for_writing(assessment_id, by=by)
    copy = assessment.working_copies.filter(person=by).first()
    if copy is not None and copy.window == window:
        content_hash = copy.base_hash
    saved = _replace(assessment, value, content_hash=content_hash, by=by, at=at, reason="Draft saved")
    if copy is None and WINDOW.fullmatch(window):
        copy = WorkingCopy(assessment=assessment, person=by, window=window, kept_at=at)
    if copy is not None and (copy.window == window or copy.mark == goes_on):
        # What this page sent before and arrives late is older than the save.
        copy.window, copy.sequence = window, sequence
        _clear(copy, saved.assessment)
    return saved


@transaction.atomic
def discard(*, assessment_id: int, mark: str, by: User, at: datetime) -> None:
    """Throw away what one kept, as it was shown (`mark`); the draft stays as it is stored."""
    assessment = drafts.lock_for_writing(assessment_id, by=by)
    copy = _shown(assessment, by, mark)
    _clear(copy, assessment)


@transaction.atomic
def resolve(
    *,
    assessment_id: int,
    choices: Mapping[str, str],
    mark: str,
    content_hash: str,
    save_now: bool,
    by: User,
    at: datetime,
) -> None:
    """Put what was kept on top of what somebody else saved meanwhile (`content_hash`), every conflict decided by
    `choices`: as a save, or as kept text to go on writing from. Invalid while a conflict is undecided."""
    assessment = drafts.lock_for_writing(assessment_id, by=by)
    copy = _shown(assessment, by, mark)
    if content_hash != assessment.content_hash:
        raise Stale("Somebody saved this draft again meanwhile; look at what they changed.")
    merged = reads.meeting(assessment, copy, choices)
    if merged.open:
        places = [Place(each.path, "undecided", "Choose what shall stand here.") for each in merged.open]
        raise Invalid("Choose what shall stand wherever both of you wrote.", code="undecided", places=places)
    if save_now:
        saved = _replace(assessment, merged.document, content_hash=content_hash, by=by, at=at, reason=MERGED)
        _clear(copy, saved.assessment)
    else:
        copy.document, copy.base_hash = merged.document, content_hash
        copy.save()


def _replace(
    assessment: Assessment, value: dict[str, Any], *, content_hash: str, by: User, at: datetime, reason: str
) -> drafts.Saved:
    document = drafts.document_of(without_blank_rows(value))
    return drafts.replace_document(assessment, document, content_hash=content_hash, by=by, at=at, reason=reason)


def _shown(assessment: Assessment, by: User, mark: str) -> WorkingCopy:
    """The kept text that the person was shown."""
    copy = assessment.working_copies.filter(person=by, document__isnull=False).first()
    if copy is None or copy.mark != mark:
        raise Conflict("What was kept is not what you were shown any more; look at it again.", code="other_window")
    return copy


def _clear(copy: WorkingCopy, assessment: Assessment) -> None:
    """Nothing waits any more; further typing of the same page starts from what is stored now."""
    copy.document, copy.base_hash = None, assessment.content_hash
    copy.save()
