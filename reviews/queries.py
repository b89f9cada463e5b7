"""The queue, and one review with what a reviewer needs beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from assessments import scoring
from assessments.access import Person
from assessments.actions.publication import label_at, score_named_by
from assessments.enums import Status
from assessments.models import Assessment, User
from reviews.access import may_review, visible_to
from reviews.actions import has_proposal, verdicts_needed
from reviews.models import Review, ReviewState
from reviews.transitions import outcomes_for

Shape = dict[str, Any]


def queue(person: Person) -> QuerySet[Review]:
    """Open reviews the person may see, the longest waiting first, with how many verdicts each has."""
    found = visible_to(person).filter(state=ReviewState.OPEN)
    found = found.select_related("assessment__role", "assessment__methodology", "submitted_by")
    return found.annotate(given=Count("verdicts")).order_by("submitted_at", "id")


def item(review: Review) -> Shape:
    """One entry of the queue (CONTRACT `reviews/`)."""
    assessment = review.assessment
    score = assessment.formula_score
    assert score is not None, "only a complete document is in review"
    return {
        "id": review.pk,
        "assessment": assessment.pk,
        "role": {
            "slug": assessment.role.slug,
            "title": assessment.role.title,
            "seniority": assessment.role.seniority,
            "family": assessment.role.family,
        },
        "number": assessment.number,
        "state": review.state,
        "content_hash": review.content_hash,
        "submitted_at": review.submitted_at,
        "submitted_by": str(review.submitted_by),
        "formula_score": str(score),
        "zone": (assessment.figures or {}).get("zone"),
        "label": (assessment.figures or {}).get("label"),
        "proposed_score": assessment.document["override"]["proposed_score"],
        "borderline": scoring.is_borderline(assessment.methodology.method, score),
        "verdicts": review.given,  # type: ignore[attr-defined]
    }


def choices(assessment: Assessment) -> list[Shape]:
    """The verdicts that may be given, what each would publish, and how many reviewers it takes."""
    found = []
    for outcome in outcomes_for(proposal=has_proposal(assessment)):
        entry: Shape = {
            "outcome": outcome.value,
            "text": outcome.label,
            "score": None,
            "label": "",
            "needed": 1,
        }
        if outcome != "returned":
            score = score_named_by(assessment, outcome)
            entry |= {"score": str(score), "label": label_at(assessment, score).text}
            entry["needed"] = verdicts_needed(assessment, outcome)
        found.append(entry)
    return found


def predecessor(assessment: Assessment) -> Assessment | None:
    """The published version that publishing this one would supersede."""
    return assessment.role.assessments.filter(status=Status.PUBLISHED).exclude(pk=assessment.pk).first()


def may_decide(person: User, review: Review, *, at: datetime) -> str:
    """Empty when the person may give a verdict now; else the reason why not."""
    answer = may_review(person, review.assessment, at=at)
    if not answer:
        return answer.reason
    if review.verdicts.filter(reviewer=person).exists():
        return "You have given your verdict; it waits for a second reviewer."
    return ""


def returned_reasons(own: list[Assessment]) -> dict[int, str]:
    """Why drafts came back: by assessment, the reasons of the last review that returned it."""
    found: dict[int, str] = {}
    returned = Review.objects.filter(assessment__in=own, state=ReviewState.RETURNED).order_by("closed_at")
    for review in returned.prefetch_related("verdicts__reviewer"):
        found[review.assessment_id] = "\n".join(f"{v.reviewer}: {v.rationale}" for v in review.verdicts.all())
    return found


def changes(before: object, after: object, path: str = "") -> list[Shape]:
    """What differs between two documents, place by place: `{"path", "before", "after"}`.

    Dimensions are matched by code, tasks by name and order; everything else by its place.
    """
    if isinstance(before, dict) and isinstance(after, dict):
        keys = list(dict.fromkeys([*before, *after]))
        pairs = [(f"{path}.{key}" if path else key, before.get(key), after.get(key)) for key in keys]
    elif isinstance(before, list) and isinstance(after, list):
        left, right = _by_name(before), _by_name(after)
        keys = list(dict.fromkeys([*left, *right]))
        pairs = [(f"{path} › {key}", left.get(key), right.get(key)) for key in keys]
    elif before == after:
        return []
    else:
        return [{"path": path, "before": before, "after": after}]
    return [change for name, old, new in pairs for change in changes(old, new, name)]


def _by_name(rows: list[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for index, row in enumerate(rows):
        name = row.get("code") or row.get("name") or row.get("lead") if isinstance(row, dict) else None
        key = str(name or index + 1)
        named[key if key not in named else f"{key} ({index + 1})"] = row
    return named
