"""Other roles' scores quoted in prose, and the roles that a document sets itself apart from."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from assessments.documents import Quote, distinct_titles, from_json, quotes_in, quoting_texts, read
from tests.documents.specimen import METHOD, SEED, specimen, specimen_text

seed_needed = pytest.mark.skipif(not SEED.exists(), reason=f"{SEED} is absent: set AIJRI_SHARED to the shared folder")


def quoted(text: str, path: str = "score_vs_reality") -> list[tuple[str, str, str | None, str]]:
    """Role, score, label and quoted words of each quote in a text of the commentary."""
    value = specimen(commentary={path: text}, override={"rationale": ""}, definition={"not_this_role": ""})
    document = from_json(value)
    texts = dict(quoting_texts(document))
    return [
        (quote.role_title, str(quote.score), quote.label, texts[quote.section][quote.start : quote.end])
        for quote in quotes_in(document)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Close to ML/AI Engineer (68.2).", ("ML/AI Engineer", "68.2", None, "68.2")),
        ("Beside Prompt Engineer (7.9 Red).", ("Prompt Engineer", "7.9", "Red", "7.9 Red")),
        ("The Bell Founder (61.5) casts.", ("Bell Founder", "61.5", None, "61.5")),
        ("Director of Music (50.0)", ("Director of Music", "50.0", None, "50.0")),
        ("Beside of Music (50.0)", ("Music", "50.0", None, "50.0")),
        ("Clerk (3.0, Red Imminent)", ("Clerk", "3.0", "Red (Imminent)", "3.0, Red Imminent")),
        ("Clerk (3.0 Red (Imminent))", ("Clerk", "3.0", "Red (Imminent)", "3.0 Red (Imminent)")),
        ("Founder (61.5 Green Zone)", ("Founder", "61.5", "Green", "61.5 Green Zone")),
        ("A Founder scored 61.5 Green Stable.", ("Founder", "61.5", "Green (Stable)", "61.5 Green Stable")),
        ("NOT a Founder (who casts, scored 61.5 Green).", ("Founder", "61.5", "Green", "61.5 Green")),
        ("**Bell Founder** (61.5) casts.", ("Bell Founder", "61.5", None, "61.5")),
        ("Bell Founder (**61.5**) casts.", ("Bell Founder", "61.5", None, "61.5")),
        ("The __Bell Founder (61.5)__ casts.", ("Bell Founder", "61.5", None, "61.5")),
        ("“Bell Founder” (61.5) casts.", ("Bell Founder", "61.5", None, "61.5")),
        ("Senior Bell Founder (61.5)", ("Senior Bell Founder", "61.5", None, "61.5")),
        ("Senior Bell Tuner (61.5)", ("Senior Bell Tuner", "61.5", None, "61.5")),
        ("Entry-level Clerks (3.0 Red)", ("Entry-level Clerks", "3.0", "Red", "3.0 Red")),
        ("the mid-level Clerk (3.0)", ("Clerk", "3.0", None, "3.0")),
        ("Bell Founder (AIJRI 61.5)", ("Bell Founder", "61.5", None, "61.5")),
        (
            "Bell Founder (scored 61.5 Green Accelerated)",
            ("Bell Founder", "61.5", "Green (Accelerated)", "61.5 Green Accelerated"),
        ),
        ("Bell Founder (61.5/100)", ("Bell Founder", "61.5", None, "61.5/100")),
        ("Bell Founder (62 Green)", ("Bell Founder", "62", "Green", "62 Green")),
        ("Bell Founder (61.5 GREEN)", ("Bell Founder", "61.5", "Green", "61.5 GREEN")),
        ("A Bell Founder scored 61.5.", ("Bell Founder", "61.5", None, "61.5")),
        ("A Bell Founder scores at 61.5, above us.", ("Bell Founder", "61.5", None, "61.5")),
        ("far from Bell Founder's 61.5 (ours)", ("Bell Founder", "61.5", None, "61.5")),
        ("the Clerk’s score of 3.0 shows it", ("Clerk", "3.0", None, "3.0")),
        ("beside Bell Founder at 61.5, it sits", ("Bell Founder", "61.5", None, "61.5")),
        ("Élagueur (50.0)", ("Élagueur", "50.0", None, "50.0")),
        ("3D Artist (50.0)", ("3D Artist", "50.0", None, "50.0")),
        ("Health & Safety Officer (50.0)", ("Health & Safety Officer", "50.0", None, "50.0")),
        ("Node.js Developer (50.0)", ("Node.js Developer", "50.0", None, "50.0")),
        ("God (100.0 Green)", ("God", "100.0", "Green", "100.0 Green")),
    ],
)
def test_a_quoted_score_is_found_with_its_role_and_span(text: str, found: tuple[str, str, str | None, str]) -> None:
    assert quoted(text) == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "NOT a Paralegal (28.5), Prompt Engineer (writes prompts — scored 7.9 Red).",
            [("Paralegal", "28.5"), ("Prompt Engineer", "7.9")],
        ),
        (
            "NOT a Paralegal (28.5). NOT a Prompt Engineer (writes prompts — scored 7.9 Red).",
            [("Paralegal", "28.5"), ("Prompt Engineer", "7.9")],
        ),
        ("NOT a Paralegal (who files (much), scored 28.5).", [("Paralegal", "28.5")]),
        ("NOT a **Paralegal** (who files, scored 28.5).", [("Paralegal", "28.5")]),
        ("NOT a tuner of harps (who tunes, scored 28.5).", [("tuner of harps", "28.5")]),
        ("NOT a Paralegal, who files and scored 28.5.", [("Paralegal", "28.5")]),
        ("NOT a Paralegal (28.5), prompt engineer (writes prompts — scored 7.9 Red).", [("Paralegal", "28.5")]),
        ("NOT a Paralegal, prompt engineer (writes prompts — scored 7.9 Red).", []),
        ("NOT a Paralegal (28.5), prompt engineer, which scored 7.9 Red.", [("Paralegal", "28.5")]),
        ("It (who casts, scored 61.5) is NOT a Paralegal.", []),
    ],
)
def test_a_score_apart_from_its_name_is_of_the_role_in_front_of_its_bracket(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert [quote[:2] for quote in quoted(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Bell Tuner (49.1) is this role.",
        "Prices rose (4.5) last year.",
        "Prices rose(4.5).",
        "Wages of a Founder (4.5%) rose.",
        "Version Two (4.5.1) is out.",
        "It scored 61.5 overall.",
        "The (61.5) is nobody.",
        "NOT a (61.5) matter.",
        "Mid-level Bell Tuner (49.1) is this role.",
        "Bell Tuners (49.1) are this role.",
        "AIJRI (49.1) is the index.",
        "JobZone Composite Score (49.1)",
        "Task Resistance (3.8) and Evidence Modifier (1.1)",
        "Green Accelerated (69.2)",
        "Confirmed at 2.0.",
        "Gartner's 4.5 forecast",
        "A Clerk scored 4.5 points lower.",
        "A Clerk scored 4.5/10 in tests.",
        "A Clerk scored 4.5% more.",
        "Bell Founder (161.5)",
        "Bell Founder (61)",
        "Bell Founder (61.55)",
        "& (61.5)",
    ],
)
def test_what_names_no_other_role_is_no_quote(text: str) -> None:
    assert quoted(text) == []


@pytest.mark.parametrize(
    ("text", "title", "difference", "words"),
    [
        ("Close to Bell Founder (61.5). The margin (+1.0 point) is thin.", "Bell Founder", "1.0", "+1.0 point"),
        ("Bell Founder (61.5). It sits 12.4 points below Bell Founder.", "Bell Founder", "-12.4", "12.4 points"),
        ("Bell Founder (61.5), but 3 points above Clerk (3.0).", "Clerk", "3", "3 points"),
        ("Clerk (3.0), Bell Founder (61.5): Clerk (−4.0 points) is near.", "Clerk", "-4.0", "−4.0 points"),
        ("Clerk (3.0) and Bell Founder (61.5), +1.0 point from the Clerk.", "Clerk", "1.0", "+1.0 point"),
        ("Bell Founder (61.5): 12.4 points below Bell Founder", "Bell Founder", "-12.4", "12.4 points"),
        ("Bell Founder (61.5), Clerk (3.0): 3 points above Clerk of old.", "Clerk", "3", "3 points"),
    ],
)
def test_a_distance_from_a_quoted_role_is_a_quote(text: str, title: str, difference: str, words: str) -> None:
    document = from_json(specimen(commentary={"outlook": text}, override={"rationale": ""}, definition={}))
    found = [quote for quote in quotes_in(document) if quote.difference is not None]
    scores = {"Bell Founder": Decimal("61.5"), "Clerk": Decimal("3.0")}

    assert [(each.role_title, str(each.difference), text[each.start : each.end]) for each in found] == [
        (title, difference, words)
    ]
    assert found[0].score == scores[title]


@pytest.mark.parametrize(
    "text",
    [
        "Bell Founder (61.5) rose by +1.0 percentage points.",
        "Wages moved 2.0 points.",
        "It has a lead of (+1.0 point).",
        "Bell Founder (61.5).\nIn another paragraph (+1.0 point).",
        "Bell Founder (61.5), yet 2.0 points above the edge.",
        "Bell Founder (61.5), yet 2.0 points above Bell Tuner.",
    ],
)
def test_a_distance_from_nobody_is_no_quote(text: str) -> None:
    document = from_json(specimen(commentary={"outlook": text}))

    assert [quote for quote in quotes_in(document) if quote.difference is not None] == []


def test_a_distance_from_a_role_that_is_quoted_nowhere_is_noted() -> None:
    reading = read(specimen_text().replace("Much as today.", "It sits 2.0 points above Harp Maker."), METHOD)

    assert [(note.line, note.section, note.message) for note in reading.notes] == [
        (77, "commentary.outlook", "“2.0 points” is said of Harp Maker, whose score is quoted nowhere; it is no quote.")
    ]


def test_a_distance_is_reported_with_its_sign() -> None:
    text = specimen_text().replace("Much as today.", "Bell Founder (61.5), 12.4 points below Bell Founder.")

    assert [quote.as_json()["difference"] for quote in read(text, METHOD).quotes] == [None, None, None, "-12.4"]


def test_two_roles_in_one_sentence_are_two_quotes() -> None:
    found = quoted("Between Clerk (3.0) and Bell Founder (61.5).")

    assert [quote[:2] for quote in found] == [("Clerk", "3.0"), ("Bell Founder", "61.5")]


def test_quotes_in_bullets_name_their_bullet() -> None:
    bullets = [{"lead": "Like Clerk (3.0)", "text": "No."}, {"lead": "B", "text": "Bell Founder (61.5) too."}]
    document = from_json({"commentary": {"not_captured": bullets, "survival_strategy": bullets}})

    assert [quote.section for quote in quotes_in(document)] == [
        "commentary.not_captured[0].lead",
        "commentary.not_captured[1].text",
        "commentary.survival_strategy[0].lead",
        "commentary.survival_strategy[1].text",
    ]


def test_a_quote_is_reported_as_the_contract_has_it() -> None:
    assert read(specimen_text(), METHOD).quotes[0].as_json() == {
        "role_title": "Bell Founder",
        "score": "61.5",
        "label": "Green (Stable)",
        "section": "definition.not_this_role",
        "line": 7,
        "difference": None,
    }


def test_a_quote_knows_its_line_in_the_file() -> None:
    text = specimen_text().replace("It has for years.", "Unlike Clerk (3.0).")
    text = text.replace("Keep listening. It pays.", "Keep listening. Ask a Bell Founder (61.5).")

    assert [quote.line for quote in read(text, METHOD).quotes] == [7, 66, 70, 79]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("NOT a Bell Founder (who casts). NOT an Organ Builder.", ("Bell Founder", "Organ Builder")),
        ("NOT the Verger, NOT a Ringer who rings", ("Verger", "Ringer")),
        ("NOT a Ringer. NOT a Ringer.", ("Ringer",)),
        ("NOT a Ringer — nor anyone else", ("Ringer",)),
        ("NOT a " + "x" * 200, ()),
        ("Not a ringer.", ()),
    ],
)
def test_the_roles_a_document_sets_itself_apart_from(text: str, titles: tuple[str, ...]) -> None:
    assert distinct_titles(from_json(specimen(definition={"not_this_role": text}))) == titles


@seed_needed
def test_the_quotes_of_the_seed() -> None:
    quotes = read(Path(SEED).read_text("utf-8"), METHOD).quotes

    assert [(quote.line, quote.role_title, str(quote.score), quote.label) for quote in quotes] == [
        (7, "ML/AI Engineer", "68.2", "Green (Accelerated)"),
        (7, "Generative AI Engineer", "49.4", "Green (Accelerated)"),
        (7, "Prompt Engineer", "7.9", "Red"),
        (75, "ML/AI Engineer", "68.2", None),
        (75, "ML/AI Engineer", "68.2", None),
        (75, "Generative AI Engineer", "49.4", None),
        (78, "ML/AI Engineer", "68.2", None),
        (78, "AI Security Engineer", "79.3", None),
        (78, "Prompt Engineer", "7.9", "Red"),
        (78, "Generative AI Engineer", "49.4", None),
    ]
    assert [(str(quote.difference), quote.end - quote.start) for quote in quotes if quote.difference] == [("1.0", 10)]


@seed_needed
def test_the_roles_the_seed_sets_itself_apart_from() -> None:
    document = read(Path(SEED).read_text("utf-8"), METHOD).document

    assert document is not None
    assert distinct_titles(document) == (
        "ML/AI Engineer",
        "Generative AI Engineer",
        "Prompt Engineer",
        "AI Researcher",
    )


def test_quotes_of_a_document_that_was_not_read_have_no_line() -> None:
    document = from_json({"override": {"rationale": "Near Clerk (3.0)."}})

    assert quotes_in(document) == (Quote("Clerk", Decimal("3.0"), None, "override.rationale", None, 12, 15),)


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("NOT a Data Scientist and NOT an ML Engineer.", ("Data Scientist", "ML Engineer")),
        ("NOT a Prompt Engineer - they write prompts.", ("Prompt Engineer",)),
        ("NOT a Prompt Engineer – they write prompts.", ("Prompt Engineer",)),
        ("NOT a Sales and Marketing Manager (who sells).", ("Sales and Marketing Manager",)),
        ("NOT an Analyst and a Clerk.", ("Analyst",)),
        ("NOT a Follow-up Caller but close to it.", ("Follow-up Caller",)),
    ],
)
def test_a_name_ends_where_its_sentence_goes_on(text: str, titles: tuple[str, ...]) -> None:
    document = from_json(specimen(definition={"not_this_role": text}))
    assert distinct_titles(document) == titles
