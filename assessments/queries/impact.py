"""What publishing an open version would move among its neighbours, before anybody decides. Nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from assessments import scoring
from assessments.enums import OPEN, Outcome, Status
from assessments.models import Assessment, PeerQuote, Role, RoleRelation, ScoreCount, Standing

Shape = dict[str, Any]
ORDER = {-1: "below", 0: "equal", 1: "above"}


@dataclass(frozen=True)
class Place:
    """A rank in one scope (`all`, `family`, `zone`), today and then; None where the role does not stand there."""

    scope: str
    key: str
    rank_before: int | None
    rank_after: int | None
    of_after: int

    def as_json(self) -> Shape:
        return {
            "scope": self.scope,
            "key": self.key,
            "rank_before": self.rank_before,
            "rank_after": self.rank_after,
            "of_after": self.of_after,
        }


@dataclass(frozen=True)
class Turned:
    """A neighbour to whom the order, or the order of the zones, would be another. Orders are those of this role to it:
    `above`, `equal`, `below`."""

    slug: str
    title: str
    peer_score: Decimal
    order_before: str
    order_after: str
    zones_before: str
    zones_after: str

    def as_json(self) -> Shape:
        return {
            "peer": {"slug": self.slug, "title": self.title},
            "peer_score": str(self.peer_score),
            "order_before": self.order_before,
            "order_after": self.order_after,
            "zones_before": self.zones_before,
            "zones_after": self.zones_after,
        }


@dataclass(frozen=True)
class Quoting:
    """A published document that quotes another score of this role than it would have; `newly`, if it is right today."""

    slug: str
    title: str
    section: str
    quoted_score: Decimal
    newly: bool

    def as_json(self) -> Shape:
        return {
            "role": {"slug": self.slug, "title": self.title},
            "section": self.section,
            "quoted_score": str(self.quoted_score),
            "newly": self.newly,
        }


@dataclass(frozen=True)
class Impact:
    """What an outcome would publish and what that moves. `score_before` is None where nothing is published yet; then no
    order is turned, for there is none. `neighbours` is how many published roles this one is related to."""

    outcome: str
    score_before: Decimal | None
    score: Decimal
    zone: str
    standing: tuple[Place, ...]
    neighbours: int
    turned: tuple[Turned, ...]
    quotes: tuple[Quoting, ...]

    def as_json(self) -> Shape:
        return {
            "outcome": self.outcome,
            "score_before": None if self.score_before is None else str(self.score_before),
            "score": str(self.score),
            "zone": self.zone,
            "standing": [each.as_json() for each in self.standing],
            "neighbours": self.neighbours,
            "relations": [each.as_json() for each in self.turned],
            "quotes": [each.as_json() for each in self.quotes],
        }


def preview(assessment: Assessment, outcome: str) -> Impact | None:
    """What deciding `outcome` on an open version would move; None where it would publish nothing: a return, a document
    with gaps, an override that nobody proposes, a version that is not open."""
    score = _would_be(assessment, outcome)
    if score is None or assessment.status not in OPEN:
        return None
    role, method = assessment.role, assessment.methodology.method
    today = role.assessments.filter(status=Status.PUBLISHED).values_list("published_score", "published_zone").first()
    before, zone_before = today or (None, "")
    zone = scoring.zone_of(method, score).code
    ranks = {each.code: -index for index, each in enumerate(method.zones)}
    peers = _peers(role)
    turned = (
        _turned(peer, (before, ranks.get(zone_before, 0)), (score, ranks[zone]), ranks)
        for peer in peers
        if before is not None
    )
    return Impact(
        outcome=str(outcome),
        score_before=before,
        score=score,
        zone=zone,
        standing=_standing(role, score, zone),
        neighbours=len(peers),
        turned=tuple(each for each in turned if each is not None),
        quotes=_quotes(role, before, score),
    )


def _would_be(assessment: Assessment, outcome: str) -> Decimal | None:
    proposed = assessment.document["override"]["proposed_score"]
    if outcome == Outcome.RETURNED or assessment.formula_score is None:
        return None
    if outcome == Outcome.OVERRIDE_ACCEPTED:
        places = assessment.methodology.method.score.places
        return None if proposed is None else scoring.half_up(Decimal(proposed), places)
    return assessment.formula_score


def _peers(role: Role) -> list[Assessment]:
    """The published versions of every role that this one is related to, from either side, highest first."""
    out = RoleRelation.objects.filter(source=role).values("target")
    back = RoleRelation.objects.filter(target=role).values("source")
    found = Assessment.objects.filter(Q(role__in=out) | Q(role__in=back), status=Status.PUBLISHED)
    found = found.select_related("role").only("published_score", "published_zone", "role__slug", "role__title")
    return list(found.order_by("-published_score", "role__title", "id"))


def _turned(
    peer: Assessment, before: tuple[Decimal, int], after: tuple[Decimal, int], ranks: Mapping[str, int]
) -> Turned | None:
    """The neighbour, if the order of scores or of zones is another after than before."""
    score = peer.published_score
    assert score is not None, "a published version has a score"
    zone = ranks.get(peer.published_zone, 0)
    orders = [ORDER[_sign(own - score)] for own, _ in (before, after)]
    zones = [ORDER[_sign(own - zone)] for _, own in (before, after)]
    if orders[0] == orders[1] and zones[0] == zones[1]:
        return None
    return Turned(peer.role.slug, peer.role.title, score, *orders, *zones)


def _sign(value: Decimal | int) -> int:
    return (value > 0) - (value < 0)


def _standing(role: Role, score: Decimal, zone: str) -> tuple[Place, ...]:
    """Ranks in the whole, the family and the zones concerned, from the counts, without what this role adds to them."""
    own = Standing.objects.filter(role=role).first()
    scopes = [("all", "")] + ([("family", role.family)] if role.family else []) + [("zone", zone)]
    if own is not None and own.zone != zone:
        scopes.append(("zone", own.zone))
    concerned = Q()
    for scope, key in scopes:
        concerned |= Q(scope=scope, key=key)
    counts = ScoreCount.objects.filter(concerned).values_list("scope", "key")
    sums = {
        (scope, key): (above or 0, above_before or 0, of)
        for scope, key, above, above_before, of in counts.annotate(
            above=Sum("roles", filter=Q(score__gt=score)),
            above_before=Sum("roles", filter=Q(score__gt=own.score if own else score)),
            of=Sum("roles"),
        )
    }
    return tuple(_place(own, scope, key, sums.get((scope, key), (0, 0, 0)), score, zone) for scope, key in scopes)


def _place(own: Standing | None, scope: str, key: str, sums: tuple[int, int, int], score: Decimal, zone: str) -> Place:
    above, above_before, of = sums
    stands = own is not None and {"all": "", "family": own.family, "zone": own.zone}[scope] == key
    stays = scope != "zone" or key == zone
    mine_above = own is not None and stands and own.score > score
    return Place(
        scope,
        key,
        rank_before=above_before + 1 if stands else None,
        rank_after=above - mine_above + 1 if stays else None,
        of_after=of - stands + stays,
    )


def _quotes(role: Role, before: Decimal | None, score: Decimal) -> tuple[Quoting, ...]:
    found = PeerQuote.objects.filter(role=role, assessment__status=Status.PUBLISHED).exclude(score=score)
    found = found.exclude(assessment__role=role)
    found = found.select_related("assessment__role").defer("assessment__document", "assessment__figures")
    return tuple(
        Quoting(each.assessment.role.slug, each.assessment.role.title, each.section, each.score, each.score == before)
        for each in found.order_by("assessment__role__title", "id")
    )
