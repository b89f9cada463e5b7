"""What stands beside a document: its score on the line, what one step or the proposal would do, what is still missing.

Everything is computed from the value as it stands, stored or only typed, and nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from assessments import documents, pictures, scoring
from assessments.actions import drafts
from assessments.documents import Document, Problem
from assessments.models import Assessment
from assessments.queries import explanations
from assessments.scoring import Explanation

SECTIONS = (
    ("definition", "Role definition", ("role", "definition")),
    ("protective_principles", "Principles and growth", ("protective_principles", "growth", "quick_screen")),
    ("tasks", "Tasks", ("tasks", "reinstatement")),
    ("evidence", "Evidence", ("evidence",)),
    ("barriers", "Barriers", ("barriers",)),
    ("override", "Override", ("override",)),
    ("commentary", "Commentary", ("commentary",)),
)


def rail(value: dict[str, Any], method: scoring.Method, before: Assessment | None = None) -> dict[str, Any]:
    """The context of `desk/rail.html` and its companions for a document-shaped value; `before` is the published
    version that this one would supersede."""
    try:
        document = documents.from_json(value)
    except documents.StructureError as error:
        return _problems(error.problems) | {"figures": None, "shares": None}
    evaluation = drafts.evaluate(document, method)
    context = _problems(evaluation.problems) | {"figures": None, "shares": shares(document, method)}
    explained = explanations.explanation(document, method)
    return context if explained is None else context | score_context(document, explained, before)


def score_context(document: Document, explained: Explanation, before: Assessment | None) -> dict[str, Any]:
    """What the rails of drafts, reviews and the simulator say of a score: figures, line, explanation, proposal."""
    method, figures = explained.method, explained.figures
    page = explanations.page(explained, document)
    if before is not None:
        now = explanations.scored(method, figures, figures.formula_score)
        page["since_previous"] = explanations.since(now, before)
    return {
        "figures": figures.as_json(),
        "line": line(method, figures.formula_score),
        "explained": page,
        "proposal": page["counterfactual"],
    }


def line(method: scoring.Method, score: Decimal) -> pictures.ScoreLine:
    """The score on its line from 0 to 100 with the edges of this method."""
    return pictures.score_line(score, (), [zone.edge for zone in reversed(method.zones[:-1])])


def placed(problem: Problem) -> dict[str, str]:
    """A problem with the anchor of its field on the page: `tasks[2].score` stands at `tasks-2-score`."""
    anchor = re.sub(r"[.\[\]]+", "-", problem.path).strip("-")
    # What is wrong in structure is said by path, for scripts; people read the place in words.
    message = problem.message
    if problem.path and message.startswith(f"{problem.path} "):
        message = in_words(problem.path) + message.removeprefix(problem.path)
    return {**problem.as_json(), "anchor": anchor, "message": message}


def in_words(path: str) -> str:
    """A place as people say it, rows counted from one: `tasks[1].time_percent` is "Tasks 2, time percent"."""
    counted = re.sub(r"\[(\d+)\]", lambda index: f" {int(index[1]) + 1}", path)
    return counted.replace(".", ", ").replace("_", " ").capitalize()


def outline(problems: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """The sections of the document with their problems, and the worst of them as the section's mark."""
    found = []
    for anchor, title, roots in SECTIONS:
        own = [each for each in problems if re.split(r"[.\[]", each["path"])[0] in roots]
        levels = {each["level"] for each in own}
        mark = "error" if "error" in levels else "warning" if levels else "complete"
        found.append({"anchor": anchor, "title": title, "mark": mark, "problems": own})
    return found


def _problems(found: Iterable[Problem]) -> dict[str, Any]:
    problems = [placed(problem) for problem in found if problem.path]
    errors = sum(problem["level"] == "error" for problem in problems)
    return {"sections": outline(problems), "errors": errors, "warnings": len(problems) - errors}


def shares(document: Document, method: scoring.Method) -> dict[str, str] | None:
    """The running sum of time shares, and what is missing to the whole or too much."""
    given = [task.time_percent for task in document.tasks if task.time_percent is not None]
    if not given:
        return None
    total = sum(given, Decimal(0))
    missing = method.tasks.total - total
    return {
        "total": scoring.plain(total),
        "missing": scoring.plain(missing) if missing > 0 else "",
        "over": scoring.plain(-missing) if missing < 0 else "",
    }
