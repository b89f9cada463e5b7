"""Generated sentences: a number with its scale, its label, its date and its maker."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from assessments.queries.sentences import difference_phrase, edge_phrase, profile_sentence
from assessments.views.prose import Block, blocks_of, bullets, prose
from tests.documents.specimen import METHOD


def parts(**given: str) -> dict[str, str]:
    return dict.fromkeys(("task", "evidence", "barriers", "growth", "override", "method", "rounding"), "0.0000") | given


@pytest.mark.parametrize(
    ("difference", "given", "phrase"),
    [
        ("1.0", parts(task="1.0034", rounding="-0.0034"), "+1.0, all from task resistance"),
        ("-2.1", parts(evidence="-2.0988"), "−2.1, all from evidence"),
        ("0.0", parts(), "the same"),
        ("0.1", parts(task="0.0400", evidence="0.0300", rounding="0.0300"), "+0.1, from small parts alone"),
        ("0.0", parts(barriers="9.7100", rounding="-9.7100"),
         "+0.0: barriers +9.7, rounding and the ends of the scale −9.7"),
        ("9.9", parts(task="4.0", evidence="-1.0", override="6.9"),
         "+9.9: the override +6.9, task resistance +4.0, evidence −1.0"),
        (
            "10.0",
            parts(task="4.0", evidence="3.0", barriers="2.0", growth="1.0"),
            "+10.0: task resistance +4.0, evidence +3.0, barriers +2.0, and smaller parts",
        ),
    ],
)  # fmt: skip
def test_a_difference_is_said_with_what_it_comes_from(difference: str, given: dict[str, str], phrase: str) -> None:
    assert difference_phrase(difference, given) == phrase


@pytest.mark.parametrize(
    ("score", "phrase"),
    [
        ("69.2", "21.2 above the edge at 48"),
        ("47.9", "0.1 below the edge at 48"),
        ("48.0", "exactly on the edge at 48"),
        ("7.9", "17.1 below the edge at 25"),
        ("30.0", "5.0 above the edge at 25"),
    ],
)
def test_the_nearest_edge_is_named(score: str, phrase: str) -> None:
    assert edge_phrase(METHOD, Decimal(score)) == phrase


def test_the_sentence_of_a_profile() -> None:
    said = profile_sentence(
        title="Paralegal",
        score=Decimal("28.5"),
        zone="yellow",
        label="Yellow (Urgent)",
        method=METHOD,
        outcome="override_declined",
        decided_at=datetime(2026, 3, 3, 12, tzinfo=UTC),
    )
    assert said == (
        "Paralegal resists displacement in part: 28.5 of 100, Yellow (Urgent), 3.5 above the edge at 25;"
        " an override was declined on 3 March 2026, so the formula score stands."
    )


def test_prose_is_cut_into_paragraphs_and_lists() -> None:
    text = "First.\n\n- one\n- two\nThen.\n- three"
    assert blocks_of(text) == [
        Block("paragraph", ("First.",)),
        Block("list", ("one", "two")),
        Block("paragraph", ("Then.",)),
        Block("list", ("three",)),
    ]


def test_nothing_is_rendered_as_nothing() -> None:
    assert (prose(""), bullets([])) == ("", "")
