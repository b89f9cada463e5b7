"""A method on trial against records that were decided under another."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.scoring import Inputs, Method, compute, definition, label_for, verdicts_needed
from assessments.scoring.bulk import Columns
from assessments.scoring.dry_run import Decided, DryRun, Move, spearman
from assessments.scoring.fields import with_values
from tests.scoring.specimen import METHOD, inputs, legal_inputs

GREEN_FROM_50 = Method.from_definition(with_values(definition("1.0"), {"version": "1.1", "zones[green].from": "50.0"}))
NOTHING_IS_WEIGHTY = {
    "approval.weighty_when_borderline": "false",
    "approval.weighty_when_zone_moves": "false",
    "approval.weighty_when_label_moves": "false",
}
ZONES = ("green", "yellow", "red")
LABELS = tuple(rule.text for rule in METHOD.labels)


def decided(*records: Inputs, published: dict[int, str] | None = None, reviewers: int = 1) -> Decided:
    """Records as method 1.0 and one reviewer left them; `published` has the score of those with an override."""
    figures = [compute(METHOD, record) for record in records]
    formula = np.array([int(each.formula_score * 10) for each in figures], np.int32)
    scores = formula.copy()
    for index, score in (published or {}).items():
        scores[index] = int(Decimal(score) * 10)
    return Decided(
        ids=np.arange(1, len(records) + 1),
        inputs=Columns.of(METHOD, records),
        formula=formula,
        published=scores,
        zone=np.array([ZONES.index(each.zone) for each in figures], np.int16),
        label=np.array([LABELS.index(each.label) for each in figures], np.int16),
        overridden=scores != formula,
        reviewers=np.full(len(records), reviewers, np.int8),
        zones=ZONES,
        labels=LABELS,
    )


# 49.2 Green (Stable) and 31.7 Yellow (Urgent) under method 1.0, far from the edge at 25; 57.3 stays green.
NEAR, LOW, HIGH = (
    inputs(("80", 2), ("20", 1), evidence=1, barriers=0),
    inputs(("100", 3), evidence=1),
    inputs(("100", 1), evidence=0, barriers=1),
)


def scores(*records: Inputs) -> list[str]:
    return [str(compute(METHOD, record).formula_score) for record in records]


def test_the_same_method_moves_nothing_and_ranks_alike() -> None:
    report = DryRun(METHOD, decided(NEAR, LOW, HIGH, reviewers=2)).report()
    moved = {key: report[key] for key in ("scores_moved", "zones_moved", "labels_moved", "in_doubt", "movers")}
    assert moved == {"scores_moved": 0, "zones_moved": 0, "labels_moved": 0, "in_doubt": 0, "movers": []}
    assert (report["mean_difference"], report["rank_correlation"]) == ("0.00", "1.0000")


def test_an_edge_that_rises_above_a_score_moves_its_zone_and_label_and_puts_its_decision_in_doubt() -> None:
    run = DryRun(GREEN_FROM_50, decided(NEAR, LOW, HIGH, reviewers=2))
    report = run.report()
    before = scores(NEAR)[0]
    assert report["zone_moves"] == [
        {"from": "green", "to": "green", "roles": 1},
        {"from": "green", "to": "yellow", "roles": 1},
        {"from": "yellow", "to": "yellow", "roles": 1},
    ]
    assert report["doubtful"] == [
        {
            "id": 1,
            "score": [before, before],
            "difference": "+0.0",
            "zone": ["green", "yellow"],
            "label": ["Green (Stable)", "Yellow (Moderate)"],
            "doubts": ["zone", "label"],
        }
    ]
    assert [move.id for move in run.moves()] == [1]


def test_a_constant_that_changed_moves_scores_and_the_furthest_mover_stands_first() -> None:
    changed = copy.deepcopy(definition("1.0"))
    changed["formula"]["evidence_step"] = "0.05"
    better, best = inputs(("100", 3), evidence=2), inputs(("100", 3), evidence=9)
    report = DryRun(Method.from_definition(changed), decided(LOW, better, best, reviewers=2)).report()
    assert [mover["id"] for mover in report["movers"]] == [3, 2, 1]
    assert report["scores_moved"] == 3


def test_records_outside_the_ranges_are_counted_and_not_scored() -> None:
    narrow = copy.deepcopy(definition("1.0"))
    narrow["barriers"]["inputs"][0]["max"] = 1
    del narrow["barriers"]["inputs"][0]["rubric"]["2"]
    run = DryRun(Method.from_definition(narrow), decided(LOW, inputs(("100", 3), barriers=2), reviewers=2))
    report = run.report()
    assert (report["scored"], report["not_scored"], report["doubts"]["not_scored"]) == (1, 1, 1)
    assert report["doubtful"] == [
        {
            "id": 2,
            "score": ["32.5", None],
            "difference": None,
            "zone": ["yellow", None],
            "label": ["Yellow (Urgent)", None],
            "doubts": ["not_scored"],
        }
    ]


def test_an_override_that_the_method_reaches_or_leaves_too_far_behind_is_in_doubt() -> None:
    changed = copy.deepcopy(definition("1.0"))
    changed["formula"]["offset"] = "0.4607"  # one point more for everybody
    three = inputs(("100", 3), evidence=1, barriers=1)
    before = compute(METHOD, three).formula_score
    run = DryRun(
        Method.from_definition(changed),
        decided(three, three, three, published={0: str(before + 1), 1: str(before - Decimal("4.5"))}, reviewers=2),
    )
    assert [move.doubts for move in run.moves()] == [("override_reached",), ("override_too_far",), ()]


def test_a_score_that_becomes_borderline_asks_for_the_second_reviewer() -> None:
    wide = copy.deepcopy(definition("1.0"))
    wide["borderline"] = "20.0"
    run = DryRun(Method.from_definition(wide), decided(LOW))
    assert [move.doubts for move in run.moves()] == [("reviewers",)]


@pytest.mark.parametrize("rules", [{}, {"approval.weighty_when_borderline": "false"}, NOTHING_IS_WEIGHTY])
@given(records=st.lists(st.tuples(legal_inputs(), st.integers(-60, 60)), min_size=1, max_size=8))
def test_the_reviewers_it_takes_are_those_that_a_verdict_asks_for(
    rules: dict[str, str], records: list[tuple[Inputs, int]]
) -> None:
    method = Method.from_definition(with_values(definition("1.0"), {**rules, "zones[green].from": "50.0"}))
    before = [compute(METHOD, record).formula_score for record, _ in records]
    stood = [
        min(max(score + Decimal(by).scaleb(-1), Decimal(0)), Decimal(100))
        for score, (_, by) in zip(before, records, strict=True)
    ]
    run = DryRun(method, decided(*(r for r, _ in records), published={i: str(s) for i, s in enumerate(stood)}))
    for index, (record, _) in enumerate(records):
        after = compute(method, record)
        stands = stood[index] if stood[index] != before[index] else after.formula_score
        named = {
            "growth": record.growth,
            "time_at_3_plus": after.time_at_3_plus,
            "task_resistance": after.task_resistance,
            "evidence_total": after.evidence_total,
            "barrier_total": after.barrier_total,
        }
        labels = tuple(label_for(method, score=score, **named) for score in (after.formula_score, stands))
        needed = verdicts_needed(method, formula=after.formula_score, stands=stands, labels=labels)
        assert ("reviewers" in run.move(index).doubts) == (needed > 1)


def test_an_empty_catalogue_gives_an_empty_report() -> None:
    report = DryRun(METHOD, decided()).report()
    assert (report["records"], report["rank_correlation"], report["mean_difference"]) == (0, None, None)
    assert (report["zone_moves"], report["movers"], report["doubtful"]) == ([], [], [])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4], "1.0000"),
        ([1, 2, 3, 4], [4, 3, 2, 1], "-1.0000"),
        ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], "0.8000"),
        ([1, 1, 2, 3], [1, 2, 2, 3], "0.8333"),
        ([1, 1, 1], [1, 2, 3], None),
        ([], [], None),
    ],
)
def test_rank_correlation_of_known_lists(first: list[int], second: list[int], expected: str | None) -> None:
    assert spearman(np.array(first, np.int32), np.array(second, np.int32)) == expected


@given(st.lists(legal_inputs(), min_size=1, max_size=12))
def test_every_move_is_what_the_exact_formula_says(records: list[Inputs]) -> None:
    run = DryRun(GREEN_FROM_50, decided(*records, reviewers=2))
    for index, record in enumerate(records):
        before, after = compute(METHOD, record), compute(GREEN_FROM_50, record)
        assert run.move(index) == Move(
            id=index + 1,
            score=(before.formula_score, after.formula_score),
            zone=(before.zone, after.zone),
            label=(before.label, after.label),
            doubts=tuple(
                name
                for name, holds in (("zone", before.zone != after.zone), ("label", before.label != after.label))
                if holds
            ),
        )


def test_a_report_is_plain_json() -> None:
    report: dict[str, Any] = DryRun(GREEN_FROM_50, decided(NEAR, LOW, HIGH)).report()
    assert json.loads(json.dumps(report)) == report
