"""Documents that come in as text or files: one transaction each, refused whole or saved whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from assessments import access, documents
from assessments.actions import drafts
from assessments.actions.drafts import Saved
from assessments.documents import Finding, Reading
from assessments.enums import Status
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
    access.require(access.may_write_drafts(by))
    if reading.document is None:
        raise _refused(reading.errors)
    latest = _latest(reading.document, by=by)
    if latest is not None and latest.content_hash == documents.content_hash(reading.document):
        return Imported(reading, None, latest)
    saved = drafts.create_draft(document=reading.document, by=by, at=at)
    return Imported(_noted(reading, saved.assessment), saved, None)


def _noted(reading: Reading, assessment: Assessment) -> Reading:
    """The reading, with a note when the document went to a role under another name of it."""
    stated, role = reading.document, assessment.role
    assert stated is not None, "what was saved was read"
    if (stated.role.title, stated.role.seniority) == (role.title, role.seniority):
        return reading
    note = Finding(
        None,
        "Role Definition",
        f"“{stated.role.title}” is filed under {role}, of which it is another name; the draft bears that name.",
    )
    return replace(reading, notes=(*reading.notes, note))


def _refused(errors: list[Finding] | tuple[Finding, ...]) -> Invalid:
    return Invalid(
        "The document was refused: nothing of it was saved.",
        code="document_refused",
        places=[Place("text", "document_refused", error.sentence, error.line, error.section or "") for error in errors],
    )


def _latest(document: documents.Document, *, by: User) -> Assessment | None:
    """The latest version of the document's role that `by` may see; one that was withdrawn holds nothing."""
    role = find.by_title_and_seniority(document.role.title, document.role.seniority)
    if role is None:
        return None
    seen = access.visible_to(by).filter(role=role).exclude(status=Status.WITHDRAWN)
    return seen.select_related("role").order_by("-number").first()
