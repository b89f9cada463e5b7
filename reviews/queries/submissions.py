"""One review with what a reviewer needs beside it, and what a desk says of one's own submissions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from assessments import scoring
from assessments.actions.publication import label_at, score_named_by
from assessments.enums import Access, Outcome, Status
from assessments.models import Assessment, User
from reviews.access import barred
from reviews.actions import fitting_outcomes, verdicts_needed
from reviews.models import Review, ReviewState, Verdict
from reviews.transitions import MOVES

Shape = dict[str, Any]
VERBS = {
    Outcome.FORMULA_ACCEPTED: "Accept the formula score",
    Outcome.OVERRIDE_ACCEPTED: "Accept the override",
    Outcome.OVERRIDE_DECLINED: "Decline the override; the formula score stands",
    Outcome.RETURNED: next(move.button for move in MOVES if move.verb == "return"),
}


def choices(assessment: Assessment, given: Sequence[Verdict] = ()) -> list[Shape]:
    """The verdicts that may be given: what each would publish, how that differs from the published score, how many
    reviewers it takes and why, and what it would come to beside the verdicts `given` so far."""
    published = predecessor(assessment)
    found = []
    for outcome in fitting_outcomes(assessment):
        entry: Shape = {"outcome": outcome.value, "text": VERBS[outcome], "then": _then(outcome, given)}
        entry |= {"score": None, "needed": 1}
        if outcome != Outcome.RETURNED:
            score = score_named_by(assessment, outcome)
            label = label_at(assessment, score)
            shown = scoring.half_up(score, assessment.methodology.method.score.places)
            entry |= {"score": str(shown), "zone": label.zone, "label": label.text}
            entry |= {"needed": verdicts_needed(assessment, outcome), "why": _why_more(assessment, score)}
            if published is not None and published.published_score is not None:
                entry["difference"] = f"{score - published.published_score:+}"
        found.append(entry)
    return found


def _why_more(assessment: Assessment, score: Decimal) -> str:
    """Why a score takes more than one reviewer, if it does."""
    if scoring.is_borderline(assessment.methodology.method, score):
        return f"the score lies within {assessment.methodology.method.borderline} of the edge of a zone"
    return "the override is large, or moves the zone or the label"


def _then(outcome: Outcome, given: Sequence[Verdict]) -> str:
    """What a verdict would come to beside the ones given before it."""
    if outcome == Outcome.RETURNED or not given:
        return ""
    first = given[0]
    if first.outcome == outcome:
        return f"{first.reviewer} gave this verdict: yours would publish it."
    return f"{first.reviewer} gave another verdict: two that differ return the draft with both reasons."


def submitted(review: Review) -> Assessment:
    """The assessment as it was submitted to this review, whatever became of the draft since: read from history by the
    content hash, so that a closed review shows what its reviewers read and nothing written afterwards."""
    kept = Assessment.history.filter(id=review.assessment_id, content_hash=review.content_hash)
    as_it_was: Assessment = kept.order_by("-history_id")[0].instance
    as_it_was.role, as_it_was.methodology = review.assessment.role, review.methodology
    return as_it_was


def predecessor(assessment: Assessment, *, closed_at: datetime | None = None) -> Assessment | None:
    """The published version that publishing this one would supersede; of a review that was closed then, the version
    that stood published until then."""
    others = assessment.role.assessments.exclude(pk=assessment.pk)
    if closed_at is None:
        return others.filter(status=Status.PUBLISHED).first()
    standing = Q(superseded_at__isnull=True) | Q(superseded_at__gte=closed_at)
    standing &= Q(retracted_at__isnull=True) | Q(retracted_at__gt=closed_at)
    return others.filter(standing, published_at__lt=closed_at).order_by("-number").first()


def askable(review: Review, *, at: datetime) -> list[Shape]:
    """The reviewers by name, each with what bars them from a verdict on this submission, "" where nothing does."""
    found = User.objects.filter(is_active=True, access_roles__code=Access.REVIEWER)
    reviewers = list(found.order_by("display_name", "username"))
    bars = barred([each.pk for each in reviewers], review.assessment, at=at)
    return [
        {"reviewer": each, "barred": bars[each.pk].said.rstrip(".") if each.pk in bars else ""} for each in reviewers
    ]


def returned_reasons(own: list[Assessment]) -> dict[int, str]:
    """Why drafts came back: by assessment, the reasons of the last review that returned it."""
    found: dict[int, str] = {}
    returned = Review.objects.filter(assessment__in=own, state=ReviewState.RETURNED).order_by("closed_at")
    for review in returned.prefetch_related("verdicts__reviewer"):
        found[review.assessment_id] = "\n".join(f"{v.reviewer}: {v.rationale}" for v in review.verdicts.all())
    return found


def open_reviews(own: list[Assessment]) -> dict[int, int]:
    """The open review of each assessment that has one, by ids."""
    found = Review.objects.filter(assessment__in=own, state=ReviewState.OPEN)
    return dict(found.values_list("assessment_id", "id"))
