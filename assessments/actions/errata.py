"""Errata: a new version that puts a text right and moves no figure of the version it corrects, nor its published score.

One rule in two places that it takes: `moved_figures` at the gate, so that inputs and proposal are those of the
corrected version, and `outcome_kept` at the verdict, so that the decision on the proposal is the same again. Score,
zone and label follow from the two."""

from __future__ import annotations

from collections.abc import Iterator

from assessments import scoring
from assessments.documents import Document, Problem
from assessments.enums import Kind, Status
from assessments.errors import Conflict
from assessments.models import Assessment

# Where a figure comes from in the document; those that follow from several are said with whatever moved them.
SOURCES = {
    "weighted_total": ("tasks", "the weighted total"),
    "split": ("tasks", "the split of time"),
    "time_at_3_plus": ("tasks", "the time at 3 and more"),
    "evidence_total": ("evidence", "the evidence total"),
    "barrier_total": ("barriers", "the barrier total"),
    "growth": ("growth.score", "the growth correlation"),
    "protective_total": ("protective_principles", "the protective total"),
}
CODE = "erratum_moves_figures"


def corrected_by(assessment: Assessment) -> Assessment | None:
    """The published version that an erratum corrects; None for every other version."""
    if assessment.kind != Kind.ERRATUM:
        return None
    published = Assessment.objects.filter(role=assessment.role_id, status=Status.PUBLISHED)
    return published.select_related("methodology").first()


def outcome_kept(assessment: Assessment) -> str | None:
    """The outcome that the decision on an erratum has to have: that of the version it corrects. None for every other
    version; Conflict for an erratum of what is not published any more, which has nothing to correct."""
    if assessment.kind != Kind.ERRATUM:
        return None
    corrected = corrected_by(assessment)
    if corrected is None:
        raise Conflict(
            "The version that this erratum corrects is not published any more; withdraw it and start a revision.",
            code="nothing_to_correct",
        )
    return corrected.decision.outcome


def moved_figures(document: Document, figures: scoring.Figures | None, corrected: Assessment) -> Iterator[Problem]:
    """An error for everything by which a document would move a figure, or the proposal, of the corrected version."""
    if figures is None:
        return
    before, after = corrected.figures or {}, figures.as_json()
    for name, (path, said) in SOURCES.items():
        if before.get(name) != after[name]:
            yield _moved(path, f"{said} was {_words(before.get(name))} and would be {_words(after[name])}")
    proposed = corrected.document["override"]["proposed_score"]
    now = None if document.override.proposed_score is None else scoring.plain(document.override.proposed_score)
    if proposed != now:
        yield _moved("override.proposed_score", f"the proposal was {proposed or 'none'} and would be {now or 'none'}")


def _moved(path: str, what: str) -> Problem:
    return Problem("error", path, CODE, f"An erratum moves no figure, yet {what}. Start a revision for that.")


def _words(figure: object) -> str:
    """A figure as people say it; the split by its parts."""
    if isinstance(figure, dict):
        return ", ".join(f"{share} % {name.replace('_', ' ')}" for name, share in figure.items())
    return str(figure)
