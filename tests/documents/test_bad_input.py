"""Bad input in both dialects: refused with every line that is wrong, or read into what renders back."""

from __future__ import annotations

import pytest

from assessments.documents import Finding, from_json
from tests.documents.specimen import SPECIMEN, in_markdown, rendered, specimen
from tests.fuzz.claim import check

TASKS = "Task Decomposition (Agentic AI Scoring)"
BARRIERS = "Barrier Assessment"
PLAIN, MARKDOWN = rendered(from_json(SPECIMEN)), in_markdown(from_json(SPECIMEN))
SUM = "The shares of task time must add up to 100; they add up to {}."


def errors(text: str, old: str, new: str) -> list[tuple[str, str]]:
    """The line of the file and the message of each error after a replacement."""
    assert old in text
    changed = text.replace(old, new, 1)
    lines = changed.split("\n")
    return [(lines[each.line - 1] if each.line else "", each.message) for each in check(changed).errors]


@pytest.mark.parametrize("text", [PLAIN, MARKDOWN], ids=["plain", "markdown"])
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("| 62.5% |", "| ½ |", "The time must be a percentage such as 15%, not “½”."),
        ("| 62.5% |", "| 1e9 |", "The time must be a percentage such as 15%, not “1e9”."),
        ("| 62.5% |", "| all of it |", "The time must be a percentage such as 15%, not “all of it”."),
        ("| 62.5% |", "| |", "The time must be a percentage such as 15%, not “”."),
        ("| 62.5% |", "| 999999999% |", "The share of task time must lie between 0 and 100, not 999999999."),
        ("| 62.5% |", "| −5% |", "The share of task time must lie between 0 and 100, not -5."),
        ("| 62.5% |", "| 62.501% |", "The share of task time may have at most 2 decimals, not 62.501."),
        ("62.5% | 1 |", "62.5% | one |", "Task score must be a whole number from 1 to 5, not “one”."),
        ("62.5% | 1 |", "62.5% | 1.5 |", "Task score must be a whole number from 1 to 5, not “1.5”."),
        ("62.5% | 1 |", "62.5% | ٣ |", "Task score must be a whole number from 1 to 5, not “٣”."),
        ("Needs an ear.", "Needs | an ear.", "This row has more than 6 cells; a pipe inside a cell is written \\|."),
        ("Needs an ear.", "Needs\x00an ear.", "This line holds the character U+0000, which no document may hold."),
        ("Needs an ear.", "Needs\ud800an ear.", "This line holds the character U+D800, which no document may hold."),
        ("Needs an ear.", "Needs\x1b[0man ear.", "This line holds the character U+001B, which no document may hold."),
    ],
)
def test_what_is_wrong_in_a_row_is_told_once_with_its_line(text: str, old: str, new: str, message: str) -> None:
    row = next(line for line in text.replace(old, new, 1).split("\n") if line.startswith("| Listen"))

    assert errors(text, old, new) == [(row, message)]


@pytest.mark.parametrize("text", [PLAIN, MARKDOWN], ids=["plain", "markdown"])
@pytest.mark.parametrize(("share", "total"), [("62.49%", "99.99"), ("62.51%", "100.01")])
def test_shares_beside_100_are_told_at_the_row_of_totals(text: str, share: str, total: str) -> None:
    row = next(line for line in text.split("\n") if "100%" in line)

    assert errors(text, "62.5%", share) == [(row, SUM.format(total))]


@pytest.mark.parametrize("form", [rendered, in_markdown])
def test_forty_tasks_are_read(form: object) -> None:
    assert callable(form)
    forty = from_json(specimen(tasks=[{**SPECIMEN["tasks"][0], "time_percent": "2.5"}] * 40))

    assert check(form(forty)).document == forty


@pytest.mark.parametrize("text", [PLAIN, MARKDOWN], ids=["plain", "markdown"])
def test_no_task_at_all_is_refused(text: str) -> None:
    rows = [line for line in text.split("\n") if line.startswith(("| Listen", "| Write"))]
    found = errors(text, "\n".join(rows) + "\n", "")

    assert [message for _, message in found] == ["There must be from 1 to 40 tasks, not 0."]


@pytest.mark.parametrize("text", [PLAIN, MARKDOWN], ids=["plain", "markdown"])
def test_marks_of_the_writing_direction_are_kept(text: str) -> None:
    document = check(text.replace("Nobody yet.", "\u202eNobody\u202c \u200fyet.")).document

    assert document is not None
    assert document.commentary.who_should_worry == "\u202eNobody\u202c \u200fyet."


@pytest.mark.parametrize("text", [PLAIN, MARKDOWN], ids=["plain", "markdown"])
def test_a_section_that_stands_twice_is_one_error_that_names_both_lines(text: str) -> None:
    lines = text.split("\n")
    start = next(index for index, line in enumerate(lines) if line.endswith("Evidence Score"))
    end = next(index for index, line in enumerate(lines) if line.endswith(BARRIERS))
    twice = "\n".join([*lines[:end], *lines[start:]])

    message = f"The section Evidence Score stands here a second time; the first is on line {start + 1}."
    assert check(twice).errors == (Finding(end + 1, "Evidence Score", message),)


@pytest.mark.parametrize("form", [rendered, in_markdown])
def test_the_document_of_another_role_below_the_first_is_refused_section_by_section(form: object) -> None:
    assert callable(form)
    first = form(from_json(SPECIMEN))
    other = form(from_json(specimen(role={"title": "Harp Maker"})))
    found = check(first + other).errors
    below = first.count("\n")

    assert (found[0].line, found[0].message) == (
        below + 1,
        "The section Role Definition stands here a second time; the first is on line 1.",
    )
    assert [each.line for each in found if each.line and each.line <= below] == []
    assert len(found) == 13


def test_both_dialects_below_each_other_are_refused_as_well() -> None:
    assert [len(check(text).errors) for text in (PLAIN + MARKDOWN, MARKDOWN + PLAIN)] == [13, 13]


def test_columns_that_hold_each_others_cells_are_told_row_by_row() -> None:
    swapped = PLAIN.replace("| Time % | Score (1-5) |", "| Score (1-5) | Time % |")

    assert [(each.line, each.message) for each in check(swapped).errors] == [
        (22, "Task score must be a whole number from 1 to 5, not “62.5%”."),
        (23, "Task score must be a whole number from 1 to 5, not “37.5%”."),
        (24, SUM.format("5")),
    ]


def test_every_error_of_a_document_is_told_at_once() -> None:
    text = PLAIN.replace("| Bell Tuner |", "| |").replace("62.5% | 1 |", "60% | one |", 1)
    text = text.replace("| Wage Trends | 0 |", "| Wage Trends | 9 |").replace("None — formula", "Perhaps, formula")
    text = text.replace("Decades.", "x" * 20_001).replace("Nobody yet.", "No\x00body.")

    assert [(each.line, each.message) for each in check(text).errors] == [
        (1, "The Job Title is missing."),
        (22, "Task score must be a whole number from 1 to 5, not “one”."),
        (24, SUM.format("97.5")),
        (33, "Wage Trends must be a whole number from -2 to 2, not 9."),
        (66, "The override must begin “None — formula score accepted.” or “Proposed 52.1 (+3.4), reason — ”."),
        (74, "This line holds the character U+0000, which no document may hold."),
        (80, "commentary.timeline may have at most 20,000 characters, not 20,001."),
    ]
