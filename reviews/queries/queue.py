"""The queue: which open reviews, in which order, and what a row says of each.

A page is found by ids first and read by them then, so that nothing of ten thousand documents is looked at but what the
page shows; the number of queries does not depend on the number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from assessments import scoring
from assessments.access import Person
from assessments.enums import Kind, Status
from assessments.models import Contribution, Role, User
from reviews.access import Bar, bars, interests_of, visible_to
from reviews.models import Assignment, Claim, Review, ReviewState, Verdict

Shape = dict[str, Any]
SORTS = {
    "waiting": "Waiting longest first",
    "borderline": "Borderline first",
    "due": "Due first",
    "score": "Lowest score first",
    "-score": "Highest score first",
}
CLAIMED = {"nobody": "Nobody is on it", "somebody": "Somebody is on it"}
FLAGS = ("borderline", "override", "mine", "assigned", "overdue")
PROPOSED = KeyTextTransform("proposed_score", KeyTransform("override", "assessment__document"))
EDGE = KeyTextTransform("borderline", "assessment__figures")


@dataclass(frozen=True)
class Asked:
    """What a reader of the queue asks for; it stands in the address, and what makes no sense there is not heeded."""

    borderline: bool = False
    override: bool = False
    mine: bool = False
    assigned: bool = False
    overdue: bool = False
    claimed: str = ""
    family: str = ""
    kind: str = ""
    sort: str = "waiting"

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """From the parameters of an address."""
        given: dict[str, Any] = {name: query.get(name) == "1" for name in FLAGS}
        for name, values in (("claimed", CLAIMED), ("kind", Kind.values), ("sort", SORTS)):
            word = query.get(name, "")
            given |= {name: word} if word in values else {}
        return cls(**given, family=query.get("family", "")[:120])

    def as_query(self) -> dict[str, str]:
        """The parameters again, without those that say nothing."""
        said = {name: "1" if value is True else str(value) for name, value in asdict(self).items() if value}
        return {name: value for name, value in said.items() if (name, value) != ("sort", "waiting")}


def queue(person: Person, asked: Asked, *, at: datetime) -> QuerySet[Review]:
    """The open reviews a person may see, of them what they asked for, in the order they asked for."""
    found = visible_to(person).filter(state=ReviewState.OPEN, assessment__status=Status.IN_REVIEW)
    claims, assigned = live_claims(at), Assignment.objects.filter(review=OuterRef("pk"), ended_at=None)
    if asked.borderline:
        found = found.filter(assessment__figures__borderline=True)
    if asked.override:
        found = found.alias(proposed=PROPOSED).filter(proposed__isnull=False)
    if asked.family:
        found = found.filter(assessment__role__family=asked.family)
    if asked.kind:
        found = found.filter(assessment__kind=asked.kind)
    if asked.claimed:
        held = Exists(claims.filter(review=OuterRef("pk")))
        found = found.filter(held if asked.claimed == "somebody" else ~held)
    if asked.mine:
        found = found.filter(_mine(person, at=at))
    if asked.assigned:
        found = found.filter(Exists(assigned.filter(reviewer=person.pk)))
    if asked.overdue:
        found = found.filter(pk__in=Assignment.objects.overdue(at).values("review"))
    return _sorted(found, asked.sort)


def live_claims(at: datetime) -> QuerySet[Claim]:
    """Claims that are neither released nor run out."""
    return Claim.objects.filter(released_at=None, expires_at__gt=at)


def waiting_for(person: User, *, at: datetime) -> QuerySet[Review]:
    """What waits for this reviewer's verdict: nothing they are barred from or have decided on; first what they were
    asked for, by due date, then what they are on, then the rest, the longest waiting first."""
    interests = list(interests_of(person, at=at))
    barred = Q(assessment__in=Contribution.objects.filter(user=person).values("assessment"))
    barred |= Q(pk__in=Verdict.objects.filter(reviewer=person).values("review"))
    barred |= Q(assessment__role__in=[each.role_id for each in interests if each.role_id])
    barred |= Q(assessment__role__family__in=[each.family for each in interests if each.family])
    found = visible_to(person).filter(~barred, state=ReviewState.OPEN, assessment__status=Status.IN_REVIEW)
    asked = Assignment.objects.filter(review=OuterRef("pk"), reviewer=person, ended_at=None)
    on_it = live_claims(at).filter(review=OuterRef("pk"), reviewer=person)
    found = found.annotate(asked_until=Subquery(asked.values("due_at")[:1]), on_it=Exists(on_it))
    return found.order_by(F("asked_until").asc(nulls_last=True), "-on_it", "submitted_at", "id")


def entries(ids: Sequence[int], person: Person, *, at: datetime) -> list[Shape]:
    """The rows of a page, in the order of `ids`."""
    found = Review.objects.filter(pk__in=ids).select_related("assessment__role", "submitted_by")
    found = found.select_related("assessment__methodology").defer("assessment__document")
    reviews = found.annotate(given=Count("verdicts"), proposed=PROPOSED).in_bulk(ids)
    barred = bars(person, (review.assessment for review in reviews.values()), at=at)
    claims = live_claims(at).filter(review__in=reviews).select_related("reviewer").order_by("claimed_at", "id")
    asked = Assignment.objects.filter(review__in=reviews, ended_at=None).select_related("reviewer").order_by("due_at")
    decided = set(Verdict.objects.filter(review__in=reviews, reviewer=person.pk).values_list("review", flat=True))
    rows = {pk: item(reviews[pk]) | _standing(barred, pk in decided, reviews[pk]) for pk in ids if pk in reviews}
    for claim in claims:
        said = claim_said(claim, person)
        rows[claim.review_id]["claims"].append(said)
        rows[claim.review_id]["on_it"] |= said["mine"]
    for each in asked:
        rows[each.review_id]["assigned"].append(assignment_said(each, person, at=at))
    return list(rows.values())


def item(review: Review) -> Shape:
    """One entry of the queue (CONTRACT `reviews/`), of a review with `given` and `proposed`."""
    assessment = review.assessment
    score, figures = assessment.formula_score, assessment.figures
    assert score is not None, "only a complete document is in review"
    assert figures is not None
    role = assessment.role
    return {
        "id": review.pk,
        "assessment": assessment.pk,
        "role": {"slug": role.slug, "title": role.title, "seniority": role.seniority, "family": role.family},
        "number": assessment.number,
        "kind": assessment.kind,
        "kind_said": assessment.get_kind_display(),
        "state": review.state,
        "content_hash": review.content_hash,
        "submitted_at": review.submitted_at,
        "submitted_by": str(review.submitted_by),
        "formula_score": str(score),
        "zone": figures["zone"],
        "label": figures["label"],
        "proposed_score": review.proposed,  # type: ignore[attr-defined]
        "borderline": scoring.is_borderline(assessment.methodology.method, score),
        "verdicts": review.given,  # type: ignore[attr-defined]
    }


def families() -> list[str]:
    """Every family that a role is in, in order."""
    return list(Role.objects.exclude(family="").values_list("family", flat=True).distinct().order_by("family"))


def claim_said(claim: Claim, person: Person) -> Shape:
    """Who is on a review since when."""
    return {
        "reviewer": str(claim.reviewer),
        "since": claim.claimed_at,
        "until": claim.expires_at,
        "mine": claim.reviewer_id == person.pk,
    }


def assignment_said(given: Assignment, person: Person, *, at: datetime) -> Shape:
    """Who was asked for a verdict until when."""
    return {
        "reviewer": str(given.reviewer),
        "username": given.reviewer.username,
        "due_at": given.due_at,
        "overdue": given.due_at < at,
        "note": given.note,
        "mine": given.reviewer_id == person.pk,
    }


def _standing(barred: Mapping[int, Bar], decided: bool, review: Review) -> Shape:
    bar = barred.get(review.assessment_id)
    return {"claims": [], "assigned": [], "on_it": False, "barred": bar.own if bar else "", "decided": decided}


def _mine(person: Person, *, at: datetime) -> Q:
    """Reviews a person is on, was asked for, or has given a first verdict on."""
    claims = live_claims(at).filter(reviewer=person.pk).values("review")
    asked = Assignment.objects.filter(reviewer=person.pk, ended_at=None).values("review")
    return Q(pk__in=claims) | Q(pk__in=asked) | Q(pk__in=Verdict.objects.filter(reviewer=person.pk).values("review"))


def _sorted(found: QuerySet[Review], sort: str) -> QuerySet[Review]:
    if sort == "borderline":
        found = found.alias(edge=EDGE)
        return found.order_by(F("edge").desc(), "submitted_at", "id")
    if sort == "due":
        asked = Assignment.objects.filter(review=OuterRef("pk"), ended_at=None).order_by("due_at")
        found = found.alias(due=Subquery(asked.values("due_at")[:1]))
        return found.order_by(F("due").asc(nulls_last=True), "submitted_at", "id")
    if sort in {"score", "-score"}:
        return found.order_by(sort.replace("score", "assessment__formula_score"), "submitted_at", "id")
    return found.order_by("submitted_at", "id")
