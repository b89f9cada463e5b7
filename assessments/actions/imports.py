"""Documents that come in as text or files: one transaction each, refused whole or saved whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assessments import documents
from assessments.actions import drafts
from assessments.actions.drafts import Saved
from assessments.documents import Finding, Reading
from assessments.errors import Invalid, Place
from assessments.models import Assessment, User
from assessments.queries import roles as find


@dataclass(frozen=True)
class Imported:
    """What became of one text: the reading, and the draft, or None when the latest version holds it already."""

    reading: Reading
    saved: Saved | None
    unchanged: Assessment | None


@transaction.atomic
def import_text(*, text: str, by: User, at: datetime) -> Imported:
    """Read a document and start a draft with it. Invalid, with every error's line and sentence, when it is refused;
    a text that the role's latest version already holds changes nothing."""
    return _keep(documents.read(text, drafts.active_methodology().method), by=by, at=at)


@transaction.atomic
def import_file(*, name: str, content: bytes, by: User, at: datetime) -> Imported:
    """The same for a file: JSON by its name, else the plain dialect; its bytes are UTF-8."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused([Finding(line, "", "This line is not UTF-8 text.")]) from error
    if not name.endswith(".json"):
        return import_text(text=text, by=by, at=at)
    reading = documents.read_json_text(text)
    if reading.document is not None:
        drafts.require_figures(reading.document, drafts.active_methodology().method)
    return _keep(reading, by=by, at=at)


def _keep(reading: Reading, *, by: User, at: datetime) -> Imported:
    if reading.document is None:
        raise _refused(reading.errors)
    latest = _latest(reading.document)
    if latest is not None and latest.content_hash == documents.content_hash(reading.document):
        return Imported(reading, None, latest)
    return Imported(reading, drafts.create_draft(document=reading.document, by=by, at=at), None)


def _refused(errors: list[Finding] | tuple[Finding, ...]) -> Invalid:
    return Invalid(
        "The document was refused: nothing of it was saved.",
        code="document_refused",
        places=[Place("text", "document_refused", _placed(error), error.line, error.section or "") for error in errors],
    )


def _placed(error: Finding) -> str:
    """The sentence with its line and section before it."""
    where = ", ".join(part for part in (f"Line {error.line}" if error.line else "", error.section) if part)
    return f"{where}: {error.message}" if where else error.message


def _latest(document: documents.Document) -> Assessment | None:
    role = find.by_title_and_seniority(document.role.title, document.role.seniority)
    return None if role is None else role.assessments.order_by("-number").first()
