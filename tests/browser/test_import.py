"""The import room in a browser: an archive is checked, looked at, and imported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assessments.documents import from_json
from assessments.models import Assessment, User
from tests.browser.conftest import Visit
from tests.browser.eyes import faults_in_every_look
from tests.documents.specimen import rendered
from tests.making import a_document
from tests.test_archives import zipped


@pytest.fixture
def lot(tmp_path: Path) -> Path:
    """An archive of a document in order, one with a discrepancy, one that is refused, and an archive."""
    texts = {title: rendered(from_json(a_document(title))) for title in ("Bell Tuner", "Harp Maker", "Clerk")}
    path = tmp_path / "lot.zip"
    path.write_bytes(
        zipped(
            ("deep/tuner.txt", texts["Bell Tuner"].encode()),
            ("harp.md", texts["Harp Maker"].replace("| Total | 5 |", "| Total | 4 |").encode()),
            ("clerk.txt", texts["Clerk"].replace("| Wage Trends | 1", "| Wage Trends | 5").encode()),
            ("inner.zip", b"x"),
        )
    )
    return path


def check(page: Page, lot: Path) -> None:
    page.set_input_files("#files", lot)
    page.get_by_role("button", name="Check only").click()
    expect(page.locator("h2").first).to_have_text("Checked, nothing saved")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_was_checked_is_imported_as_it_was(scripts: bool, visit: Visit, assessor: User, lot: Path) -> None:
    page = visit("/desk/import/", assessor, java_script_enabled=scripts)
    check(page, lot)
    assert Assessment.objects.count() == 0
    page.get_by_text("How the draft of Bell Tuner (Mid-level) would read").click()
    expect(page.get_by_text("Needs an ear.").first).to_be_visible()
    page.get_by_role("button", name="Import these 2 documents").click()
    expect(page.locator(".import-report")).to_contain_text("2 imported, 0 unchanged, 0 refused")
    page.get_by_role("link", name="Harp Maker").click()
    expect(page.locator("h1")).to_contain_text("Harp Maker")


def test_the_report_can_be_kept(visit: Visit, assessor: User, lot: Path) -> None:
    page = visit("/desk/import/", assessor)
    check(page, lot)
    with page.expect_download() as kept:
        page.get_by_role("link", name="Report as JSON").click()
    report = json.loads(Path(kept.value.path()).read_text())
    assert (kept.value.suggested_filename, report["imported"], report["refused"]) == ("import-report.json", 2, 2)


def test_the_report_is_usable_by_everybody(visit: Visit, assessor: User, lot: Path) -> None:
    page = visit("/desk/import/", assessor)
    check(page, lot)
    for summary in page.locator("summary").all():
        summary.click()
    assert list(faults_in_every_look(page)) == []
