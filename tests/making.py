"""Assessments for tests, made through the actions that people use."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from assessments import dispatch, documents, indexing, outbox, peers
from assessments.actions import drafts, retraction
from assessments.documents.shape import BARRIER_CODES, EVIDENCE_CODES
from assessments.models import Assessment, User
from reviews import actions
from reviews.notifications import events
from tests.documents.specimen import dimensions, specimen

# Task resistance 3.875, evidence 5, barriers 3, growth 0: far from every edge.
CLEAR = "55.3"
# Evidence 2 gives 49.1, one step of barriers less 48.1: close to the edge, so that it takes two reviewers.
BORDERLINE = "48.1"


def a_document(
    title: str = "Bell Tuner",
    *,
    seniority: str = "Mid-level",
    evidence: tuple[int, ...] = (1, 1, 1, 1, 1),
    barriers: tuple[int, ...] = (0, 2, 0, 0, 1),
    proposed: str | None = None,
    reason_code: str | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A complete document of a role, with its scores and its proposal changed."""
    override: dict[str, Any] = {
        "proposed_score": proposed,
        "reason_code": reason_code or ("calibration" if proposed else None),
    }
    override |= changes.pop("override", {})
    return specimen(
        role={"title": title, "seniority": seniority},
        evidence=dimensions(EVIDENCE_CODES, evidence),
        barriers=dimensions(BARRIER_CODES, barriers),
        override=override,
        **changes,
    )


def a_draft(by: User, title: str = "Bell Tuner", **changes: Any) -> Assessment:
    document = documents.from_json(a_document(title, **changes))
    return drafts.create_draft(document=document, by=by, at=timezone.now()).assessment


def in_review(by: User, title: str = "Bell Tuner", **changes: Any) -> Assessment:
    return actions.submit(assessment_id=a_draft(by, title, **changes).pk, by=by, at=timezone.now())


def verdict(
    assessment: Assessment, by: User, outcome: str = "formula_accepted", **changes: Any
) -> actions.VerdictGiven:
    given = {"rationale": "Checked against the sources.", "content_hash": assessment.content_hash, **changes}
    return actions.give_verdict(assessment_id=assessment.pk, outcome=outcome, by=by, at=timezone.now(), **given)


def published(by: User, reviewer: User, title: str = "Bell Tuner", **changes: Any) -> Assessment:
    assessment = in_review(by, title, **changes)
    outcome = "override_accepted" if changes.get("proposed") else "formula_accepted"
    given = verdict(assessment, reviewer, outcome)
    assert given.assessment == "published", "choose scores that take one verdict"
    assessment.refresh_from_db()
    return assessment


def recomputed() -> None:
    """Fulfil every pending outbox message, and index what waits for it, as the worker would."""
    peers.fulfil(outbox.claim(lease_seconds=1).get(dispatch.RECOMPUTE, []))
    indexing.catch_up_whole()


def retracted(assessment: Assessment, admin: User, other_admin: User, **said: str) -> Assessment:
    """A published version that one administrator proposed to retract and the other confirmed."""
    reason = said.get("reason", "The counts were made up.")
    proposal = retraction.propose(assessment_id=assessment.pk, reason=reason, by=admin, at=timezone.now())
    agreed = said.get("agreed", "I checked, and they were.")
    made = retraction.confirm(retraction_id=proposal.pk, reason=agreed, by=other_admin, at=timezone.now())
    return made.assessment


def told() -> None:
    """Tell people what waits to be told, as the worker would."""
    for message_id in outbox.claim(lease_seconds=1).get(dispatch.TELL, []):
        events.tell(message_id, at=timezone.now())
