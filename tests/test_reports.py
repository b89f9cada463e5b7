"""Reports of problems: from anybody about any row, hard to abuse, answered by people with a reason."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import signing
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from assessments.actions import reports as actions
from assessments.errors import Conflict, Forbidden, Gone, Invalid, Invisible
from assessments.models import Assessment, AuditEvent, ProblemReport, User
from assessments.queries import published as public
from assessments.queries import reports as reads
from assessments.views import reports as views
from tests.making import a_draft, in_review, published, retracted

WRONG = "The wages are those of 2019."


@pytest.fixture(autouse=True)
def _nobody_reported_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.Tries, "cache_format", f"{uuid.uuid4()}-%(scope)s-%(ident)s")


@pytest.fixture
def version(assessor: User, reviewer: User) -> Assessment:
    published(assessor, reviewer)
    return public.version("bell-tuner")


def made(version: Assessment, place: str = "evidence[2]", text: str = WRONG) -> ProblemReport:
    return actions.make(assessment=version, place=place, text=text, at=timezone.now())


def stamp(version: Assessment, *, seconds: float = 10) -> str:
    opened = timezone.now().timestamp() - seconds
    return signing.TimestampSigner(salt=views.SALT).sign(f"{version.pk}:{opened}")


def posted(client: Client, version: Assessment, **changes: str) -> object:
    fields = {"place": "tasks[0]", "text": WRONG, "stamp": stamp(version), views.HONEYPOT: "", **changes}
    return client.post(f"/roles/bell-tuner/v{version.number}/report/", fields)


def test_every_row_of_every_table_can_be_reported(version: Assessment) -> None:
    found = reads.places(version)
    for table in reads.TABLES:
        assert [path for path in found if path.startswith(table)] == [
            f"{table}[{index}]" for index in range(len(version.document[table]))
        ]
    assert (found[""], found["tasks[0]"]) == ("The page as a whole", "Task: Listen and file")
    assert found["evidence[0]"] == "Evidence: Job Posting Trends"


def test_a_report_keeps_words_and_place_and_nobody(version: Assessment, now: datetime) -> None:
    report = actions.make(assessment=version, place="evidence[2]", text=f"  {WRONG}\r\nTruly.\x07\u202e ", at=now)
    assert (report.text, report.place, report.state, report.made_at) == (f"{WRONG}\nTruly.", "evidence[2]", "open", now)
    assert len(report.code) == 22


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ("tasks[99]", WRONG, "Choose what the report is about"),
        ("document", WRONG, "Choose what the report is about"),
        ("", "Too short", "10 to 2,000 characters"),
        ("", "x" * 2001, "10 to 2,000 characters"),
        ("", "http://a https://b www.c buy", "may hold 2 links"),
    ],
)
def test_what_is_no_report_is_refused(version: Assessment, place: str, text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        made(version, place, text)
    assert ProblemReport.objects.count() == 0


def test_the_same_words_twice_are_one_report(version: Assessment) -> None:
    assert made(version) == made(version)
    assert made(version, "") != made(version)


def test_a_retracted_version_takes_no_reports(version: Assessment, admin: User, other_admin: User) -> None:
    retracted(version, admin, other_admin)
    with pytest.raises(Gone, match="The counts were made up"):
        made(public.version("bell-tuner"))


def test_an_answer_closes_a_report_on_the_record(version: Assessment, reviewer: User, now: datetime) -> None:
    report = made(version)
    actions.close(code=report.code, state="taken_up", answer=" You are right. ", by=reviewer, at=now)
    report.refresh_from_db()
    assert (report.state, report.answer, report.closed_by, report.closed_at) == (
        "taken_up", "You are right.", reviewer, now
    )  # fmt: skip
    event = AuditEvent.objects.get(verb="report.closed")
    assert (event.actor, event.role_held, event.object_id) == (reviewer, "reviewer", str(version.pk))
    assert [reads.waiting().count(), reads.closed().count()] == [0, 1]
    with pytest.raises(Conflict, match="Deepa has answered this report already"):
        actions.close(code=report.code, state="spam", answer="No.", by=reviewer, at=now)


def test_administrators_answer_as_well_and_nobody_else(
    version: Assessment, admin: User, assessor: User, now: datetime
) -> None:
    report = made(version)
    with pytest.raises(Forbidden):
        actions.close(code=report.code, state="spam", answer="No.", by=assessor, at=now)
    actions.close(code=report.code, state="declined", answer="They are of 2025.", by=admin, at=now)
    assert AuditEvent.objects.get(verb="report.closed").role_held == "admin"


@pytest.mark.parametrize(
    ("state", "answer", "said"),
    [("open", "Yes.", "what becomes of"), ("maybe", "Yes.", "what becomes of"), ("spam", " ", "Give the reason"),
     ("spam", "x" * 2001, "Give the reason")],
)  # fmt: skip
def test_an_answer_has_a_reason(
    state: str, answer: str, said: str, version: Assessment, reviewer: User, now: datetime
) -> None:
    with pytest.raises(Invalid, match=said):
        actions.close(code=made(version).code, state=state, answer=answer, by=reviewer, at=now)


def test_the_database_holds_no_half_closed_report(version: Assessment) -> None:
    report = made(version)
    for changes in ({"state": "spam"}, {"answer": "So."}, {"state": "eaten"}):
        with pytest.raises(IntegrityError, match="report_"), transaction.atomic():
            ProblemReport.objects.filter(pk=report.pk).update(**changes)


@pytest.mark.parametrize("code", ["", "nobody", "x" * 500])
def test_only_its_own_address_leads_to_a_report(code: str, version: Assessment) -> None:
    report = made(version)
    for wrong in (code, f"{report.code}x", report.code.swapcase()):
        with pytest.raises(Invisible):
            reads.by_code(wrong)


def test_a_reader_reports_and_reads_the_answer(
    client: Client, version: Assessment, reviewer: User, now: datetime
) -> None:
    form = client.get("/roles/bell-tuner/v1/report/?place=evidence").content.decode()
    assert '<option value="evidence[0]" selected>' in form
    answer = posted(client, version, text="<b>Wrong</b> & old.")
    [report] = ProblemReport.objects.all()
    assert answer.headers["Location"] == f"/reports/{report.code}/"  # type: ignore[attr-defined]
    page = client.get(f"/reports/{report.code}/").content.decode()
    for said in ("Waits for an answer.", "Task: Listen and file", "&lt;b&gt;Wrong&lt;/b&gt; &amp; old.", "noindex"):
        assert said in page
    actions.close(code=report.code, state="declined", answer="It is of 2025.", by=reviewer, at=now)
    page = client.get(f"/reports/{report.code}/").content.decode()
    for said in ("nothing is to be changed", "It is of 2025.", "Deepa"):
        assert said in page


def test_programs_are_turned_away_and_what_was_typed_stays(client: Client, version: Assessment) -> None:
    for changes, said in (
        ({views.HONEYPOT: "https://buy.example"}, "to stay empty"),
        ({"stamp": stamp(version, seconds=1)}, "faster than anybody writes"),
        ({"stamp": "forged"}, "more than a day ago"),
        ({"stamp": ""}, "more than a day ago"),
        ({"text": "short"}, "10 to 2,000"),
    ):
        answer = posted(client, version, **changes)
        page = answer.content.decode()  # type: ignore[attr-defined]
        assert (answer.status_code, said in page) == (400, True)  # type: ignore[attr-defined]
        assert (changes.get("text", WRONG) in page, '<option value="tasks[0]" selected>' in page) == (True, True)
    assert ProblemReport.objects.count() == 0


def test_a_stamp_is_of_one_version_and_one_day(
    client: Client, version: Assessment, assessor: User, reviewer: User
) -> None:
    other = published(assessor, reviewer, "Bell Founder")
    assert posted(client, version, stamp=stamp(other)).status_code == 400  # type: ignore[attr-defined]
    old = stamp(version)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert posted(client, version, stamp=old).status_code == 400  # type: ignore[attr-defined]


def test_an_address_has_a_limit_and_what_was_typed_stays(
    client: Client, version: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views.Tries, "THROTTLE_RATES", {"report": "2/hour", "report_try": "9/hour"})
    answers = [posted(client, version, text=f"{WRONG} {number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]  # type: ignore[attr-defined]
    assert int(answers[2].headers["Retry-After"]) > 0  # type: ignore[attr-defined]
    assert ProblemReport.objects.count() == 2
    page = answers[2].content.decode()  # type: ignore[attr-defined]
    assert "Many reports came from your address within the hour" in page
    assert (f"{WRONG} 2</textarea>" in page, '<option value="tasks[0]" selected>' in page) == (True, True)
    assert "requests" not in page


def test_what_is_refused_does_not_use_up_what_is_taken(
    client: Client, version: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views.Tries, "THROTTLE_RATES", {"report": "1/hour", "report_try": "4/hour"})
    refused = [posted(client, version, **changes) for changes in ({"place": "x"}, {"text": "short"}, {"stamp": ""})]
    assert [answer.status_code for answer in refused] == [400, 400, 400]  # type: ignore[attr-defined]
    assert posted(client, version).status_code == 302  # type: ignore[attr-defined]
    assert posted(client, version, text="short").status_code == 429  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", [a_draft, in_review])
def test_a_draft_takes_no_reports(make: Callable[..., Assessment], client: Client, assessor: User) -> None:
    make(assessor, "Secret Role")
    assert client.get("/roles/secret-role/v1/report/").status_code == 404
    assert client.post("/roles/secret-role/v1/report/").status_code == 404


def test_of_a_retracted_version_the_form_is_gone(
    client: Client, version: Assessment, admin: User, other_admin: User
) -> None:
    retracted(version, admin, other_admin)
    assert client.get("/roles/bell-tuner/v1/report/").status_code == 410


def test_reviewers_answer_on_a_page(version: Assessment, reviewer: User, signed_in: Callable[[User], Client]) -> None:
    report, client = made(version), signed_in(reviewer)
    page = client.get("/reports/").content.decode()
    assert (WRONG in page, "Evidence: Wage Trends" in page) == (True, True)
    refused = client.post(f"/reports/{report.code}/close/", {"state": "spam", "answer": ""})
    assert (refused.status_code, "Give the reason" in refused.content.decode()) == (400, True)
    page = client.post(f"/reports/{report.code}/close/", {"state": "duplicate", "answer": "Known."}, follow=True)
    assert "No report waits" in page.content.decode()
    again = client.post(f"/reports/{report.code}/close/", {"state": "duplicate", "answer": "Known."})
    assert again.status_code == 409


def test_every_row_of_the_profile_leads_to_the_form_with_itself_chosen(client: Client, version: Assessment) -> None:
    page = client.get("/roles/bell-tuner/").content.decode()
    found = re.findall(r'href="(/roles/bell-tuner/v1/report/[^"]*)"', page)
    rows = [(table, index) for table in reads.TABLES for index in range(len(version.document[table]))]
    wanted = [f"/roles/bell-tuner/v1/report/?place={table}%5B{index}%5D" for table, index in rows]
    assert sorted(found) == sorted([*wanted, "/roles/bell-tuner/v1/report/"])
    form = client.get(wanted[-1]).content.decode()
    assert f'<option value="{rows[-1][0]}[{rows[-1][1]}]" selected>' in form
