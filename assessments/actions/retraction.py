"""Retracting a published version: proposed by one administrator, confirmed by another; the page stays as a tombstone.

Lock order everywhere: the assessment first, then the proposal.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import access, audit, dispatch, flags, outbox
from assessments.actions.roles import request_recompute
from assessments.enums import Access, RetractionState
from assessments.errors import Conflict, Invalid, Invisible, Place
from assessments.models import Assessment, Retraction, User
from assessments.transitions import next_retraction_state, next_status

REASON_LIMIT = 5000


@transaction.atomic
def propose(*, assessment_id: int, reason: str, by: User, at: datetime) -> Retraction:
    """One administrator's word, with the reason, for retracting a published version. Conflict unless it is published
    and nobody proposed it already; Forbidden to its contributors."""
    assessment = _lock(assessment_id, by=by)
    next_status(assessment.status, "retract")
    reason = _reason(reason, "Give the reason: it will stand on the page in place of the assessment.")
    if assessment.retractions.filter(state=RetractionState.OPEN).exists():
        raise Conflict("The retraction of this version is proposed already.", code="proposed_already")
    proposal = Retraction.objects.create(assessment=assessment, reason=reason, proposed_by=by, proposed_at=at)
    _record("retraction.proposed", assessment, reason, by=by, at=at)
    _tell("retraction", proposal)
    return proposal


@transaction.atomic
def confirm(*, retraction_id: int, reason: str, by: User, at: datetime) -> Retraction:
    """Another administrator's word, with theirs: the version is retracted at once, its open flags are moot, and the
    neighbours are compared anew. Conflict for the one who proposed it and for a proposal that is closed."""
    proposal = _lock_proposal(retraction_id, by=by)
    assessment = proposal.assessment
    state = next_retraction_state(proposal.state, "confirm")
    status = next_status(assessment.status, "retract")
    if not (answer := access.may_confirm(by, proposal)):
        raise Conflict(answer.reason, code="proposed_by_you")
    reason = _reason(reason, "Give the reason why you agree.")
    _close(proposal, state, reason, by=by, at=at)
    assessment.status, assessment.retracted_at = status, at
    audit.save(assessment, by=by, at=at, reason=proposal.reason, fields=["status", "retracted_at"])
    _record(
        "assessment.retracted", assessment, proposal.reason, by=by, at=at, proposed_by=proposal.proposed_by.username
    )
    flags.replace(assessment, at=at)
    request_recompute(assessment.role)
    _tell("retracted", proposal)
    return proposal


@transaction.atomic
def withdraw(*, retraction_id: int, reason: str, by: User, at: datetime) -> Retraction:
    """An administrator, who may be the one who proposed it, lets the proposal go; the version stays published."""
    proposal = _lock_proposal(retraction_id, by=by)
    state = next_retraction_state(proposal.state, "withdraw")
    reason = _reason(reason, "Say why the proposal is withdrawn.")
    _close(proposal, state, reason, by=by, at=at)
    _record("retraction.withdrawn", proposal.assessment, reason, by=by, at=at)
    return proposal


def lapse(*, assessment: Assessment, by_number: int, by: User, at: datetime) -> None:
    """A later version supersedes this one: an open proposal to retract it is overtaken. Part of publishing; the caller
    holds the row and the transaction."""
    proposal = assessment.retractions.select_for_update(no_key=True).filter(state=RetractionState.OPEN).first()
    if proposal is None:
        return
    answer = f"Version {by_number} superseded this one."
    _close(proposal, next_retraction_state(proposal.state, "lapse"), answer, by=by, at=at)
    audit.record(
        "retraction.lapsed",
        by=by,
        at=at,
        role_held=Access.REVIEWER,
        about=assessment,
        data={"number": assessment.number, "by_number": by_number},
    )


def _lock(assessment_id: int, *, by: User) -> Assessment:
    access.require(access.may_administer(by))
    Assessment.objects.select_for_update(no_key=True).filter(pk=assessment_id).values("pk").first()
    assessment = access.require_visible(by, assessment_id)
    access.require(access.may_retract(by, assessment))
    return assessment


def _lock_proposal(retraction_id: int, *, by: User) -> Retraction:
    """The proposal, read after the assessment is locked."""
    access.require(access.may_administer(by))
    found = Retraction.objects.filter(pk=retraction_id).values_list("assessment", flat=True).first()
    if found is None:
        raise Invisible("There is no such proposal.")
    assessment = _lock(found, by=by)
    proposal = (
        Retraction.objects.select_for_update(of=("self",), no_key=True)
        .select_related("proposed_by")
        .get(pk=retraction_id)
    )
    proposal.assessment = assessment
    return proposal


def _close(proposal: Retraction, state: RetractionState, answer: str, *, by: User, at: datetime) -> None:
    proposal.state, proposal.answer, proposal.closed_by, proposal.closed_at = state, answer, by, at
    proposal.save(update_fields=["state", "answer", "closed_by", "closed_at"])


def _record(verb: str, assessment: Assessment, reason: str, *, by: User, at: datetime, **said: object) -> None:
    data = {"number": assessment.number, "reason": reason, **said}
    audit.record(verb, by=by, at=at, role_held=Access.ADMIN, about=assessment, data=data)


def _tell(event: str, proposal: Retraction) -> None:
    """Those concerned are told by `reviews`, which this app knows nothing of."""
    outbox.request(dispatch.TELL, payload={"event": event, "id": proposal.pk})


def _reason(text: str, missing: str) -> str:
    text = text.strip()
    if not text or len(text) > REASON_LIMIT:
        sentence = f"A reason has at most {REASON_LIMIT} characters; shorten it." if text else missing
        raise Invalid(sentence, code="reason", places=[Place("reason", "reason", sentence)])
    return text
