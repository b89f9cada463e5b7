"""The part of a review's life that happens to the assessment itself: into review, out of it, and published.

`reviews.actions` decides; these carry it out, on a row that the caller has locked, in the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Lower

from assessments import audit, documents, flags, prepared, rows, scoring
from assessments.actions import retraction
from assessments.actions.roles import answer_names, name_distinct, request_recompute
from assessments.documents import Quote
from assessments.enums import Access, Outcome, Status
from assessments.models import Assessment, AuditEvent, Decision, User
from assessments.queries import roles as find
from assessments.queries.loose_ends import loose_ends
from assessments.queries.roles import Match
from assessments.transitions import next_status

PUBLICATION = ("published_at", "published_score", "published_zone", "published_sub_label", "published_label")
# No key of it changes: the recompute, which may be raising a flag on it, does not wait for us while we wait for it.
PREDECESSOR = (
    "SELECT id, number, status FROM assessments_assessment WHERE role_id = %s AND status = %s FOR NO KEY UPDATE"
)
QUOTES = """
INSERT INTO assessments_peerquote (assessment_id, section, role_title, role_id, score, label, start, "end")
SELECT %s, quote.* FROM jsonb_to_recordset(%s::jsonb)
  AS quote(section text, role_title text, role_id bigint, score numeric, label text, start integer, "end" integer)
"""


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


@transaction.atomic(savepoint=False)
def publish(
    *, assessment: Assessment, outcome: str, reason: str, by: User, concurring: User | None, at: datetime
) -> Decision:
    """Record the decision, supersede the predecessor, publish, relate, and ask for the recompute: one transaction.

    The predecessor moves first: only one published version of a role may exist at any moment.
    """
    assessment.status = next_status(assessment.status, "publish")
    decision = _decide(assessment, outcome=outcome, reason=reason, by=by, concurring=concurring, at=at)
    predecessor = _supersede_predecessor(assessment, by=by, at=at)
    assessment.published_at = at
    assessment.published_score = decision.published_score
    assessment.published_zone = decision.published_zone
    assessment.published_sub_label = label_at(assessment, decision.published_score).sub_label or ""
    assessment.published_label = decision.published_label
    audit.save(assessment, by=by, at=at, reason=decision.statement, fields=("status", *PUBLICATION))
    audit.append(_events(assessment, decision, predecessor, by=by, at=at))
    _follow_up(assessment, predecessor, by=by, at=at, role_held=decision.role_held)
    request_recompute(assessment.role)
    return decision


def _decide(
    assessment: Assessment, *, outcome: str, reason: str, by: User, concurring: User | None, at: datetime
) -> Decision:
    assert assessment.formula_score is not None
    score = score_named_by(assessment, outcome)
    before, after = label_at(assessment, assessment.formula_score), label_at(assessment, score)
    decision = Decision(
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
    rows.insert([decision])
    return decision


def _supersede_predecessor(assessment: Assessment, *, by: User, at: datetime) -> Assessment | None:
    """The version before steps back, if one is published; of it no more is read than is needed."""
    found = prepared.execute(PREDECESSOR, [assessment.role_id, Status.PUBLISHED])
    if not found:
        return None
    predecessor = Assessment.from_db(connection.alias, ("id", "number", "status"), found[0])
    predecessor.status = next_status(predecessor.status, "supersede")
    predecessor.superseded_at = at
    reason = f"Superseded by version {assessment.number}"
    audit.save(predecessor, by=by, at=at, reason=reason, fields=("status", "superseded_at"))
    return predecessor


def _events(
    assessment: Assessment, decision: Decision, predecessor: Assessment | None, *, by: User, at: datetime
) -> list[AuditEvent]:
    held = decision.role_held
    events = []
    if predecessor is not None:
        data: dict[str, object] = {"number": predecessor.number, "by_number": assessment.number}
        events += [audit.event("assessment.superseded", by=by, at=at, role_held=held, about=predecessor, data=data)]
    data = {
        "number": assessment.number,
        "outcome": decision.outcome,
        "formula_score": str(decision.formula_score),
        "published_score": str(decision.published_score),
        "label": decision.published_label,
        "methodology": assessment.methodology.version,
        "content_hash": decision.content_hash,
    }
    return [*events, audit.event("assessment.published", by=by, at=at, role_held=held, about=assessment, data=data)]


def _follow_up(
    assessment: Assessment, predecessor: Assessment | None, *, by: User, at: datetime, role_held: str
) -> None:
    """What was open about the predecessor is moot; what the document names finds its roles, and what waited for this
    role's names finds it. Seldom is there any of this but the quotes: one question asks."""
    document = documents.from_canonical(assessment.document)
    quotes, titles = documents.quotes_in(document), documents.distinct_titles(document)
    role = assessment.role
    matches = find.by_names({*titles, *(quote.role_title for quote in quotes)}, near=role)
    loose = loose_ends(role, predecessor)
    if predecessor and loose.proposed:
        retraction.lapse(assessment=predecessor, by_number=assessment.number, by=by, at=at)
    if predecessor and loose.flagged:
        flags.replace(predecessor, at=at)
    _keep_quotes(assessment, quotes, matches)
    distinct = {title: matches[title] for title in titles}
    name_distinct(source=role, matches=distinct, known=loose, by=by, at=at, role_held=role_held)
    if loose.waited_for:
        answer_names([Lower(Value(role.title))], by=by, at=at, role_held=role_held)
        # Alternate titles of O*NET name a role only from the moment it is published.
        aliases = role.aliases.values(lowered=Lower("text"))
        answer_names(aliases, by=by, at=at, role_held=role_held)


def _keep_quotes(assessment: Assessment, quotes: Iterable[Quote], matches: Mapping[str, Match]) -> None:
    kept = [
        {
            "section": quote.section,
            "role_title": quote.role_title,
            "role_id": matches[quote.role_title].role_id,
            "score": str(quote.score),
            "label": quote.label or "",
            "start": quote.start,
            "end": quote.end,
        }
        for quote in quotes
    ]
    prepared.execute(QUOTES, [assessment.pk, json.dumps(kept)])
