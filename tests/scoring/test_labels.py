"""Zones, labels, quick screen and borderline, by the rules of the method."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assessments.scoring import Method, compute, edge_distance, grounds, is_borderline, label_for, screen_for
from assessments.scoring.totals import Totals
from tests.scoring.specimen import METHOD, SECOND, figures, inputs, second_definition


def label(
    score: str,
    *,
    growth: int = 0,
    time: str = "0",
    resistance: str = "3",
    evidence: int = 0,
    barriers: int = 5,
    method: Method = METHOD,
) -> str:
    return label_for(
        method,
        score=Decimal(score),
        growth=growth,
        time_at_3_plus=Decimal(time),
        task_resistance=Decimal(resistance),
        evidence_total=evidence,
        barrier_total=barriers,
    ).text


@pytest.mark.parametrize(
    ("score", "text"),
    [
        ("100.0", "Green (Stable)"),
        ("48.0", "Green (Stable)"),
        ("47.9", "Yellow (Moderate)"),
        ("25.0", "Yellow (Moderate)"),
        ("24.9", "Red"),
        ("0.0", "Red"),
    ],
)
def test_an_edge_belongs_to_the_zone_above_it(score: str, text: str) -> None:
    assert label(score) == text


@pytest.mark.parametrize(
    ("growth", "time", "text"),
    [
        (2, "90", "Green (Accelerated)"),
        (1, "20", "Green (Transforming)"),
        (1, "19.99", "Green (Stable)"),
    ],
)
def test_the_labels_of_the_green_zone(growth: int, time: str, text: str) -> None:
    assert label("60.0", growth=growth, time=time) == text


@pytest.mark.parametrize(("time", "text"), [("40", "Yellow (Urgent)"), ("39.99", "Yellow (Moderate)")])
def test_the_labels_of_the_yellow_zone(time: str, text: str) -> None:
    assert label("30.0", growth=2, time=time) == text


@pytest.mark.parametrize(
    ("resistance", "evidence", "barriers", "text"),
    [
        ("1.79", -6, 2, "Red (Imminent)"),
        ("1.8", -6, 2, "Red"),
        ("1.79", -5, 2, "Red"),
        ("1.79", -6, 3, "Red"),
    ],
)
def test_the_red_zone_is_imminent_only_when_all_three_hold(
    resistance: str, evidence: int, barriers: int, text: str
) -> None:
    assert label("10.0", resistance=resistance, evidence=evidence, barriers=barriers) == text


def test_red_without_sub_label_has_none() -> None:
    plain_red = figures(("100", 4), evidence=-5)

    assert (plain_red.zone, plain_red.sub_label, plain_red.label) == ("red", None, "Red")


def test_the_rule_is_told_in_its_own_words() -> None:
    accelerated = figures(("100", 1), growth=2)

    assert accelerated.label_rule == "Growth Correlation = 2 AND AIJRI >= 48"


@pytest.mark.parametrize(
    ("growth", "protective", "text", "zone"),
    [
        (2, 0, "Likely Green Zone (Accelerated)", "green"),
        (1, 6, "Likely Green Zone", "green"),
        (1, 5, "Likely Yellow Zone", "yellow"),
        (0, 3, "Likely Yellow Zone", "yellow"),
        (0, 2, "Likely Red Zone", "red"),
    ],
)
def test_the_quick_screen(growth: int, protective: int, text: str, zone: str) -> None:
    screen = screen_for(METHOD, growth=growth, protective_total=protective)

    assert (screen.text, screen.zone) == (text, zone)


def test_a_screen_of_another_zone_is_not_confirmed() -> None:
    assert figures(("100", 1), protective=2).screen_confirmed is False


@pytest.mark.parametrize(
    ("score", "borderline"),
    [("46.9", False), ("47.0", True), ("49.0", True), ("49.1", False), ("24.0", True), ("26.1", False)],
)
def test_borderline_is_within_one_point_of_an_edge(score: str, borderline: bool) -> None:
    assert is_borderline(METHOD, Decimal(score)) is borderline


@pytest.mark.parametrize(("score", "distance"), [("69.2", "21.2"), ("48.0", "0.0"), ("30.0", "5.0"), ("7.9", "17.1")])
def test_the_distance_to_the_nearest_edge(score: str, distance: str) -> None:
    assert str(edge_distance(METHOD, Decimal(score))) == distance


def test_a_second_method_lives_beside_the_first() -> None:
    under_first = label("49.0", method=METHOD)
    under_second = label("49.0", method=SECOND)

    assert (under_first, under_second) == ("Green (Stable)", "Yellow (Moderate)")


def test_figures_name_the_method_that_gave_them() -> None:
    given = inputs(("100", 2), evidence=4)

    assert [compute(method, given).as_json()["methodology"] for method in (METHOD, SECOND)] == ["1.0", "2.0"]
    assert [str(compute(method, given).evidence_modifier) for method in (METHOD, SECOND)] == ["1.16", "1.20"]


@pytest.mark.parametrize(("operator", "holds"), [("=", False), (">=", True), ("<=", False), (">", True), ("<", False)])
def test_conditions_compare_by_every_operator(operator: str, holds: bool) -> None:
    from_data = {"figure": "growth", "is": operator, "value": "1"}
    changed = _with_first_label(from_data)

    assert (label("60.0", growth=2, method=changed) == "Green (Accelerated)") is holds


def _with_first_label(condition: dict[str, str]) -> Method:
    changed = second_definition()
    changed["labels"][0]["when"] = [condition]
    return Method.from_definition(changed)


def reasons(label_zone: str, *tasks: tuple[str, int], **totals: int) -> list[tuple[str, str, str, str]]:
    found = grounds(METHOD, Totals.of(figures(*tasks, **totals)), label_zone)
    return [(each.figure, str(each.value), each.operator, str(each.limit)) for each in found]


def test_a_label_rests_on_its_own_rule_and_on_what_failed_of_those_before_it() -> None:
    half = (("50", 1), ("50", 3))
    assert reasons("green", *half, growth=2) == [("growth", "2", "=", "2")]
    assert reasons("green", *half, growth=1) == [("growth", "1", "!=", "2"), ("time_at_3_plus", "50", ">=", "20")]
    assert reasons("green", ("100", 1)) == [("growth", "0", "!=", "2"), ("time_at_3_plus", "0", "<", "20")]
    assert reasons("red", ("100", 4)) == [("task_resistance", "2.00", ">=", "1.8")]
    assert reasons("red", ("100", 5), evidence=-5) == [("evidence_total", "-5", ">", "-6")]
    assert [each[0] for each in reasons("red", ("100", 5), evidence=-6)] == [
        "task_resistance",
        "evidence_total",
        "barrier_total",
    ]
