"""What bars submission and what is only worth a warning."""

from __future__ import annotations

from typing import Any

import pytest

from assessments.documents import figures_of, from_json, inputs_of, problems
from tests.documents.specimen import METHOD, SPECIMEN, specimen

TASKS: list[dict[str, Any]] = SPECIMEN["tasks"]


def found(**changes: Any) -> list[tuple[str, str, str, str]]:
    """Level, path, code and message of every problem of the changed specimen."""
    return [
        (each.level, each.path, each.code, each.message)
        for each in problems(from_json(specimen(**changes)), METHOD)
        if each.code != "borderline"
    ]


def tasks(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The specimen's two tasks with their values changed."""
    return [{**task, **change} for task, change in zip(TASKS, changes, strict=True)]


def test_the_specimen_lacks_nothing() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"role": {"title": ""}}, "role.title", "The job title is missing."),
        ({"role": {"seniority": " "}}, "role.seniority", "The seniority level is missing."),
        (
            {"definition": {"primary_function": ""}},
            "definition.primary_function",
            "The primary function is missing.",
        ),
        ({"growth": {"score": None}}, "growth.score", "AI Growth Correlation has no score yet."),
        ({"growth": {"rationale": ""}}, "growth.rationale", "AI Growth Correlation needs a rationale."),
        ({"tasks": tasks({"name": ""}, {})}, "tasks[0].name", "Task 1 has no name."),
        ({"tasks": tasks({}, {"score": None})}, "tasks[1].score", "Task 2 has no score yet."),
        ({"tasks": tasks({}, {"rationale": ""})}, "tasks[1].rationale", "Task 2 needs a rationale."),
        (
            {"tasks": tasks({}, {"involvement": ""})},
            "tasks[1].involvement",
            "Task 2 does not say how AI is involved.",
        ),
        (
            {"override": {"rationale": ""}},
            "override.rationale",
            "Say why the formula score is accepted or another proposed.",
        ),
    ],
)
def test_what_is_missing_is_an_error(changes: dict[str, Any], path: str, message: str) -> None:
    assert found(**changes) == [("error", path, "missing", message)]


def test_a_missing_dimension_lacks_score_and_rationale() -> None:
    assert found(evidence=SPECIMEN["evidence"][1:]) == [
        ("error", "evidence[0].score", "missing", "Job Posting Trends has no score yet."),
        ("error", "evidence[0].rationale", "missing", "Job Posting Trends needs a rationale."),
    ]


def test_a_score_out_of_range_says_its_range() -> None:
    message = "Task 1: Task score must be a whole number from 1 to 5, not 6."

    assert found(tasks=tasks({"score": 6}, {})) == [("error", "tasks[0].score", "out_of_range", message)]


def test_a_growth_score_out_of_range_says_its_range() -> None:
    message = "AI Growth Correlation must be a whole number from -2 to 2, not 9."

    assert found(growth={"score": 9}) == [("error", "growth.score", "out_of_range", message)]


@pytest.mark.parametrize(("share", "total"), [("37.49", "99.99"), ("37.51", "100.01")])
def test_shares_that_do_not_add_up_say_their_sum(share: str, total: str) -> None:
    message = f"The shares of task time must add up to 100; they add up to {total}."

    assert found(tasks=tasks({}, {"time_percent": share})) == [("error", "tasks", "time_sum", message)]


def test_a_missing_share_is_an_error_of_its_own() -> None:
    problem = found(tasks=tasks({}, {"time_percent": ""}))[0]

    assert problem == ("error", "tasks[1].time_percent", "missing", "Task 2 has no share of time yet.")


def test_a_share_of_three_decimals_is_refused() -> None:
    problem = found(tasks=tasks({"time_percent": "62.501"}, {"time_percent": "37.499"}))[0]

    assert problem[1:3] == ("tasks[0].time_percent", "out_of_range")
    assert problem[3] == "Task 1: The share of task time may have at most 2 decimals, not 62.501."


def test_a_task_of_no_time_is_worth_a_warning() -> None:
    problem = found(tasks=[*TASKS, {**TASKS[0], "time_percent": "0"}])

    assert problem == [("warning", "tasks[2].time_percent", "no_time", "Task 3 takes no time and does not count.")]


@pytest.mark.parametrize("count", [0, 41])
def test_the_number_of_tasks_is_limited(count: int) -> None:
    problem = found(tasks=[TASKS[0]] * count)[0]

    assert problem == ("error", "tasks", "task_count", f"There must be from 1 to 40 tasks, not {count}.")


@pytest.mark.parametrize(
    ("proposed", "code", "message"),
    [
        ("49.1", "equals_formula", "The formula gives 49.1 already; withdraw the proposal."),
        ("54.2", "too_far", "The proposed score is 5.1 points from the formula's; at most 5 are allowed."),
        ("52.15", "too_precise", "The proposed score may have one decimal, not 52.15."),
        ("100.1", "out_of_range", "The proposed score must lie between 0 and 100, not 100.1."),
        ("-1", "out_of_range", "The proposed score must lie between 0 and 100, not -1."),
    ],
)
def test_an_illegal_proposal_is_refused(proposed: str, code: str, message: str) -> None:
    changed = found(override={"proposed_score": proposed, "reason_code": "other"})

    assert changed == [("error", "override.proposed_score", code, message)]


@pytest.mark.parametrize("proposed", ["54.1", "44.1", "52"])
def test_a_proposal_within_reach_passes(proposed: str) -> None:
    assert found(override={"proposed_score": proposed, "reason_code": "other"}) == []


def test_a_proposal_needs_a_reason_code() -> None:
    message = "A proposed score needs a reason code."

    assert found(override={"proposed_score": "52"}) == [("error", "override.reason_code", "missing", message)]


def test_a_reason_code_needs_a_proposal() -> None:
    message = "A reason code needs a proposed score; without a proposal leave it empty."

    assert found(override={"reason_code": "other"}) == [
        ("error", "override.reason_code", "reason_without_proposal", message)
    ]


def test_a_proposal_is_measured_only_once_there_is_a_formula_score() -> None:
    changed = found(override={"proposed_score": "90", "reason_code": "other"}, growth={"score": None})

    assert [problem[1] for problem in changed] == ["growth.score"]


def test_a_missing_text_is_a_warning() -> None:
    assert found(reinstatement="") == [
        ("warning", "reinstatement", "empty", "Readers will miss the reinstatement check: it is still empty.")
    ]


def test_a_borderline_score_is_a_warning() -> None:
    borderline = from_json(specimen(evidence=[{**SPECIMEN["evidence"][0], "score": -1}, *SPECIMEN["evidence"][1:]]))

    assert [problem.as_json() for problem in problems(borderline, METHOD)] == [
        {
            "level": "warning",
            "path": "",
            "code": "borderline",
            "message": "The score 47.1 is borderline: within 1.0 points of an edge.",
        }
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"growth": {"score": None}},
        {"evidence": []},
        {"barriers": []},
        {"protective_principles": []},
        {"tasks": tasks({}, {"score": None})},
        {"tasks": tasks({}, {"time_percent": ""})},
        {"tasks": tasks({}, {"involvement": ""})},
    ],
)
def test_a_document_with_gaps_gives_no_inputs_and_no_figures(changes: dict[str, Any]) -> None:
    document = from_json(specimen(**changes))

    assert (inputs_of(document), figures_of(document, METHOD)) == (None, None)


def test_illegal_inputs_give_no_figures() -> None:
    assert figures_of(from_json(specimen(tasks=[])), METHOD) is None
