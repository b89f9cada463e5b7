"""Readers' reports of problems: the places they may be about, and what moderators read."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from assessments.enums import ReportState
from assessments.errors import Invisible
from assessments.models import Assessment, ProblemReport
from assessments.queries.spoken import say, spoken
from assessments.scoring import Method

WHOLE = gettext_noop("The page as a whole")
SECTIONS = {
    "definition": gettext_noop("What the role is"),
    "growth": gettext_noop("Growth correlation"),
    "decision": gettext_noop("The decision"),
    "commentary": gettext_noop("Commentary"),
    "neighbours": gettext_noop("Neighbours"),
}
TABLES = {
    "tasks": gettext_noop("Task"),
    "evidence": gettext_noop("Evidence"),
    "barriers": gettext_noop("Barrier"),
    "protective_principles": gettext_noop("Protective principle"),
}


def places(assessment: Assessment) -> dict[str, str]:
    """What can be reported of a version: a path and what it is called; the whole page, at "", first."""
    found = {path: say(name) for path, name in {"": WHOLE, **SECTIONS}.items()}
    document = assessment.document
    names = _names(assessment.methodology.method)
    for table, word in TABLES.items():
        for index, row in enumerate(document[table]):
            found[f"{table}[{index}]"] = (
                f"{say(word)}: {row['name'] if table == 'tasks' else spoken(names[row['code']])}"
            )
    return found


def place_of(report: ProblemReport) -> str:
    """The place of a report in words: a public version never changes, so that it is always there."""
    return places(report.assessment)[report.place]


def by_code(code: str) -> ProblemReport:
    """The report of a status page's address; Invisible for any other code."""
    found = _reports().filter(code=code[:22]).first()
    if found is None or found.code != code:
        raise Invisible("There is no report at this address.")
    return found


def waiting() -> QuerySet[ProblemReport]:
    """Reports without an answer, the oldest first."""
    return _reports().filter(state=ReportState.OPEN).order_by("made_at", "pk")


def closed() -> QuerySet[ProblemReport]:
    """Answered reports, the latest first."""
    return _reports().exclude(state=ReportState.OPEN).order_by("-closed_at", "-pk")


def _reports() -> QuerySet[ProblemReport]:
    return ProblemReport.objects.select_related("assessment__role", "assessment__methodology", "closed_by")


def _names(method: Method) -> dict[str, str]:
    return {
        scale.code: scale.name for scales in (method.evidence, method.barriers, method.protective) for scale in scales
    }
