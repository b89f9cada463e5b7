"""The draft form: fields named by their place in the document, and back.

A field's name is the path of its value (`evidence.wage_trends.score`, `tasks.2.name`). What comes out is a JSON value
of the document's shape; whether it is a document is for `documents.from_json` to say, so the rules stand once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.documents.typed import ROWS, rows_in
from assessments.scoring import Method

COMMENTARY_TEXTS = (
    "score_vs_reality",
    "who_should_worry",
    "single_biggest_factor",
    "outlook_year",
    "outlook",
    "timeline",
)
MOST_ROWS = 200


def value_of(posted: Mapping[str, str], *, method: Method, role: Mapping[str, str]) -> dict[str, Any]:
    """The document-shaped value that a posted form holds; `role` is the draft's own and not up for editing."""

    def text(name: str) -> str:
        return posted.get(name, "").replace("\r\n", "\n")

    def dimensions(group: str, codes: list[str]) -> list[dict[str, Any]]:
        return [
            {
                "code": code,
                "score": _number(posted.get(f"{group}.{code}.score", "")),
                "rationale": text(f"{group}.{code}.rationale"),
            }
            for code in codes
        ]

    return {
        "schema": "aijri/assessment/1",
        "role": dict(role),
        "definition": {
            name: text(f"definition.{name}")
            for name in ("primary_function", "not_this_role", "typical_experience", "seniority_note")
        },
        "protective_principles": dimensions("protective_principles", [scale.code for scale in method.protective]),
        "growth": {
            "score": _number(posted.get("growth.score", "")),
            "rationale": text("growth.rationale"),
            "check": text("growth.check"),
        },
        "quick_screen": text("quick_screen"),
        "tasks": [
            {
                **row,
                # Long names wrap in a field of several lines; a line break typed there is not part of the name.
                "name": " ".join(row["name"].split()),
                "score": _number(row["score"]),
                "time_percent": row["time_percent"].strip().removesuffix("%").strip(),
            }
            for row in _rows(posted, "tasks")
        ],
        "reinstatement": text("reinstatement"),
        "evidence": dimensions("evidence", [scale.code for scale in method.evidence]),
        "barriers": dimensions("barriers", [scale.code for scale in method.barriers]),
        "override": {
            "proposed_score": posted.get("override.proposed_score", "").strip() or None,
            "reason_code": posted.get("override.reason_code", "") or None,
            "rationale": text("override.rationale"),
        },
        "commentary": {
            **{name: text(f"commentary.{name}") for name in COMMENTARY_TEXTS},
            "not_captured": _rows(posted, "commentary.not_captured"),
            "survival_strategy": _rows(posted, "commentary.survival_strategy"),
        },
    }


def rearranged(value: dict[str, Any], command: str) -> dict[str, Any]:
    """The value with a row added, removed or moved: `add tasks`, `remove tasks 2`, `up tasks 2`, `down tasks 2`.

    A command that fits no row changes nothing.
    """
    verb, _, rest = command.partition(" ")
    group, _, position = rest.partition(" ")
    if group not in ROWS:
        return value
    rows = rows_in(value, group)
    index = int(position) if _is_position(position) else -1
    if verb == "add" and len(rows) < MOST_ROWS:
        blank = dict.fromkeys(ROWS[group], "")
        rows.append(blank | {"score": None} if group == "tasks" else blank)
    elif verb == "remove" and 0 <= index < len(rows):
        del rows[index]
    elif verb in {"up", "down"} and 0 <= index < len(rows):
        other = index + (1 if verb == "down" else -1)
        if 0 <= other < len(rows):
            rows[index], rows[other] = rows[other], rows[index]
    return value


def _rows(posted: Mapping[str, str], group: str) -> list[dict[str, str]]:
    """Rows by their numbers; gaps are closed."""
    prefix = f"{group}."
    numbers = {name.removeprefix(prefix).split(".")[0] for name in posted if name.startswith(prefix)}
    in_order = sorted(int(number) for number in numbers if _is_position(number))
    return [
        {name: posted.get(f"{prefix}{number}.{name}", "").replace("\r\n", "\n") for name in ROWS[group]}
        for number in in_order[:MOST_ROWS]
    ]


def _is_position(text: str) -> bool:
    """Whether a text is the number of a row; Python reads no number of thousands of digits."""
    return text.isascii() and text.isdigit() and len(text) < 7


def _number(text: str) -> int | str | None:
    """A whole number, None for nothing; anything else stays as typed for `documents.from_json` to refuse."""
    words = text.strip().replace("−", "-").removeprefix("+")
    if not words:
        return None
    digits = words.removeprefix("-")
    return int(words) if digits.isascii() and digits.isdigit() and len(digits) < 6 else words
