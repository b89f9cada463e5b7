"""Document values as a form holds them while somebody types: rows that may be blank still."""

from __future__ import annotations

from typing import Any

TASK_FIELDS = ("name", "time_percent", "score", "involvement", "rationale")
LEAD_FIELDS = ("lead", "text")
ROWS = {
    "tasks": TASK_FIELDS,
    "commentary.not_captured": LEAD_FIELDS,
    "commentary.survival_strategy": LEAD_FIELDS,
}


def without_blank_rows(value: dict[str, Any]) -> dict[str, Any]:
    """The value without rows that nothing was written into; the value itself stays as it is."""
    commentary = dict(value["commentary"])
    made = {**value, "commentary": commentary, "tasks": list(value["tasks"])}
    for group in ROWS:
        rows = rows_in(made, group)
        target, name = (commentary, group.partition(".")[2]) if "." in group else (made, group)
        target[name] = [row for row in rows if not is_blank(row)]
    return made


def written_places(value: dict[str, Any], group: str) -> list[int]:
    """Where the rows of a group that are not blank stand among all of them."""
    return [place for place, row in enumerate(rows_in(value, group)) if not is_blank(row)]


def is_blank(row: dict[str, Any]) -> bool:
    """Whether nothing was written into a row."""
    return all(cell in ("", None) for cell in row.values())


def rows_in(value: dict[str, Any], group: str) -> list[dict[str, Any]]:
    """The rows of a group of ROWS."""
    target: Any = value
    for part in group.split("."):
        target = target[part]
    rows: list[dict[str, Any]] = target
    return rows
