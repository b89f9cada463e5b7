"""Reports of problems: made by any reader without an account, answered and closed by reviewers and administrators."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from django.db import transaction

from assessments import access, audit
from assessments.enums import Access, ReportState, Status
from assessments.errors import Conflict, Gone, Invalid, Place
from assessments.models import Assessment, ProblemReport, User
from assessments.queries import aftermath, reports
from assessments.queries.spoken import say

LEAST, MOST, MOST_LINKS, MOST_ANSWER = 10, 2000, 2, 2000
LINK = re.compile(r"https?://|www\.|\[url", re.IGNORECASE)
# Line breaks are kept; what else controls a terminal or turns the reading direction is not text.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@transaction.atomic
def make(*, assessment: Assessment, place: str, text: str, at: datetime) -> ProblemReport:
    """Say what is wrong with a public version at a place of it (a path of `reports.places`), in plain text.

    The same words about the same place, while nobody answered them, are the same report. Invalid for a place that is
    none, text that is too short or long, and more than two links; Gone for a retracted version.
    """
    if assessment.status == Status.RETRACTED:
        raise Gone(aftermath.tombstone_sentence(assessment))
    said = checked(assessment=assessment, place=place, text=text)
    same = reports.waiting().filter(assessment=assessment, place=place, text=said).first()
    if same is not None:
        return same
    code = secrets.token_urlsafe(16)
    return ProblemReport.objects.create(assessment=assessment, code=code, place=place, text=said, made_at=at)


def checked(*, assessment: Assessment, place: str, text: str) -> str:
    """The plain text that `make` would keep; Invalid for whatever it would refuse."""
    if place not in reports.places(assessment):
        raise _wrong("place", say("Choose what the report is about from the list."))
    said = _plain(text)
    if not LEAST <= len(said) <= MOST:
        raise _wrong("text", say("Say what is wrong in {least} to {most} characters.", least=LEAST, most=f"{MOST:,}"))
    if len(LINK.findall(said)) > MOST_LINKS:
        raise _wrong(
            "text", say("A report may hold {number} links: name the sources that matter most.", number=MOST_LINKS)
        )
    return said


@transaction.atomic
def close(*, code: str, state: str, answer: str, by: User, at: datetime) -> ProblemReport:
    """Answer a report and close it, as taken up, declined, a duplicate or spam; Conflict once it is closed."""
    access.require(access.may_answer_reports(by))
    report = reports.by_code(code)
    locked = ProblemReport.objects.select_for_update(no_key=True).get(pk=report.pk)
    if locked.state != ReportState.OPEN:
        raise Conflict(f"{report.closed_by or 'Somebody'} has answered this report already.")
    if state not in ReportState.values or state == ReportState.OPEN:
        raise _wrong("state", "Say what becomes of the report.")
    said = _plain(answer)
    if not 1 <= len(said) <= MOST_ANSWER:
        raise _wrong("answer", f"Give the reason in up to {MOST_ANSWER:,} characters: whoever reported it reads it.")
    locked.state, locked.answer, locked.closed_by, locked.closed_at = state, said, by, at
    locked.save(update_fields=["state", "answer", "closed_by", "closed_at"])
    held = Access.REVIEWER if by.holds(Access.REVIEWER) else Access.ADMIN
    told: dict[str, object] = {"number": report.assessment.number, "state": state, "report": report.pk, "answer": said}
    audit.record("report.closed", by=by, at=at, role_held=held, about=report.assessment, data=told)
    return locked


def _plain(text: str) -> str:
    return CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, places=[Place(field, "invalid", sentence)])
