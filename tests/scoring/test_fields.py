"""Definitions compared and changed field by field."""

from __future__ import annotations

import copy

import pytest

from assessments.scoring import MethodError, definition
from assessments.scoring.fields import Difference, differences, fields_of, in_reading_order, plain_number, with_values

FIRST = definition("1.0")


def test_an_entry_of_a_list_is_named_by_its_code() -> None:
    paths = [field.path for field in fields_of(FIRST) if "wage_trends" in field.path]
    assert paths == [
        "evidence.inputs[wage_trends].code",
        "evidence.inputs[wage_trends].name",
        "evidence.inputs[wage_trends].min",
        "evidence.inputs[wage_trends].max",
        *(f"evidence.inputs[wage_trends].rubric.{score}" for score in range(-2, 3)),
    ]


def test_a_definition_does_not_differ_from_itself() -> None:
    assert differences(FIRST, copy.deepcopy(FIRST)) == ()


def test_an_edge_that_moved_is_the_one_difference() -> None:
    changed = with_values(FIRST, {"zones[green].from": "50.0"})
    assert differences(FIRST, changed) == (Difference("zones[green].from", "48.0", "50.0"),)


def test_entries_that_changed_places_do_not_differ() -> None:
    changed = copy.deepcopy(FIRST)
    changed["evidence"]["inputs"].reverse()
    assert differences(FIRST, changed) == ()


def test_what_one_side_lacks_shows_as_nothing() -> None:
    changed = copy.deepcopy(FIRST)
    del changed["override"]["reasons"][0]
    changed["note"] = "for trial"
    first = FIRST["override"]["reasons"][0]
    assert differences(FIRST, changed) == (
        *(Difference(f"override.reasons[{first['code']}].{key}", first[key], None) for key in first),
        Difference("note", None, "for trial"),
    )


def test_yes_is_not_the_number_one() -> None:
    assert differences({"flag": True}, {"flag": 1}) == (Difference("flag", True, 1),)


def test_values_are_read_as_the_kind_that_stands_there() -> None:
    changed = with_values(
        FIRST,
        {
            "approval.verdicts": " 2 ",
            "approval.weighty_when_borderline": "false",
            "formula.offset": "0.50",
            "labels[6].sub_label": "",
            "nowhere.at.all": "7",
        },
    )
    assert differences(FIRST, changed) == (
        Difference("formula.offset", "0.54", "0.50"),
        Difference("approval.verdicts", 1, 2),
        Difference("approval.weighty_when_borderline", True, False),
    )


def test_the_definition_itself_is_left_alone() -> None:
    with_values(FIRST, {"formula.offset": "0.50"})
    assert definition("1.0") == FIRST


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("approval.verdicts", "two", "approval.verdicts must be a whole number, not two."),
        ("approval.weighty_when_borderline", "yes", "approval.weighty_when_borderline must be true or false."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_path(path: str, text: str, sentence: str) -> None:
    with pytest.raises(MethodError, match=f"^{sentence}$"):
        with_values(FIRST, {path: text})


def test_reading_order_puts_the_steps_of_a_rubric_from_the_lowest() -> None:
    shuffled = {"rubric": {"0": "a", "1": "b", "-1": "c", "-2": "d"}, "code": "x", "extra": 1, "version": "1"}
    ordered = in_reading_order({"growth": [shuffled]})
    assert [list(each) for each in (ordered["growth"][0], ordered["growth"][0]["rubric"])] == [
        ["version", "code", "rubric", "extra"],
        ["-2", "-1", "0", "1"],
    ]


def test_reading_order_changes_no_value() -> None:
    assert in_reading_order(FIRST) == FIRST


@pytest.mark.parametrize(
    ("value", "expected"), [("48.0", "48"), ("-0.50", "-0.5"), ("Green >= 48", None), (48, None), (None, None)]
)
def test_a_number_is_told_from_a_wording(value: str | int | None, expected: str | None) -> None:
    assert plain_number(value) == expected
