"""Indices of exposure that others published: read whole or not at all, set beside what is published here."""

from __future__ import annotations

import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from assessments import audit
from assessments.actions import exposure as actions
from assessments.errors import Forbidden, Invalid
from assessments.models import Assessment, AuditEvent, ExposureIndex, ExposureValue, RoleCode, User
from assessments.queries import exposure
from tests.making import a_draft, published

PANEL = Path(os.environ.get("AIJRI_SHARED", "../shared")) / "data" / "derived" / "exposure_panel.csv"
TOLD = actions.Described("threat", "Threat index", "Somebody, 2026", "CC BY 4.0")
LEVELS = {"Bell Founder": (1, 1, 1, 1, 2), "Bell Hanger": (1, 1, 1, 1, 1), "Bell Tuner": (1, 1, 1, 1, 0)}


def read(*lines: str) -> dict[str, Decimal]:
    return actions.read(lines, code_column="code", value_column="value")


def coded(assessment: Assessment, code: str, by: User, at: datetime) -> None:
    row = RoleCode(role=assessment.role, scheme="onet-soc", code=code, title="Bell workers")
    audit.save(row, by=by, at=at, reason="test")


@pytest.fixture
def three(admin: User, assessor: User, reviewer: User, now: datetime) -> list[Assessment]:
    made = [published(assessor, reviewer, title, evidence=evidence) for title, evidence in LEVELS.items()]
    for number, assessment in enumerate(made):
        coded(assessment, f"49-906{number}.00", admin, now)
    return made


def test_values_are_exact_and_codes_are_whole() -> None:
    found = read("code,value", "49-9063.00,0.8200000000000001", "11-1011,14.0", "11-1021.00,")
    assert found == {"49-9063.00": Decimal("0.8200000000000001"), "11-1011.00": Decimal("14.0")}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("code,score", "49-9063.00,1"), "no column value; it has code, score"),
        ((), "no column code; it has none"),
        (("code,value",), "has no value"),
        (("code,value", "4990,1"), "Line 2: 4990 is no SOC code"),
        (("code,value", ",1"), "Line 2: nothing is no SOC code"),
        (("code,value", "49-9063,1", "49-9063.00,2"), "Line 3: 49-9063.00 has a value already"),
        (("code,value", "49-9063,high"), "Line 2: high is no number"),
        (("code,value", "49-9063,NaN"), "Line 2: NaN is beyond"),
        (("code,value", "49-9063,1e12"), "Line 2: 1e12 is beyond"),
        (("code,value", "49-9063,1e-25"), "Line 2: 1e-25 is beyond"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_with_its_line(lines: tuple[str, ...], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read(*lines)


def test_a_file_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST", 1)
    with pytest.raises(Invalid, match="more than 1 occupations"):
        read("code,value", "49-9063,1", "49-9064,2")


def test_an_index_read_again_replaces_itself(admin: User, now: datetime) -> None:
    for value in ("1", "2"):
        actions.replace(TOLD, {"49-9063.00": Decimal(value)}, by=admin, at=now)
    assert [(each.index.code, each.value) for each in ExposureValue.objects.all()] == [("threat", Decimal(2))]
    assert AuditEvent.objects.filter(verb="exposure.read").count() == 2


def test_only_administrators_read_indices_and_say_what_they_are(admin: User, reviewer: User, now: datetime) -> None:
    with pytest.raises(Forbidden):
        actions.replace(TOLD, {"49-9063.00": Decimal(1)}, by=reviewer, at=now)
    for told in (actions.Described("No!", "a", "b", "c"), actions.Described("a", "", "b", "c")):
        with pytest.raises(Invalid):
            actions.replace(told, {"49-9063.00": Decimal(1)}, by=admin, at=now)
    assert ExposureIndex.objects.count() == 0


def test_published_roles_with_a_value_are_paired_and_nothing_else(
    three: list[Assessment], admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    coded(a_draft(assessor, "Secret Role"), "49-9069.00", admin, now)
    published(assessor, reviewer, "Uncoded Role")
    values = {f"49-906{number}.00": Decimal(number) for number in (0, 1, 9)}
    index = actions.replace(TOLD, values, by=admin, at=now)
    assert [(pair.slug, pair.value) for pair in exposure.pairs(index)] == [("bell-founder", 0), ("bell-hanger", 1)]
    beside = exposure.beside(index)
    assert (beside.n, beside.of, beside.rho, beside.rho_said) == (2, 3, None, "—")


def test_opposite_orders_are_minus_one(three: list[Assessment], admin: User, now: datetime, client: Client) -> None:
    note = "The shares of the tasks come from it."
    told = actions.Described("threat", "Threat <index>", "Somebody, 2026", "CC BY 4.0", note)
    actions.replace(told, {f"49-906{number}.00": Decimal(number) for number in range(3)}, by=admin, at=now)
    [beside] = exposure.indices()
    assert (beside.rho, beside.rho_said, beside.n) == (Decimal("-1.0000"), "−1.00", 3)
    page = client.get("/data/exposure/").content.decode()
    assert [said in page for said in ("Threat &lt;index&gt;", "−1.00", note)] == [True, True, True]
    page = client.get("/data/exposure/threat/").content.decode()
    assert ("over 3 occupations" in page, page.count('href="/roles/bell-')) == (True, 3)


def test_without_an_index_the_page_says_how_one_comes_in(client: Client, db: None) -> None:
    assert "import_exposure" in client.get("/data/exposure/").content.decode()


def test_an_index_without_pairs_has_a_page_without_a_picture(client: Client, admin: User, now: datetime) -> None:
    actions.replace(TOLD, {"49-9063.00": Decimal(1)}, by=admin, at=now)
    assert '<svg width="100%"' not in client.get("/data/exposure/threat/").content.decode()


def command(file: Path, user: str, **changes: str) -> None:
    given = {"code": "threat", "name": "Threat", "source": "S", "licence": "L", "value-column": "value", **changes}
    arguments = [f"--{name}={value}" for name, value in given.items()]
    call_command("import_exposure", str(file), *arguments, "--code-column=code", "--as", user)


def test_the_command_reads_a_file(admin: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "threat.csv"
    file.write_bytes(b"\xef\xbb\xbfcode,value\r\n49-9063.00,1\r\n")
    command(file, admin.username, input="Weights")
    assert capsys.readouterr().out == "threat: 1 occupations\n"
    assert ExposureIndex.objects.get().input_note == "Weights"


def test_the_command_says_why_not(admin: User, tmp_path: Path) -> None:
    file = tmp_path / "threat.csv"
    file.write_bytes(b"code,value\n1,1\n")
    for path, user, status in ((file, admin.username, 1), (file, "nobody", 2), (tmp_path / "no", admin.username, 2)):
        with pytest.raises(CommandError) as refused:
            command(path, user)
        assert refused.value.returncode == status
    file.write_bytes(b"code,value\n\xff\xfe,1\n")
    with pytest.raises(CommandError, match="cannot be read"):
        command(file, admin.username)


@pytest.mark.skipif(not PANEL.is_file(), reason="The shared folder with the panel of indices is not here.")
def test_the_published_panel_is_read_whole() -> None:
    with PANEL.open(encoding="utf-8", newline="") as lines:
        found = actions.read(lines, code_column="O*NET-SOC Code", value_column="ms_applicability")
    assert (len(found), found["11-1011.00"]) == (916, Decimal("0.155502898114603"))
