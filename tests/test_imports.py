"""Imports: what a batch does and reports, by the command and in the import room."""

from __future__ import annotations

import json
import re
import sys
from base64 import b64decode
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from assessments import archives
from assessments.actions import import_report, roles
from assessments.actions.imports import Rehearsal, bring_in
from assessments.documents import from_json
from assessments.models import Assessment, User
from reviews import actions as reviews
from tests.documents.specimen import rendered
from tests.making import a_document, a_draft, published, verdict
from tests.test_archives import zipped
from tests.test_races import at_once

Captured = pytest.CaptureFixture[str]
SignedIn = Callable[[User], Client]
ROOM = "/desk/import/"
OPEN_ALREADY = "This role already has an open version; only one can be open at a time."


def text_of(title: str = "Bell Tuner", **changes: Any) -> str:
    return rendered(from_json(a_document(title, **changes)))


def source(text: str, path: str = "a.txt") -> archives.Source:
    return archives.Source(path, len(text), lambda: text.encode())


def batch(*texts: str, by: User, dry_run: bool = False) -> list[import_report.Entry]:
    rehearsal = Rehearsal() if dry_run else None
    return [bring_in(source=source(text), by=by, at=timezone.now(), rehearsal=rehearsal)[0] for text in texts]


def outcomes(entries: list[import_report.Entry]) -> list[tuple[str, str | None, int | None]]:
    return [(entry.outcome, entry.role, entry.number) for entry in entries]


def every_count() -> dict[str, int]:
    """How many rows every table of the product has, history and ledger among them."""
    found = [*apps.get_app_config("assessments").get_models(), *apps.get_app_config("reviews").get_models()]
    return {model._meta.label: model._default_manager.count() for model in found}


