"""The draft form's own commands: rows added, moved and removed without a script."""

from __future__ import annotations

from typing import Any

import pytest

from assessments import forms


def value(*names: str) -> dict[str, Any]:
    tasks = [{"name": name, "time_percent": "", "score": None, "involvement": "", "rationale": ""} for name in names]
    return {"tasks": tasks, "commentary": {"not_captured": [], "survival_strategy": []}}


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("add tasks", ["A", "B", "C", ""]),
        ("remove tasks 1", ["A", "C"]),
        ("up tasks 2", ["A", "C", "B"]),
        ("down tasks 0", ["B", "A", "C"]),
        ("up tasks 0", ["A", "B", "C"]),
        ("down tasks 2", ["A", "B", "C"]),
        ("remove tasks 9", ["A", "B", "C"]),
        ("remove tasks", ["A", "B", "C"]),
        ("shuffle tasks 1", ["A", "B", "C"]),
        ("add evidence", ["A", "B", "C"]),
    ],
)
def test_a_command_rearranges_rows_and_one_that_fits_none_changes_nothing(command: str, names: list[str]) -> None:
    assert [task["name"] for task in forms.rearranged(value("A", "B", "C"), command)["tasks"]] == names


def test_a_new_point_is_blank() -> None:
    made = forms.rearranged(value(), "add commentary.survival_strategy")
    assert made["commentary"]["survival_strategy"] == [{"lead": "", "text": ""}]
