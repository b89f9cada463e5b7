"""Explanations of scores in values and words, the same for pages and the API.

A published score is never computed anew (invariant 8): what is explained is the stored document under its stored
method, around the score that was decided. Nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_noop

from assessments import documents, scoring
from assessments.documents import Document
from assessments.enums import Status
from assessments.models import Assessment, Methodology
from assessments.queries import sentences
from assessments.queries.spoken import say, spoken
from assessments.scoring import Explanation, Method, Scored, Step

Shape = dict[str, Any]
# A version that may stand before another: a retracted one explains nothing any more.
EARLIER = (Status.PUBLISHED, Status.SUPERSEDED)
NOTHING: Shape = {
    "formula_score": None,
    "score": None,
    "zone": None,
    "label": None,
    "sensitivity": [],
    "edges": [],
    "edges_text": "",
    "borderline": False,
    "borderline_text": "",
    "cheapest_flip": None,
    "counterfactual": None,
    "since_previous": None,
}
GROUPS = {"evidence": gettext_noop("Evidence"), "barriers": gettext_noop("Barriers"), "growth": gettext_noop("Growth")}


def of_version(assessment: Assessment) -> Shape:
    """The explanation of a stored assessment: of a public version around its published score and against the version
    before it, of an open one around the formula score and against what is published today."""
    method = assessment.methodology.method
    document = documents.from_json(assessment.document)
    explained = explanation(document, method, score=assessment.published_score)
    if explained is None:
        return {"methodology": method.version, **NOTHING}
    before = previous(assessment)
    now = scored(method, explained.figures, explained.score)
    return shape(explained, document) | {"since_previous": since(now, before) if before else None}


def explanation(document: Document, method: Method, *, score: Decimal | None = None) -> Explanation | None:
    """A document explained around a score, the formula's unless given; None while its inputs have gaps or faults."""
    inputs = documents.inputs_of(document)
    if inputs is None or documents.figures_of(document, method) is None:
        return None
    return scoring.explain(method, inputs, score=score, proposed=document.override.proposed_score)


def shape(explained: Explanation, document: Document) -> Shape:
    """An explanation as the API gives it and pages show it; `since_previous` is for the caller to fill."""
    names, figures, found = input_names(document, explained.method), explained.figures, explained.counterfactual
    flip = explained.flip
    return {
        "methodology": explained.method.version,
        "formula_score": str(figures.formula_score),
        "score": str(explained.score),
        "zone": explained.label.zone,
        "label": explained.label.text,
        "sensitivity": [
            _step(step, sentences.step_sentence(step, figures.label, names[step.input])) for step in explained.steps
        ],
        "edges": [{"zone": e.zone, "edge": str(e.at), "distance": str(e.distance)} for e in explained.edges],
        "edges_text": sentences.edges_sentence(explained.edges),
        "borderline": explained.borderline,
        "borderline_text": sentences.borderline_sentence(explained.method, explained.score),
        "cheapest_flip": flip and _step(flip, sentences.flip_sentence(flip, names[flip.input], figures)),
        "counterfactual": _counterfactual(explained) if found else None,
        "since_previous": None,
    }


def page(explained: Explanation, document: Document) -> Shape:
    """The same with what pages add: the flip in words even where there is none, and steps as rows of a table."""
    names = input_names(document, explained.method)
    flip = explained.flip
    said = sentences.flip_sentence(flip, names[flip.input] if flip else "", explained.figures)
    overridden = explained.score != explained.figures.formula_score
    return shape(explained, document) | {
        "flip_text": said,
        "factors": _factors(explained.figures),
        "because": sentences.label_grounds(explained),
        "label_said": sentences.label_sentence(explained),
        "rows": rows(explained, document),
        "overridden": overridden,
    }


def rows(explained: Explanation, document: Document) -> list[Shape]:
    """What one step lower and one step higher would give: dimensions by their group, whose steps are alike, then the
    tasks that take time. `label` is said where it would be another."""
    steps = {
        (step.group if step.group != "task" else step.input, step.to > step.from_): step for step in explained.steps
    }
    figures = explained.figures
    totals = {"evidence": figures.evidence_total, "barriers": figures.barrier_total, "growth": figures.growth}
    names = input_names(document, explained.method)
    found = [(group, say(GROUPS[group]), total) for group, total in totals.items()]
    found += [
        (f"tasks[{index}].score", names[f"tasks[{index}].score"], task.score)
        for index, task in enumerate(explained.inputs.tasks)
        if task.percent
    ]
    return [
        {
            "name": name.strip("“”"),
            "task": key.startswith("tasks["),
            "now": str(now).replace("-", "−"),
            "lower": _cell(steps.get((key, False)), explained),
            "higher": _cell(steps.get((key, True)), explained),
        }
        for key, name, now in found
    ]


