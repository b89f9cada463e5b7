"""A small whole document, and random valid ones."""

from __future__ import annotations

import copy
import os
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from assessments.documents import Document, figures_of, from_json, problems, render_markdown, render_plain
from assessments.documents.shape import (
    BARRIER_CODES,
    EVIDENCE_CODES,
    INVOLVEMENT_CODES,
    PROTECTIVE_CODES,
    REASON_CODES,
)
from assessments.scoring import Method, definition

METHOD = Method.from_definition(definition("1.0"))
SEED = Path(os.environ.get("AIJRI_SHARED", "../shared")) / "seeds" / "llm-engineer.txt"


def dimensions(codes: tuple[str, ...], scores: tuple[int, ...]) -> list[dict[str, Any]]:
    """Scored dimensions with a rationale each."""
    pairs = zip(codes, scores, strict=True)
    return [{"code": code, "score": score, "rationale": f"Because of {code}."} for code, score in pairs]


SPECIMEN: dict[str, Any] = {
    "role": {"title": "Bell Tuner", "seniority": "Mid-level"},
    "definition": {
        "primary_function": "Tunes bells by ear | and file.",
        "not_this_role": "NOT a Bell Founder (who casts them, scored 61.5 Green Stable). NOT an Organ Builder.",
        "typical_experience": "Four years.",
        "seniority_note": "Beginners would score lower.",
    },
    "protective_principles": dimensions(PROTECTIVE_CODES, (2, 1, 1)),
    "growth": {
        "score": 0,
        "rationale": "Bells ring regardless.",
        "check": "Confirmed at 0.\n- No link to AI.",
    },
    "quick_screen": "Proceed with care.",
    "tasks": [
        {
            "name": "Listen and file",
            "time_percent": "62.5",
            "score": 1,
            "involvement": "not_involved",
            "rationale": "Needs an ear.",
        },
        {
            "name": "Write reports",
            "time_percent": "37.5",
            "score": 4,
            "involvement": "displacement",
            "rationale": "A template does it.",
        },
    ],
    "reinstatement": "Few new tasks appear.",
    "evidence": dimensions(EVIDENCE_CODES, (0, 1, 0, 1, 0)),
    "barriers": dimensions(BARRIER_CODES, (0, 2, 0, 0, 1)),
    "override": {"proposed_score": None, "reason_code": None, "rationale": "It sits by Bell Founder (61.5)."},
    "commentary": {
        "score_vs_reality": "The number agrees with the workshop.\nIt has for years.",
        "not_captured": [{"lead": "Closing towers", "text": "Fewer bells remain. Fewer ring."}],
        "who_should_worry": "Nobody yet.",
        "single_biggest_factor": "the ear.",
        "outlook_year": "2031",
        "outlook": "Much as today.",
        "survival_strategy": [{"lead": "Keep listening", "text": "It pays."}],
        "timeline": "Decades.",
    },
}


def specimen(**changes: Any) -> dict[str, Any]:
    """A copy of the specimen with top-level parts replaced or, where both are objects, merged."""
    value = copy.deepcopy(SPECIMEN)
    for key, change in changes.items():
        value[key] = {**value[key], **change} if isinstance(change, dict) else change
    return value


def specimen_text() -> str:
    """The specimen in the plain dialect."""
    return rendered(from_json(SPECIMEN))


def rendered(document: Document) -> str:
    """A complete document in the plain dialect."""
    figures = figures_of(document, METHOD)
    assert figures is not None
    return render_plain(document, METHOD, figures)


def in_markdown(document: Document) -> str:
    """A complete document in the Markdown dialect."""
    figures = figures_of(document, METHOD)
    assert figures is not None
    return render_markdown(document, METHOD, figures)


