"""What publishing an open version would move among its neighbours: the difference of two readings, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from assessments.enums import Status
from assessments.models import PeerComparison, Role, RoleRelation, Standing
from assessments.queries import claims, quotes, standing
from assessments.queries.claims import WouldBe
from assessments.queries.standing import Counted, Scope
from assessments.scoring import Method

Shape = dict[str, Any]
ORDER = {-1: "below", 0: "equal", 1: "above"}
HELD = Decimal("0.0")


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
class Inverted:
    """A neighbour to whom the order would contradict the inputs (`made`), or would cease to (`mended`)."""

    slug: str
    title: str
    peer_score: Decimal
    turns: str

    def as_json(self) -> Shape:
        return {
            "peer": {"slug": self.slug, "title": self.title},
            "peer_score": str(self.peer_score),
            "turns": self.turns,
        }


@dataclass(frozen=True)
class Quoting:
    """A published document that quotes this role: `newly`, if it is right today and would be stale; or stale today and
    right then, where it stands among the mended."""

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
    order is turned, for there is none. `neighbours` is how many published roles this one would be related to."""

    outcome: str
    score_before: Decimal | None
    score: Decimal
    zone: str
    standing: tuple[Place, ...]
    neighbours: int
    turned: tuple[Turned, ...]
    inversions: tuple[Inverted, ...]
    quotes: tuple[Quoting, ...]
    mended: tuple[Quoting, ...]
    claims: tuple[WouldBe, ...]

    def as_json(self) -> Shape:
        return {
            "outcome": self.outcome,
            "score_before": None if self.score_before is None else str(self.score_before),
            "score": str(self.score),
            "zone": self.zone,
            "standing": [each.as_json() for each in self.standing],
            "neighbours": self.neighbours,
            "relations": [each.as_json() for each in self.turned],
            "inversions": [each.as_json() for each in self.inversions],
            "quotes": [each.as_json() for each in self.quotes],
            "mended_quotes": [each.as_json() for each in self.mended],
            "claims": [each.as_json() for each in self.claims],
        }


@dataclass(frozen=True)
class Compared:
    """How a role stands to one neighbour, as the recompute has it."""

    difference: Decimal
    peer_score: Decimal
    zone: str
    peer_zone: str
    inversion: bool


@dataclass(frozen=True)
class Reading:
    """What a publication of a role can move, as the last recompute left it: comparisons by the key of the neighbour,
    where it stands, published quotes of it and claims about it by their keys."""

    score: Decimal | None
    comparisons: Mapping[int, Compared]
    standing: Standing | None
    counts: Mapping[Scope, Counted]
    quotes: Mapping[int, Any]
    claims: Mapping[int, Any]


def read(role: Role, *, besides: Reading | None = None) -> Reading:
    """What can be read now; the counts also of the scopes in which `besides` has the role."""
    stands = Standing.objects.filter(role=role).first()
    scopes = standing.scopes_of(stands) if stands else []
    if besides is not None and besides.standing is not None:
        scopes += [each for each in standing.scopes_of(besides.standing) if each not in scopes]
    fields = ("peer", "difference", "peer_score", "zone", "peer_zone", "inversion")
    rows = PeerComparison.objects.filter(role=role).values_list(*fields)
    return Reading(
        score=role.assessments.filter(status=Status.PUBLISHED).values_list("published_score", flat=True).first(),
        comparisons={peer: Compared(*row) for peer, *row in rows},
        standing=stands,
        counts=standing.counted(scopes, stands.score) if stands else {},
        quotes=quotes.about(role),
        claims={claim.pk: claim for claim in claims.touching(role)},
    )


def between(outcome: str, before: Reading, after: Reading, *, method: Method) -> Impact:
    """What lies between two readings of a role, the second with `outcome` published."""
    assert after.score is not None, "the outcome was published"
    assert after.standing is not None, "what is published stands somewhere"
    turned, inverted = _turned(before, after, method), _inverted(before, after)
    names = dict(Role.objects.filter(pk__in={*turned, *inverted}).values_list("pk", "title"))
    slugs = dict(Role.objects.filter(pk__in=names).values_list("pk", "slug"))
    order = sorted(names, key=lambda peer: (-after.comparisons[peer].peer_score, names[peer], peer))
    score_of = {peer: after.comparisons[peer].peer_score for peer in order}
    return Impact(
        outcome=outcome,
        score_before=before.score,
        score=after.score,
        zone=after.standing.zone,
        standing=_standing(before, after),
        neighbours=len(after.comparisons),
        turned=tuple(
            Turned(slugs[each], names[each], score_of[each], *turned[each]) for each in order if each in turned
        ),
        inversions=tuple(
            Inverted(slugs[each], names[each], score_of[each], inverted[each]) for each in order if each in inverted
        ),
        quotes=tuple(_quoting(row, newly=not _was_stale(before, row)) for row in after.quotes.values() if row.stale),
        mended=tuple(
            _quoting(row, newly=True) for row in after.quotes.values() if not row.stale and _was_stale(before, row)
        ),
        claims=tuple(_claim(before, claim) for claim in after.claims.values() if claim.missed is not None),
    )


def _turned(before: Reading, after: Reading, method: Method) -> dict[int, tuple[str, str, str, str]]:
    """Of each neighbour to whom it turns the order of scores and that of zones, both before and after."""
    ranks = {each.code: -index for index, each in enumerate(method.zones)}
    found = {}
    for peer, now in after.comparisons.items():
        was = before.comparisons.get(peer)
        if was is not None:
            scores, zones = ([_order(each, ranks)[part] for each in (was, now)] for part in (0, 1))
            if scores[0] != scores[1] or zones[0] != zones[1]:
                found[peer] = (scores[0], scores[1], zones[0], zones[1])
    return found


def _order(row: Compared, ranks: Mapping[str, int]) -> tuple[str, str]:
    zones = ranks.get(row.zone, 0) - ranks.get(row.peer_zone, 0)
    return ORDER[_sign(row.difference)], ORDER[_sign(zones)]


def _sign(value: Decimal | int) -> int:
    return (value > 0) - (value < 0)


def _inverted(before: Reading, after: Reading) -> dict[int, str]:
    found = {}
    for peer, now in after.comparisons.items():
        was = peer in before.comparisons and before.comparisons[peer].inversion
        if was != now.inversion:
            found[peer] = "mended" if was else "made"
    return found


def _standing(before: Reading, after: Reading) -> tuple[Place, ...]:
    """Every scope in which the role stands then, and those that it would leave."""
    there = [standing.scopes_of(each.standing) if each.standing else [] for each in (before, after)]
    return tuple(
        Place(
            *scope,
            rank_before=before.counts[scope].above + 1 if scope in there[0] else None,
            rank_after=after.counts[scope].above + 1 if scope in there[1] else None,
            of_after=after.counts[scope].of,
        )
        for scope in after.counts
    )


def _was_stale(before: Reading, row: Any) -> bool:
    return row.pk in before.quotes and before.quotes[row.pk].stale


def _quoting(row: Any, *, newly: bool) -> Quoting:
    role = row.assessment.role
    return Quoting(role.slug, role.title, row.section, row.score, newly)


def _claim(before: Reading, claim: Any) -> WouldBe:
    today = before.claims[claim.pk].missed
    return WouldBe(claim, max(claim.missed, HELD), None if today is None else max(today, HELD))


def neighbours_of(role: Role, *, most: int) -> int:
    """How many relations a role has, from either side; counted no further than `most`."""
    found = RoleRelation.objects.filter(Q(source=role) | Q(target=role))
    return len(found.values_list("pk")[:most])
