"""A public version as a PDF: the same bytes every time, its words in it, gone with a retraction."""

from __future__ import annotations

import re
import zlib
from dataclasses import replace

from django.core.cache import cache
from django.test import Client

from assessments.models import User
from assessments.pictures import sheet as sheets
from assessments.views import printed
from tests.making import published, retracted

ADDRESS = "/roles/bell-tuner/v1.pdf"


def test_a_version_comes_on_paper_and_always_with_the_same_bytes(
    client: Client, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    first = client.get(ADDRESS)
    assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")
    assert first["Content-Disposition"] == 'inline; filename="bell-tuner-v1.pdf"'
    assert first.content.startswith(b"%PDF-1.")
    cache.clear()
    again = client.get(ADDRESS)
    assert (again.content == first.content, again["ETag"]) == (True, first["ETag"])
    assert client.get(ADDRESS, headers={"if-none-match": first["ETag"]}).status_code == 304


def test_the_sheet_has_every_part_of_the_version_and_nothing_that_moves_with_others(
    assessor: User, reviewer: User
) -> None:
    version = published(assessor, reviewer)
    sheet = printed.sheet_of(version)
    headings = [section.heading for section in sheet.sections]
    assert headings[:8] == [
        "The role",
        "The working",
        "The work itself",
        "Evidence",
        "Barriers",
        "Protective principles",
        "Growth",
        "The decision",
    ]
    assert headings[-2:] == ["Cite", "Proof"]
    tasks = sheet.sections[2].table
    assert tasks is not None
    assert [row[1] for row in tasks.rows] == [task["time_percent"] for task in version.document["tasks"]]
    words = repr(sheet)
    for group in ("tasks", "evidence", "barriers", "protective_principles"):
        for row in version.document[group]:
            assert row["rationale"] in words
    assert version.content_hash in words


def test_the_sheet_says_formula_rule_and_what_a_step_would_give(assessor: User, reviewer: User) -> None:
    sheet = printed.sheet_of(published(assessor, reviewer))
    working = next(section for section in sheet.sections if section.heading == "The working")
    formula, rule, edges, *steps = working.after
    assert formula.startswith("The score of the formula is (raw − 0.54) ÷ 7.93 × 100 = 55.35, kept within 0 and 100")
    assert rule.startswith("Green (Transforming), because growth is 0 (not 2), 37.5\u00a0% of the time goes to tasks")
    assert edges == "7.3 above the edge of Green at 48 and 30.3 above that of Yellow at 25."
    assert "One step less evidence: 53.3, still Green (Transforming)." in steps


def test_the_words_are_in_the_file_with_title_and_language(assessor: User, reviewer: User) -> None:
    body = sheets.draw(printed.sheet_of(published(assessor, reviewer)))
    assert b"/Lang (en-GB)" in body
    assert b"/Outlines" in body
    streams = [zlib.decompress(each) for each in re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", body, re.S)]
    assert len(streams) > 3


def test_any_text_is_printed(assessor: User, reviewer: User) -> None:
    sheet = printed.sheet_of(published(assessor, reviewer))
    hostile = "😀 \u202e \x07 漢字 " + "w" * 4_000 + " **bold** <b>x</b> {nb}"
    odd = replace(sheet, title=hostile[:200], sections=(sheets.Section("x", (hostile,), after=(hostile,)),))
    assert sheets.draw(odd).startswith(b"%PDF-1.")


def test_a_cell_longer_than_a_page_is_printed(assessor: User, reviewer: User) -> None:
    sheet = printed.sheet_of(published(assessor, reviewer))
    table = sheets.Table(("a", "b"), (("word " * 3_000, "1"),), (80, 20), numbers=(1,))
    assert sheets.draw(replace(sheet, sections=(sheets.Section("x", table=table),))).startswith(b"%PDF-1.")


def test_of_a_retracted_version_there_is_no_pdf(
    client: Client, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    retracted(published(assessor, reviewer), admin, other_admin)
    assert client.get(ADDRESS).status_code == 410
    assert client.get("/roles/bell-tuner/v2.pdf").status_code == 404