AWKWARD = (
    "Timeline: soon",
    "Evidence Score",
    "what this means",
    "| a | b |",
    "\\| a",
    "\\\\Zone: x",
    "# Title",
    "- A. B",
    "None — formula score accepted.",
    "Proposed 1.0 (+1.0), other — x",
    "Total",
    "\\Total",
    "—",
    ". ",
    "a. b",
    "\u0301",
    "The role in 2028: x",
    "|---|",
    "\\",
    "= 3.",
    "**Timeline:** soon",
    "## Evidence Score",
    "__What This Means__",
    "*",
    "**",
    "* * *",
    "---",
    "_a_ b_c",
    "`x*y`",
    "\\`",
    "[a](b) <i>",
    "+ a",
    "\n\n",
)
CHARACTERS = st.characters(codec="utf-8")
WORDS = st.lists(st.sampled_from(AWKWARD) | st.text(CHARACTERS, max_size=12), max_size=4)
LINES = WORDS.map("".join) | st.sampled_from(AWKWARD)
PROSE = st.lists(LINES, max_size=4).map("\n".join)
NEEDED = LINES.map(lambda text: f"{text}x")


def _fit(text: str) -> str:
    """The text without what no document may hold."""
    return "".join(char for char in text if char in "\n\t" or not (char < " " or "\x7f" <= char <= "\x9f"))


def shares() -> st.SearchStrategy[list[Decimal]]:
    """From one to six shares of time with two decimals that add up to 100."""
    cuts = st.lists(st.integers(0, 10000), max_size=5).map(lambda cuts: [0, *sorted(cuts), 10000])
    return cuts.map(lambda cuts: [Decimal(b - a).scaleb(-2) for a, b in pairwise(cuts)])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Valid documents: whole, of legal scores, of any texts that a document may hold."""

    def scored(codes: tuple[str, ...], low: int, high: int) -> list[dict[str, Any]]:
        scores = [draw(st.integers(low, high)) for _ in codes]
        return [
            {"code": code, "score": score, "rationale": _fit(draw(NEEDED))}
            for code, score in zip(codes, scores, strict=True)
        ]

    def prose() -> str:
        return _fit(draw(PROSE))

    def bullets() -> list[dict[str, str]]:
        entries = draw(st.lists(st.tuples(LINES, LINES), max_size=3))
        return [{"lead": _fit(lead), "text": _fit(text)} for lead, text in entries]

    tasks = [
        {
            "name": _fit(draw(NEEDED | st.sampled_from(("Total", "\\total")))),
            "time_percent": str(share),
            "score": draw(st.integers(1, 5)),
            "involvement": draw(st.sampled_from(INVOLVEMENT_CODES)),
            "rationale": _fit(draw(NEEDED)),
        }
        for share in draw(shares())
    ]
    value = {
        "role": {"title": _fit(draw(NEEDED)), "seniority": _fit(draw(NEEDED))},
        "definition": {
            "primary_function": _fit(draw(NEEDED)),
            "not_this_role": prose(),
            "typical_experience": prose(),
            "seniority_note": prose(),
        },
        "protective_principles": scored(PROTECTIVE_CODES, 0, 3),
        "growth": {"score": draw(st.integers(-2, 2)), "rationale": _fit(draw(NEEDED)), "check": prose()},
        "quick_screen": prose(),
        "tasks": tasks,
        "reinstatement": prose(),
        "evidence": scored(EVIDENCE_CODES, -2, 2),
        "barriers": scored(BARRIER_CODES, 0, 2),
        "override": {"rationale": _fit(draw(NEEDED))},
        "commentary": {
            "score_vs_reality": prose(),
            "not_captured": bullets(),
            "who_should_worry": prose(),
            "single_biggest_factor": prose(),
            "outlook_year": draw(st.sampled_from(("", "2028", "2030-35"))),
            "outlook": prose(),
            "survival_strategy": bullets(),
            "timeline": prose(),
        },
    }
    return _with_proposal(draw, value)


def _with_proposal(draw: st.DrawFn, value: dict[str, Any]) -> Document:
    document = from_json(value)
    figures = figures_of(document, METHOD)
    assert figures is not None
    step = draw(st.sampled_from((0, -50, -1, 1, 37, 50)))
    proposed = figures.formula_score + Decimal(step).scaleb(-1)
    if step and 0 <= proposed <= 100:
        value["override"] |= {
            "proposed_score": str(proposed),
            "reason_code": draw(st.sampled_from(REASON_CODES)),
        }
        document = from_json(value)
    assert not [problem for problem in problems(document, METHOD) if problem.level == "error"]
    return document
