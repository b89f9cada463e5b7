"""Merging what two people made of the same document."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.documents import from_json, to_json
from assessments.documents.merge import Conflict, Taken, differences, merge
from tests.documents.specimen import specimen

BASE = to_json(from_json(specimen()))
THIRD = {"name": "Climb", "time_percent": "5", "score": 2, "involvement": "augmentation", "rationale": "Stairs."}


def changed(*changes: tuple[str, Any], value: dict[str, Any] = BASE) -> dict[str, Any]:
    """The base with the value at each path, as in `tasks.0.name`, replaced."""
    made = copy.deepcopy(value)
    for path, new in changes:
        target: Any = made
        *steps, last = path.split(".")
        for step in steps:
            target = target[int(step) if step.isdigit() else step]
        target[int(last) if last.isdigit() else last] = new
    return made


def with_tasks(*order: int | dict[str, Any], value: dict[str, Any] = BASE) -> dict[str, Any]:
    """The base with these of its tasks, or new ones, in this order."""
    rows = [copy.deepcopy(value["tasks"][each]) if isinstance(each, int) else each for each in order]
    return {**copy.deepcopy(value), "tasks": rows}


def names(value: dict[str, Any]) -> list[str]:
    return [task["name"] for task in value["tasks"]]


def test_fields_that_one_side_changed_are_taken_from_there_and_listed() -> None:
    merged = merge(BASE, changed(("quick_screen", "Mine.")), changed(("reinstatement", "Theirs.")))
    assert merged.document == changed(("quick_screen", "Mine."), ("reinstatement", "Theirs."))
    assert merged.conflicts == ()
    assert merged.taken == (
        Taken("quick_screen", "", "mine", "Proceed with care.", "Mine."),
        Taken("reinstatement", "", "theirs", "Few new tasks appear.", "Theirs."),
    )


def test_a_field_that_both_changed_to_the_same_is_no_conflict() -> None:
    both = changed(("evidence.2.score", 2))
    assert merge(BASE, both, both) == merge(both, both, both)


def test_a_field_that_both_changed_differently_waits_for_a_choice_and_theirs_stands_till_then() -> None:
    merged = merge(BASE, changed(("quick_screen", "Mine.")), changed(("quick_screen", "Theirs.")))
    assert merged.conflicts == (Conflict("quick_screen", "", "Proceed with care.", "Mine.", "Theirs.", ""),)
    assert merged.open == merged.conflicts
    assert merged.document["quick_screen"] == "Theirs."


@pytest.mark.parametrize(("side", "text"), [("mine", "M"), ("theirs", "T"), ("base", "Proceed with care.")])
def test_a_choice_decides_a_conflict(side: str, text: str) -> None:
    mine, theirs = changed(("quick_screen", "M")), changed(("quick_screen", "T"))
    merged = merge(BASE, mine, theirs, {"quick_screen": side})
    assert merged.document["quick_screen"] == text
    assert merged.open == ()


def test_a_choice_that_is_no_side_decides_nothing() -> None:
    merged = merge(BASE, changed(("quick_screen", "M")), changed(("quick_screen", "T")), {"quick_screen": "hers"})
    assert len(merged.open) == 1


def test_different_fields_of_one_dimension_are_no_conflict() -> None:
    merged = merge(BASE, changed(("evidence.1.score", 2)), changed(("evidence.1.rationale", "Counted.")))
    assert merged.document == changed(("evidence.1.score", 2), ("evidence.1.rationale", "Counted."))
    assert merged.conflicts == ()


def test_a_task_is_followed_to_its_new_place() -> None:
    merged = merge(BASE, with_tasks(1, 0), changed(("tasks.0.rationale", "An ear and a hand.")))
    assert names(merged.document) == ["Write reports", "Listen and file"]
    assert merged.document["tasks"][1]["rationale"] == "An ear and a hand."
    assert merged.conflicts == ()
    assert [taken.path for taken in merged.taken] == ["tasks[0].rationale", "tasks.order"]


def test_a_renamed_task_is_the_one_at_its_place() -> None:
    merged = merge(BASE, changed(("tasks.1.name", "Draft reports")), changed(("tasks.1.score", 5)))
    assert merged.document == changed(("tasks.1.name", "Draft reports"), ("tasks.1.score", 5))


def test_tasks_that_each_added_both_stand_after_the_one_they_stood_after() -> None:
    fourth = {**THIRD, "name": "Descend"}
    merged = merge(BASE, with_tasks(0, THIRD, 1), with_tasks(0, 1, fourth))
    assert names(merged.document) == ["Listen and file", "Climb", "Write reports", "Descend"]


def test_a_task_that_both_added_is_one_and_conflicts_only_where_it_differs() -> None:
    merged = merge(BASE, with_tasks(0, 1, THIRD), with_tasks(0, 1, {**THIRD, "score": 3}))
    assert names(merged.document) == ["Listen and file", "Write reports", "Climb"]
    assert merged.conflicts == (Conflict("tasks[+0].score", "Climb", None, 2, 3, ""),)


def test_a_task_that_one_removed_and_the_other_left_alone_is_gone() -> None:
    merged = merge(BASE, with_tasks(1), changed(("tasks.1.score", 5)))
    assert merged.document == changed(("tasks.0.score", 5), value=with_tasks(1))
    assert merged.conflicts == ()


@pytest.mark.parametrize(("side", "left"), [("mine", 1), ("theirs", 2), ("base", 2)])
def test_a_task_that_one_removed_and_the_other_changed_is_a_conflict_of_the_whole_task(side: str, left: int) -> None:
    theirs = changed(("tasks.0.score", 3))
    merged = merge(BASE, with_tasks(1), theirs, {"tasks[0]": side})
    task = BASE["tasks"][0]
    assert merged.conflicts == (Conflict("tasks[0]", "Listen and file", task, None, theirs["tasks"][0], side),)
    assert len(merged.document["tasks"]) == left


@pytest.mark.parametrize(
    ("side", "order"), [("mine", [2, 0, 1]), ("theirs", [1, 0, 2]), ("base", [0, 1, 2]), ("", [1, 0, 2])]
)
def test_two_new_orders_are_a_conflict(side: str, order: list[int]) -> None:
    base = with_tasks(0, 1, THIRD)
    merged = merge(base, with_tasks(2, 0, 1, value=base), with_tasks(1, 0, 2, value=base), {"tasks.order": side})
    assert [conflict.path for conflict in merged.conflicts] == ["tasks.order"]
    assert names(merged.document) == names(with_tasks(*order, value=base))


def test_a_half_typed_share_takes_part_as_it_stands() -> None:
    merged = merge(BASE, changed(("tasks.0.time_percent", "62,")), changed(("tasks.0.score", 2)))
    assert merged.document["tasks"][0]["time_percent"] == "62,"


TEXTS = st.sampled_from(["", "a", "b", "c"])
ROW = st.fixed_dictionaries(
    {"name": TEXTS, "time_percent": st.sampled_from(["", "50"]), "score": st.sampled_from([None, 1, 2])}
)
VALUES = st.fixed_dictionaries(
    {
        "quick_screen": TEXTS,
        "growth": st.fixed_dictionaries({"score": st.sampled_from([None, 0, 1]), "check": TEXTS}),
        "evidence": st.tuples(TEXTS, TEXTS).map(
            lambda pair: [{"code": "x", "rationale": pair[0]}, {"code": "y", "rationale": pair[1]}]
        ),
        "tasks": st.lists(ROW, max_size=5),
    }
)


@given(VALUES, VALUES)
@settings(max_examples=100, deadline=None)
def test_with_one_side_unchanged_the_other_is_the_result(base: dict[str, Any], other: dict[str, Any]) -> None:
    assert merge(base, other, base).document == other
    assert merge(base, base, other).document == other
    assert merge(base, other, other).document == other
    assert merge(base, other, base).conflicts == merge(base, base, other).conflicts == ()


@given(VALUES, VALUES)
@settings(max_examples=100, deadline=None)
def test_what_differs_is_listed_exactly_where_something_differs(base: dict[str, Any], other: dict[str, Any]) -> None:
    assert (differences(base, other) == ()) == (base == other)


@given(VALUES, VALUES, VALUES)
@settings(max_examples=100, deadline=None)
def test_conflicts_are_the_same_from_either_side(
    base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]
) -> None:
    def said(conflicts: tuple[Conflict, ...]) -> list[str]:
        """What both added is counted by one side's rows, so that it is compared apart."""
        return sorted(
            repr((each.path, each.base, each.mine, each.theirs)) for each in conflicts if "+" not in each.path
        )

    swapped = [
        dataclasses.replace(each, mine=each.theirs, theirs=each.mine) for each in merge(base, theirs, mine).conflicts
    ]
    assert said(merge(base, mine, theirs).conflicts) == said(tuple(swapped))


@given(VALUES, VALUES, VALUES)
@settings(max_examples=100, deadline=None)
def test_every_conflict_can_be_decided(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    choices = {each.path: "mine" for each in merge(base, mine, theirs).conflicts}
    assert merge(base, mine, theirs, choices).open == ()
