"""Versions of the method as pages and the API show them: their text, their differences, their trial, their approval."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from assessments import access, documents, scoring
from assessments.access import Person
from assessments.enums import MethodStatus, Outcome, Status
from assessments.errors import Invisible
from assessments.models import Assessment, DryRun, Methodology
from assessments.queries.spoken import say, say_many, spoken
from assessments.scoring import Inputs, Method, Scale, TaskInput, compute, plain, shares

Shape = dict[str, Any]
MIDDLE = 50
SECTIONS = {
    "version": gettext_noop("Identity"),
    "name": gettext_noop("Identity"),
    "summary": gettext_noop("Identity"),
    "score": gettext_noop("Published scale"),
    "borderline": gettext_noop("Published scale"),
    "tolerance": gettext_noop("Published scale"),
    "formula": gettext_noop("Formula"),
    "protective": gettext_noop("Protective principles"),
    "growth": gettext_noop("Growth"),
    "tasks": gettext_noop("Tasks"),
    "evidence": gettext_noop("Evidence"),
    "barriers": gettext_noop("Barriers"),
    "zones": gettext_noop("Zones"),
    "labels": gettext_noop("Label rules"),
    "quick_screen": gettext_noop("Quick screen"),
    "override": gettext_noop("Override"),
    "approval": gettext_noop("Approval"),
}
OTHER = gettext_noop("Other")
# Figures that a reader compares, in the order of the working.
COMPARED = {
    "task_resistance": "Task resistance",
    "evidence_modifier": "Evidence modifier",
    "barrier_modifier": "Barrier modifier",
    "growth_modifier": "Growth modifier",
    "raw": "Raw",
    "formula_score": "Formula score",
    "label": "Label",
    "time_at_3_plus": "Time at 3+ (%)",
    "screen": "Quick screen",
    "borderline": "Borderline",
}

# Why a decision would be in doubt, as `scoring.dry_run` codes it.
DOUBTS = {
    "not_scored": gettext_noop("An input lies outside the ranges of the method on trial."),
    "zone": gettext_noop("The formula's zone would be another."),
    "label": gettext_noop("The formula's label would be another."),
    "override_reached": gettext_noop("The formula would reach the score that was published by override."),
    "override_too_far": gettext_noop(
        "The published override would lie further from the formula than the method allows."
    ),
    "reviewers": gettext_noop("The method would ask for more reviewers than decided."),
}


def visible_to(person: Person) -> QuerySet[Methodology]:
    """The versions that are or were in force, newest first; for administrators the drafts before them."""
    if access.may_administer(person):
        return Methodology.objects.order_by("-activated_at", "-created_at")
    return Methodology.objects.filter(activated_at__isnull=False).order_by("-activated_at")


def require_visible(person: Person, version: str) -> Methodology:
    """The version, or Invisible."""
    found = visible_to(person).filter(version=version).select_related("based_on", "created_by").first()
    if found is None:
        raise Invisible("There is no such version of the method.")
    return found


def example(methodology: Methodology) -> Assessment | None:
    """A published version to work the formula through with, whose formula score stands as published: the next above
    the middle of the scale, or else the highest."""
    found = Assessment.objects.filter(status=Status.PUBLISHED, methodology=methodology)
    found = found.filter(decision__outcome=Outcome.FORMULA_ACCEPTED).select_related("role")
    above = found.filter(published_score__gte=MIDDLE).order_by("published_score", "-pk")
    return above.first() or found.order_by("-published_score", "pk").first()


def stated_example(method: Method) -> Shape:
    """The same of no role, for a version under which nothing stands at its formula's score yet: the fewest tasks that
    may be, each taking less time than the one before and scoring one more, and one point, or the nearest that there is,
    for all else."""
    rules = method.tasks
    count = max(rules.minimum_count, 3)
    times = shares([Decimal(count - index) for index in range(count)], whole=rules.total, places=rules.places)
    scores = [min(rules.score.minimum + index, rules.score.maximum) for index in range(count)]
    tasks = [TaskInput(time, score, rules.involvements[0].code) for time, score in zip(times, scores, strict=True)]
    inputs = Inputs(
        protective=_ones(method.protective),
        growth=_ones([method.growth])[method.growth.code],
        tasks=tuple(tasks),
        evidence=_ones(method.evidence),
        barriers=_ones(method.barriers),
    )
    rows = [{"time_percent": plain(task.percent), "score": task.score} for task in tasks]
    return {"document": {"tasks": rows}, "figures": compute(method, inputs).as_json()}


def _ones(scales: Iterable[Scale]) -> dict[str, int]:
    return {scale.code: max(scale.minimum, min(1, scale.maximum)) for scale in scales}


def item(methodology: Methodology) -> Shape:
    """One entry of the list of method versions."""
    return {
        "version": methodology.version,
        "status": methodology.status,
        "activated_at": methodology.activated_at,
        "retired_at": methodology.retired_at,
        "note": methodology.note,
    }


def standing(methodology: Methodology) -> Shape:
    """Who drafted, tried and approved a version, and what stands on it."""
    active = Methodology.objects.get(status=MethodStatus.ACTIVE)
    approvals = methodology.approvals.select_related("administrator").order_by("given_at")
    return {
        "methodology": methodology,
        "approvals": [
            {
                "administrator": approval.administrator,
                "reason": approval.reason,
                "given_at": approval.given_at,
                "holds": approval.definition == methodology.definition,
            }
            for approval in approvals
        ],
        "dry_run": latest_dry_run(methodology),
        "tried": is_tried(methodology, active),
        "published": Assessment.objects.filter(methodology=methodology, published_at__isnull=False).count(),
        "active": active,
        "differs_from": methodology.based_on or (active if active.pk != methodology.pk else None),
    }


def latest_dry_run(methodology: Methodology) -> DryRun | None:
    """The last dry run that was asked for."""
    runs = methodology.dry_runs.select_related("against", "requested_by", "methodology").defer("moves")
    return runs.order_by("-pk").first()


def is_tried(methodology: Methodology, active: Methodology) -> bool:
    """Whether the text as it stands has a finished dry run against the method in force."""
    runs = methodology.dry_runs.filter(definition=methodology.definition, against=active, report__isnull=False)
    return runs.exists()


def dry_run(run: DryRun) -> Shape:
    """A dry run whole, as JSON values."""
    return {
        "methodology": run.methodology.version,
        "against": run.against.version,
        "requested_by": str(run.requested_by),
        "requested_at": run.requested_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "done": run.done,
        "total": run.total,
        "failure": run.failure,
        "report": run.report,
    }


def in_words(report: Mapping[str, Any]) -> list[str]:
    """What the report of a dry run comes to, in two sentences: what moves, and how many decisions are in doubt."""
    zones, records, movers = report["zones_moved"], report["records"], report["movers"]
    distance = movers[0]["difference"].lstrip("+-") if movers else ""
    return [_moving(zones, records, distance), _doubtful(report["in_doubt"])]


def _moving(zones: int, records: int, distance: str) -> str:
    if not distance:
        return _moving_edges(zones, records)
    if not zones:
        return say("No role changes zone; the furthest moves by {distance}.", distance=distance)
    return say_many(
        "{number} of {records} roles changes zone; the furthest moves by {distance}.",
        "{number} of {records} roles change zone; the furthest moves by {distance}.",
        zones,
        records=records,
        distance=distance,
    )


def _moving_edges(zones: int, records: int) -> str:
    if not zones:
        return say("No score moves, and no role changes zone.")
    return say_many(
        "No score moves, but {number} of {records} roles changes zone.",
        "No score moves, but {number} of {records} roles change zone.",
        zones,
        records=records,
    )


def _doubtful(number: int) -> str:
    if not number:
        return say("No decision is put in doubt.")
    return say_many("{number} decision is put in doubt.", "{number} decisions are put in doubt.", number)


def comparison(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Shape]:
    """The differences of two definitions by section, each `{section, rows: [{path, name, before, after}]}`."""
    sections: dict[str, list[Shape]] = {}
    for each in scoring.differences(scoring.in_reading_order(before), scoring.in_reading_order(after)):
        row = {"path": each.path, "name": name_of(each.path), "before": each.before, "after": each.after}
        sections.setdefault(section_of(each.path), []).append(row)
    return [{"section": section, "rows": rows} for section, rows in sections.items()]


def sections_of(definition: Mapping[str, Any]) -> list[Shape]:
    """Every field of a definition by section, as an editor lists them; codes and the version do not change."""
    sections: dict[str, list[Shape]] = {}
    for field in scoring.fields_of(scoring.in_reading_order(definition)):
        if field.path == "version" or field.path.endswith(".code") or field.path.rpartition(".")[2] == "figure":
            continue
        row = {"path": field.path, "name": name_of(field.path), "value": field.value, "kind": _kind(field.value)}
        sections.setdefault(section_of(field.path), []).append(row)
    return [{"section": section, "rows": rows} for section, rows in sections.items()]


def section_of(path: str) -> str:
    """The section of the method that a field belongs to."""
    return spoken(SECTIONS.get(re.split(r"[.\[]", path, maxsplit=1)[0], OTHER))


def name_of(path: str) -> str:
    """A field's path in words: `evidence.inputs[wage_trends].rubric.-1` is "Wage trends, rubric −1"."""
    words = [step for step in re.split(r"[.\[\]]+", path) if step and step != "inputs"]
    if len(words) > 1:
        words = words[1:]
    said = [spoken(word.replace("_", " ")) for word in words]
    if len(said) > 1 and re.fullmatch(r"-?[0-9]+", words[-1]):
        said[-2:] = [f"{said[-2]} {words[-1].replace('-', '−')}"]
    text = ", ".join(said)
    return text[:1].upper() + text[1:]


