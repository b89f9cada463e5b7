"""The Markdown dialect: its shape, its variations, and texts that hold marks of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assessments.documents import Document, from_json, read
from assessments.documents.markup import mark, unmark
from tests.documents.specimen import METHOD, SEED, SPECIMEN, in_markdown, rendered, specimen

seed_needed = pytest.mark.skipif(not SEED.exists(), reason=f"{SEED} is absent: set AIJRI_SHARED to the shared folder")
TEXT = in_markdown(from_json(SPECIMEN))
WORRY = "Who Should Worry (and Who Shouldn't)"


def document(old: str, new: str) -> Document:
    """The document that is read after a replacement, without any finding."""
    assert old in TEXT
    reading = read(TEXT.replace(old, new), METHOD)
    assert (reading.errors, reading.discrepancies, reading.notes) == ((), (), ())
    assert reading.document is not None
    return reading.document


def errors(old: str, new: str) -> list[tuple[int | None, str, str]]:
    """Line, section and message of each error after a replacement."""
    assert old in TEXT
    return [(each.line, each.section, each.message) for each in read(TEXT.replace(old, new, 1), METHOD).errors]


def worried(text: str) -> Document:
    """The specimen with another text in one place."""
    return from_json(specimen(commentary={"who_should_worry": text}))


@pytest.mark.parametrize(
    "passage",
    [
        "## Role Definition\n\n| Field | Value |\n|---|---|\n| **Job Title** | Bell Tuner |\n",
        "| **Primary Function** | Tunes bells by ear \\| and file. |\n",
        "\n\n**Seniority note:** Beginners would score lower.\n\n## Protective",
        "| **Protective Total** | **4/9** | |\n| AI Growth Correlation | 0 | Bells ring regardless. |\n",
        "| **Total** | **100%** | | **2.13** | | |\n",
        "| **Total** | **2** | |\n",
        "\n\n**Zone:** GREEN (Green >= 48, Yellow 25-47, Red <25)\n\n",
        "\n\n## Assessor Commentary\n\n### Score vs Reality Check\n\nThe number agrees with the workshop.\n\nIt",
        "\n\n- **Closing towers.** Fewer bells remain. Fewer ring.\n\n",
        "\n\n**The role in 2031:** Much as today.\n\n**Survival strategy:**\n\n- **Keep listening.** It pays.\n\n",
    ],
)
def test_a_document_in_markdown_has_the_shape_of_the_method(passage: str) -> None:
    assert TEXT.count(passage) == 1


def test_both_exports_of_a_document_read_the_same() -> None:
    plain, markdown = read(rendered(from_json(SPECIMEN)), METHOD), read(TEXT, METHOD)

    assert (markdown.errors, markdown.discrepancies, markdown.notes) == ((), (), ())
    assert markdown.document == plain.document


@seed_needed
def test_the_seed_survives_the_way_through_markdown() -> None:
    plain = read(Path(SEED).read_text("utf-8"), METHOD)
    assert plain.document is not None
    markdown = read(in_markdown(plain.document), METHOD)

    assert (markdown.document, markdown.errors, markdown.discrepancies, markdown.notes) == (plain.document, (), (), ())
    assert [quote.score for quote in markdown.quotes] == [quote.score for quote in plain.quotes]


@pytest.mark.parametrize(
    "vary",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "   \n"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("\n\n## ", "\n\n\n\n## "),
        lambda text: text.replace("\n\n## ", "\n\n---\n\n## "),
        lambda text: text.replace("\n## ", "\n# ").replace("\n### ", "\n#### "),
        lambda text: text.replace("## Evidence Score", "## EVIDENCE SCORE ##"),
        lambda text: text.replace("## Evidence Score", "## **Evidence Score**"),
        lambda text: text.replace("## Evidence Score", "**Evidence Score**"),
        lambda text: text.replace("## Evidence Score", "Evidence Score"),
        lambda text: text.replace("Don't", "Don’t").replace("Shouldn't", "Shouldn’t"),
        lambda text: text.replace("**", "__"),
        lambda text: text.replace(":** ", "**: "),
        lambda text: text.replace("**", ""),
        lambda text: text.replace("\n- ", "\n* "),
        lambda text: text.replace("\n- ", "\n+ "),
        lambda text: text.replace(".** ", "**. "),
        lambda text: text.replace(" x ", " × ").replace("- 0.54", "− 0.54"),
        lambda text: text.replace("1-5", "1–5").replace("-2 to", "−2 to").replace("25-47", "25–47"),
        lambda text: text.replace("| **Total** | **2** | |", "| **Total** | **2**"),
        lambda text: text.replace("|---|---|---|", "| :--- | :-: | ---: |"),
        lambda text: text.replace("|---|---|", "| - | - |"),
        lambda text: text.replace("| **4/9** |", "| 4/9 |").replace("**100%**", "100%"),
        lambda text: text.replace("| **Total** | **100%** | | **2.13** | | |", "| Total | 100% | 2.13 |"),
        lambda text: text.replace("**Timeline:**", "***Timeline:***"),
        lambda text: text.replace("**Timeline:**", "**TIMELINE**:"),
        lambda text: text.replace("Nobody yet.", "*Nobody* yet."),
        lambda text: text.replace("Nobody yet.", "__Nobody__ *yet*."),
        lambda text: text.replace("Nobody yet.", "Nobody yet\\."),
    ],
)
def test_small_variations_of_markdown_read_the_same(vary: Callable[[str], str]) -> None:
    varied = vary(TEXT)
    reading = read(varied, METHOD)

    assert varied != TEXT
    assert (reading.errors, reading.discrepancies, reading.notes) == ((), (), ())
    assert reading.document == from_json(SPECIMEN)


@pytest.mark.parametrize(
    "text",
    [
        "**bold** and *lean* and __under__ and _line_",
        "2 * 3 * 4",
        "* a\n* b",
        "+ a\n  + b\n\\* c",
        "snake_case_name and _private",
        "`code` and ``",
        "a\\b \\* \\\\",
        "[link](http://example.org) <b>x</b> a < b",
        "---",
        "- - -",
        "===",
        "# Title",
        "\\# Title",
        "**Timeline:** soon",
        "Timeline: soon",
        "## Evidence Score",
        "Evidence Score",
        "**Evidence Score**",
        "| a | b |",
        "a\nb\n\nc\n\n\nd",
        "- a\n- b\n\n- c",
        "> quoted\n1. first",
        "***\n___\n* * *",
        "&amp; ~~struck~~",
    ],
)
def test_marks_that_are_text_stay_text_in_both_dialects(text: str) -> None:
    whole = worried(text)

    assert [read(form(whole), METHOD).document for form in (rendered, in_markdown)] == [whole, whole]


@pytest.mark.parametrize("lead", ["*", "**", "_", "a*", "*a*", "Total", "|", "\\", "`", "- -", ""])
def test_leads_of_marks_alone_stay_as_they_are(lead: str) -> None:
    whole = from_json(specimen(commentary={"not_captured": [{"lead": lead, "text": "*"}, {"lead": lead, "text": ""}]}))

    assert [read(form(whole), METHOD).document for form in (rendered, in_markdown)] == [whole, whole]


@pytest.mark.parametrize("name", ["Total", "**Total**", "\\Total", "*", "a | b", "\\|", "---"])
def test_names_of_marks_alone_stay_as_they_are(name: str) -> None:
    whole = from_json(specimen(tasks=[{**SPECIMEN["tasks"][0], "name": name}, SPECIMEN["tasks"][1]]))

    assert [read(form(whole), METHOD).document for form in (rendered, in_markdown)] == [whole, whole]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("**a** b", "a b"),
        ("***a*** b", "a b"),
        ("**a *b* c**", "a b c"),
        ("*a **b* c**", "a **b c**"),
        ("a*b*c", "abc"),
        ("a_b_c", "a_b_c"),
        ("a ** b", "a ** b"),
        ("**a", "**a"),
        ("a**", "a**"),
        ("****a****", "****a****"),
        ("`*a* \\*`", "`*a* \\*`"),
        ("\\*a\\*", "*a*"),
        ("\\a", "\\a"),
        ("**a__b**__", "a__b__"),
    ],
)
def test_emphasis_is_taken_off_where_it_opens_and_closes(written: str, text: str) -> None:
    assert unmark(written) == text


@pytest.mark.parametrize("text", ["snake_case", "2 * 3", "a < b", "R&D", "- a", "~30%", "C#", "1.5"])
def test_what_marks_nothing_is_written_as_it_is(text: str) -> None:
    assert mark(text) == text


def test_the_title_of_a_file_is_noted() -> None:
    reading = read(f"# Bell Tuner\n\n{TEXT}", METHOD)

    assert reading.document == from_json(SPECIMEN)
    assert [(note.line, note.message) for note in reading.notes] == [
        (1, "The title of the file, “Bell Tuner”, is not kept.")
    ]


def test_an_unknown_heading_is_an_error() -> None:
    assert errors("## Evidence Score", "## Hobbies\n\n## Evidence Score") == [
        (39, "Task Decomposition (Agentic AI Scoring)", "There is no section “Hobbies”.")
    ]


def test_a_second_title_is_an_error() -> None:
    assert errors("## Role Definition", "# One\n\n# Two\n\n## Role Definition") == [
        (3, "", "There is no section “Two”.")
    ]


def test_an_error_says_its_line_in_the_file() -> None:
    assert errors("| 62.5% | 1 |", "| ½ | 1 |") == [
        (29, "Task Decomposition (Agentic AI Scoring)", "The time must be a percentage such as 15%, not “½”.")
    ]


def test_a_plain_document_with_some_headings_marked_is_read() -> None:
    mixed = rendered(from_json(SPECIMEN)).replace("\nEvidence Score\n", "\n## Evidence Score\n")

    assert read(mixed, METHOD).document == from_json(SPECIMEN)