def input_names(document: Document, method: Method) -> Mapping[str, str]:
    """What people call every input that moves the score; a task by its name in quotes, or by its number."""
    scales = (*method.evidence, *method.barriers, method.growth)
    tasks = {
        f"tasks[{index}].score": f"“{task.name}”" if task.name else say("Task {number}", number=index + 1)
        for index, task in enumerate(document.tasks)
    }
    return {scale.code: spoken(scale.name) for scale in scales} | tasks


def previous(assessment: Assessment) -> Assessment | None:
    """The version that this one followed or would follow: the nearest earlier one that still stands, and for an open
    version the published one."""
    found = assessment.role.assessments.filter(status__in=EARLIER).exclude(pk=assessment.pk)
    if assessment.published_at is None:
        found = found.filter(status=Status.PUBLISHED)
    else:
        found = found.filter(number__lt=assessment.number)
    return found.select_related("methodology").order_by("-number").first()


def published_of(title: str, seniority: str) -> Assessment | None:
    """The published version of the role of that name, if there is one."""
    found = Assessment.objects.filter(status=Status.PUBLISHED, role__title=title, role__seniority=seniority)
    return found.select_related("role", "methodology").first()


def since(now: Scored, before: Assessment) -> Shape:
    """How a score differs from that of an earlier version, part by part and in words."""
    then = stored(before)
    parts = scoring.attribute(now, then).as_json()
    difference = f"{now.published_score - then.published_score:+}"
    return {
        "number": before.number,
        "published_score": str(then.published_score),
        "difference": difference,
        "attribution": parts,
        "text": sentences.since_phrase(before.number, difference, parts) + ".",
    }


def between(versions: Sequence[Assessment]) -> dict[int, Shape]:
    """By number, how each of a role's public versions, newest first, differs from the one before it that stands."""
    standing = [each for each in versions if each.status in EARLIER]
    methods: dict[int, Methodology] = {}
    for each in standing:
        # One reading of each method for all its versions.
        each.methodology = methods.setdefault(each.methodology_id, each.methodology)
    return {each.number: since(stored(each), before) for each, before in pairwise(standing)}


def scored(method: Method, figures: scoring.Figures, score: Decimal) -> Scored:
    """Computed figures as attribution needs them, at the score that was or would be published."""
    return Scored.of(method, figures, score)


def stored(assessment: Assessment) -> Scored:
    """A public version as attribution needs it, from what was stored when it was decided."""
    columns = {name: getattr(assessment, name) for name in Scored.__dataclass_fields__ if name != "method"}
    assert None not in columns.values(), "a public version has figures and a score"
    return Scored(method=assessment.methodology.method, **columns)


def _step(step: Step, text: str) -> Shape:
    return step.as_json() | {"text": text}


def _cell(step: Step | None, explained: Explanation) -> Shape | None:
    if step is None:
        return None
    label = step.label if step.label != explained.figures.label else ""
    return {"score": str(step.formula_score), "label": label, "zone": step.zone}


def _factors(figures: scoring.Figures) -> Shape:
    """The four factors with as many decimals as they have, two at least: what is multiplied before one's eyes."""
    factors = {
        "task_resistance": figures.task_resistance,
        "evidence_modifier": figures.evidence_modifier,
        "barrier_modifier": figures.barrier_modifier,
        "growth_modifier": figures.growth_modifier,
    }
    shown = {name: scoring.plain(value) for name, value in factors.items()}
    return {name: text if scoring.places_of(text) > 2 else f"{factors[name]:.2f}" for name, text in shown.items()}


def _counterfactual(explained: Explanation) -> Shape:
    found, proposed = explained.counterfactual, explained.proposed
    assert found is not None, "asked for only where there is one"
    assert proposed is not None
    rounded = scoring.half_up(proposed, explained.method.score.places)
    return {
        "proposed_score": str(rounded) if rounded == proposed else scoring.plain(proposed),
        "difference": f"{proposed - explained.figures.formula_score:+}",
        "evidence_total": found.evidence_total,
        "barrier_total": found.barrier_total,
        "growth": found.growth,
        "formula_score": str(found.formula_score),
        "label": found.label,
        "text": spoken(found.text),
        "assumes": sentences.assumes_sentence(found, proposed),
    }