def command(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    try:
        call_command("import_assessments", *arguments)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_importing_the_same_again_changes_no_table(assessor: User, reviewer: User) -> None:
    text = text_of()
    batch(text, by=assessor)
    before = every_count()
    assert outcomes(batch(text, by=assessor)) == [("unchanged", "bell-tuner", 1)]
    assert every_count() == before
    version = reviews.submit(assessment_id=Assessment.objects.get().pk, by=assessor, at=timezone.now())
    verdict(version, reviewer)
    before = every_count()
    assert outcomes(batch(text, by=assessor)) == [("unchanged", "bell-tuner", 1)]
    assert every_count() == before


def test_the_same_under_an_alias_and_with_a_reached_proposal_changes_no_table(admin: User, assessor: User) -> None:
    role = roles.ensure_role(title="Bell Tuner", seniority="Mid-level", by=assessor, at=timezone.now())
    roles.add_alias(role=role, text="Campanologist", by=admin, at=timezone.now())
    text = json.dumps(a_document("Campanologist", proposed="55.3"))
    (first, _) = bring_in(source=source(text, "a.json"), by=assessor, at=timezone.now(), rehearsal=None)
    before = every_count()
    (again, _) = bring_in(source=source(text, "a.json"), by=assessor, at=timezone.now(), rehearsal=None)
    assert outcomes([first, again]) == [("imported", "bell-tuner", 1), ("unchanged", "bell-tuner", 1)]
    assert every_count() == before


@pytest.mark.parametrize("dry_run", [False, True])
def test_documents_of_one_role_in_one_batch_meet_each_other(dry_run: bool, assessor: User) -> None:
    before = every_count()
    same, other = text_of(), text_of(evidence=(2, 1, 1, 1, 1))
    entries = batch(same, same, other, text_of("Harp Maker"), by=assessor, dry_run=dry_run)
    assert outcomes(entries) == [
        ("imported", "bell-tuner", 1),
        ("unchanged", "bell-tuner", 1),
        ("refused", None, None),
        ("imported", "harp-maker", 1),
    ]
    assert [error.message for error in entries[2].errors] == [OPEN_ALREADY]
    assert (every_count() == before) == dry_run


def test_a_dry_run_of_what_is_stored_is_unchanged(assessor: User) -> None:
    batch(text_of(), by=assessor)
    assert outcomes(batch(text_of(), by=assessor, dry_run=True)) == [("unchanged", "bell-tuner", 1)]


def test_a_role_with_somebody_elses_open_draft_is_refused(assessor: User, other_assessor: User) -> None:
    a_draft(other_assessor)
    before = every_count()
    (entry,) = batch(text_of(), by=assessor)
    assert (entry.outcome, [error.sentence for error in entry.errors]) == ("refused", [OPEN_ALREADY])
    assert every_count() == before


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_document_at_once_make_one_draft(assessor: User, other_assessor: User) -> None:
    for index in range(10):
        text = text_of(f"Bell Tuner {index}")
        acts = [lambda t=text, p=person: batch(t, by=p)[0].outcome for person in (assessor, assessor, other_assessor)]
        came = at_once(*acts)
        assert sorted(came).count("imported") == 1, came
        assert set(came) <= {"imported", "unchanged", "refused"}
        role = Assessment.objects.get(role__title=f"Bell Tuner {index}").role
        assert (role.history.count(), role.assessments.get().history.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_who_sends_a_document_three_times_at_once_is_told_once_that_it_came_in(assessor: User) -> None:
    text = text_of()
    outcomes = at_once(*[lambda: batch(text, by=assessor)[0].outcome for _ in range(3)])
    assert sorted(outcomes) == ["imported", "unchanged", "unchanged"]


def test_a_document_takes_few_statements(assessor: User, django_assert_max_num_queries: Callable[..., Any]) -> None:
    batch(text_of("Harp Maker"), by=assessor)
    with django_assert_max_num_queries(22):  # 16, and three savepoints made and released
        batch(text_of(), by=assessor)


def test_quotes_say_whom_they_mean(admin: User, assessor: User, reviewer: User) -> None:
    for level in ("Junior", "Senior"):
        a_draft(assessor, "Organ Builder", seniority=level)
    published(assessor, reviewer, "Bell Founder")
    rationale = "Near Bell Founder (61.5), Organ Builder (50.1 Green) and Harp Maker (40.2)."
    (entry,) = batch(text_of(override={"rationale": rationale}), by=assessor)
    quotes = {each["role_title"]: (each["role"], each["match"]) for each in entry.as_json()["quotes"]}
    assert quotes == {
        "Bell Founder": ("bell-founder", "matched"),
        "Organ Builder": (None, "ambiguous"),
        "Harp Maker": (None, "unmatched"),
    }
    assert [each.sentence.split(": ")[1] for each in entry.unmatched] == [
        "Organ Builder (50.1 Green), ambiguous.",
        "Harp Maker (40.2), unmatched.",
    ]


def test_the_report_has_the_keys_of_the_contract(assessor: User) -> None:
    wrong = text_of("Clerk").replace("| Wage Trends | 1", "| Wage Trends | 5")
    report = import_report.as_json(batch(text_of(), wrong, by=assessor))
    assert [report[word] for word in ("imported", "unchanged", "refused")] == [1, 0, 1]
    fields = ["path", "outcome", "role", "number", "figures", "discrepancies", "notes", "errors", "quotes"]
    assert [list(each) for each in report["documents"]] == [fields, fields]
    assert set(report["documents"][0]["quotes"][0]) == {
        "role_title", "role", "score", "label", "difference", "section", "line", "match",
    }  # fmt: skip
    error = report["documents"][1]["errors"][0]
    assert (list(error), error["section"]) == (["line", "section", "message"], "Evidence Score")
    assert error["message"] == "Wage Trends must be a whole number from -2 to 2, not 5."


def test_the_table_is_aligned_and_names_every_finding(assessor: User) -> None:
    stated = text_of().replace("| Total | 5 |", "| Total | 4 |")
    wrong = text_of("Clerk").replace("| Wage Trends | 1", "| Wage Trends | 5")
    lines = list(import_report.as_text(batch(stated, wrong, by=assessor)))
    assert (
        lines[0] == "outcome   role        no.  score  label                 differs  notes  errors  quotes  document"
    )
    assert lines[1] == "imported  bell-tuner    1   55.3  Green (Transforming)        1      0       0       2  a.txt"
    assert re.fullmatch(
        r"    discrepancy  Line \d+, Evidence Score: evidence_total is stated as 4, but computed 5\.", lines[2]
    )
    assert lines[3].startswith("    quote        Line ")
    assert lines[3].endswith(": Bell Founder (61.5 Green (Stable)), unmatched.")
    assert lines[5] == "refused   –             –      –  –                           0      0       1       0  a.txt"
    assert re.fullmatch(r"    error        Line \d+, Evidence Score: Wage Trends must be .*, not 5\.", lines[6])
    assert lines[7:] == ["1 imported, 0 unchanged, 1 refused"]


def test_the_command_reads_archives_in_folders_and_named(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    content = zipped(("deep/a.md", text_of().encode()), ("../b.txt", b"x"), ("__MACOSX/._a.md", b"x"))
    (tmp_path / "one.zip").write_bytes(content)
    (tmp_path / "._two.txt").write_bytes(b"\xff")
    (tmp_path / "THREE.TXT").write_text(text_of("Harp Maker"))
    code, out, _ = command(capsys, str(tmp_path), "--as", "maren", "--report", "json")
    found = [(each["path"].removeprefix(f"{tmp_path}/"), each["outcome"]) for each in json.loads(out)["documents"]]
    assert (code, found) == (
        1,
        [("THREE.TXT", "imported"), ("one.zip/deep/a.md", "imported"), ("one.zip/../b.txt", "refused")],
    )
    code, out, _ = command(capsys, str(tmp_path / "one.zip"), "--as", "maren", "--dry-run")
    assert (code, out.splitlines()[-1]) == (1, "0 imported, 1 unchanged, 1 refused")


def test_a_folder_without_documents_brings_nothing_in(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    (tmp_path / "picture.png").write_bytes(b"x")
    code, out, _ = command(capsys, str(tmp_path), "--as", "maren")
    assert (code, out) == (0, "0 imported, 0 unchanged, 0 refused\n")


def test_an_archive_that_is_none_is_one_refused_entry(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    (tmp_path / "a.zip").write_bytes(b"no archive")
    code, out, _ = command(capsys, str(tmp_path / "a.zip"), "--as", "maren", "--report", "json")
    (entry,) = json.loads(out)["documents"]
    assert (code, entry["path"], entry["errors"][0]["message"]) == (
        1,
        str(tmp_path / "a.zip"),
        "This is no zip archive that can be read: it is damaged, or of another kind.",
    )


def test_progress_is_told_to_a_terminal_alone_and_never_on_stdout(
    capsys: Captured, tmp_path: Path, assessor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(text_of())
    (tmp_path / "b.txt").write_text(text_of("Harp Maker"))
    arguments = (str(tmp_path), "--as", "maren", "--report", "json")
    assert command(capsys, *arguments)[2] == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    _, out, err = command(capsys, *arguments)
    assert re.search(r"\r(\x1b\S*?m)?2 of 2 documents, [\d,]+ a second", err)
    assert json.loads(out)["unchanged"] == 2


def test_a_check_saves_nothing_and_shows_the_draft_and_carries_the_text(assessor: User, signed_in: SignedIn) -> None:
    before = every_count()
    client, text = signed_in(assessor), text_of()
    page = client.post(ROOM, {"text": text, "then": "check"}).content.decode()
    assert every_count() == before
    for said in (
        "Checked, nothing saved",
        "1 imported, 0 unchanged, 0 refused",
        "would import",
        "55.3",
        "Listen and file",
        'How the draft of <span id="document-1-role">Bell Tuner (Mid-level)</span> would read',
        "Import this document",
    ):
        assert said in page
    (path, carried) = re.findall(r'<input type="hidden" name="checked_\w+" value="([^"]*)">', page)
    page = client.post(
        ROOM, {"checked_path": path, "checked_text": unescape(carried).replace("\n", "\r\n"), "then": "import"}
    )
    assert f'href="/drafts/{Assessment.objects.get().pk}/"' in page.content.decode()
    assert Assessment.objects.get().document["role"]["title"] == "Bell Tuner"


def test_files_and_an_archive_are_imported_with_links_to_their_drafts(assessor: User, signed_in: SignedIn) -> None:
    files = [
        SimpleUploadedFile("a.txt", text_of().encode()),
        SimpleUploadedFile("b.zip", zipped(("c.json", json.dumps(a_document("Harp Maker")).encode()))),
        SimpleUploadedFile("d.pdf", b"%PDF"),
        SimpleUploadedFile("e.txt", text_of("Clerk").replace("Tunes bells", "Tunes — bells").encode("cp1252")),
    ]
    answer = signed_in(assessor).post(ROOM, {"files": files, "then": "import"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 imported, 0 unchanged, 2 refused" in page
    for draft in Assessment.objects.all():
        assert f'<a href="/drafts/{draft.pk}/">{draft.role.title}</a>' in page
    for said in ("b.zip/c.json", "Only .txt, .md, .json and .zip files are read.", "This line is not UTF-8 text."):
        assert said in page


def test_the_page_gives_the_same_report_as_json(assessor: User, signed_in: SignedIn) -> None:
    client = signed_in(assessor)
    form = {"text": text_of(), "then": "check"}
    report = client.post(ROOM, form, headers={"accept": "application/json"}).json()
    assert (report["imported"], report["documents"][0]["path"]) == (1, "pasted.txt")
    page = client.post(ROOM, form).content.decode()
    (linked,) = re.findall(r'href="data:application/json;base64,([^"]+)"', page)
    assert json.loads(b64decode(linked)) == report
    assert Assessment.objects.count() == 0


def test_a_refused_text_says_every_line_and_is_kept(assessor: User, signed_in: SignedIn) -> None:
    text = text_of().replace("| Wage Trends | 1 |", "| Wage Trends | 8 |")
    page = signed_in(assessor).post(ROOM, {"text": text, "then": "import"}).content.decode()
    assert re.search(r"Line \d+, Evidence Score: Wage Trends must be a whole number from -2 to 2, not 8\.", page)
    assert "| Wage Trends | 8 |" in page
    assert Assessment.objects.count() == 0


def test_what_a_document_states_wrongly_or_what_is_not_kept_is_said(assessor: User, signed_in: SignedIn) -> None:
    text = text_of().replace("| Total | 5 |", "| Total | 4 |").replace("| Total | 3/10 |", "| Total | 3/10 | Lost |")
    page = signed_in(assessor).post(ROOM, {"text": text, "then": "import"}).content.decode()
    assert "evidence_total is stated as 4, but computed 5." in page
    assert "The text in the row of the total is not kept." in page


def test_of_very_many_findings_the_page_shows_the_first_and_counts_the_rest(
    assessor: User, signed_in: SignedIn
) -> None:
    unknown = "".join(f"| Dimension {number} | 1 | Nobody knows it. |\n" for number in range(60))
    text = text_of().replace("| Wage Trends |", f"{unknown}| Wage Trends |")
    page = signed_in(assessor).post(ROOM, {"text": text, "then": "check"}).content.decode()
    assert page.count('<li class="error">') == 50
    assert re.search(r"and \d+ more, all in the report as JSON", page)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "There is no document here: choose files or an archive, or paste a text."),
        ({"text": " \r\n"}, "There is no document here: choose files or an archive, or paste a text."),
        ({"files": 1000}, "This holds 1,000 documents; at most 200 come in at once."),
        ({"files": 6, "size": 900_000}, "This holds 5.4 MB unpacked; at most 5 MB come in at once."),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_bad_input_is_one_sentence(
    form: dict[str, Any], sentence: str, accept: str, assessor: User, signed_in: SignedIn
) -> None:
    if "files" in form:
        content = b"x" * form.get("size", 1)
        form = {"files": [SimpleUploadedFile(f"{number}.txt", content) for number in range(form["files"])]}
    answer = signed_in(assessor).post(ROOM, {**form, "then": "import"}, headers={"accept": accept})
    assert answer.status_code == 400
    said = answer.json()["errors"][0]["detail"] if accept == "application/json" else answer.content.decode()
    assert sentence in said


def test_a_huge_upload_is_refused_before_it_is_read(assessor: User, signed_in: SignedIn) -> None:
    upload = SimpleUploadedFile("a.txt", b"x" * 8_100_000)
    answer = signed_in(assessor).post(ROOM, {"files": upload})
    assert (answer.status_code, "8 MB with files" in answer.content.decode()) == (400, True)


def test_an_overlong_document_is_said_by_its_name(assessor: User, signed_in: SignedIn) -> None:
    upload = SimpleUploadedFile("a.txt", b"x" * 1_000_001)
    page = signed_in(assessor).post(ROOM, {"files": upload}).content.decode()
    assert "The document is larger than 1 MB, which no assessment is." in page


def test_the_room_needs_the_token_of_its_form(assessor: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(assessor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(ROOM, {"text": text_of(), "then": "import"}).status_code == 403
    assert Assessment.objects.count() == 0


def test_hostile_names_and_texts_are_shown_and_never_run(assessor: User, signed_in: SignedIn) -> None:
    name = "<img src=x onerror=alert(1)>.txt"
    text = text_of("<script>alert(1)</script>")
    upload = SimpleUploadedFile("a.zip", zipped((name, text.encode())))
    page = signed_in(assessor).post(ROOM, {"files": upload, "then": "check"}).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_more_drafts_than_are_shown_are_counted(assessor: User, signed_in: SignedIn) -> None:
    files = [SimpleUploadedFile(f"{number}.txt", text_of(f"Role {number}").encode()) for number in range(22)]
    page = signed_in(assessor).post(ROOM, {"files": files, "then": "check"}).content.decode()
    assert page.count("would read</summary>") == 20
    assert "The drafts of 2 more are not shown here." in page
    assert "Import these 22 documents" in page
    assert Assessment.objects.count() == 0


def test_what_is_too_long_to_carry_must_be_chosen_again(assessor: User, signed_in: SignedIn) -> None:
    texts = [text_of(f"Role {number}") + "\n" * 550_000 for number in range(4)]
    files = [SimpleUploadedFile(f"{number}.txt", text.encode()) for number, text in enumerate(texts)]
    page = signed_in(assessor).post(ROOM, {"files": files, "then": "check"}).content.decode()
    assert "4 imported, 0 unchanged, 0 refused" in page
    assert "checked_text" not in page
    assert "choose the files again" in page


def test_a_title_beyond_every_column_is_refused(assessor: User) -> None:
    (entry,) = batch(text_of().replace("| Job Title | Bell Tuner |", f"| Job Title | {'Bell ' * 60}|"), by=assessor)
    assert [error.message for error in entry.errors] == ["role.title may have at most 200 characters, not 299."]
