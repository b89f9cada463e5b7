"""The part of a review's life that happens to the assessment itself: into review, out of it, and published.

`reviews.actions` decides; these carry it out, on a row that the caller has locked, in the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models.functions import Lower

from assessments import audit, documents, flags, scoring
from assessments.actions import retraction
from assessments.actions.roles import answer_names, answer_waiting, name_distinct, request_recompute
from assessments.enums import Access, Outcome, Status
from assessments.models import Assessment, Decision, PeerQuote, User
from assessments.queries import roles as find
from assessments.transitions import next_status


@transaction.atomic
def enter_review(*, assessment: Assessment, by: User, at: datetime) -> None:
    """A complete draft goes into review: from here its content and method stand still."""
    assessment.status = next_status(assessment.status, "submit")
    assessment.submitted_at = at
    audit.save(assessment, by=by, at=at, reason="Submitted for review", fields=["status", "submitted_at"])
    audit.record(
        "assessment.submitted",
        by=by,
        at=at,
        role_held=Access.ASSESSOR,
        about=assessment,
        data={"number": assessment.number, "content_hash": assessment.content_hash},
    )


@transaction.atomic
def leave_review(*, assessment: Assessment, verb: str, reason: str, by: User, at: datetime, role_held: str) -> None:
    """Back to a draft: `recall` by its author, or `return` by a reviewer with the reason."""
    assessment.status = next_status(assessment.status, verb)
    audit.save(assessment, by=by, at=at, reason=reason, fields=["status"])
    audit.record(
        "assessment.recalled" if verb == "recall" else "assessment.returned",
        by=by,
        at=at,
        role_held=role_held,
        about=assessment,
        data={"number": assessment.number, "reason": reason},
    )


def score_named_by(assessment: Assessment, outcome: str) -> Decimal:
    """The score that `outcome` would publish: the proposed one for an accepted override, else the formula's."""
    if outcome == Outcome.OVERRIDE_ACCEPTED:
        return Decimal(assessment.document["override"]["proposed_score"])
    assert assessment.formula_score is not None, "only a complete document is in review"
    return assessment.formula_score


def label_at(assessment: Assessment, score: Decimal) -> scoring.Label:
    """Zone and label of this assessment's inputs at a score, under its own method."""
    assert assessment.figures is not None, "only a complete document is in review"
    assert assessment.growth is not None
    assert assessment.task_resistance is not None
    assert assessment.evidence_total is not None
    assert assessment.barrier_total is not None
    return scoring.label_for(
        assessment.methodology.method,
        score=score,
        growth=assessment.growth,
        time_at_3_plus=Decimal(assessment.figures["time_at_3_plus"]),
        task_resistance=assessment.task_resistance,
        evidence_total=assessment.evidence_total,
        barrier_total=assessment.barrier_total,
    )


@transaction.atomic
def publish(
    *, assessment: Assessment, outcome: str, reason: str, by: User, concurring: User | None, at: datetime
) -> Decision:
    """Record the decision, supersede the predecessor, publish, relate, and ask for the recompute: one transaction.

    The predecessor moves first: only one published version of a role may exist at any moment.
    """
    assessment.status = next_status(assessment.status, "publish")
    decision = _decide(assessment, outcome=outcome, reason=reason, by=by, concurring=concurring, at=at)
    _supersede_predecessor(assessment, by=by, at=at)
    assessment.published_at = at
    assessment.published_score = decision.published_score
    assessment.published_zone = decision.published_zone
    assessment.published_sub_label = label_at(assessment, decision.published_score).sub_label or ""
    assessment.published_label = decision.published_label
    audit.save(
        assessment,
        by=by,
        at=at,
        reason=decision.statement,
        fields=[
            "status",
            "published_at",
            "published_score",
            "published_zone",
            "published_sub_label",
            "published_label",
        ],
    )
    audit.record(
        "assessment.published",
        by=by,
        at=at,
        role_held=decision.role_held,
        about=assessment,
        data={
            "number": assessment.number,
            "outcome": decision.outcome,
            "formula_score": str(decision.formula_score),
            "published_score": str(decision.published_score),
            "label": decision.published_label,
            "methodology": assessment.methodology.version,
            "content_hash": decision.content_hash,
        },
    )
    _keep_quotes(assessment)
    document = documents.from_json(assessment.document)
    name_distinct(
        source=assessment.role,
        titles=documents.distinct_titles(document),
        by=by,
        at=at,
        role_held=decision.role_held,
    )
    answer_waiting(assessment.role, assessment.role.title, by=by, at=at, role_held=decision.role_held)
    # Alternate titles of O*NET name a role only from the moment it is published.
    aliases = assessment.role.aliases.values(lowered=Lower("text"))
    answer_names(aliases, by=by, at=at, role_held=decision.role_held)
    request_recompute(assessment.role)
    return decision


def _decide(
    assessment: Assessment, *, outcome: str, reason: str, by: User, concurring: User | None, at: datetime
) -> Decision:
    assert assessment.formula_score is not None
    score = score_named_by(assessment, outcome)
    before, after = label_at(assessment, assessment.formula_score), label_at(assessment, score)
    return Decision.objects.create(
        assessment=assessment,
        outcome=outcome,
        reason=reason,
        decided_by=by,
        concurring=concurring,
        role_held=Access.REVIEWER,
        decided_at=at,
        methodology=assessment.methodology,
        content_hash=assessment.content_hash,
        formula_score=assessment.formula_score,
        formula_zone=before.zone,
        formula_label=before.text,
        published_score=score,
        published_zone=after.zone,
        published_label=after.text,
    )


def _supersede_predecessor(assessment: Assessment, *, by: User, at: datetime) -> None:
    published = assessment.role.assessments.filter(status=Status.PUBLISHED)
    # No key of it changes: the recompute, which may be raising a flag on it, does not wait for us while we wait for it.
    predecessor = published.select_for_update(no_key=True).first()
    if predecessor is None:
        return
    retraction.lapse(assessment=predecessor, by_number=assessment.number, by=by, at=at)
    flags.replace(predecessor, at=at)
    predecessor.status = next_status(predecessor.status, "supersede")
    predecessor.superseded_at = at
    audit.save(
        predecessor,
        by=by,
        at=at,
        reason=f"Superseded by version {assessment.number}",
        fields=["status", "superseded_at"],
    )
    audit.record(
        "assessment.superseded",
        by=by,
        at=at,
        role_held=Access.REVIEWER,
        about=predecessor,
        data={"number": predecessor.number, "by_number": assessment.number},
    )


def _keep_quotes(assessment: Assessment) -> None:
    quotes = documents.quotes_in(documents.from_json(assessment.document))
    matches = find.by_names({quote.role_title for quote in quotes}, near=assessment.role)
    PeerQuote.objects.bulk_create(
        PeerQuote(
            assessment=assessment,
            section=quote.section,
            role_title=quote.role_title,
            role=matches[quote.role_title].role,
            score=quote.score,
            label=quote.label or "",
            start=quote.start,
            end=quote.end,
        )
        for quote in quotes
    )
