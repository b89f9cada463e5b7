"""The whole catalogue as a scatter."""

from __future__ import annotations

from typing import Any

import pytest

from assessments import pictures
from assessments.pictures.explorer import zones_said


def mark(resistance: float, evidence: int, roles: int = 1, zone: str = "green", **more: Any) -> dict[str, Any]:
    return {"resistance": resistance, "evidence": evidence, "zones": {zone: roles}, "title": "T", "url": "/", **more}


def drawn(*marks: dict[str, Any]) -> pictures.Explorer:
    return pictures.explorer(marks, resistance=(1, 5), evidence=(-10, 10), subject="All")


def test_marks_stand_where_both_values_put_them() -> None:
    found = drawn(mark(1, 10), mark(5, -10), mark(3, 0))
    assert [(each.x, each.y) for each in found.marks] == [("5%", 24), ("97%", 464), ("51%", 244)]
    assert found.zero == 244
    assert [tick.text for tick in found.across] == ["1", "2", "3", "4", "5"]
    assert [tick.text for tick in found.down] == ["−10", "−5", "0", "+5", "+10"]


def test_what_lies_beyond_widens_the_picture() -> None:
    found = drawn(mark(0.5, 12), mark(5.2, -11))
    assert [tick.text for tick in found.across] == ["0", "1", "2", "3", "4", "5", "6"]
    assert [each.y for each in found.marks] == [24, 24 + 23 * 22]


@pytest.mark.parametrize(("roles", "scale"), [(1, "0.5"), (3, "0.65"), (4, "0.8"), (640, "1.4"), (10_000, "1.6")])
def test_a_larger_mark_stands_for_more_roles(roles: int, scale: str) -> None:
    assert drawn(mark(3, 0, roles)).marks[0].scale == scale


def test_the_largest_are_drawn_first_and_named_in_words() -> None:
    found = drawn(mark(2, 1, 3, "red"), mark(3.1, 2, 1_200))
    assert [each.zone for each in found.marks] == ["green", "red"]
    assert found.description == ("1,203 published roles at 2 places. Most stand at task resistance 3.1, evidence +2.")


def test_the_zone_of_most_gives_the_shape() -> None:
    mixed = mark(3, 0) | {"zones": {"yellow": 2, "red": 5, "green": 1}}
    assert drawn(mixed).marks[0].zone == "red"
    assert zones_said(mixed["zones"]) == "5 Red, 2 Yellow, 1 Green"


def test_nothing_is_drawn_of_nothing() -> None:
    found = drawn()
    assert (found.marks, found.description) == ((), "0 published roles at 0 places.")


def test_names_stand_to_the_right_else_to_the_left_else_above_or_below_else_nowhere() -> None:
    names = ("First of all", "Second", "Between the two", "Another between", "One more")
    places = (3, 3.1, 3.05, 3.05, 3.05)
    marks = [mark(place, 0, label=name) for place, name in zip(places, names, strict=True)]
    assert [(each.label, each.anchor, each.down) for each in drawn(*marks).marks] == [
        ("First of all", "end", 5),
        ("Second", "start", 5),
        ("Between the two", "middle", -12),
        ("Another between", "middle", 22),
        ("", "", 0),
    ]


def test_of_many_none_is_named() -> None:
    assert {each.label for each in drawn(*[mark(3, 0, label="A")] * 61).marks} == {""}
