"""What readers take along of one public version: how to cite it, and its tables."""

from __future__ import annotations

import io
import json
from typing import Any

from defusedcsv import csv
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.errors import Gone, Invisible
from assessments.models import Assessment
from assessments.queries import aftermath, citing, ended, published
from assessments.queries.citing import Citation
from assessments.views import addresses
from assessments.views.profile import named, weighted

TASKS = ("name", "time_percent", "score", "weighted", "involvement", "rationale")
SCALED = ("code", "name", "score", "lowest", "highest", "rationale")
# By the name in the address: where the rows stand in the document, and the columns.
TABLES = {
    "tasks": ("tasks", TASKS),
    "evidence": ("evidence", SCALED),
    "barriers": ("barriers", SCALED),
    "principles": ("protective_principles", SCALED),
}


def cite(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """How to cite the published version, or one public version; a retracted one as what it is."""
    assessment = published.version(slug, number)
    context = {"role": assessment.role, "version": assessment, "cited": cited(assessment)}
    context["ended"] = ended.said(assessment)
    return render(request, "public/cite.html", context)


def cite_bibtex(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One public version for BibTeX."""
    source = cited(published.version(slug, number))
    return _file(source.as_bibtex(), "application/x-bibtex", f"{source.key}.bib")


def cite_csl(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One public version as CSL-JSON."""
    source = cited(published.version(slug, number))
    body = json.dumps(source.as_csl(), ensure_ascii=False, indent=2) + "\n"
    return _file(body, "application/vnd.citationstyles.csl+json", f"{source.key}.csl.json")


def cited(assessment: Assessment) -> Citation:
    """A public version as a source at its own address, by the name it was published by."""
    return citing.citation(assessment, addresses.as_published(assessment))


def table(request: HttpRequest, slug: str, number: int, name: str) -> HttpResponse:
    """One table of a public version as CSV; what a spreadsheet would run as a formula is written as text."""
    if name not in TABLES:
        raise Invisible("A version has the tables tasks, evidence, barriers and principles.")
    assessment = published.version(slug, number)
    if assessment.retracted_at is not None:
        raise Gone(aftermath.tombstone_sentence(assessment))
    rows, columns = _rows(assessment, name)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return _file(written.getvalue(), "text/csv", f"{published.slug_then(assessment)}-v{number}-{name}.csv")


def _rows(assessment: Assessment, name: str) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    where, columns = TABLES[name]
    rows = named(assessment.document, assessment.methodology.method)[where]
    return ([weighted(row) for row in rows] if where == "tasks" else rows), columns


def _file(body: str, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=f"{kind}; charset=utf-8", headers=headers)
