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
from assessments.queries import sentences

SECTIONS = (
    ("definition", "Role definition", ("role", "definition")),
    ("protective_principles", "Principles and growth", ("protective_principles", "growth", "quick_screen")),
    ("tasks", "Tasks", ("tasks", "reinstatement")),
    ("evidence", "Evidence", ("evidence",)),
    ("barriers", "Barriers", ("barriers",)),
    ("override", "Override", ("override",)),
    ("commentary", "Commentary", ("commentary",)),
)
MOST_STEPS = 8


def rail(value: dict[str, Any], method: scoring.Method) -> dict[str, Any]:
    """The context of `desk/rail.html` and its companions for a document-shaped value."""
    try:
        document = documents.from_json(value)
    except documents.StructureError as error:
        return _problems(error.problems) | {"figures": None, "shares": None}
    evaluation = drafts.evaluate(document, method)
    context = _problems(evaluation.problems) | {"figures": None, "shares": _shares(document, method)}
    inputs = documents.inputs_of(document)
    if evaluation.figures is None or inputs is None:
        return context
    figures = evaluation.figures
    return context | {
        "figures": figures.as_json(),
        "line": line(method, figures.formula_score),
        "edge": sentences.edge_phrase(method, figures.formula_score),
        "steps": _steps(method, inputs, document, figures),
        "proposal": proposal(method, document),
    }


def line(method: scoring.Method, score: Decimal) -> pictures.ScoreLine:
    """The score on its line from 0 to 100 with the edges of this method."""
    return pictures.score_line(score, (), [zone.edge for zone in reversed(method.zones[:-1])])


def proposal(method: scoring.Method, document: Document) -> dict[str, str] | None:
    """A proposed score beside the formula's: the difference, and which inputs would have given it."""
    proposed, inputs = document.override.proposed_score, documents.inputs_of(document)
    figures = documents.figures_of(document, method)
    if proposed is None or inputs is None or figures is None or proposed == figures.formula_score:
        return None
    nearest = scoring.counterfactual(method, inputs, proposed)
    rounded = scoring.half_up(proposed, method.score.places)
    return {
        "score": str(rounded) if rounded == proposed else scoring.plain(proposed),
        "difference": f"{proposed - figures.formula_score:+}",
        "counterfactual": nearest.text,
    }


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


def _shares(document: Document, method: scoring.Method) -> dict[str, str] | None:
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


def _steps(
    method: scoring.Method, inputs: scoring.Inputs, document: Document, figures: scoring.Figures
) -> list[dict[str, Any]]:
    """One step of each input that moves the score, the largest moves first; `label` where it would change."""
    names = {scale.code: scale.name for scale in (*method.evidence, *method.barriers, method.growth)}
    steps = []
    for step in scoring.sensitivity(method, inputs):
        shift = step.formula_score - figures.formula_score
        if not shift:
            continue
        index = step.input.removeprefix("tasks[").split("]")[0]
        entry = {"name": names.get(step.input), "from": step.from_, "to": step.to, "score": step.formula_score}
        entry["name"] = entry["name"] or document.tasks[int(index)].name or f"Task {int(index) + 1}"
        entry["label"] = step.label if step.label != figures.label else ""
        steps.append((abs(shift), entry))
    return [entry for _, entry in sorted(steps, key=lambda pair: -pair[0])[:MOST_STEPS]]
