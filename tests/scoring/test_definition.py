"""A method is data; data that is no whole method is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assessments.scoring import Method, MethodError, definition, versions
from tests.scoring.specimen import METHOD, second_definition


def test_the_shipped_versions() -> None:
    assert versions() == ("1.0",)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(MethodError, match=r"^There is no method 9\.9\.$"):
        definition("9.9")


def test_the_settings_of_override_and_approval() -> None:
    assert str(METHOD.override.max_distance) == "5.0"
    assert str(METHOD.override.two_verdicts_above) == "3.0"
    assert METHOD.approval.verdicts_when_weighty == 2


def test_every_score_of_every_input_has_a_rubric() -> None:
    scales = [*METHOD.protective, METHOD.growth, METHOD.tasks.score, *METHOD.evidence, *METHOD.barriers]

    for scale in scales:
        assert [score for score, _ in scale.rubric] == list(range(scale.minimum, scale.maximum + 1))


def put(*path: Any, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change of the value at a path of a definition."""

    def change(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.pop("zones"), "The definition lacks zones."),
        (lambda data: data["growth"].pop("code"), "The definition lacks growth.code."),
        (put("formula", value=3), "The definition lacks formula.divisor."),
        (put("zones", value={}), "zones must be a list."),
        (put("name", value=" "), "name must be a text."),
        (put("name", value=7), "name must be a text."),
        (put("formula", "offset", value="½"), "formula.offset must be a decimal number in quotes, not ½."),
        (put("formula", "divisor", value="0"), "formula.divisor must be more than 0, not 0."),
        (put("growth", "min", value=True), "growth.min must be a whole number."),
        (put("growth", "min", value=3), "growth.min must not exceed growth.max."),
        (put("growth", "rubric", value={}), "The definition lacks growth.rubric.-2."),
        (
            put("approval", "weighty_when_zone_moves", value=1),
            "approval.weighty_when_zone_moves must be true or false.",
        ),
        (
            put("labels", 0, "when", 0, "is", value="~"),
            "labels[0].when[0].is must be one of =, >=, <=, >, <, not ~.",
        ),
        (
            put("quick_screen", 0, "when", 0, "figure", value="barrier_total"),
            "quick_screen[0].when[0].figure must be one of growth, protective_total, not barrier_total.",
        ),
        (
            put("zones", 0, "from", value="20.0"),
            "zones must run from the highest edge down to the lowest score, each lower than the last.",
        ),
        (put("growth", "code", value="wage_trends"), "Every input must have a code of its own."),
        (
            put("labels", 0, "zone", value="blue"),
            "Every label and quick_screen rule must name one of the zones.",
        ),
        (
            put("labels", 2, "zone", value="red"),
            "The labels of zone green must end with one that has no conditions.",
        ),
        (
            put("quick_screen", 3, "when", value=[{"figure": "growth", "is": "=", "value": "1"}]),
            "quick_screen must end with a rule that has no conditions.",
        ),
    ],
)
def test_a_definition_that_is_no_method_is_refused(change: Callable[[dict[str, Any]], None], message: str) -> None:
    data = second_definition()
    change(data)

    with pytest.raises(MethodError) as refused:
        Method.from_definition(data)
    assert str(refused.value) == message


@pytest.mark.parametrize("value", [None, 3, "1.0", []])
def test_what_is_no_object_is_no_method(value: object) -> None:
    with pytest.raises(MethodError):
        Method.from_definition(value)
