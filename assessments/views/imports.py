"""The import room: files, an archive or a pasted text, only checked or made drafts, with the report of each."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import PurePosixPath
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments import access, archives, documents
from assessments.actions import import_report
from assessments.actions.import_report import Entry
from assessments.actions.imports import Imported, Rehearsal, bring_in
from assessments.archives import Limits, Source
from assessments.documents.reader import LARGEST
from assessments.errors import Invalid, Refused
from assessments.queries import explanations
from assessments.views import rail
from assessments.views.profile import named

AT_ONCE = Limits(documents=200, total_bytes=5_000_000)
MOST_PREVIEWS = 20
# A form may hold 2.5 MB besides its files.
MOST_CARRIED = 2_000_000
MOST_FINDINGS = 50


@login_required
@require_http_methods(["GET", "POST"])
def import_documents(request: HttpRequest) -> HttpResponse:
    """Check documents or start drafts with them: a page with the report, or the report alone to who accepts JSON."""
    access.require(access.may_write_drafts(request.user))
    wants_json = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    context: dict[str, Any] = {"limits": AT_ONCE, "megabytes": AT_ONCE.total_bytes // 1_000_000}
    context |= {"posted": request.POST, "refusal": None, "report": None}
    if request.method == "POST":
        # Whatever else a button may say, only the one that says so saves.
        dry_run = request.POST.get("then") != "import"
        try:
            taken = _taken(request, dry_run=dry_run)
        except Refused as refusal:
            if wants_json:
                error = {"code": refusal.code, "detail": refusal.sentence, "attr": None}
                return JsonResponse({"type": "validation_error", "errors": [error]}, status=refusal.status)
            context["refusal"] = refusal
        else:
            if wants_json:
                return JsonResponse(import_report.as_json([each.entry for each in taken]))
            context["report"] = _report(taken, dry_run=dry_run)
    refused = context["refusal"]
    return render(request, "desk/import.html", context, status=refused.status if refused else 200)


@dataclass(frozen=True)
class Taken:
    """One document that was brought in or rehearsed: its entry, and what became of it unless it was refused."""

    source: Source
    entry: Entry
    imported: Imported | None


def _taken(request: HttpRequest, *, dry_run: bool) -> list[Taken]:
    sources = _given(request)
    if not sources:
        raise Invalid("There is no document here: choose files or an archive, or paste a text.", code="empty")
    archives.require_within(sources, AT_ONCE, what="This")
    rehearsal = Rehearsal() if dry_run else None
    # An upload is read once, and what was checked is carried to be imported.
    once = [replace(source, read=cache(source.read)) for source in sources]
    return [
        Taken(source, *bring_in(source=source, by=request.user, at=timezone.now(), rehearsal=rehearsal))
        for source in once
    ]


def _given(request: HttpRequest) -> list[Source]:
    """What was uploaded, pasted, or checked before, in that order."""
    sources = [source for upload in request.FILES.getlist("files") for source in _uploaded(upload)]
    text = request.POST.get("text", "").strip("\ufeff")
    if text.strip():
        sources.append(_typed("pasted.json" if text.lstrip().startswith("{") else "pasted.txt", text))
    checked = zip(request.POST.getlist("checked_path"), request.POST.getlist("checked_text"), strict=False)
    return [*sources, *(_typed(path, text) for path, text in checked)]


def _typed(path: str, text: str) -> Source:
    content = text.encode("utf-8", "surrogatepass")
    return Source(archives.shown(path), len(content), lambda: content)


def _uploaded(upload: UploadedFile) -> list[Source]:
    """An upload stands for itself, or for the documents of an archive."""
    name = upload.name or "unnamed"
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == archives.ARCHIVE:
        assert upload.file is not None, "an upload has its content"
        return archives.members(upload.file, path=name, limits=AT_ONCE)
    if suffix not in archives.KINDS:
        return [archives.refused(name, "Only .txt, .md, .json and .zip files are read.")]
    # One byte more than is read at most, so that the reader itself says that it is too large.
    return [Source(archives.shown(name), upload.size or 0, partial(upload.read, LARGEST + 1))]


def _report(taken: list[Taken], *, dry_run: bool) -> dict[str, Any]:
    """The report as the page draws it; after a check with previews, and with the texts to be imported."""
    entries = [each.entry for each in taken]
    body = json.dumps(import_report.as_json(entries), ensure_ascii=False, indent=2)
    fresh = [each for each in taken if each.entry.outcome == "imported"] if dry_run else []
    carried = [{"path": each.source.path, "text": each.source.read().decode()} for each in fresh]
    return {
        "dry_run": dry_run,
        "said": import_report.said(entries),
        "rows": [_row(each, dry_run=dry_run) for each in taken],
        "previews": [_preview(number, each.imported) for number, each in enumerate(fresh[:MOST_PREVIEWS], start=1)],
        "without_preview": len(fresh[MOST_PREVIEWS:]),
        "carried": carried if sum(each.source.size for each in fresh) <= MOST_CARRIED else [],
        "download": base64.b64encode(body.encode("utf-8", "backslashreplace")).decode(),
    }


def _row(taken: Taken, *, dry_run: bool) -> dict[str, Any]:
    """One document: its entry, its role and draft, and what was found in it, the gravest first."""
    entry, imported = taken.entry, taken.imported
    found = [
        *({"level": "error", "word": "Error", "sentence": each.sentence} for each in entry.errors),
        *({"level": "warning", "word": "Discrepancy", "sentence": each.sentence} for each in entry.discrepancies),
        *({"level": "note", "word": "Note", "sentence": each.sentence} for each in entry.notes),
    ]
    return {
        "entry": entry,
        "role": imported.assessment.role if imported else None,
        # What a dry run made is gone again.
        "stored": imported.assessment if imported and not dry_run else None,
        "found": found[:MOST_FINDINGS],
        "more": max(0, len(found) - MOST_FINDINGS),
        "quotes": entry.quotes[:MOST_FINDINGS],
    }


def _preview(number: int, imported: Imported | None) -> dict[str, Any]:
    """The draft as it would read."""
    assert imported is not None, "what is imported became something"
    assessment = imported.assessment
    method, document = assessment.methodology.method, documents.from_json(assessment.document)
    explained = explanations.explanation(document, method)
    assert explained is not None, "what is imported has its figures"
    return {
        **rail.score_context(document, explained, None),
        "prefix": f"document-{number}-",
        "role": assessment.role,
        "value": named(assessment.document, method),
        "reasons": {each.code: each.name for each in method.override.reasons},
    }
