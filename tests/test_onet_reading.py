"""The text release of O*NET: what is tolerated, what is refused, and how the command says it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.actions import onet
from assessments.errors import Forbidden, Invalid
from assessments.models import AuditEvent, CatalogueRelease, Role, User
from tests.releases import CUTTERS, FOUNDERS, LIGHTERS, OCCUPATIONS, bring, write

Captured = pytest.CaptureFixture[str]


def refusal(folder: Path) -> Invalid:
    with pytest.raises(Invalid) as caught:
        onet.read(folder)
    return caught.value


def ended(*arguments: str) -> tuple[int, str]:
    """How the command refused, and what it said."""
    with pytest.raises(CommandError) as caught:
        call_command("import_onet", *arguments)
    return caught.value.returncode, str(caught.value)


def test_a_release_is_occupations_with_names_and_zones_and_their_relations(tmp_path: Path) -> None:
    release = onet.read(write(tmp_path / "db_29_3_text"))
    founders = release.occupations[FOUNDERS]
    assert release.name == "29.3"
    assert (founders.title, founders.description, founders.job_zone) == ("Bell Founders", "They see to it.", 4)
    assert (founders.alternates, release.occupations[CUTTERS].job_zone) == (["Bell Caster", "Founder"], None)
    assert [(each.source, each.target, each.tier, each.index) for each in release.relations] == [
        (FOUNDERS, LIGHTERS, "Primary-Short", 1),
        (FOUNDERS, CUTTERS, "Primary-Long", 6),
    ]


@pytest.mark.parametrize(
    ("folder", "name"),
    [("onet_29_3", "29.3"), ("db_30_2_text", "30.2"), ("onet-30.2", "30.2"), ("spring", "spring")],
)
def test_a_release_is_named_after_its_folder(folder: str, name: str, tmp_path: Path) -> None:
    assert onet.read(write(tmp_path / folder)).name == name


def test_a_release_may_be_given_its_name(tmp_path: Path) -> None:
    assert onet.read(write(tmp_path / "spring"), "30.3").name == "30.3"


def test_order_and_number_of_columns_line_ends_marks_and_suffix_do_not_matter(tmp_path: Path) -> None:
    usual, other = onet.read(write(tmp_path / "a")), write(tmp_path / "b")
    for path in list(other.iterdir()):
        rows = [line.split("\t") for line in path.read_text().splitlines()]
        rows[0] = [cell.replace("O*NET-SOC Code", "ONETSOC_code").replace("Job Zone", "job zone") for cell in rows[0]]
        turned = [[*reversed(row), "more"] for row in rows]
        path.with_suffix(".tsv").write_text("\ufeff" + "\r\n".join("\t".join(row) for row in turned) + "\r\n\r\n")
        path.unlink()
    assert (onet.read(other).occupations, onet.read(other).relations) == (usual.occupations, usual.relations)


def test_every_missing_file_and_column_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "Job Zones.txt").unlink()
    (folder / "Alternate Titles.txt").write_text("O*NET-SOC Code\tShort Title\n")
    refused = refusal(folder)
    assert refused.code == onet.INCOMPLETE
    assert refused.sentence == (
        "Alternate Titles.txt has no column “Alternate Title”. The file Job Zones.txt is missing."
    )


@pytest.mark.parametrize(
    ("name", "line", "sentence"),
    [
        ("Occupation Data", "11-1\tGilders\tx", "“11-1” is no O*NET-SOC code such as 15-2051.00."),
        ("Occupation Data", f"{FOUNDERS}\tGilders\tx", f"The code {FOUNDERS} stands here a second time."),
        ("Occupation Data", "11-0009.00\t\tx", "The title of 11-0009.00 has 0 characters, not 1 to 180."),
        ("Occupation Data", f"11-0009.00\t{'x' * 181}\tx", "The title of 11-0009.00 has 181 characters, not 1 to 180."),
        ("Occupation Data", "11-0009.00\tGilders", "This line has 2 cells, the header has 3."),
        (
            "Occupation Data",
            "11-0009.00\tGil\x00ders\tx",
            "This line is not UTF-8 text, or has characters no text may hold.",
        ),
        (
            "Alternate Titles",
            "11-0009.00\t\tx\t\t08",
            "The code “11-0009.00” is none of the release's Occupation Data.",
        ),
        ("Alternate Titles", f"{FOUNDERS}\t\t \t\t08", "The alternate title has 0 characters, not 1 to 200."),
        ("Job Zones", "11-0009.00\t\t3\t\t", "The code “11-0009.00” is none of the release's Occupation Data."),
        ("Job Zones", f"{CUTTERS}\t\t6\t\t", "The job zone “6” is not a number from 1 to 5."),
        ("Job Zones", f"{FOUNDERS}\t\t4\t\t", f"The code {FOUNDERS} stands here a second time."),
        (
            "Related Occupations",
            f"{FOUNDERS}\t\t11-0009.00\t\tSupplemental\t11",
            "The code “11-0009.00” is none of the release's Occupation Data.",
        ),
        (
            "Related Occupations",
            f"{FOUNDERS}\t\t{FOUNDERS}\t\tSupplemental\t11",
            f"{FOUNDERS} cannot be related to itself.",
        ),
        (
            "Related Occupations",
            f"{FOUNDERS}\t\t{LIGHTERS}\t\tSupplemental\t11",
            f"That {FOUNDERS} is related to {LIGHTERS} stands here a second time.",
        ),
        (
            "Related Occupations",
            f"{LIGHTERS}\t\t{CUTTERS}\t\tTertiary\t11",
            "The tier “Tertiary” is none of Primary-Short, Primary-Long, Supplemental.",
        ),
        (
            "Related Occupations",
            f"{LIGHTERS}\t\t{CUTTERS}\t\tSupplemental\tx",
            "The index “x” is not a number from 1 to 20.",
        ),
        (
            "Related Occupations",
            f"{LIGHTERS}\t\t{CUTTERS}\t\tSupplemental\t21",
            "The index “21” is not a number from 1 to 20.",
        ),
    ],
)
def test_a_line_that_is_wrong_is_refused_with_its_place(name: str, line: str, sentence: str, tmp_path: Path) -> None:
    path = write(tmp_path) / f"{name}.txt"
    number = len(path.read_text().splitlines()) + 1
    path.write_text(path.read_text() + line + "\n")
    (place,) = refusal(tmp_path).places
    assert (place.path, place.line, place.message) == (f"{name}.txt", number, sentence)


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = write(tmp_path) / "Occupation Data.txt"
    path.write_bytes(path.read_bytes() + b"11-0009.00\tGild\xe9\tx\n")
    assert [(place.path, place.line) for place in refusal(tmp_path).places] == [("Occupation Data.txt", 5)]


def test_a_release_without_occupations_is_refused(tmp_path: Path) -> None:
    write(tmp_path, occupations={}, alternates=[], zones={}, related=[])
    assert [place.message for place in refusal(tmp_path).places] == ["This file holds no occupation."]


def test_the_command_shows_fifty_errors_and_saves_nothing(tmp_path: Path, admin: User) -> None:
    write(tmp_path, alternates=[("99-9999.00", "Nobody")] * 60)
    code, said = ended(str(tmp_path), "--as", "ada")
    lines = said.splitlines()
    assert (code, len(lines)) == (1, 52)
    assert lines[0] == "The release was refused: nothing of it was saved. Errors: 60."
    assert lines[1] == ("Alternate Titles.txt, line 2: The code “99-9999.00” is none of the release's Occupation Data.")
    assert lines[-1] == "and 10 more"
    assert Role.objects.count() == 0


def test_what_cannot_be_used_exits_2_with_one_sentence(tmp_path: Path, admin: User) -> None:
    folder = write(tmp_path / "release")
    (folder / "Job Zones.txt").unlink()
    assert ended(str(folder), "--as", "ada") == (2, "The file Job Zones.txt is missing.")
    assert ended(str(folder), "--as", "nobody") == (2, "There is no active account named nobody.")
    assert ended("/nowhere", "--as", "ada") == (2, "There is no folder /nowhere.")


def test_only_administrators_read_a_release_in(tmp_path: Path, assessor: User) -> None:
    with pytest.raises(Forbidden, match="Only an administrator may do this"):
        bring(write(tmp_path), assessor)
    assert ended(str(tmp_path), "--as", "maren") == (1, "Only an administrator may do this.")
    assert Role.objects.count() == 0


def test_a_dry_run_says_everything_and_saves_nothing(capsys: Captured, tmp_path: Path, admin: User) -> None:
    before = AuditEvent.objects.count()
    call_command("import_onet", str(write(tmp_path / "onet_30_1")), "--as", "ada", "--dry-run")
    assert capsys.readouterr().out.splitlines()[:4] == [
        "O*NET 30.1: 9 changes (dry run: nothing saved)",
        "      3  occupations new: a role made",
        "      4  alternate titles added",
        "      2  related occupations added",
    ]
    assert (Role.objects.count(), CatalogueRelease.objects.count(), AuditEvent.objects.count()) == (0, 0, before)


def test_the_report_counts_and_lists(capsys: Captured, tmp_path: Path, admin: User) -> None:
    call_command("import_onet", str(write(tmp_path / "onet_30_1")), "--as", "ada", "--report", "json")
    report = json.loads(capsys.readouterr().out)
    assert (report["release"], report["changed"], report["dry_run"]) == ("30.1", 9, False)
    assert {kind: count for kind, count in report["counts"].items() if count} == {
        "occupations_created": 3,
        "alternate_titles_added": 4,
        "relations_added": 2,
    }
    assert report["changes"]["relations_added"] == [
        "Bell Founders – Lamp Lighters: Primary-Short 1",
        "Bell Founders – Ice Cutters: Primary-Long 6",
    ]


def test_a_long_list_is_cut_in_the_text(capsys: Captured, tmp_path: Path, admin: User) -> None:
    names = [(FOUNDERS, f"Name {number:02}") for number in range(23)]
    call_command("import_onet", str(write(tmp_path, alternates=names)), "--as", "ada")
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("alternate titles added:")
    assert lines[at + 20] == f"  {FOUNDERS} {OCCUPATIONS[FOUNDERS]}: Name 19"
    assert lines[at + 21] == "  and 3 more; --report json lists all"
