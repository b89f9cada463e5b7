"""Documents that come in as text or files: one transaction each, refused whole or saved whole."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction

from assessments import access, documents
from assessments.actions import drafts
from assessments.actions.drafts import Saved
from assessments.actions.import_report import Entry, Quoted, refusal_of
from assessments.actions.roles import make_role
from assessments.archives import Source
from assessments.documents import Document, Finding, Reading
from assessments.enums import Status
from assessments.errors import Conflict, Invalid, Place, Refused
from assessments.models import Assessment, Methodology, Role, User
from assessments.queries import remarks
from assessments.queries import roles as find
from assessments.queries.roles import Match


@dataclass(frozen=True)
class Imported:
    """What became of one text: the reading, and the draft, or None when the latest version holds it already; whom the
    names in it mean."""

    reading: Reading
    saved: Saved | None
    unchanged: Assessment | None
    matches: Mapping[str, Match]

    @property
    def assessment(self) -> Assessment:
        """The version that holds the document now."""
        held = self.saved.assessment if self.saved else self.unchanged
        assert held is not None, "an import is saved or unchanged"
        return held


@dataclass(eq=False)
class Rehearsal:
    """What a dry run has done so far, in place of the rows that were rolled back: documents of one batch meet each
    other in it as they would meet in the database."""

    hashes: dict[tuple[str, str], str] = field(default_factory=dict)


def import_text(*, text: str, by: User, at: datetime) -> Imported:
    """Read a document and start a draft with it. Invalid, with every error's line and sentence, when it is refused;
    a text that the role's latest version already holds changes nothing."""
    methodology = drafts.active_methodology()
    return _keep(documents.read(text, methodology.method), methodology, by=by, at=at)


def import_file(*, name: str, content: bytes, by: User, at: datetime) -> Imported:
    """The same for a file: JSON by its name, else text; its bytes are UTF-8."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused([Finding(line, "", "This line is not UTF-8 text.")]) from error
    if not name.lower().endswith(".json"):
        return import_text(text=text, by=by, at=at)
    methodology = drafts.active_methodology()
    reading = documents.read_json_text(text)
    if reading.document is not None:
        drafts.require_figures(reading.document, methodology.method)
    return _keep(reading, methodology, by=by, at=at)


def bring_in(*, source: Source, by: User, at: datetime, rehearsal: Rehearsal | None) -> tuple[Entry, Imported | None]:
    """Import one document of a batch: its entry in the report, and what became of it unless it was refused.

    With a rehearsal it is a dry run: everything is done and rolled back.
    """
    try:
        content = source.read()
        with transaction.atomic() if rehearsal else nullcontext():
            imported = import_file(name=source.path, content=content, by=by, at=at)
            if rehearsal:
                imported = _rehearsed(imported, rehearsal)
                transaction.set_rollback(True)
    except OSError as error:
        return refusal_of(source.path, Invalid(f"The file cannot be read: {error.strerror}.")), None
    except Refused as refused:
        return refusal_of(source.path, refused), None
    return _entry(source.path, imported), imported


def _rehearsed(imported: Imported, rehearsal: Rehearsal) -> Imported:
    """The same import as it would have gone after what was rehearsed before it; Conflict where it would have been."""
    assessment, role = imported.assessment, imported.assessment.role
    name = (role.title.casefold(), role.seniority.casefold())
    before = rehearsal.hashes.get(name)
    if before is None and imported.saved is not None:
        rehearsal.hashes[name] = assessment.content_hash
    if before is None:
        return imported
    if before != assessment.content_hash:
        raise Conflict(drafts.OPEN_ALREADY, code="open_version_exists")
    return replace(imported, saved=None, unchanged=assessment)


@transaction.atomic
def _keep(reading: Reading, methodology: Methodology, *, by: User, at: datetime) -> Imported:
    access.require(access.may_write_drafts(by))
    stated = reading.document
    if stated is None:
        raise _refused(reading.errors)
    named = stated.role
    role = find.for_document(named.title, named.seniority)
    latest = _latest(role, by=by) if role else None
    if role and latest and latest.content_hash == drafts.hash_stored(stated, role, methodology.method):
        return _imported(reading, None, latest)
    role = role or make_role(title=named.title, seniority=named.seniority, by=by, at=at)
    try:
        saved = drafts.create_draft(document=stated, by=by, at=at, expected_role=role, methodology=methodology)
    except Conflict:
        # The same person may have been quicker in another window, with the same document.
        latest = _latest(role, by=by)
        if latest is None or latest.content_hash != drafts.hash_stored(stated, role, methodology.method):
            raise
        return _imported(reading, None, latest)
    return _imported(reading, saved, None)


def _imported(reading: Reading, saved: Saved | None, unchanged: Assessment | None) -> Imported:
    """What became of a text, with the notes that what is stored adds to its reading."""
    stated, held = reading.document, saved.assessment if saved else unchanged
    assert stated is not None, "what was saved was read"
    assert held is not None, "an import is saved or unchanged"
    matches = find.by_names(remarks.names_in(stated, reading.quotes), near=held.role)
    odd = remarks.on_names(stated, reading.quotes, matches)
    notes = [*reading.notes, *(Finding(each.line, "", each.message) for each in odd), *_renamed(stated, held.role)]
    return Imported(replace(reading, notes=tuple(notes)), saved, unchanged, matches)


def _renamed(stated: Document, role: Role) -> list[Finding]:
    """A note when the document went to a role under another name of it."""
    if (stated.role.title, stated.role.seniority) == (role.title, role.seniority):
        return []
    said = f"“{stated.role.title}” is filed under {role}, of which it is another name; the draft bears that name."
    return [Finding(None, "Role Definition", said)]


def _refused(errors: list[Finding] | tuple[Finding, ...]) -> Invalid:
    return Invalid(
        "The document was refused: nothing of it was saved.",
        code="document_refused",
        places=[Place("text", "document_refused", error.sentence, error.line, error.section or "") for error in errors],
    )


def _latest(role: Role, *, by: User) -> Assessment | None:
    """The latest version of a role that `by` may see; one that was withdrawn holds nothing."""
    seen = access.visible_to(by).filter(role=role).exclude(status=Status.WITHDRAWN)
    return seen.select_related("role").order_by("-number").first()


def _entry(path: str, imported: Imported) -> Entry:
    reading, assessment = imported.reading, imported.assessment
    return Entry(
        path=path,
        outcome="imported" if imported.saved else "unchanged",
        role=assessment.role.slug,
        number=assessment.number,
        figures=assessment.figures,
        discrepancies=reading.discrepancies,
        notes=reading.notes,
        quotes=tuple(Quoted(quote, imported.matches[quote.role_title]) for quote in reading.quotes),
    )
