"""What changed between two versions, as a reviewer reads it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from reviews.changes import Change, Piece, changes, pieces
from tests.documents.specimen import METHOD, specimen


@pytest.fixture
def before() -> dict[str, Any]:
    return specimen()


@pytest.fixture
def after(before: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(before)


def test_equal_documents_have_no_changes(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert changes(before, after, METHOD) == []


def test_a_score_is_said_with_the_name_of_its_dimension_and_the_difference(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    after["evidence"][2]["score"] = -2
    assert changes(before, after, METHOD) == [Change("Evidence", "Wage Trends: score", "0", "-2", "-2")]


def test_a_share_of_time_is_said_with_the_name_of_its_task(before: dict[str, Any], after: dict[str, Any]) -> None:
    after["tasks"][0]["time_percent"] = "60"
    assert changes(before, after, METHOD) == [Change("Tasks", "Listen and file: time %", "62.5", "60", "-2.5")]


def test_the_score_and_the_reason_of_growth_are_said_with_its_name(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    after["growth"] |= {"score": 2, "rationale": "Towers are being built."}
    found = [(each.section, each.place, each.after, each.difference) for each in changes(before, after, METHOD)]
    assert found == [
        ("Principles and growth", f"{METHOD.growth.name}: score", "2", "+2"),
        ("Principles and growth", f"{METHOD.growth.name}: reason", "Towers are being built.", ""),
    ]


def test_a_renamed_task_is_one_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    after["tasks"][1]["name"] = "Fill in forms"
    assert [(each.place, each.before, each.after) for each in changes(before, after, METHOD)] == [
        ("Fill in forms: name", "Write reports", "Fill in forms")
    ]


def test_an_added_task_is_one_line(before: dict[str, Any], after: dict[str, Any]) -> None:
    after["tasks"].append({"name": "Climb", "time_percent": "5", "score": 1, "involvement": "not_involved"})
    assert changes(before, after, METHOD) == [Change("Tasks", "Climb", "", "Climb · 5 · 1 · NOT INVOLVED")]


def test_a_removed_point_is_one_line(before: dict[str, Any], after: dict[str, Any]) -> None:
    after["commentary"]["survival_strategy"] = []
    (found,) = changes(before, after, METHOD)
    assert found.place == "Survival strategy: Keep listening"
    assert (found.before, found.after) == ("Keep listening · It pays.", "")


def test_another_order_of_tasks_is_said(before: dict[str, Any], after: dict[str, Any]) -> None:
    after["tasks"].reverse()
    assert changes(before, after, METHOD) == [
        Change("Tasks", "Order", "Listen and file; Write reports", "Write reports; Listen and file")
    ]


def test_a_proposal_is_said_by_the_name_of_its_reason(before: dict[str, Any], after: dict[str, Any]) -> None:
    after["override"] |= {"proposed_score": "50", "reason_code": "market_shock"}
    assert [(each.place, each.after) for each in changes(before, after, METHOD)] == [
        ("Proposed score", "50"),
        ("Reason code", "Market shock"),
    ]


def test_edited_prose_is_woven_into_one_text() -> None:
    assert pieces("Few new tasks appear.", "Few new chores appear.") == (
        Piece("same", "Few new"),
        Piece("removed", " tasks"),
        Piece("added", " chores"),
        Piece("same", " appear."),
    )


def test_rewritten_prose_stands_side_by_side() -> None:
    assert pieces("Bells ring regardless.", "Nobody knows what will come.") == ()


def test_prose_too_long_to_compare_stands_side_by_side() -> None:
    assert pieces("word " * 2000, "word " * 2001) == ()
