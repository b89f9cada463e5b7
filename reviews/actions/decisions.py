"""Submitting, recalling and deciding: the only doors by which a review changes.

Lock order everywhere: the assessment first, then its review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from assessments import access, audit, scoring
from assessments.actions import drafts, errata, publication
from assessments.enums import Access, Outcome
from assessments.errors import Conflict, Invalid, Invisible, Place
from assessments.models import Assessment, User
from assessments.transitions import next_status
from reviews.access import has_given_verdict, may_review, that_count
from reviews.models import Review, ReviewState, Verdict
from reviews.notifications import events
from reviews.openings import is_only_an_opening
from reviews.transitions import Given, Result, next_state, outcomes_for, result_of

RATIONALE_LIMIT = 5000


@dataclass(frozen=True)
class VerdictGiven:
    """What a verdict did: its outcome, the review's state after it, the assessment's status after it."""

    outcome: str
    review: str
    assessment: str


@transaction.atomic
def submit(*, assessment_id: int, by: User, at: datetime) -> Assessment:
    """Send a draft into review. Invalid with every open problem of level error; Conflict unless it is a draft
    scored with the method in force."""
    assessment = drafts.lock(assessment_id, by=by)
    access.require(access.may_edit(by, assessment))
    next_status(assessment.status, "submit")
    drafts.require_active_method(assessment)
    drafts.require_no_errors(drafts.evaluate_version(assessment).problems)
    publication.enter_review(assessment=assessment, by=by, at=at)
    review = Review.objects.create(
        assessment=assessment,
        content_hash=assessment.content_hash,
        methodology=assessment.methodology,
        submitted_at=at,
        submitted_by=by,
    )
    events.submitted(review, by=by, at=at)
    return assessment


@transaction.atomic
def recall(*, assessment_id: int, by: User, at: datetime) -> Assessment:
    """Take one's own submission back to a draft while nobody has decided it."""
    assessment = drafts.lock(assessment_id, by=by)
    access.require(access.may_edit(by, assessment))
    next_status(assessment.status, "recall")
    review = _open_review(assessment)
    _close(review, "recall", at=at)
    publication.leave_review(
        assessment=assessment,
        verb="recall",
        reason="Recalled by its author",
        by=by,
        at=at,
        role_held=Access.ASSESSOR,
    )
    return assessment


@transaction.atomic
def give_verdict(
    *, assessment_id: int, outcome: str, rationale: str, content_hash: str, by: User, at: datetime
) -> VerdictGiven:
    """One reviewer's decision on exactly the content they read (`content_hash`).

    Publishes, returns, or waits for a second reviewer, as `reviews.transitions.result_of` says. Forbidden for
    contributors and those with an interest; Conflict for another hash, a changed method, a closed review, or a second
    verdict of the same person; Invalid for an outcome that does not fit or a missing reason.
    """
    assessment = _locked_for_verdict(assessment_id, by=by)
    access.require(may_review(by, assessment, at=at))
    next_status(assessment.status, "return" if outcome == Outcome.RETURNED else "publish")
    review = _open_review(assessment)
    _require_fitting(assessment, outcome, rationale)
    _require_read(assessment, review, content_hash, outcome)
    if has_given_verdict(by, assessment):
        raise Conflict("You have given your verdict on this submission already.", code="verdict_given")
    verdict = Verdict.objects.create(
        review=review,
        reviewer=by,
        outcome=outcome,
        rationale=rationale.strip(),
        content_hash=content_hash,
        given_at=at,
    )
    audit.record(
        "verdict.given",
        by=by,
        at=at,
        role_held=Access.REVIEWER,
        about=assessment,
        data={"outcome": outcome, "rationale": verdict.rationale, "content_hash": content_hash},
    )
    _carry_out(assessment, review, verdict, at=at)
    return VerdictGiven(outcome, review.state, assessment.status)


def verdicts_needed(assessment: Assessment, outcome: str) -> int:
    """How many concurring reviewers `outcome` takes, as the methodology says of the score it would publish."""
    stands, formula = publication.score_named_by(assessment, outcome), assessment.formula_score
    assert formula is not None, "what is in review is scored"
    labels = (publication.label_at(assessment, formula), publication.label_at(assessment, stands))
    return scoring.verdicts_needed(assessment.methodology.method, formula=formula, stands=stands, labels=labels)


