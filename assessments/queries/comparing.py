"""Published roles side by side, and why each differs from the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from assessments import documents, scoring
from assessments.models import Assessment
from assessments.pictures.scale import signed
from assessments.queries import published, sentences
from assessments.queries.spoken import say, spoken
from assessments.scoring import Figures, Method, Scored

FEWEST, MOST = 2, 4
TASK_RESISTANCE = gettext_noop("Task resistance")
# What a document calls the principles, which a method calls protective.
PRINCIPLES = "protective_principles"
Shape = dict[str, Any]


def side_by_side(versions: Sequence[Assessment]) -> Shape:
    """Of public versions, the first of which the others are held against: `columns` as the roles API says each, with
    its address and its `tasks`; `working`, `evidence`, `barriers`, `growth` and `principles` as rows of one cell a
    column; `differences` of each but the first from it, split as the comparisons of neighbours are."""
    figures = [_figures(each) for each in versions]
    others = list(zip(versions, figures, strict=True))[1:]
    methods = [each.methodology.method for each in versions]
    columns = [_column(each) for each in versions]
    groups = {
        "working": _working(figures),
        "evidence": _dimensions(versions, methods, "evidence"),
        "barriers": _dimensions(versions, methods, "barriers"),
        "growth": _growth(versions, methods),
        "principles": _dimensions(versions, methods, "protective"),
    }
    for row in chain(*groups.values()):
        for cell, column in zip(row["cells"], columns, strict=True):
            cell["title"] = column["title"]
    return {
        "columns": columns,
        **groups,
        "differences": [_difference(versions[0], figures[0], other, its) for other, its in others],
    }


def _figures(version: Assessment) -> Figures:
    found = documents.figures_of(documents.from_json(version.document), version.methodology.method)
    assert found is not None, "a public version has figures"
    return found


def _column(version: Assessment) -> Shape:
    return {
        **published.item(version),
        "url": reverse("role_profile", args=[version.role.slug]),
        "methodology": version.methodology.version,
        "statement": spoken(version.decision.statement),
        "tasks": _tasks(version),
    }


def _working(figures: Sequence[Figures]) -> list[Shape]:
    """The four factors and what they come to, the highest of each row marked."""
    factors: list[tuple[str, str, Callable[[Figures], Decimal], Callable[[Figures], str]]] = [
        (
            gettext_noop("Task resistance"),
            "",
            lambda f: f.task_resistance,
            lambda f: str(scoring.half_up(f.task_resistance, 2)),
        ),
        (gettext_noop("Evidence"), "×", lambda f: f.evidence_modifier, lambda f: f"{f.evidence_modifier:.2f}"),
        (gettext_noop("Barriers"), "×", lambda f: f.barrier_modifier, lambda f: f"{f.barrier_modifier:.2f}"),
        (gettext_noop("Growth"), "×", lambda f: f.growth_modifier, lambda f: f"{f.growth_modifier:.2f}"),
        (gettext_noop("Raw"), "=", lambda f: f.raw, lambda f: f"{f.raw:.4f}"),
        (gettext_noop("Formula score"), "→", lambda f: f.formula_score, lambda f: str(f.formula_score)),
    ]
    return [
        {"name": say(name), "sign": sign, "cells": _cells([value(f) for f in figures], [said(f) for f in figures])}
        for name, sign, value, said in factors
    ]


def _dimensions(versions: Sequence[Assessment], methods: Sequence[Method], group: str) -> list[Shape]:
    """A row for each dimension that any of the methods has."""
    names = {scale.code: scale.name for method in reversed(methods) for scale in getattr(method, group)}
    written = PRINCIPLES if group == "protective" else group
    scores = [{row["code"]: row["score"] for row in version.document[written]} for version in versions]
    said = signed if group == "evidence" else str
    rows = []
    for code, name in names.items():
        found = [each.get(code) for each in scores]
        texts = ["–" if score is None else said(score) for score in found]
        rows.append({"name": spoken(name), "cells": _cells(found, texts)})
    return rows


def _growth(versions: Sequence[Assessment], methods: Sequence[Method]) -> list[Shape]:
    """One row: the tie of each role to the growth of AI."""
    scores = [version.document["growth"]["score"] for version in versions]
    return [{"name": spoken(methods[0].growth.name), "cells": _cells(scores, [signed(score) for score in scores])}]


def _cells(values: Sequence[Any], texts: Sequence[str]) -> list[Shape]:
    """Each text, and whether it alone or with others is the highest of cells that differ."""
    known = [value for value in values if value is not None]
    differ = len(set(known)) > 1
    return [
        {"text": text, "highest": differ and value == max(known)} for value, text in zip(values, texts, strict=True)
    ]


def _tasks(version: Assessment) -> list[Shape]:
    """What takes most time first."""
    involvements = {each.code: each.name for each in version.methodology.method.tasks.involvements}
    tasks = sorted(version.document["tasks"], key=lambda task: -Decimal(task["time_percent"]))
    return [{**task, "involvement_name": involvements.get(task["involvement"], "")} for task in tasks]


def _difference(first: Assessment, its: Figures, other: Assessment, others: Figures) -> Shape:
    """How the first role comes to differ from another, with its sentence; `score` is the other's."""
    assert first.published_score is not None, "a public version has a score"
    assert other.published_score is not None, "a public version has a score"
    a = Scored.of(first.methodology.method, its, first.published_score)
    b = Scored.of(other.methodology.method, others, other.published_score)
    parts = scoring.attribute(a, b).as_json()
    difference = str(first.published_score - other.published_score)
    return {
        "title": str(other.role),
        "url": reverse("role_profile", args=[other.role.slug]),
        "score": str(other.published_score),
        "difference": difference,
        "attribution": parts,
        "phrase": sentences.difference_phrase(difference, parts),
    }
