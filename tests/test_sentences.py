"""Generated sentences: a number with its scale, its label, its date and its maker."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from assessments import scoring
from assessments.queries.sentences import (
    assumes_sentence,
    borderline_sentence,
    difference_phrase,
    edge_phrase,
    edges_sentence,
    explained_phrase,
    flip_sentence,
    inversion_sentence,
    label_sentence,
    profile_sentence,
    since_phrase,
    step_sentence,
    zones_phrase,
)
from assessments.views.prose import blocks_of, bullets, prose
from tests.documents.specimen import METHOD
from tests.scoring.specimen import figures as of_totals
from tests.scoring.specimen import inputs as of_inputs


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
        ("19.8", parts(task="12.4670", evidence="6.0680", barriers="1.2660", rounding="-0.0010"),
         "+19.8: task resistance +12.5, evidence +6.1, barriers +1.2"),
        ("8.1", parts(task="7.0400", evidence="1.0400", growth="0.0200"),
         "+8.1: task resistance +7.1, evidence +1.0"),
        ("1.0", parts(task="0.4900", evidence="0.4700", growth="0.0400"),
         "+1.0: task resistance +0.5, evidence +0.5"),
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


@pytest.mark.parametrize(
    ("difference", "given", "phrase"),
    [
        ("2.3", parts(task="2.8700", evidence="-0.5900", rounding="0.0200"),
         "+2.3 since version 1, of it +2.9 task resistance, −0.6 evidence"),
        ("-1.0", parts(barriers="-1.0100", rounding="0.0100"), "−1.0 since version 1, all from barriers"),
        ("0.1", parts(task="0.0400", rounding="0.0600") | {"rounding": "0.0400"},
         "+0.1 since version 1, from small parts alone"),
        ("0.0", parts(), "The same as version 1"),
        ("0.0", parts(evidence="2.0", override="-2.0"),
         "The same as version 1, though +2.0 evidence, −2.0 the override"),
    ],
)  # fmt: skip
def test_what_moved_since_a_version_is_said(difference: str, given: dict[str, str], phrase: str) -> None:
    assert since_phrase(1, difference, given) == phrase


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        ("69.2", "21.2 above the edge of Green at 48 and 44.2 above that of Yellow at 25."),
        ("48.0", "Exactly on the edge of Green at 48 and 23.0 above that of Yellow at 25."),
        ("25.0", "23.0 below the edge of Green at 48 and exactly on that of Yellow at 25."),
        ("7.9", "40.1 below the edge of Green at 48 and 17.1 below that of Yellow at 25."),
    ],
)
def test_the_distance_to_every_edge_is_said(score: str, sentence: str) -> None:
    assert edges_sentence(scoring.edges(METHOD, Decimal(score))) == sentence


@pytest.mark.parametrize(("score", "begins"), [("47.0", "Borderline: 1.0 from an edge"), ("46.9", ""), ("26.1", "")])
def test_borderline_is_said_where_it_holds(score: str, begins: str) -> None:
    said = borderline_sentence(METHOD, Decimal(score))
    assert said[: len("Borderline: 1.0 from an edge")] == begins


def test_a_method_that_asks_for_one_verdict_does_not_speak_of_two() -> None:
    alone = replace(METHOD, approval=replace(METHOD.approval, weighty_when_borderline=False))
    assert borderline_sentence(alone, Decimal("48.0")).endswith("can decide the zone.")


@pytest.mark.parametrize(
    ("group", "to", "sentence"),
    [
        ("evidence", 1, "One step less evidence: 67.0, still Green (Accelerated)."),
        ("barriers", 1, "One step fewer barriers: 67.0, still Green (Accelerated)."),
        ("growth", 3, "One step more growth: 67.0, still Green (Accelerated)."),
        ("task", 3, "“Curate” scored 3 instead of 2: 67.0, still Green (Accelerated)."),
    ],
)
def test_a_step_is_said_with_where_it_leads(group: str, to: int, sentence: str) -> None:
    assert step_sentence(a_step(group, to), "Green (Accelerated)", "“Curate”") == sentence


def test_a_step_that_changes_the_label_says_so() -> None:
    said = step_sentence(a_step("evidence", 1), "Green (Stable)", "Wage Trends")
    assert said == "One step less evidence: 67.0, now Green (Accelerated)."


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        ("evidence", "Evidence 8 instead of 9 would make it Green (Accelerated), 67.0: Wage 1 instead of 2, for one."),
        ("barriers", "Barriers 2 instead of 3 would make it Green (Accelerated), 67.0: Wage 1 instead of 2, for one."),
        ("growth", "Growth 1 instead of 2 would make it Green (Accelerated), 67.0."),
        ("task", "Wage scored 1 instead of 2 would make it Green (Accelerated), 67.0."),
    ],
)  # fmt: skip
def test_the_cheapest_flip_is_said_by_totals(group: str, sentence: str) -> None:
    figures = of_totals(("80", 2), ("20", 3), evidence=9, barriers=3, growth=2)
    assert flip_sentence(a_step(group, 1), "Wage", figures) == sentence


def test_where_nothing_flips_the_label_that_is_said() -> None:
    figures = of_totals(("100", 5), evidence=-10, growth=-2)
    assert flip_sentence(None, "", figures) == "No change of a single input would give it another label."


@pytest.mark.parametrize(
    ("proposed", "sentence"),
    [
        (
            "74.4",
            (
                "The override assumes as much as Evidence 10 instead of 9 and Barriers 5 instead of 3 would say: "
                "74.4, Green (Accelerated)."
            ),
        ),
        (
            "99.0",
            (
                "With these tasks no scores give exactly 99.0; nearest comes Evidence 10 instead of 9 and Barriers 10 "
                "instead of 3: 81.7, Green (Accelerated)."
            ),
        ),
        (
            "69.15",
            "No other evidence, barriers or growth would come nearer to the override: it rests on its reason alone.",
        ),
    ],
)
def test_what_an_override_assumes_is_said(proposed: str, sentence: str) -> None:
    inputs = of_inputs(("80", 2), ("20", 3), evidence=9, barriers=3, growth=2)
    found = scoring.counterfactual(METHOD, inputs, Decimal(proposed))
    assert assumes_sentence(found, Decimal(proposed)) == sentence


def a_step(group: str, to: int) -> scoring.Step:
    return scoring.Step("x", group, 2, to, Decimal("67.0"), "Green (Accelerated)", "green")


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
    assert [
        (each.kind, ["".join(piece.text for piece in line) for line in each.lines]) for each in blocks_of(text)
    ] == [
        ("paragraph", ["First."]),
        ("list", ["one", "two"]),
        ("paragraph", ["Then."]),
        ("list", ["three"]),
    ]


def test_nothing_is_rendered_as_nothing() -> None:
    assert (prose(""), bullets([])) == ("", "")


@pytest.mark.parametrize(
    ("difference", "given", "phrase"),
    [
        ("1.0", {"task": "0.9998", "rounding": "0.0002"}, "all from task resistance"),
        ("5.9", {"task": "-1.9", "evidence": "7.8"}, "evidence +7.8, task resistance −1.9"),
        ("0.0", {"task": "-2.0", "evidence": "2.0"}, "task resistance −2.0, evidence +2.0"),
        ("0.1", {"task": "0.04", "evidence": "0.04", "rounding": "0.02"}, "from small parts alone"),
        ("0.0", {}, "the same"),
    ],
)
def test_what_explains_a_difference_is_said_without_it(difference: str, given: dict[str, str], phrase: str) -> None:
    assert explained_phrase(difference, given) == phrase


def test_zones_are_said_once_where_they_are_one() -> None:
    assert (zones_phrase("green", "green"), zones_phrase("green", "red")) == (
        "both Green",
        "this role Green, the neighbour Red",
    )


def test_an_inversion_says_whose_inputs_are_higher_and_whose_score() -> None:
    said = "{} is at least as high on all four factors and yet scores less than {}: the order contradicts the inputs."
    assert [inversion_sentence(difference) for difference in ("-1.0", "1.0")] == [
        said.format("This role", "the neighbour"),
        said.format("The neighbour", "this role"),
    ]


@pytest.mark.parametrize(
    ("tasks", "totals", "said"),
    [
        (
            (("80", 2), ("20", 3)),
            {"evidence": 9, "barriers": 3, "growth": 2},
            "Green (Accelerated), because growth is 2 and the score is at least 48.",
        ),
        (
            (("65", 1), ("35", 3)),
            {"evidence": 2, "growth": -1},
            (
                "Green (Transforming), because growth is −1 (not 2), 35\u00a0%"
                " of the time goes to tasks scored 3 or more"
                " (at least 20\u00a0%) and the score is at least 48."
            ),
        ),
        (
            (("100", 3),),
            {},
            (
                "Yellow (Urgent), because 100\u00a0% of the time goes to tasks scored 3 or more (at least 40\u00a0%)"
                " and the score is at least 25 and below 48."
            ),
        ),
        (
            (("100", 5),),
            {"evidence": -5},
            "Red, because evidence is −5 (more than −6) and the score is below 25.",
        ),
    ],
)
def test_a_label_says_which_rule_gave_it(tasks: tuple[tuple[str, int], ...], totals: dict[str, int], said: str) -> None:
    assert label_sentence(scoring.explain(METHOD, of_inputs(*tasks, **totals))) == said


def test_a_label_after_an_override_is_said_by_the_published_score() -> None:
    found = scoring.explain(METHOD, of_inputs(("100", 3)), score=Decimal("48.0"))
    assert label_sentence(found) == (
        "Green (Transforming), because growth is 0 (not 2), 100\u00a0% of the time goes to tasks scored 3 or more"
        " (at least 20\u00a0%) and the score is at least 48."
    )


def test_where_the_zone_alone_decides_its_edges_are_the_rule() -> None:
    definition = scoring.definition("1.0")
    definition["labels"] = [
        {"zone": "green", "sub_label": None, "text": "Green", "when": [], "rule": "AIJRI >= 48"}
    ] + [rule for rule in definition["labels"] if rule["zone"] != "green"]
    method = scoring.Method.from_definition(definition)
    found = scoring.explain(method, of_inputs(("100", 1)))
    assert label_sentence(found) == "Green, because the score is at least 48."