def outdated_wordings(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Wordings of the later definition that still say a number which changed: "Green >= 48" beside an edge of 50."""
    gone = {
        scoring.plain_number(each.before)
        for each in scoring.differences(before, after)
        if isinstance(each.before, str) and scoring.plain_number(each.before) and each.path != "version"
    }
    texts = [field for field in scoring.fields_of(after) if isinstance(field.value, str)]
    return [
        f"{name_of(field.path)}: {field.value}"
        for field in texts
        if re.search(r"\.(rule|range|text)$", field.path)
        and gone & set(re.findall(r"(?<![0-9.])[0-9]+(?:\.[0-9]+)?", str(field.value)))
    ]


def method_move(assessment: Assessment) -> Shape | None:
    """What moving a draft to the method in force would do to its figures, or None when it is scored with it."""
    active = Methodology.objects.get(status=MethodStatus.ACTIVE)
    if assessment.methodology_id == active.pk:
        return None
    document = documents.from_json(assessment.document)
    figures = documents.figures_of(document, active.method)
    before, after = assessment.figures or {}, figures.as_json() if figures else {}
    return {
        "from": assessment.methodology.version,
        "to": active.version,
        "note": active.note,
        "rows": [
            {"name": name, "before": before.get(key), "after": after.get(key)}
            for key, name in COMPARED.items()
            if before.get(key) != after.get(key)
        ],
        "problems": [each for each in documents.problems(document, active.method) if each.level == "error"],
    }


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int) or (isinstance(value, str) and scoring.plain_number(value)):
        return "number"
    return "text"
