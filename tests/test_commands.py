"""Management commands: what they print, where, and how they exit."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from assessments.documents import from_json
from assessments.models import Assessment, PeerComparison, User
from tests.documents.specimen import SEED, in_markdown, rendered
from tests.making import a_document, published, recomputed

Captured = pytest.CaptureFixture[str]


def run(capsys: Captured, *arguments: str) -> tuple[int, str]:
    """Exit code and standard output of a command."""
    try:
        call_command(*arguments)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, capsys.readouterr().out


def test_a_token_stands_alone_on_stdout_and_works(capsys: Captured, client: Client, assessor: User) -> None:
    _, out = run(capsys, "issue_token", "maren", "--name", "ci", "--write", "--days", "2")
    assert re.fullmatch(r"[A-Za-z0-9_.-]{20,}\n", out)
    answer = client.get("/api/v1/assessments/", headers={"authorization": f"Bearer {out.strip()}"})
    assert answer.status_code == 200


def test_a_token_for_nobody_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="There is no active account named nobody"):
        call_command("issue_token", "nobody", "--name", "x")


def test_a_folder_is_imported_with_a_report_of_each_document(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    (tmp_path / "a.txt").write_text(rendered(from_json(a_document("Bell Tuner"))))
    (tmp_path / "b.json").write_text(json.dumps({"schema": "aijri/assessment/1", **a_document("Harp Maker")}))
    (tmp_path / "c.txt").write_text(
        rendered(from_json(a_document("Clerk"))).replace("| Wage Trends | 1", "| Wage Trends | 5")
    )
    code, out = run(capsys, "import_assessments", str(tmp_path), "--as", "maren", "--report", "json")
    report = json.loads(out)
    assert (code, report["imported"], report["unchanged"], report["refused"]) == (1, 2, 0, 1)
    outcomes = {Path(each["path"]).name: (each["outcome"], each["role"]) for each in report["documents"]}
    assert outcomes == {
        "a.txt": ("imported", "bell-tuner"),
        "b.json": ("imported", "harp-maker"),
        "c.txt": ("refused", None),
    }
    error = report["documents"][2]["errors"][0]
    assert (error["section"], error["line"] > 1) == ("Evidence Score", True)
    assert sorted(Assessment.objects.values_list("role__title", flat=True)) == ["Bell Tuner", "Harp Maker"]


def test_a_second_import_changes_nothing(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    path = tmp_path / "a.txt"
    path.write_text(rendered(from_json(a_document())))
    run(capsys, "import_assessments", str(path), "--as", "maren")
    code, out = run(capsys, "import_assessments", str(path), "--as", "maren")
    assert (code, out.splitlines()[-1]) == (0, "0 imported, 1 unchanged, 0 refused")
    assert Assessment.objects.get().history.count() == 1


def test_a_dry_run_saves_nothing(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    path = tmp_path / "a.txt"
    path.write_text(rendered(from_json(a_document())))
    code, out = run(capsys, "import_assessments", str(path), "--as", "maren", "--dry-run")
    assert (code, out.splitlines()[-1]) == (0, "1 imported, 0 unchanged, 0 refused")
    assert Assessment.objects.count() == 0


@pytest.mark.parametrize("arguments", [["nowhere.txt", "--as", "maren"], [__file__, "--as", "nobody"]])
def test_wrong_usage_exits_2(arguments: list[str], assessor: User) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("import_assessments", *arguments)
    assert caught.value.returncode == 2


def test_the_seed_is_imported_without_discrepancy_and_exported_as_it_was(
    capsys: Captured, tmp_path: Path, assessor: User, reviewer: User
) -> None:
    if not SEED.exists():
        pytest.skip(f"{SEED} is absent: set AIJRI_SHARED")
    code, out = run(capsys, "import_assessments", str(SEED), "--as", "maren", "--report", "json")
    entry = json.loads(out)["documents"][0]
    assert (code, entry["outcome"], entry["figures"]["formula_score"]) == (0, "imported", "69.2")
    assert (entry["discrepancies"], entry["errors"]) == ([], [])
    published_now(assessor, reviewer)
    run(capsys, "export_assessment", "llm-engineer", "--to", "plain", "--output", str(tmp_path / "out.txt"))
    lines = [line.rstrip() for line in (tmp_path / "out.txt").read_text().rstrip().split("\n")]
    assert lines == [line.rstrip() for line in SEED.read_text().rstrip().split("\n")]


def published_now(assessor: User, reviewer: User) -> None:
    from django.utils import timezone

    from reviews import actions
    from tests.making import verdict

    assessment = actions.submit(assessment_id=Assessment.objects.get().pk, by=assessor, at=timezone.now())
    verdict(assessment, reviewer)


def test_an_export_gives_the_stored_document(capsys: Captured, assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    _, out = run(capsys, "export_assessment", "bell-tuner", "--to", "json")
    assert json.loads(out) == assessment.document


def test_a_markdown_export_is_imported_as_the_same_document(
    capsys: Captured, tmp_path: Path, assessor: User, reviewer: User
) -> None:
    assessment = published(assessor, reviewer)
    path = tmp_path / "bell-tuner.md"
    run(capsys, "export_assessment", "bell-tuner", "--to", "markdown", "--output", str(path))
    code, out = run(capsys, "import_assessments", str(path), "--as", "maren", "--report", "json")
    entry = json.loads(out)["documents"][0]
    assert path.read_text() == in_markdown(from_json(assessment.document))
    assert (code, entry["outcome"], entry["discrepancies"], entry["notes"]) == (0, "unchanged", [], [])


def test_a_file_in_markdown_becomes_a_draft(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    (tmp_path / "a.md").write_text(in_markdown(from_json(a_document())))
    code, out = run(capsys, "import_assessments", str(tmp_path), "--as", "maren")
    assert (code, out.splitlines()[-1]) == (0, "1 imported, 0 unchanged, 0 refused")
    assert from_json(Assessment.objects.get().document) == from_json(a_document())


def test_a_draft_is_not_exported(assessor: User) -> None:
    with pytest.raises(CommandError, match="no published assessment"):
        call_command("export_assessment", "bell-tuner", "--to", "json")


def test_recomputing_by_command_needs_a_known_role(capsys: Captured, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, "Bell Founder")
    published(assessor, reviewer)
    recomputed()
    PeerComparison.objects.all().delete()
    assert run(capsys, "recompute_peers", "--role", "bell-tuner")[1] == "Recomputed 1 role.\n"
    assert PeerComparison.objects.count() == 2
    assert run(capsys, "recompute_peers", "--all")[1] == "Recomputed 2 roles.\n"
    with pytest.raises(CommandError, match="There is no role nothing"):
        call_command("recompute_peers", "--role", "nothing")


def test_the_demonstration_is_refused_without_demo(db: None) -> None:
    with pytest.raises(CommandError, match="DEMO=1 alone"):
        call_command("load_demo")


def test_verify_names_a_figure_that_was_tampered_with(capsys: Captured, assessor: User) -> None:
    from tests.making import a_draft

    draft = a_draft(assessor)
    Assessment.objects.filter(pk=draft.pk).update(formula_score="99.0")
    code, out = run(capsys, "verify", "--scores")
    assert (code, out.splitlines()[1].strip()) == (
        1,
        "Bell Tuner (Mid-level) v1: a stored column is not the figure of the document",
    )


def test_what_was_withdrawn_can_be_imported_again(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    from django.utils import timezone

    from assessments.actions import drafts

    path = tmp_path / "a.txt"
    path.write_text(rendered(from_json(a_document())))
    run(capsys, "import_assessments", str(path), "--as", "maren")
    drafts.withdraw(assessment_id=Assessment.objects.get().pk, by=assessor, at=timezone.now())
    code, out = run(capsys, "import_assessments", str(path), "--as", "maren")
    assert (code, out.splitlines()[-1]) == (0, "1 imported, 0 unchanged, 0 refused")


def test_an_import_never_confirms_what_a_hidden_draft_holds(
    capsys: Captured, tmp_path: Path, assessor: User, other_assessor: User, reviewer: User
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(rendered(from_json(a_document())))
    run(capsys, "import_assessments", str(path), "--as", "maren")
    _, out = run(capsys, "import_assessments", str(path), "--as", "ilse")
    sentence = "This role already has an open version; only one can be open at a time."
    assert out.splitlines()[2:-1] == [f"    error        {sentence}"]
    _, out = run(capsys, "import_assessments", str(path), "--as", "deepa")
    assert out.splitlines()[2:-1] == ["    error        Only an assessor may do this."]


def test_one_bad_path_refuses_itself_alone(capsys: Captured, tmp_path: Path, assessor: User) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder.txt" / "deep.txt").write_text(rendered(from_json(a_document())))
    code, out = run(capsys, "import_assessments", str(tmp_path), "--as", "maren", "--report", "json")
    report = json.loads(out)
    assert (code, report["imported"], report["refused"]) == (1, 1, 1)
    assert report["documents"][0]["errors"][0]["message"] == "The file cannot be read: No such file or directory."


def test_a_document_filed_under_another_name_says_so(
    capsys: Captured, tmp_path: Path, admin: User, assessor: User
) -> None:
    from django.utils import timezone

    from assessments.actions import roles

    role = roles.ensure_role(title="Bell Tuner", seniority="Mid-level", by=assessor, at=timezone.now())
    roles.add_alias(role=role, text="Campanologist", by=admin, at=timezone.now())
    path = tmp_path / "a.txt"
    path.write_text(rendered(from_json(a_document("Campanologist"))))
    _, out = run(capsys, "import_assessments", str(path), "--as", "maren", "--report", "json")
    entry = json.loads(out)["documents"][0]
    assert entry["role"] == "bell-tuner"
    assert entry["notes"][-1]["message"].startswith("“Campanologist” is filed under Bell Tuner (Mid-level)")
