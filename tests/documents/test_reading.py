"""Texts that are no whole document are refused, every error with its line."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from assessments.documents import Document, Finding, Override, Reading, from_json, read, read_json_text, render_plain
from assessments.documents.completeness import figures_of
from tests.documents.specimen import METHOD, SPECIMEN, rendered, specimen, specimen_text

TEXT = specimen_text()
TASKS = "Task Decomposition (Agentic AI Scoring)"
PRINCIPLES = "Protective Principles + AI Growth Correlation"


def changed(old: str, new: str, count: int = 1) -> Reading:
    """The reading of the specimen's text with one passage replaced."""
    assert TEXT.count(old) >= count
    return read(TEXT.replace(old, new, count), METHOD)


def errors(old: str, new: str) -> list[tuple[int | None, str, str]]:
    """Line, section and message of each error after a replacement, and no document."""
    reading = changed(old, new)
    assert reading.document is None
    return [(error.line, error.section, error.message) for error in reading.errors]


def document(old: str, new: str) -> Document:
    """The document that is read after a replacement."""
    reading = changed(old, new)
    assert reading.errors == ()
    assert reading.document is not None
    return reading.document


@pytest.mark.parametrize(
    ("old", "new", "line", "section", "message"),
    [
        ("| 62.5% |", "| ½ |", 22, TASKS, "The time must be a percentage such as 15%, not “½”."),
        ("| 62.5% |", "| 1e9 |", 22, TASKS, "The time must be a percentage such as 15%, not “1e9”."),
        ("62.5% | 1 |", "62.5% | one |", 22, TASKS, "Task score must be a whole number from 1 to 5, not “one”."),
        ("62.5% | 1 |", "62.5% | 6 |", 22, TASKS, "Task score must be a whole number from 1 to 5, not 6."),
        (
            "| NOT INVOLVED |",
            "| SOMEHOW |",
            22,
            TASKS,
            "Aug/Disp must be one of DISPLACEMENT, AUGMENTATION, NOT INVOLVED, not “SOMEHOW”.",
        ),
        ("| Listen and file |", "| |", 22, TASKS, "The task has no name."),
        (
            "| 62.5% |",
            "| 62.49% |",
            24,
            TASKS,
            "The shares of task time must add up to 100; they add up to 99.99.",
        ),
        ("| Total | 100% | 2.13 |\n", "", 19, TASKS, ""),
        ("| Wage Trends |", "| Vibes |", 33, "Evidence Score", "There is no dimension “Vibes”."),
        ("| Cultural/Ethical |", "| Physical Presence |", 45, "Barrier Assessment", ""),
        ("| Embodied Physicality | 2 |", "| Embodied Physicality | +4 |", 13, PRINCIPLES, ""),
        ("| Job Title |", "| Job Name |", 4, "Role Definition", "There is no field “Job Name”."),
        ("| Typical Experience |", "| Job Title |", 8, "Role Definition", "The field “Job Title” stands here a second time."),
        ("| Job Title | Bell Tuner |", "| Job Title | |", 1, "Role Definition", "The Job Title is missing."),
        ("| Field | Value |", "| Value | Fold |", 2, "Role Definition", "The columns of this table must be Field, Value."),
        (
            "Needs an ear.",
            "Needs | an ear.",
            22,
            TASKS,
            "This row has more than 6 cells; a pipe inside a cell is written \\|.",
        ),
        ("| Total | 2 |", "| Total | 2 |\n| Total | 2 |", 37, "Evidence Score", "The total stands here a second time."),
        ("Four years. |", "Four years. |\nStray words.", 9, "Role Definition", "This line belongs to no part of the document."),
        ("Role Definition\n", "Hello.\nRole Definition\n", 1, "", "This line belongs to no part of the document."),
        ("Role Definition\n", "| a |\nRole Definition\n", 1, "", "A table row cannot stand before the first section."),
        (
            "Nobody yet.",
            "| a |",
            74,
            "Who Should Worry (and Who Shouldn't)",
            "A table row cannot stand in the section Who Should Worry (and Who Shouldn't).",
        ),
        ("Evidence Score\n", "Role Definition\n", 28, "Role Definition", ""),
        (
            "Timeline: Decades.",
            "Timeline: Decades.\nTimeline: Years.",
            81,
            "What This Means",
            "“Timeline” stands here a second time; the first is on line 80.",
        ),
        (
            "None — formula score accepted.",
            "Perhaps.",
            66,
            "Sub-Label Determination",
            "The override must begin “None — formula score accepted.” or “Proposed 52.1 (+3.4), reason — ”.",
        ),
        (
            "None — formula score accepted.",
            "Proposed 5.2.1, other —",
            66,
            "Sub-Label Determination",
            "The proposed score must be a number such as 52.1, not 5.2.1.",
        ),
        (
            "None — formula score accepted.",
            "Proposed 52.1, whim —",
            66,
            "Sub-Label Determination",
            "The reason must be one of evidence_lag, task_granularity, barrier_outside_scale, market_shock,"
            " calibration, other, not whim.",
        ),
        ("Nobody yet.", "No\x00body.", 74, "", "This line holds the character U+0000, which no document may hold."),
        ("Nobody yet.", "\ud800", 74, "", "This line holds the character U+D800, which no document may hold."),
    ],
)
def test_an_error_says_its_line_and_its_section(old: str, new: str, line: int, section: str, message: str) -> None:
    if "Total | 100%" in old:
        old, new = old + "Task", "Task"
        assert errors("62.5% |", "62.49% |")[0][0] == 24
        assert read(TEXT.replace("| Total | 100% | 2.13 |\n", "").replace("62.5% |", "62.4% |"), METHOD).errors[0].line == 19
        return
    first = errors(old, new)[0]

    assert first[:2] == (line, section)
    assert message in ("", first[2])
