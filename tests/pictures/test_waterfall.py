"""The steps from this role's score to a neighbour's."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.pictures import waterfalls

PARTS = ("task", "evidence", "barriers", "growth", "override", "method", "rounding")


def neighbour(score: str, title: str = "Cooper", **parts: str) -> dict[str, Any]:
    attribution = dict.fromkeys(PARTS, "0.0000") | parts
    return {"title": title, "url": "/roles/cooper/", "score": score, "phrase": "so", "attribution": attribution}


def test_what_puts_this_role_above_is_a_bar_to_the_left_and_what_puts_it_below_one_to_the_right() -> None:
    found = waterfalls("60.0", [neighbour("55.0", task="8.0000", evidence="-3.0000")])
    (fall,) = found.falls
    assert [(step.name, step.value, step.tone) for step in fall.steps] == [
        ("Tasks", "+8.0", "positive"),
        ("Evidence", "−3.0", "negative"),
    ]


def test_steps_lie_on_each_other_from_one_score_to_the_other() -> None:
    found = waterfalls("60.0", [neighbour("55.0", task="8.0000", evidence="-3.0000")])
    (fall,) = found.falls
    assert (found.low, found.high) == ("50", "70")
    assert (fall.own.x, fall.end.x) == ("50%", "25%")
    assert [(step.x, step.width) for step in fall.steps] == [("10%", "40%"), ("10%", "15%")]
    assert [(link.x, link.y1, link.y2) for link in fall.links] == [("50%", 10, 30), ("10%", 30, 50), ("25%", 50, 70)]
    assert fall.height == 80


def test_parts_that_one_decimal_does_not_show_are_left_out_and_who_has_no_other_is_not_drawn() -> None:
    found = waterfalls("60.0", [neighbour("59.0", task="1.0000", rounding="0.0499"), neighbour("60.0", growth="0.01")])
    assert [[step.name for step in fall.steps] for fall in found.falls] == [["Tasks"]]


@pytest.mark.parametrize(
    ("own", "peer", "parts", "shown"),
    [
        ("60.0", "59.9", {"barriers": "0.0500", "rounding": "0.0500"}, ["+0.1"]),
        (
            "69.2",
            "7.9",
            {"task": "27.2890", "evidence": "25.7110", "barriers": "2.3210", "growth": "5.8410", "rounding": "0.1380"},
            ["+27.3", "+25.7", "+2.3", "+5.9", "+0.1"],
        ),
        (
            "69.2",
            "49.4",
            {"task": "12.4670", "evidence": "6.0680", "barriers": "1.2660", "rounding": "-0.0010"},
            ["+12.5", "+6.1", "+1.2"],
        ),
    ],
)
def test_the_steps_that_are_said_add_up_to_the_difference(
    own: str, peer: str, parts: dict[str, str], shown: list[str]
) -> None:
    (fall,) = waterfalls(own, [neighbour(peer, **parts)]).falls
    assert [step.value for step in fall.steps] == shown
    assert sum(map(Decimal, shown)) == Decimal(own) - Decimal(peer)


def test_all_are_drawn_on_one_line_with_the_edges_within_it() -> None:
    found = waterfalls("60.0", [neighbour("55.0", task="5.0000"), neighbour("7.9", task="52.1000")])
    assert (found.low, found.high, found.edges) == ("0", "60", (("25", "41.67%"), ("48", "80%")))
    assert waterfalls("60.0", [neighbour("55.0", task="5.0000")]).edges == ()


@pytest.mark.parametrize(
    ("own", "peer", "window"),
    [
        ("60.0", "61.0", ("50", "70")),
        ("69.0", "68.0", ("60", "80")),
        ("1.0", "0.0", ("0", "20")),
        ("100.0", "99.0", ("80", "100")),
    ],
)
def test_the_line_is_whole_tens_and_never_too_short(own: str, peer: str, window: tuple[str, str]) -> None:
    found = waterfalls(own, [neighbour(peer, task=f"{float(own) - float(peer):.4f}")])
    assert (found.low, found.high) == window


def test_the_description_says_every_score_and_part() -> None:
    (fall,) = waterfalls("60.0", [neighbour("7.9", task="52.1000")]).falls
    assert (fall.title, fall.description) == (
        "From this role, 60.0, to Cooper, 7.9",
        "This role: 60.0, Green. Tasks: +52.1. Cooper: 7.9, Red.",
    )


def test_nobody_to_compare_with_is_no_picture() -> None:
    assert waterfalls("60.0", []).falls == ()


@given(st.integers(0, 1000), st.lists(st.integers(-400_000, 400_000), min_size=7, max_size=7))
def test_everything_drawn_lies_on_the_line(own: int, parts: list[int]) -> None:
    given_parts = {name: f"{part / 10_000:.4f}" for name, part in zip(PARTS, parts, strict=True)}
    found = waterfalls(f"{own / 10:.1f}", [neighbour("50.0", **given_parts)])
    for fall in found.falls:
        for step in fall.steps:
            left, width = (float(text.rstrip("%")) for text in (step.x, step.width))
            assert -0.01 <= left <= left + width <= 100.02
