"""Calibration claims as people read them: held, broken and by how much, or not comparable yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs

from assessments import access
from assessments.enums import Access, BreachClearance, ClaimKind, ClaimState, Status
from assessments.models import AccessRole, Assessment, CalibrationClaim, ClaimBreach, Role, User

Shape = dict[str, Any]
SCORE = DecimalField(max_digits=5, decimal_places=1)
SHOW = {
    "standing": "Standing",
    "broken": "Broken",
    "held": "Held",
    "not_comparable": "Not comparable yet",
    "withdrawn": "Withdrawn",
}
MOST_LISTED = 100
HELD = Decimal("0.0")


@dataclass(frozen=True)
class WouldBe:
    """A claim about a role if its published score were another: by how many points it would be broken (0 when it would
    hold), and by how many it is today (None where the role is not published yet)."""

    claim: CalibrationClaim
    missed_by: Decimal
    missed_today: Decimal | None

    @property
    def turns(self) -> str:
        """What that score would do to it: `breaks`, `mends`, `stays_broken` or `holds`."""
        if self.missed_by > 0:
            return "stays_broken" if self.missed_today else "breaks"
        return "mends" if self.missed_today else "holds"

    def as_json(self) -> Shape:
        return {
            "id": self.claim.pk,
            "claim": str(self.claim),
            "turns": self.turns,
            "broken_by": str(self.missed_by),
            "broken_by_today": None if self.missed_today is None else str(self.missed_today),
        }


def _published(side: str) -> Subquery:
    found = Assessment.objects.filter(role=OuterRef(side), status=Status.PUBLISHED)
    return Subquery(found.values("published_score")[:1], output_field=SCORE)


def _missed(a: Combinable, b: Combinable) -> Case:
    """By how many points two scores miss a claim: null where one is missing, 0 or less where it holds. The rule of
    `assessments.claims`, which `integrity` holds against this."""
    return Case(When(kind=ClaimKind.AT_LEAST, then=b - a), default=Abs(a - b) - F("distance"), output_field=SCORE)


def scored(found: QuerySet[CalibrationClaim]) -> QuerySet[CalibrationClaim]:
    """The claims with the published scores of both roles (`a_score`, `b_score`) and by how much they miss it
    (`missed`)."""
    with_scores = found.annotate(a_score=_published("a"), b_score=_published("b"))
    return with_scores.annotate(missed=_missed(F("a_score"), F("b_score")))


def asked(person: User, *, show: str = "", slug: str = "", mine: bool = False) -> QuerySet[CalibrationClaim]:
    """The claims that a person may see: of one state in `SHOW` ("" for all), about one role, declared by them; with
    scores and the latest breaches, the newest first."""
    found = _with_breaches(access.claims_visible_to(person))
    if slug:
        found = found.filter(Q(a__slug=slug) | Q(b__slug=slug))
    if mine:
        found = found.filter(by=person)
    if show:
        wanted = ClaimState.WITHDRAWN if show == "withdrawn" else ClaimState.STANDING
        found = found.filter(state=wanted)
    compared = {"broken": Q(missed__gt=0), "held": Q(missed__lte=0), "not_comparable": Q(missed__isnull=True)}
    return found.filter(compared.get(show, Q())).order_by("-pk")


def every() -> Iterable[Any]:
    """All claims as `asked` has them, whoever may see them: for the proofs."""
    return _with_breaches(CalibrationClaim.objects.all()).order_by("pk").iterator(1000)


def _with_breaches(found: QuerySet[CalibrationClaim]) -> QuerySet[CalibrationClaim]:
    breaches = ClaimBreach.objects.select_related("owner", "cleared_by").order_by("-pk")
    found = scored(found).select_related("a", "b", "by", "withdrawn_by")
    return found.prefetch_related(Prefetch("breaches", breaches, to_attr="latest"))


def shape(claim: Any) -> Shape:
    """One claim of `asked` as scripts read it. `check` is `held`, `broken` or `not_comparable` by the published scores;
    null once it is withdrawn."""
    standing = claim.state == ClaimState.STANDING
    breach = open_breach(claim)
    known = accepted(claim)
    return {
        "id": claim.pk,
        "claim": str(claim),
        "kind": claim.kind,
        "a": _side(claim.a, claim.a_score),
        "b": _side(claim.b, claim.b_score),
        "distance": None if claim.distance is None else str(claim.distance),
        "reason": claim.reason,
        "by": str(claim.by),
        "at": claim.at,
        "state": claim.state,
        "check": check(claim) if standing else None,
        "broken_by": str(claim.missed) if standing and check(claim) == "broken" else None,
        "breach": None if breach is None else _breach(breach),
        "accepted": None
        if known is None
        else {"by": str(known.cleared_by), "at": known.cleared_at, "reason": known.reason},
        "withdrawn": None
        if standing
        else {"by": str(claim.withdrawn_by), "at": claim.withdrawn_at, "reason": claim.withdrawal_reason},
    }


def check(claim: Any) -> str:
    """How a claim of `scored` stands to the published scores."""
    if claim.missed is None:
        return "not_comparable"
    return "broken" if claim.missed > 0 else "held"


def open_breach(claim: Any) -> ClaimBreach | None:
    """The open breach of a claim of `asked`."""
    return next((each for each in claim.latest if each.cleared_at is None), None)


def accepted(claim: Any) -> ClaimBreach | None:
    """The breach by which the scores of today were accepted, of a claim of `asked` that is broken by them."""
    scores = (claim.a_score, claim.b_score)
    if claim.state != ClaimState.STANDING or check(claim) != "broken":
        return None
    known = (each for each in claim.latest if each.clearance == BreachClearance.ACCEPTED)
    return next((each for each in known if (each.a_now, each.b_now) == scores), None)


def missing(claim: Any) -> list[Role]:
    """The roles of a claim of `scored` that have no published version, and so break nothing."""
    return [role for role, score in ((claim.a, claim.a_score), (claim.b, claim.b_score)) if score is None]


def _side(role: Role, score: Decimal | None) -> Shape:
    return {"slug": role.slug, "title": role.title, "score": None if score is None else str(score)}


def _breach(breach: ClaimBreach) -> Shape:
    return {
        "id": breach.pk,
        "raised_at": breach.raised_at,
        "raised_at_scores": [str(breach.a_score), str(breach.b_score)],
        "scores": [str(breach.a_now), str(breach.b_now)],
        "owner": None if breach.owner is None else breach.owner.username,
    }


def broken_for(person: User) -> list[CalibrationClaim]:
    """The broken claims that wait for this reviewer: whose open breach is theirs, or nobody's who reviews still; the
    longest broken first."""
    if not person.holds(Access.REVIEWER):
        return []
    reviewing = AccessRole.objects.filter(user=OuterRef("owner"), code=Access.REVIEWER, user__is_active=True)
    open_ones = ClaimBreach.objects.filter(Q(owner=person) | ~Exists(reviewing), cleared_at__isnull=True)
    found: list[Any] = list(asked(person).filter(pk__in=open_ones.values("claim"))[:MOST_LISTED])
    return sorted(found, key=lambda claim: claim.latest[0].pk)


def touching(role: Role) -> QuerySet[CalibrationClaim]:
    """The standing claims about a role, on either side, with scores."""
    found = CalibrationClaim.objects.filter(Q(a=role) | Q(b=role), state=ClaimState.STANDING)
    return scored(found).select_related("a", "b").order_by("pk")
