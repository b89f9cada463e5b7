"""Documents that come in as text: one transaction each, refused whole or saved whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assessments import documents
from assessments.actions import drafts
from assessments.actions.drafts import Saved
from assessments.errors import Invalid, Place
from assessments.models import Assessment, User
from assessments.queries import roles as find


@dataclass(frozen=True)
class Imported:
    """What became of one text: the reading, and the draft, or None when the latest version holds it already."""

    reading: documents.Reading
    saved: Saved | None
    unchanged: Assessment | None


@transaction.atomic
def import_text(*, text: str, by: User, at: datetime) -> Imported:
    """Read a document and start a draft with it. Invalid, with every error's line and sentence, when it is refused;
    a text that the role's latest version already holds changes nothing."""
    reading = documents.read(text, drafts.active_methodology().method)
    if reading.document is None:
        raise Invalid(
            "The document was refused: nothing of it was saved.",
            code="document_refused",
            places=[
                Place(
                    "text",
                    "document_refused",
                    f"Line {error.line}, {error.section or 'document'}: {error.message}",
                )
                for error in reading.errors
            ],
        )
    latest = _latest(reading.document)
    if latest is not None and latest.content_hash == documents.content_hash(reading.document):
        return Imported(reading, None, latest)
    return Imported(reading, drafts.create_draft(document=reading.document, by=by, at=at), None)


def _latest(document: documents.Document) -> Assessment | None:
    role = find.by_title_and_seniority(document.role.title, document.role.seniority)
    return None if role is None else role.assessments.order_by("-number").first()
