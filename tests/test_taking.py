"""What readers take along: citations and tables, the same for ever, harmless to TeX, JSON readers and spreadsheets."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from django.utils import timezone

from assessments.actions import drafts
from assessments.models import Assessment, User
from assessments.queries import citing
from assessments.queries import published as reads
from reviews import actions
from tests.making import a_document, a_draft, in_review, published, retracted, verdict

ADDRESS = "https://aijri.example/roles/bell-tuner/v1/"
FORMULAS = {"tasks": [{**task, "name": f"={task['name']}"} for task in a_document()["tasks"]]}


def source(assessment: Assessment, address: str = ADDRESS) -> citing.Citation:
    return citing.citation(reads.version(assessment.role.slug, assessment.number), address)


def test_a_citation_in_words_names_score_version_method_deciders_and_day(assessor: User, reviewer: User) -> None:
    cited = source(published(assessor, reviewer))
    day = f"{cited.published_at:%-d %B %Y}"
    assert cited.as_text() == (
        "AIJRI Review. Bell Tuner (Mid-level): AIJRI 55.3 of 100, Green (Transforming). Version 1, method 1.0;"
        f" decided by Deepa; published {day}. {ADDRESS}"
    )


def test_csl_json_is_a_list_of_one_report(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    at = assessment.published_at
    assert at is not None
    assert source(assessment).as_csl() == [
        {
            "id": f"aijri-{assessment.role.public_id}-v1",
            "type": "report",
            "title": "Bell Tuner (Mid-level): AIJRI 55.3 of 100, Green (Transforming)",
            "author": [{"literal": "AIJRI Review"}],
            "editor": [{"literal": "Deepa"}],
            "publisher": "AIJRI Review",
            "genre": "Role assessment",
            "version": "1",
            "issued": {"date-parts": [[at.year, at.month, at.day]]},
            "URL": ADDRESS,
        }
    ]


def test_a_title_is_no_command_to_tex(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer, r"C# & 100% \input{x}_~^$")
    said = source(assessment, "https://aijri.example/a{b}%20/").as_bibtex()
    assert r"C\# \& 100\% \textbackslash{}input\{x\}\_\textasciitilde{}\textasciicircum{}\$" in said
    assert r"url = {https://aijri.example/a\%7Bb\%7D\%20/}" in said


def test_every_form_says_that_a_version_was_retracted(
    admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    cited = source(retracted(published(assessor, reviewer), admin, other_admin))
    assert " Retracted. " in cited.as_text()
    assert "method 1.0, retracted" in cited.as_bibtex()
    assert cited.as_csl()[0]["note"] == "Retracted"


def test_the_page_that_cites_says_when_a_version_is_not_current(client: Client, assessor: User, reviewer: User) -> None:
    said = "This version is not current: superseded."
    published(assessor, reviewer)
    assert said not in client.get("/roles/bell-tuner/v1/cite/").content.decode()
    published(assessor, reviewer, evidence=(2, 2, 1, 1, 1))
    assert said in " ".join(client.get("/roles/bell-tuner/v1/cite/").content.decode().split())


def test_an_earlier_version_keeps_its_citation(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    before = client.get("/roles/bell-tuner/v1/cite.bib").content
    published_again(assessor, reviewer)
    assert client.get("/roles/bell-tuner/v1/cite.bib").content == before
    assert "Version 2," in client.get("/roles/bell-tuner/cite/").content.decode()


def published_again(assessor: User, reviewer: User) -> None:
    now = timezone.now()
    role = Assessment.objects.get(status="published").role
    draft = drafts.revise(role=role, kind="revision", change_reason="new_evidence", by=assessor, at=now).assessment
    document = drafts.document_of(a_document(evidence=(1, 1, 1, 1, 2)))
    drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=draft.content_hash, by=assessor, at=now)
    verdict(actions.submit(assessment_id=draft.pk, by=assessor, at=now), reviewer)


def test_the_profile_leads_to_every_form(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    page = client.get("/roles/bell-tuner/").content.decode()
    for name in ("cite/", "cite.bib", "cite.csl.json", "tasks.csv", "evidence.csv", "barriers.csv", "principles.csv"):
        address = f"/roles/bell-tuner/v1/{name}"
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    [item] = json.loads(client.get("/roles/bell-tuner/v1/cite.csl.json").content)
    assert item["URL"].endswith("/roles/bell-tuner/v1/")


def test_a_table_has_a_row_for_every_row(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    rows = list(csv.DictReader(io.StringIO(client.get("/roles/bell-tuner/v1/evidence.csv").content.decode())))
    assert [row["score"] for row in rows] == ["1"] * 5
    assert (rows[0]["code"], rows[0]["lowest"], rows[0]["highest"]) == ("job_posting_trends", "-2", "2")
    tasks = list(csv.DictReader(io.StringIO(client.get("/roles/bell-tuner/v1/tasks.csv").content.decode())))
    assert (tasks[0]["time_percent"], tasks[0]["score"], tasks[0]["weighted"]) == ("62.5", "1", "0.63")


def test_no_cell_is_a_formula(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, **FORMULAS)
    tasks = list(csv.DictReader(io.StringIO(client.get("/roles/bell-tuner/v1/tasks.csv").content.decode())))
    assert {row["name"][:2] for row in tasks} == {"'="}


def test_a_retracted_version_has_no_tables_and_an_unknown_table_is_nothing(
    client: Client, admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    assessment = published(assessor, reviewer)
    assert client.get("/roles/bell-tuner/v1/secrets.csv").status_code == 404
    retracted(assessment, admin, other_admin)
    assert client.get("/roles/bell-tuner/v1/tasks.csv").status_code == 410
    assert client.get("/roles/bell-tuner/v1/cite/").status_code == 200


@pytest.mark.parametrize("name", ["cite/", "v1/cite/", "v1/cite.bib", "v1/cite.csl.json", "v1/tasks.csv"])
@pytest.mark.parametrize("make", [a_draft, in_review])
def test_of_what_is_not_published_nothing_is_taken(
    name: str, make: type[object], client: Client, assessor: User
) -> None:
    make(assessor, "Secret Role")  # type: ignore[call-arg]
    assert client.get(f"/roles/secret-role/{name}").status_code == 404


def test_every_version_has_its_document_in_each_form(client: Client, assessor: User, reviewer: User) -> None:
    first = published(assessor, reviewer)
    before = {end: client.get(f"/roles/bell-tuner/v1.{end}").content for end in ("json", "md", "txt")}
    published_again(assessor, reviewer)
    for end, content in before.items():
        answer = client.get(f"/roles/bell-tuner/v1.{end}")
        assert (answer.content == content, answer["Content-Disposition"]) == (
            True,
            f'inline; filename="bell-tuner-v1.{end}"',
        )
        assert client.get(f"/roles/bell-tuner/v2.{end}").content == client.get(f"/roles/bell-tuner.{end}").content
        assert client.get(f"/roles/bell-tuner/v3.{end}").status_code == 404
    assert json.loads(before["json"]) == first.document
    for page in ("v1/", "v1/cite/"):
        shown = client.get(f"/roles/bell-tuner/{page}").content.decode()
        for address in (*(f"/roles/bell-tuner/v1.{end}" for end in before), "/api/v1/roles/bell-tuner/assessments/1/"):
            assert f'href="{address}"' in shown
        assert "The decision is in none of them." in shown
    assert 'href="/roles/bell-tuner.json"' in client.get("/roles/bell-tuner/").content.decode()


@pytest.mark.parametrize("end", ["json", "md", "txt"])
def test_a_version_that_was_retracted_has_no_document_and_a_draft_none_yet(
    client: Client, admin: User, other_admin: User, assessor: User, reviewer: User, end: str
) -> None:
    a_draft(assessor, "Secret Role")
    assert client.get(f"/roles/secret-role/v1.{end}").status_code == 404
    retracted(published(assessor, reviewer), admin, other_admin)
    assert client.get(f"/roles/bell-tuner/v1.{end}").status_code == 410
    assert f"v1.{end}" not in client.get("/roles/bell-tuner/v1/cite/").content.decode()
