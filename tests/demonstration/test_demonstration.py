"""The demonstration documents are whole, score what they are known for, and are our own."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from assessments import demonstration
from assessments.demonstration import documents, relations, revisions, text_of
from assessments.documents import figures_of, from_json, problems, read, slug_of, to_json
from tests.documents.specimen import METHOD, SEED

NAMES = [each.slug for each in documents()] + [f"{each.slug}-2" for each in revisions()]
RUN = 8


def test_the_documents_give_their_known_scores() -> None:
    assert {each.slug: _figures(each.document) for each in documents()} == {
        "data-entry-clerk": ("3.0", "Red (Imminent)"),
        "paralegal": ("28.5", "Yellow (Urgent)"),
        "registered-nurse": ("65.7", "Green (Stable)"),
        "prompt-engineer": ("7.9", "Red"),
        "generative-ai-engineer": ("49.4", "Green (Accelerated)"),
        "ml-ai-engineer": ("68.2", "Green (Accelerated)"),
        "ai-security-engineer": ("79.3", "Green (Accelerated)"),
        "llm-engineer": ("69.2", "Green (Accelerated)"),
    }


def test_the_revisions_move_their_scores() -> None:
    assert [(each.slug, each.stands, *_figures(each.document)) for each in revisions()] == [
        ("generative-ai-engineer", "in_review", "48.9", "Green (Accelerated)"),
        ("prompt-engineer", "draft", "7.1", "Red"),
    ]


def _figures(document: dict[str, Any]) -> tuple[str, str]:
    figures = figures_of(from_json(document), METHOD)
    assert figures is not None
    return str(figures.formula_score), figures.label


@pytest.mark.parametrize("name", NAMES)
def test_each_document_is_whole_and_agrees_with_itself(name: str) -> None:
    reading = read(text_of(name), METHOD)

    assert (reading.errors, reading.discrepancies, reading.notes) == ((), (), ())
    assert reading.document is not None
    assert [p.code for p in problems(reading.document, METHOD) if p.code != "borderline"] == []


def test_slugs_are_those_of_the_titles() -> None:
    assert [each.slug for each in documents()] == [slug_of(each.document["role"]["title"]) for each in documents()]


def test_the_documents_are_published_in_order_of_their_age() -> None:
    ages = [each.days_ago for each in documents()]

    assert ages == sorted(ages, reverse=True)


def test_quoted_scores_are_those_that_are_published() -> None:
    published = {each.document["role"]["title"]: Decimal(_figures(each.document)[0]) for each in documents()}
    quoted = [quote for name in NAMES for quote in read(text_of(name), METHOD).quotes]

    assert len(quoted) > 30
    assert [quote for quote in quoted if quote.score != published[quote.role_title]] == []


def test_an_override_is_proposed_exactly_where_one_was_decided() -> None:
    proposed = {each.outcome: each.document["override"]["proposed_score"] for each in documents()}

    assert proposed == {"formula_accepted": None, "override_declined": "32.5", "override_accepted": "68"}


def test_relations_join_two_of_the_documents() -> None:
    slugs = {each.slug for each in documents()}

    assert len(relations()) == 11
    assert [each for each in relations() if each[0] == each[2] or not {each[0], each[2]} <= slugs] == []


def test_a_document_that_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demonstration, "text_of", lambda name: "nothing")

    with pytest.raises(ValueError, match="cannot be read"):
        documents()


@pytest.mark.skipif(not SEED.exists(), reason=f"{SEED} is absent: set AIJRI_SHARED to the shared folder")
@pytest.mark.parametrize("name", NAMES)
def test_no_eight_words_in_a_row_come_from_the_seed(name: str) -> None:
    document = read(text_of(name), METHOD).document
    assert document is not None

    assert _runs(" \n ".join(_texts(to_json(document)))) & _runs(SEED.read_text("utf-8")) == set()


def _texts(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for entry in value.values() for text in _texts(entry)]
    if isinstance(value, list):
        return [text for entry in value for text in _texts(entry)]
    return [str(value)]


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w']+", text.casefold())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
