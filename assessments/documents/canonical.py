"""From a document to its canonical JSON and content hash."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

from assessments.documents.shape import (
    SCHEMA,
    Commentary,
    Definition,
    Dimension,
    Document,
    Growth,
    Lead,
    Override,
    Role,
    Task,
)
from assessments.scoring import plain


def to_json(document: Document) -> dict[str, Any]:
    """The Document shape of the contract, every key present; `from_json` of it is the same document."""
    definition, growth, override = document.definition, document.growth, document.override
    proposed = override.proposed_score
    return {
        "schema": SCHEMA,
        "role": {"title": document.role.title, "seniority": document.role.seniority},
        "definition": {
            "primary_function": definition.primary_function,
            "not_this_role": definition.not_this_role,
            "typical_experience": definition.typical_experience,
            "seniority_note": definition.seniority_note,
        },
        "protective_principles": _dimensions(document.protective_principles),
        "growth": {"score": growth.score, "rationale": growth.rationale, "check": growth.check},
        "quick_screen": document.quick_screen,
        "tasks": [
            {
                "name": task.name,
                "time_percent": "" if task.time_percent is None else plain(task.time_percent),
                "score": task.score,
                "involvement": task.involvement,
                "rationale": task.rationale,
            }
            for task in document.tasks
        ],
        "reinstatement": document.reinstatement,
        "evidence": _dimensions(document.evidence),
        "barriers": _dimensions(document.barriers),
        "override": {
            "proposed_score": None if proposed is None else plain(proposed),
            "reason_code": override.reason_code,
            "rationale": override.rationale,
        },
        "commentary": _commentary(document),
    }


def from_canonical(value: dict[str, Any]) -> Document:
    """The document of which this is `to_json`; for what is stored, several times as fast as `from_json`, which checks
    and puts right what anybody sent."""
    commentary, override = value["commentary"], value["override"]
    proposed = override["proposed_score"]
    return Document(
        role=Role(**value["role"]),
        definition=Definition(**value["definition"]),
        protective_principles=tuple(Dimension(**each) for each in value["protective_principles"]),
        growth=Growth(**value["growth"]),
        quick_screen=value["quick_screen"],
        tasks=tuple(
            Task(**{**task, "time_percent": Decimal(task["time_percent"]) if task["time_percent"] else None})
            for task in value["tasks"]
        ),
        reinstatement=value["reinstatement"],
        evidence=tuple(Dimension(**each) for each in value["evidence"]),
        barriers=tuple(Dimension(**each) for each in value["barriers"]),
        override=Override(**{**override, "proposed_score": None if proposed is None else Decimal(proposed)}),
        commentary=Commentary(
            **{
                **commentary,
                "not_captured": tuple(Lead(**each) for each in commentary["not_captured"]),
                "survival_strategy": tuple(Lead(**each) for each in commentary["survival_strategy"]),
            }
        ),
    )


def content_hash(document: Document) -> str:
    """SHA-256, in hex, of the document's RFC 8785 JSON with `schema` included."""
    return hash_of(to_json(document))


def hash_of(value: dict[str, Any]) -> str:
    """The content hash of a document in canonical form.

    Of its texts, whole numbers and nulls under ASCII keys Python's own JSON is RFC 8785, twenty times as fast as a
    serializer of anything (held by a test).
    """
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _dimensions(dimensions: tuple[Dimension, ...]) -> list[dict[str, Any]]:
    return [{"code": each.code, "score": each.score, "rationale": each.rationale} for each in dimensions]


def _commentary(document: Document) -> dict[str, Any]:
    commentary = document.commentary
    return {
        "score_vs_reality": commentary.score_vs_reality,
        "not_captured": _bullets(commentary.not_captured),
        "who_should_worry": commentary.who_should_worry,
        "single_biggest_factor": commentary.single_biggest_factor,
        "outlook_year": commentary.outlook_year,
        "outlook": commentary.outlook,
        "survival_strategy": _bullets(commentary.survival_strategy),
        "timeline": commentary.timeline,
    }


def _bullets(bullets: tuple[Lead, ...]) -> list[dict[str, str]]:
    return [{"lead": each.lead, "text": each.text} for each in bullets]