def fitting_outcomes(assessment: Assessment) -> tuple[Outcome, ...]:
    """The verdicts that may be given on this submission; a return alone where an erratum has nothing to correct."""
    try:
        corrects = errata.outcome_kept(assessment)
    except Conflict:
        return (Outcome.RETURNED,)
    proposal = assessment.document["override"]["proposed_score"] is not None
    return outcomes_for(proposal=proposal, corrects=corrects)


def _locked_for_verdict(assessment_id: int, *, by: User) -> Assessment:
    """The locked row. A reviewer who was overtaken by a return, a recall or a withdrawal is told so: that it was in
    review is no secret to them, though what became of it since is."""
    try:
        return drafts.lock(assessment_id, by=by)
    except Invisible:
        if access.holds(by, Access.REVIEWER) and Review.objects.filter(assessment=assessment_id).exists():
            raise Conflict("This submission is not in review any more.", code="wrong_state") from None
        raise


def _open_review(assessment: Assessment) -> Review:
    """The review of an assessment that is in review: submitting opens it, and only what ends the review closes it."""
    return Review.objects.select_for_update(no_key=True).get(assessment=assessment, state=ReviewState.OPEN)


def _require_fitting(assessment: Assessment, outcome: str, rationale: str) -> None:
    fitting = fitting_outcomes(assessment)
    if outcome in Outcome.values and outcome not in fitting and errata.outcome_kept(assessment):
        decided = f"An erratum moves no score. The version it corrects was decided “{fitting[0].label}”"
        raise _wrong("outcome", f"{decided}: give that verdict again, or return it.")
    if outcome not in fitting:
        raise _wrong("outcome", f"The verdict on this submission is one of {', '.join(fitting)}.")
    if not rationale.strip():
        raise _wrong("rationale", "Give the reason for your verdict.")
    if is_only_an_opening(rationale):
        raise _wrong("rationale", "Finish the sentence you started from: say what follows its “because”.")
    if len(rationale) > RATIONALE_LIMIT:
        raise _wrong("rationale", f"The reason has more than {RATIONALE_LIMIT} characters; shorten it.")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code=field, places=[Place(field, field, sentence)])


def _require_read(assessment: Assessment, review: Review, content_hash: str, outcome: str) -> None:
    """A verdict is bound to the content and the method that the reviewer read (invariant 4).

    A return stays possible when the method changed, or what an erratum corrects is gone: it is the way out.
    """
    if content_hash != review.content_hash or content_hash != assessment.content_hash:
        raise Conflict(
            "The submission is not the one you read: it was changed and submitted again. Read it as it is now.",
            code="stale_content",
        )
    if outcome == Outcome.RETURNED:
        return
    errata.outcome_kept(assessment)
    if drafts.method_bars(assessment):
        raise Conflict(
            f"The method changed since this was submitted under {review.methodology.version}; it must be returned.",
            code="changed_method",
        )


def _carry_out(assessment: Assessment, review: Review, verdict: Verdict, *, at: datetime) -> None:
    given = review.verdicts.select_related("reviewer").order_by("id")
    verdicts = that_count(given, assessment, at=at)
    needed = 1 if verdict.outcome == Outcome.RETURNED else verdicts_needed(assessment, verdict.outcome)
    result = result_of([Given(v.reviewer_id, v.outcome) for v in verdicts], needed=needed)
    if result is Result.WAIT:
        return
    if result is Result.RETURN:
        _close(review, "return", at=at)
        reason = "\n\n".join(f"{v.reviewer} ({v.get_outcome_display()}): {v.rationale}" for v in verdicts)
        publication.leave_review(
            assessment=assessment,
            verb="return",
            reason=reason,
            by=verdict.reviewer,
            at=at,
            role_held=Access.REVIEWER,
        )
        events.returned(review, by=verdict.reviewer, at=at)
        return
    _close(review, "decide", at=at)
    first = verdicts[0].reviewer if len(verdicts) > 1 else None
    publication.publish(
        assessment=assessment,
        outcome=verdict.outcome,
        reason=_reasons(verdicts),
        by=verdict.reviewer,
        concurring=first,
        at=at,
    )
    events.decided(assessment, by=verdict.reviewer, at=at)


def _reasons(verdicts: Sequence[Verdict]) -> str:
    """The reason of the one who decided; of two, each under its writer's name."""
    if len(verdicts) == 1:
        return verdicts[0].rationale
    return "\n\n".join(f"{each.reviewer}: {each.rationale}" for each in verdicts)


def _close(review: Review, verb: str, *, at: datetime) -> None:
    review.state = next_state(review.state, verb)
    review.closed_at = at
    review.save(update_fields=["state", "closed_at"])
