"""JSON of wrong structure is refused, each reason with its path; everything else becomes canonical."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assessments.documents import Lead, StructureError, content_hash, from_json, slug_of, to_json
from assessments.documents.shape import (
    BARRIER_CODES,
    EVIDENCE_CODES,
    INVOLVEMENT_CODES,
    PROTECTIVE_CODES,
    REASON_CODES,
)
from tests.documents.specimen import METHOD, specimen


def refusals(value: object) -> list[tuple[str, str]]:
    """The path and code of each problem of a value that is no document."""
    with pytest.raises(StructureError) as refused:
        from_json(value)
    assert str(refused.value) == " ".join(problem.message for problem in refused.value.problems)
    return [(problem.path, problem.code) for problem in refused.value.problems]


def test_an_empty_object_becomes_a_document_with_every_key() -> None:
    value = to_json(from_json({}))

    assert value["role"] == {"title": "", "seniority": ""}
    assert value["evidence"][0] == {"code": "job_posting_trends", "score": None, "rationale": ""}
    assert value["override"] == {"proposed_score": None, "reason_code": None, "rationale": ""}
    assert [len(value[key]) for key in ("protective_principles", "evidence", "barriers", "tasks")] == [
        3,
        5,
        5,
        0,
    ]


def test_the_codes_are_those_of_the_method() -> None:
    assert tuple(scale.code for scale in METHOD.protective) == PROTECTIVE_CODES
    assert tuple(scale.code for scale in METHOD.evidence) == EVIDENCE_CODES
    assert tuple(scale.code for scale in METHOD.barriers) == BARRIER_CODES
    assert tuple(named.code for named in METHOD.tasks.involvements) == INVOLVEMENT_CODES
    assert tuple(named.code for named in METHOD.override.reasons) == REASON_CODES


@pytest.mark.parametrize("value", [None, 3, "text", [], True])
def test_what_is_no_object_is_no_document(value: object) -> None:
    assert refusals(value) == [("", "wrong_type")]


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        ({"schema": "aijri/assessment/2"}, "schema", "unknown_code"),
        ({"colour": "red"}, "colour", "unknown_key"),
        ({"role": {"name": "x"}}, "role.name", "unknown_key"),
        ({"role": {"ti\ud800": "x"}}, "role.ti?", "unknown_key"),
        ({"role": []}, "role", "wrong_type"),
        ({"role": {"title": 3}}, "role.title", "wrong_type"),
        ({"role": {"title": "x" * 201}}, "role.title", "too_long"),
        ({"role": {"title": "a\x00b"}}, "role.title", "forbidden_character"),
        ({"reinstatement": "\ud800"}, "reinstatement", "forbidden_character"),
        ({"reinstatement": "x" * 20_001}, "reinstatement", "too_long"),
        ({"tasks": {}}, "tasks", "wrong_type"),
        ({"tasks": [{}] * 201}, "tasks", "too_many"),
        ({"tasks": ["x"]}, "tasks[0]", "wrong_type"),
        ({"tasks": [{"name": "x" * 301}]}, "tasks[0].name", "too_long"),
        ({"tasks": [{"score": 2.0}]}, "tasks[0].score", "wrong_type"),
        ({"tasks": [{"score": True}]}, "tasks[0].score", "wrong_type"),
        ({"tasks": [{"score": 10**400}]}, "tasks[0].score", "wrong_type"),
        ({"tasks": [{"time_percent": "½"}]}, "tasks[0].time_percent", "not_a_number"),
        ({"tasks": [{"time_percent": "1e9"}]}, "tasks[0].time_percent", "not_a_number"),
        ({"tasks": [{"time_percent": float("nan")}]}, "tasks[0].time_percent", "not_a_number"),
        ({"tasks": [{"time_percent": 10**400}]}, "tasks[0].time_percent", "not_a_number"),
        ({"tasks": [{"time_percent": True}]}, "tasks[0].time_percent", "not_a_number"),
        ({"tasks": [{"time_percent": [1]}]}, "tasks[0].time_percent", "not_a_number"),
        ({"tasks": [{"involvement": "magic"}]}, "tasks[0].involvement", "unknown_code"),
        ({"tasks": [{"involvement": 1}]}, "tasks[0].involvement", "unknown_code"),
        ({"evidence": [{"code": "vibes"}]}, "evidence[0].code", "unknown_code"),
        ({"evidence": [{"score": 1}]}, "evidence[0].code", "missing"),
        ({"barriers": [{"code": "cultural_ethical"}] * 2}, "barriers[1].code", "duplicate_code"),
        ({"override": {"reason_code": "whim"}}, "override.reason_code", "unknown_code"),
        ({"override": {"proposed_score": "high"}}, "override.proposed_score", "not_a_number"),
        ({"commentary": {"outlook_year": "2028: "}}, "commentary.outlook_year", "wrong_type"),
        ({"commentary": {"outlook_year": "soon"}}, "commentary.outlook_year", "wrong_type"),
        (
            {"commentary": {"not_captured": [{"lead": "x" * 15_000, "text": "x" * 15_000}]}},
            "commentary.not_captured[0]",
            "too_long",
        ),
    ],
)
def test_wrong_structure_is_refused_with_its_path(value: object, path: str, code: str) -> None:
    assert refusals(value) == [(path, code)]


def test_every_reason_is_listed_at_once() -> None:
    assert refusals({"role": 1, "tasks": [{"score": "2"}], "x": 1}) == [
        ("x", "unknown_key"),
        ("role", "wrong_type"),
        ("tasks[0].score", "wrong_type"),
    ]


def test_a_long_foreign_value_is_shortened_in_the_message() -> None:
    with pytest.raises(StructureError) as refused:
        from_json({"tasks": [{"time_percent": "9" * 1000}]})

    assert refused.value.problems[0].message.endswith(f"not {'9' * 57}....")


@pytest.mark.parametrize(
    ("given", "canonical"),
    [("15.00", "15"), (15, "15"), (12.5, "12.5"), (" 0.10 ", "0.1"), ("-0", "0"), ("", ""), (None, "")],
)
def test_shares_are_written_without_trailing_zeros(given: Any, canonical: str) -> None:
    value = to_json(from_json({"tasks": [{"time_percent": given}]}))

    assert value["tasks"][0]["time_percent"] == canonical


def test_dimensions_are_put_in_the_order_of_the_method() -> None:
    document = from_json({"evidence": [{"code": code, "score": 1} for code in reversed(EVIDENCE_CODES)]})

    assert tuple(each.code for each in document.evidence) == EVIDENCE_CODES


def test_texts_are_composed_unified_and_trimmed() -> None:
    document = from_json({"reinstatement": "  Cafe\u0301 \r\nnoir\t\u2028fin  \n\n"})

    assert document.reinstatement == "Café\nnoir\nfin"


def test_a_line_break_in_a_table_cell_becomes_a_blank() -> None:
    document = from_json({"role": {"title": " Bell \n\n Tuner "}})

    assert document.role.title == "Bell Tuner"


@pytest.mark.parametrize(
    ("lead", "text", "canonical"),
    [
        ("Closing towers", "Fewer bells.", Lead("Closing towers", "Fewer bells.")),
        ("", "Lead. Text", Lead("Lead", "Text")),
        ("A. B", "C", Lead("A", "B. C")),
        ("Only a lead", "", Lead("Only a lead", "")),
        ("", "only text", Lead("", "only text")),
        ("", ". b", Lead("", ". b")),
        ("", ".", Lead("", ".")),
    ],
)
def test_a_lead_ends_at_the_first_full_stop_and_blank(lead: str, text: str, canonical: Lead) -> None:
    document = from_json({"commentary": {"survival_strategy": [{"lead": lead, "text": text}]}})

    assert document.commentary.survival_strategy == (canonical,)


def test_empty_bullets_are_dropped() -> None:
    document = from_json({"commentary": {"not_captured": [{"lead": " "}, {}, {"text": "x"}]}})

    assert document.commentary.not_captured == (Lead("", "x"),)


def test_the_year_of_the_outlook_may_be_a_number() -> None:
    assert from_json({"commentary": {"outlook_year": 2031}}).commentary.outlook_year == "2031"


def test_the_hash_is_of_the_canonical_form() -> None:
    spaced = specimen(reinstatement="Few new tasks appear. \r\n")
    changed = specimen(reinstatement="Few new tasks appear!")

    assert content_hash(from_json(spaced)) == content_hash(from_json(specimen()))
    assert content_hash(from_json(changed)) != content_hash(from_json(specimen()))


def test_the_hash_of_an_empty_document_never_changes() -> None:
    assert content_hash(from_json({})) == "dca4ac5c0245f5cede350d404b08272695104472d8a8ad800ad98e8c3ff81490"


def test_proposals_are_kept_exactly() -> None:
    document = from_json({"override": {"proposed_score": 52.1, "reason_code": "other"}})

    assert document.override.proposed_score == Decimal("52.1")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("ML/AI Engineer", "ml-ai-engineer"),
        ("  Café — Señor Chef!  ", "cafe-senor-chef"),
        ("C++ Developer (Senior)", "c-developer-senior"),
        ("医師", "role"),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert slug_of(title) == slug
