"""The demonstration: documents of our own as plain values, with who they are filed under and how they were decided."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from itertools import combinations
from typing import Any

from assessments.documents import read, to_json
from assessments.scoring import Method, definition

__all__ = [
    "TRIAL_NOTE",
    "TRIAL_VALUES",
    "TRIAL_VERSION",
    "Demonstration",
    "Revision",
    "documents",
    "relations",
    "revisions",
    "text_of",
]

INTELLIGENCE = "Artificial intelligence"
METHOD_VERSION = "1.0"
# A version in the making: what it is called, what it says of itself, the fields it changes.
TRIAL_VERSION = "1.1"
TRIAL_NOTE = (
    "Green begins at 50.0 instead of 48.0. Scores just above the old edge rest on one or two points of evidence, "
    "and readers took them for safer than their working says."
)
TRIAL_VALUES = {
    "zones[green].from": "50.0",
    "zones[green].range": "Green >= 50",
    "zones[yellow].range": "Yellow 25-49",
    "labels[0].rule": "Growth Correlation = 2 AND AIJRI >= 50",
    "labels[1].rule": ">= 20% of task time scoring 3+ AND AIJRI >= 50",
    "labels[2].rule": "< 20% of task time scoring 3+ AND AIJRI >= 50",
    "labels[3].rule": ">= 40% of task time scoring 3+ AND AIJRI 25-49",
    "labels[4].rule": "< 40% of task time scoring 3+ AND AIJRI 25-49",
}


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A document to publish: its role's slug, family and aliases, the verdict outcome with its rationales, its age."""

    slug: str
    family: str
    aliases: tuple[str, ...]
    document: dict[str, Any]
    outcome: str
    verdict_rationales: tuple[str, ...]
    days_ago: int


@dataclass(frozen=True, slots=True)
class Revision:
    """A second version of a published document; `stands` is the status it is left in: "in_review" or "draft"."""

    slug: str
    document: dict[str, Any]
    stands: str
    days_ago: int


def text_of(name: str) -> str:
    """A demonstration document as it is kept, in the plain dialect."""
    return (resources.files("assessments.demonstration") / "texts" / f"{name}.txt").read_text("utf-8")


def documents() -> tuple[Demonstration, ...]:
    """The documents to publish, in order of publication."""
    return tuple(
        Demonstration(slug, family, aliases, _document(slug), outcome, rationales, days_ago)
        for slug, family, aliases, outcome, rationales, days_ago in PUBLISHED
    )


def revisions() -> tuple[Revision, ...]:
    """The second versions: one that waits for review, one that is still being written."""
    return (
        Revision("generative-ai-engineer", _document("generative-ai-engineer-2"), "in_review", 3),
        Revision("prompt-engineer", _document("prompt-engineer-2"), "draft", 1),
    )


def relations() -> tuple[tuple[str, str, str, str], ...]:
    """Relations between the roles: from slug, kind, to slug, note. What documents themselves name is not here."""
    family = [slug for slug, family, *_ in PUBLISHED if family == INTELLIGENCE]
    peers = tuple((a, "peer", b, "Works beside it on the same systems.") for a, b in combinations(family, 2))
    return (
        *peers,
        (
            "paralegal",
            "related",
            "data-entry-clerk",
            "Both keep records in order; the paralegal judges them.",
        ),
    )


def _document(name: str) -> dict[str, Any]:
    reading = read(text_of(name), Method.from_definition(definition(METHOD_VERSION)))
    if reading.document is None:
        raise ValueError(f"The demonstration document {name} cannot be read: {reading.errors}")
    return to_json(reading.document)


PUBLISHED: tuple[tuple[str, str, tuple[str, ...], str, tuple[str, ...], int], ...] = (
    (
        "data-entry-clerk",
        "Office and administration",
        ("Data Entry Keyer", "Data Entry Operator"),
        "formula_accepted",
        ("Tasks, evidence and barriers all say the same. The tone towards the people concerned is right.",),
        212,
    ),
    (
        "paralegal",
        "Law",
        ("Legal Assistant", "Litigation Paralegal"),
        "override_declined",
        ("The point about small firms is a good one and belongs in the task table. Split the review task there.",),
        188,
    ),
    (
        "registered-nurse",
        "Healthcare",
        ("RN", "Staff Nurse"),
        "override_accepted",
        ("Unmet need is real, lies outside the five barriers and is argued with restraint. The label stands.",),
        171,
    ),
    (
        "prompt-engineer",
        INTELLIGENCE,
        ("Prompt Designer",),
        "formula_accepted",
        ("I looked for a reason to be kinder and the postings gave me none.",),
        140,
    ),
    (
        "generative-ai-engineer",
        INTELLIGENCE,
        ("GenAI Engineer", "AI Application Engineer"),
        "formula_accepted",
        ("Accepted, with the request to watch tool maturity: it is the input most likely to move within the year.",),
        118,
    ),
    (
        "ml-ai-engineer",
        INTELLIGENCE,
        ("Machine Learning Engineer", "ML Engineer"),
        "formula_accepted",
        ("The tasks are described as they are done, and the warning about the hiring boom is in the right place.",),
        96,
    ),
    (
        "ai-security-engineer",
        INTELLIGENCE,
        ("AI Red Team Engineer", "Machine Learning Security Engineer"),
        "formula_accepted",
        ("Both scores of 2 among the barriers rest on named rules, which I checked. The order in the family holds.",),
        73,
    ),
    (
        "llm-engineer",
        INTELLIGENCE,
        ("Large Language Model Engineer",),
        "formula_accepted",
        ("One point above its nearest neighbour, and the task table shows where the point comes from.",),
        41,
    ),
)
