"""Whether a method scores what documents hold, and whether a document written with its words reads back as itself."""

from __future__ import annotations

from assessments.documents.completeness import figures_of
from assessments.documents.reader import read
from assessments.documents.render import render_markdown, render_plain
from assessments.documents.shape import (
    BARRIER_CODES,
    EVIDENCE_CODES,
    INVOLVEMENT_CODES,
    PROTECTIVE_CODES,
    REASON_CODES,
    SCHEMA,
    Document,
)
from assessments.documents.structure import from_json
from assessments.scoring import Method, Scale


def misfit(method: Method) -> str | None:
    """A sentence saying which list of codes differs from that of the document's schema, or None."""
    lists = {
        "protective.inputs": (tuple(scale.code for scale in method.protective), PROTECTIVE_CODES),
        "evidence.inputs": (tuple(scale.code for scale in method.evidence), EVIDENCE_CODES),
        "barriers.inputs": (tuple(scale.code for scale in method.barriers), BARRIER_CODES),
        "tasks.involvement": (tuple(named.code for named in method.tasks.involvements), INVOLVEMENT_CODES),
        "override.reasons": (tuple(named.code for named in method.override.reasons), REASON_CODES),
    }
    for path, (found, held) in lists.items():
        if sorted(found) != sorted(held):
            return f"{path} must have exactly the codes that documents hold: {', '.join(held)}."
    for path, (found, held) in lists.items():
        if path.endswith("inputs") and found != held:
            return f"{path} must stand in the order of the document: {', '.join(held)}."
    return next(filter(None, (_unread(method, highest=highest) for highest in (False, True))), None)


def _unread(method: Method, *, highest: bool) -> str | None:
    """A sentence where a document of the lowest, or highest, scores does not read back as it was written."""
    document = _document(method, highest=highest)
    figures = figures_of(document, method)
    assert figures is not None, "scores at the ends of their scales are legal"
    for render in (render_plain, render_markdown):
        reading = read(render(document, method, figures), method)
        found = [finding.sentence for finding in (*reading.errors, *reading.notes)]
        found += [discrepancy.sentence for discrepancy in reading.discrepancies]
        if reading.document != document or found:
            said = found[0] if found else "its texts differ."
            return f"A document written with these names and wordings does not read back: {said}"
    return None


def _document(method: Method, *, highest: bool) -> Document:
    """Every input at one end of its scale; tasks of each involvement, sharing the time in whole per cents."""

    def end(scale: Scale) -> int:
        return scale.maximum if highest else scale.minimum

    involvements = method.tasks.involvements[: method.tasks.maximum_count]
    count = max(len(involvements), method.tasks.minimum_count)
    shares = [method.tasks.total // count] * count
    shares[0] += method.tasks.total - sum(shares)
    tasks = [
        {
            "name": f"Task {number + 1}",
            "time_percent": str(share),
            "score": end(method.tasks.score),
            "involvement": involvements[number % len(involvements)].code,
        }
        for number, share in enumerate(shares)
    ]
    groups = {
        "protective_principles": method.protective,
        "evidence": method.evidence,
        "barriers": method.barriers,
    }
    scored = {name: [{"code": each.code, "score": end(each)} for each in scales] for name, scales in groups.items()}
    role = {"title": "Role", "seniority": "Level"}
    growth = {"score": end(method.growth)}
    return from_json({"schema": SCHEMA, "role": role, "growth": growth, "tasks": tasks, **scored})
