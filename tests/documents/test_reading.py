"""Texts that are no whole document are refused, every error with its line."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from assessments.documents import Document, Finding, Override, Reading, from_json, read, read_json_text, render_plain
from assessments.documents.completeness import figures_of
from assessments.documents.shape import REASON_CODES
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
        (
            "| Embodied Physicality | 2 |",
            "| Embodied Physicality | +4 |",
            13,
            PRINCIPLES,
            "Embodied Physicality must be a whole number from 0 to 3, not 4.",
        ),
        ("| Typical Experience |", "| Hobbies |", 8, "Role Definition", "There is no field “Hobbies”."),
        (
            "| Typical Experience |",
            "| Job Title |",
            8,
            "Role Definition",
            "The field “Job Title” stands here a second time.",
        ),
        ("| Job Title | Bell Tuner |", "| Job Title | |", 1, "Role Definition", "The Job Title is missing."),
        (
            "| Field | Value |",
            "| Value | Fold |",
            2,
            "Role Definition",
            "The columns of this table must be Field, Value.",
        ),
        (
            "Needs an ear.",
            "Needs | an ear.",
            22,
            TASKS,
            "This row has more than 6 cells; a pipe inside a cell is written \\|.",
        ),
        ("| Total | 2 |", "| Total | 2 |\n| Total | 2 |", 37, "Evidence Score", "The total stands here a second time."),
        (
            "Four years. |",
            "Four years. |\nStray words.",
            9,
            "Role Definition",
            "This line belongs to no part of the document.",
        ),
        ("Role Definition\n", "Hello.\nRole Definition\n", 1, "", "This line belongs to no part of the document."),
        ("Role Definition\n", "| a |\nRole Definition\n", 1, "", "A table row cannot stand before the first section."),
        (
            "Nobody yet.",
            "| a |",
            74,
            "Who Should Worry (and Who Shouldn't)",
            "A table row cannot stand in the section Who Should Worry (and Who Shouldn't).",
        ),
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
            f"The reason must be one of {', '.join(REASON_CODES)}, not whim.",
        ),
        ("Nobody yet.", "No\x00body.", 74, "", "This line holds the character U+0000, which no document may hold."),
        ("Nobody yet.", "\ud800", 74, "", "This line holds the character U+D800, which no document may hold."),
    ],
)
def test_an_error_says_its_line_and_its_section(old: str, new: str, line: int, section: str, message: str) -> None:
    assert errors(old, new) == [(line, section, message)]


def test_a_missing_and_a_doubled_dimension_are_two_errors() -> None:
    assert errors("| Cultural/Ethical |", "| Physical Presence |") == [
        (37, "Barrier Assessment", "Cultural/Ethical is missing."),
        (45, "Barrier Assessment", "Physical Presence stands here a second time."),
    ]


def test_an_unknown_dimension_stands_for_a_missing_one() -> None:
    assert errors("| Wage Trends |", "| Vibes |") == [
        (28, "Evidence Score", "Wage Trends is missing."),
        (33, "Evidence Score", "There is no dimension “Vibes”."),
    ]


def test_without_a_row_of_totals_the_sum_is_an_error_of_the_section() -> None:
    text = TEXT.replace("| Total | 100% | 2.13 |\n", "").replace("62.5% |", "62.4% |", 1)

    assert [error.line for error in read(text, METHOD).errors] == [19]


def test_a_missing_section_is_an_error() -> None:
    start, end = TEXT.index("Barrier Assessment"), TEXT.index("AI Growth Correlation Check")
    missing = Finding(None, "Barrier Assessment", "The section Barrier Assessment is missing.")

    assert read(TEXT[:start] + TEXT[end:], METHOD).errors == (missing,)


def test_a_section_without_its_table_is_an_error() -> None:
    rows = TEXT[TEXT.index("| Dimension |") : TEXT.index("Barrier Assessment")]

    assert errors(rows, "") == [(28, "Evidence Score", "The table of Evidence Score is missing.")]


def test_the_same_document_twice_is_refused_from_its_second_heading_on() -> None:
    first = read(TEXT + TEXT, METHOD).errors[0]

    message = "The section Role Definition stands here a second time; the first is on line 1."
    assert (first.line, first.message) == (81, message)


def test_forty_tasks_are_read_and_forty_one_are_not() -> None:
    task = SPECIMEN["tasks"][0]
    forty = rendered(from_json(specimen(tasks=[{**task, "time_percent": "2.5"}] * 40)))
    row = "| Listen and file | 2.5% | 1 | 0.03 | NOT INVOLVED | Needs an ear. |\n"

    assert read(forty, METHOD).errors == ()
    refused = read(forty.replace(row, row.replace("2.5%", "0%") + row, 1), METHOD)
    assert refused.errors[0].message == "There must be from 1 to 40 tasks, not 41."


def test_columns_in_another_order_are_read_by_their_names() -> None:
    header, swapped = "| Barrier | Score (0-2) | Rationale |", "| Barrier | Rationale | Score (0-2) |"
    text = TEXT.replace(header, swapped)
    for scale in METHOD.barriers:
        for score in (0, 1, 2):
            row = f"| {scale.name} | {score} | Because of {scale.code}. |"
            text = text.replace(row, f"| {scale.name} | Because of {scale.code}. | {score} |")
    text = text.replace("| Total | 3/10 |", "| Total | | 3/10 |")

    assert read(text, METHOD).document == from_json(SPECIMEN)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| Total | 2 |", "| Total | 2"),
        ("Goal-Setting & Moral Judgment", "Goal-Setting and Moral Judgement"),
        ("NOT INVOLVED", "Not involved"),
        ("NOT INVOLVED", "not_involved"),
        ("62.5% |", "62.50 % |"),
        ("62.5% |", "62.5 |"),
        ("- Keep", "• Keep"),
        ("- Keep", "* Keep"),
        ("|---|---|\n", ""),
        ("Task Decomposition (Agentic AI Scoring)", "Task decomposition"),
        ("Reinstatement check (Acemoglu):", "Reinstatement Check:"),
        ("Role Definition", "  role   definition"),
        ("Few new tasks", "\tFew new tasks"),
        ("Evidence Score\n", "\n\nEvidence Score\n\n"),
    ],
)
def test_small_variations_read_the_same(old: str, new: str) -> None:
    assert document(old, new) == from_json(SPECIMEN)


def test_a_missing_trailing_cell_leaves_the_rationale_empty() -> None:
    read_document = document("| Wage Trends | 0 | Because of wage_trends. |", "| Wage Trends | 0 |")

    assert (read_document.evidence[2].score, read_document.evidence[2].rationale) == (0, "")


@pytest.mark.parametrize("minus", ["-", "−", "–", "‑"])
def test_every_form_of_a_minus_is_read(minus: str) -> None:
    assert document("| Wage Trends | 0 |", f"| Wage Trends | {minus}1 |").evidence[2].score == -1


def test_optional_sections_may_be_missing() -> None:
    start, end = TEXT.index("AI Growth Correlation Check"), TEXT.index("Assessor override")
    read_document = read(TEXT[:start] + TEXT[end:], METHOD).document

    assert read_document == from_json(specimen(growth={"check": ""}))


def test_a_document_of_bare_inputs_is_read() -> None:
    bare = read(TEXT[: TEXT.index("AI Growth Correlation Check")], METHOD)

    assert bare.errors == ()
    assert bare.document is not None
    assert bare.document.override == Override(None, None, "")


@pytest.mark.parametrize(
    ("line", "override"),
    [
        ("None.", Override(None, None, "It sits by Bell Founder (61.5).")),
        ("none -", Override(None, None, "It sits by Bell Founder (61.5).")),
        (
            "Proposed 52.1 (+3.0), evidence_lag —",
            Override(Decimal("52.1"), "evidence_lag", "It sits by Bell Founder (61.5)."),
        ),
        ("PROPOSED 47 -", Override(Decimal(47), None, "It sits by Bell Founder (61.5).")),
    ],
)
def test_the_forms_of_an_override(line: str, override: Override) -> None:
    assert document("None — formula score accepted.", line).override == override


def test_further_lines_belong_to_the_labelled_text_above_them() -> None:
    read_document = document("Few new tasks appear.", "Few new tasks appear.\nNone in towers.")

    assert read_document.reinstatement == "Few new tasks appear.\nNone in towers."


def test_an_outlook_without_a_year_survives_the_round_trip() -> None:
    without = from_json(specimen(commentary={"outlook_year": ""}))
    only_year = from_json(specimen(commentary={"outlook": ""}))

    assert "The role ahead: Much as today." in rendered(without)
    assert [read(rendered(each), METHOD).document for each in (without, only_year)] == [without, only_year]


def test_a_document_without_commentary_has_no_such_heading() -> None:
    silent = from_json(specimen(commentary=dict.fromkeys(SPECIMEN["commentary"])))

    assert "Assessor Commentary" not in rendered(silent)
    assert read(rendered(silent), METHOD).document == silent


def test_a_proposal_without_reason_is_still_rendered_readably() -> None:
    proposal = from_json(specimen(override={"proposed_score": "52", "rationale": ""}))

    assert "Assessor override: Proposed 52.0 (+2.9) —\n" in rendered(proposal)


def test_a_text_of_more_than_a_megabyte_is_refused() -> None:
    message = "The document is larger than 1 MB, which no assessment is."

    assert read("é" * 600_000, METHOD).errors == (Finding(None, "", message),)
    assert read_json_text(" " * 1_000_001).errors == (Finding(None, "", message),)


def test_a_text_too_long_for_its_place_is_refused_with_its_line() -> None:
    refused = errors("Four years.", "x" * 20_001)

    message = "definition.typical_experience may have at most 20,000 characters, not 20,001."
    assert refused == [(8, "", message)]


@pytest.mark.parametrize(
    ("old", "line"),
    [
        ("Needs an ear.", 22),
        ("Because of wage_trends.", 33),
        ("Bells ring regardless.", 17),
        ("Decades.", 80),
        ("Keep listening. It pays.", 79),
        ("Proceed with care.", 18),
    ],
)
def test_whatever_is_too_long_has_its_line(old: str, line: int) -> None:
    assert [error[0] for error in errors(old, "x" * 20_001)] == [line]


def test_too_many_bullets_are_refused_where_they_begin() -> None:
    message = "commentary.survival_strategy may have at most 200 entries, not 201."

    assert errors("- Keep listening. It pays.", "- a" + "\n- a" * 200) == [(79, "", message)]


def test_of_very_many_errors_the_first_are_listed_and_the_rest_counted() -> None:
    refused = read("stray\n" * 300 + TEXT, METHOD).errors

    assert len(refused) == 201
    assert refused[-1].message == "There are 100 more errors."


def test_forbidden_characters_on_very_many_lines_are_all_that_is_told() -> None:
    refused = read("\x00\n" * 300 + TEXT, METHOD).errors

    assert {error.message for error in refused} == {
        "This line holds the character U+0000, which no document may hold.",
        "There are 100 more errors.",
    }


@pytest.mark.parametrize(
    "hostile", ["|", "|\n", "\n", ":", "\\", "\\|", "Zone: x\n", "(", "NOT a ", "scored 1.0 ", "- a\n"]
)
def test_a_megabyte_of_anything_is_refused_in_peace(hostile: str) -> None:
    reading = read(hostile * (900_000 // len(hostile)), METHOD)

    assert reading.document is None
    assert reading.errors != ()


def test_marks_that_turn_the_writing_direction_are_kept_as_they_are() -> None:
    assert document("Nobody yet.", "\u200fNobody\u200e yet.").commentary.who_should_worry == "\u200fNobody\u200e yet."


def test_json_text_is_read_like_json() -> None:
    reading = read_json_text("\ufeff" + json.dumps(SPECIMEN))

    assert reading.document == from_json(SPECIMEN)
    assert [quote.role_title for quote in reading.quotes] == ["Bell Founder", "Bell Founder"]


@pytest.mark.parametrize(
    ("text", "line", "section", "message"),
    [
        ("{\n,}", 2, "", "This is no JSON: Expecting property name enclosed in double quotes."),
        ("[" * 100_000, None, "", "This JSON holds a number or a nesting beyond all measure."),
        ("9" * 5000, None, "", "This JSON holds a number or a nesting beyond all measure."),
        ("null", None, "", "The document must be an object."),
        ('{"role": 1}', None, "role", "role must be an object."),
    ],
)
def test_json_that_is_no_document_is_refused(text: str, line: int | None, section: str, message: str) -> None:
    assert read_json_text(text) == Reading(None, (Finding(line, section, message),))


def test_findings_are_reported_as_the_contract_has_them() -> None:
    finding = read("", METHOD).errors[0]

    assert finding.as_json() == {
        "line": None,
        "section": "Role Definition",
        "message": "The section Role Definition is missing.",
    }


def test_rendering_under_figures_of_a_document_is_stable() -> None:
    figures = figures_of(from_json(SPECIMEN), METHOD)
    assert figures is not None

    assert render_plain(from_json(SPECIMEN), METHOD, figures) == TEXT
