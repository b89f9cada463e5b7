"""What stands beside a document: its score on the line, what one step or the proposal would do, what is still missing.

Everything is computed from the value as it stands, stored or only typed, and nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from assessments import documents, pictures, scoring
from assessments.actions import drafts
from assessments.documents import Document, Problem, without_blank_rows
from assessments.documents.typed import ROWS, written_places
from assessments.models import Assessment
from assessments.queries import explanations, remarks
from assessments.queries.spoken import spoken
from assessments.scoring import Explanation
from assessments.scoring.words import Words

SECTIONS = (
    ("definition", "Role definition", ("role", "definition")),
    ("protective_principles", "Principles and growth", ("protective_principles", "growth", "quick_screen")),
    ("tasks", "Tasks", ("tasks", "reinstatement")),
    ("evidence", "Evidence", ("evidence",)),
    ("barriers", "Barriers", ("barriers",)),
    ("override", "Override", ("override",)),
    ("commentary", "Commentary", ("commentary",)),
)
# Of the places that the simulator speaks of, each part: the desk speaks English.
PARTS = (
    gettext_noop("tasks"),
    gettext_noop("time percent"),
    gettext_noop("score"),
    gettext_noop("involvement"),
    gettext_noop("name"),
    gettext_noop("growth"),
    gettext_noop("evidence"),
    gettext_noop("barriers"),
    gettext_noop("protective principles"),
)


def rail(
    value: dict[str, Any],
    method: scoring.Method,
    before: Assessment | None = None,
    corrected: Assessment | None = None,
) -> dict[str, Any]:
    """The context of `desk/rail.html` and its companions for a document-shaped value, which may have blank rows;
    `before` is the published version that this one would supersede, `corrected` the one whose figures must not move."""
    typed = without_blank_rows(value)
    try:
        document = documents.from_json(typed)
    except documents.StructureError as error:
        return _problems(error.problems, value) | {"figures": None, "shares": None}
    evaluation = drafts.evaluate(document, method, corrected)
    problems = (*evaluation.problems, *remarks.on_document(document))
    context = _problems(problems, value) | {
        "figures": None,
        "shares": shares(document, method),
    }
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
        "limits": limits(method, figures.formula_score),
        "line": line(method, figures.formula_score),
        "explained": page,
        "proposal": page["counterfactual"],
    }


def line(method: scoring.Method, score: Decimal) -> pictures.ScoreLine:
    """The score on its line from 0 to 100 with the edges of this method."""
    return pictures.score_line(score, (), [zone.edge for zone in reversed(method.zones[:-1])])


def limits(method: scoring.Method, score: Decimal) -> dict[str, Decimal]:
    """Between which scores a proposal may lie."""
    farthest = method.override.max_distance
    low, high = max(method.score.minimum, score - farthest), min(method.score.maximum, score + farthest)
    return {"low": scoring.half_up(low, method.score.places), "high": scoring.half_up(high, method.score.places)}


def placed(problem: Problem) -> dict[str, str]:
    """A problem with the anchor of its field on the page: `tasks[2].score` stands at `tasks-2-score`."""
    anchor = re.sub(r"[.\[\]]+", "-", problem.path).strip("-")
    # What is wrong in structure is said by path, for scripts; people read the place in words.
    message = problem.message
    if isinstance(message, Words) and "place" in message.values:
        message = message.with_values(place=in_words(str(message.values["place"])))
    return {**problem.as_json(), "anchor": anchor, "message": message}


def in_words(path: str) -> str:
    """A place as people say it, rows counted from one: `tasks[1].time_percent` is "Tasks 2, time percent"."""
    parts = re.findall(r"([^.\[]+)(?:\[(\d+)\])?", path)
    said = ", ".join(f"{spoken(name.replace('_', ' '))} {int(row) + 1 if row else ''}".rstrip() for name, row in parts)
    return said[:1].upper() + said[1:]


def outline(problems: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """The sections of the document with their problems, errors first, and the worst of them as the section's mark."""
    found = []
    for anchor, title, roots in SECTIONS:
        own = [each for each in problems if re.split(r"[.\[]", each["path"])[0] in roots]
        errors = [each for each in own if each["level"] == "error"]
        warnings = [each for each in own if each["level"] != "error"]
        mark = "error" if errors else "warning" if warnings else "complete"
        found.append(
            {
                "anchor": anchor,
                "title": title,
                "mark": mark,
                "problems": [*errors, *warnings],
                "errors": len(errors),
                "warnings": len(warnings),
            }
        )
    return found


def _problems(found: Iterable[Problem], value: dict[str, Any]) -> dict[str, Any]:
    """Problems at their places on the page, where blank rows stand that the document does not have."""
    problems = [placed(_on_the_page(problem, value)) for problem in found if problem.path]
    errors = sum(problem["level"] == "error" for problem in problems)
    return {"sections": outline(problems), "errors": errors, "warnings": len(problems) - errors}


def _on_the_page(problem: Problem, value: dict[str, Any]) -> Problem:
    row = re.match(r"([a-z_.]+)\[(\d+)\]", problem.path)
    if row is None or row[1] not in ROWS:
        return problem
    index = int(row[2])
    place = written_places(value, row[1])[index]
    path = f"{row[1]}[{place}]{problem.path[row.end() :]}"
    message = problem.message
    if isinstance(message, Words):
        told = {"place": str(message.values.get("place", "")).replace(row[0], f"{row[1]}[{place}]", 1)}
        if row[1] == "tasks":
            told["name"] = Words("Task {number}", number=place + 1)
        message = message.with_values(**{name: value for name, value in told.items() if name in message.values})
    return replace(problem, path=path, message=message)


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
