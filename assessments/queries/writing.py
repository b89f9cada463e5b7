"""What people typed on a draft beside what is stored: kept text, and the merge of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from assessments import documents
from assessments.enums import OPEN_INVITATIONS, Status
from assessments.models import Assessment, Invitation, User, WorkingCopy


def working_copy(assessment: Assessment, person: User) -> WorkingCopy | None:
    """What this person typed and nothing has saved yet, if it differs from what is stored."""
    copy = assessment.working_copies.filter(person=person, document__isnull=False).first()
    return copy if copy is not None and kept_value(copy) != assessment.document else None


def unsaved_by_others(assessment: Assessment, person: User) -> list[str]:
    """Who else typed on a draft what could not be saved as it stands, by name."""
    if assessment.status != Status.DRAFT:
        return []
    waiting = assessment.working_copies.filter(document__isnull=False).exclude(person=person)
    return [str(copy.person) for copy in waiting.select_related("person").order_by("kept_at")]


def kept_value(copy: WorkingCopy) -> dict[str, Any]:
    """The kept text as a document: in canonical form where it is one, else as typed, without blank rows."""
    assert copy.document is not None, "there is kept text"
    value: dict[str, Any] = documents.without_blank_rows(copy.document)
    try:
        return documents.to_json(documents.from_json(value))
    except documents.StructureError:
        return value


def kept_changes(assessment: Assessment, copy: WorkingCopy) -> tuple[documents.Taken, ...]:
    """Every field in which the kept text differs from what is stored."""
    return documents.differences(assessment.document, kept_value(copy))


def meeting(assessment: Assessment, copy: WorkingCopy, choices: Mapping[str, str]) -> documents.Merged:
    """What is stored and what was kept, merged over the version that the typing started from."""
    return documents.merge(base_of(assessment, copy), kept_value(copy), assessment.document, choices)


def base_of(assessment: Assessment, copy: WorkingCopy) -> dict[str, Any]:
    """The document that the typing started from, out of the history; an empty one where no save had that hash."""
    rows = assessment.history.filter(content_hash=copy.base_hash).order_by("-history_id")
    found: dict[str, Any] | None = rows.values_list("document", flat=True).first()
    nothing = {"schema": assessment.document["schema"], "role": assessment.document["role"]}
    return found or documents.to_json(documents.from_json(nothing))


def invitations(assessment: Assessment) -> QuerySet[Invitation]:
    """Who was asked to write along and has not declined, in the order of asking."""
    found = assessment.invitations.filter(state__in=OPEN_INVITATIONS)
    return found.select_related("person", "invited_by").order_by("id")
