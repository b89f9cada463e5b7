"""Whether a method scores what documents hold: their inputs are fixed by the schema, their scales by the method."""

from __future__ import annotations

from assessments.documents.shape import (
    BARRIER_CODES,
    EVIDENCE_CODES,
    INVOLVEMENT_CODES,
    PROTECTIVE_CODES,
    REASON_CODES,
)
from assessments.scoring import Method


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
    return None
