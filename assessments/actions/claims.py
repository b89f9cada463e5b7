"""Calibration claims: declared and withdrawn by reviewers, with the reason; what becomes of an open breach.

Lock order everywhere: the claim first, then its breach.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import Q

from assessments import access, audit, claims
from assessments.actions.roles import request_recompute, require_active
from assessments.enums import Access, BreachClearance, ClaimKind, ClaimState
from assessments.errors import Conflict, Invalid, Invisible, Place
from assessments.models import CalibrationClaim, ClaimBreach, Role, User
from assessments.transitions import next_claim_state

REASON_LIMIT = 5000
FARTHEST = Decimal(100)


@transaction.atomic
def declare(*, kind: str, a: Role, b: Role, distance: str, reason: str, by: User, at: datetime) -> CalibrationClaim:
    """A reviewer claims that `a` scores at least as high as `b`, or within `distance` points of it (as typed, one
    decimal, above 0; not used by `at_least`). It is held against the scores by the recompute that this asks for.

    Two claims that each role is at least as high as the other say that they are equal, and both stand. Conflict for
    what is claimed already; Invalid for a role and itself, and one that is merged or retired.
    """
    access.require(access.holds(by, Access.REVIEWER))
    claim = CalibrationClaim(kind=_kind(kind), a=a, b=b, by=by, at=at)
    claim.distance = _distance(distance) if claim.kind == ClaimKind.WITHIN else None
    claim.reason = _reason(reason, "Say why it should hold.")
    if a.pk == b.pk:
        raise _wrong("b", f"A claim is about two roles; {a} is one.")
    # Held until the end, so that of two who claim the same the second is told so.
    locked = {role.pk: role for role in Role.objects.select_for_update(no_key=True).filter(pk__in=[a.pk, b.pk])}
    for role in (locked[a.pk], locked[b.pk]):
        require_active(role, field="a" if role.pk == a.pk else "b")
    if (same := _same(claim)) is not None:
        raise Conflict(
            f"{same.by} claims already that {same}; it would have to be withdrawn first.", code="claimed_already"
        )
    claim.save(force_insert=True)
    _record("claim.declared", claim, {"reason": claim.reason}, by=by, at=at, role_held=Access.REVIEWER)
    request_recompute(a)
    return claim


@transaction.atomic
def withdraw(*, claim_id: int, reason: str, by: User, at: datetime) -> CalibrationClaim:
    """Who declared a claim, or an administrator, takes it back; an open breach goes with it."""
    claim = _lock(claim_id, by=by)
    access.require(access.may_withdraw_claim(by, claim))
    claim.state = next_claim_state(claim.state, "withdraw")
    claim.withdrawal_reason = _reason(reason, "Say why the claim is withdrawn.")
    claim.withdrawn_by, claim.withdrawn_at = by, at
    claim.save(update_fields=["state", "withdrawal_reason", "withdrawn_by", "withdrawn_at"])
    breach = _open_breach(claim)
    if breach is not None:
        _clear(breach, BreachClearance.WITHDRAWN, claim.withdrawal_reason, by=by, at=at)
    held = Access.REVIEWER if by.pk == claim.by_id else Access.ADMIN
    _record("claim.withdrawn", claim, {"reason": claim.withdrawal_reason}, by=by, at=at, role_held=held)
    return claim


@transaction.atomic
def accept(*, claim_id: int, scores: tuple[str, str], reason: str, by: User, at: datetime) -> ClaimBreach:
    """The owner of an open breach lives with these scores (of `a` and of `b`, as they read them), with the reason; the
    claim stands, and is broken again when either moves. Conflict when nothing is open or the scores are others."""
    claim = _lock(claim_id, by=by)
    breach = _require_breach(claim)
    access.require(access.may_accept_breach(by, breach))
    reason = _reason(reason, "Say why these scores are right nevertheless.")
    if (str(breach.a_now), str(breach.b_now)) != scores:
        raise Conflict("The scores are not those you read: look at them as they are now.", code="stale_scores")
    _clear(breach, BreachClearance.ACCEPTED, reason, by=by, at=at)
    data = {"a_score": scores[0], "b_score": scores[1], "reason": reason}
    _record("claim.breach_accepted", claim, data, by=by, at=at, role_held=Access.REVIEWER)
    return breach


@transaction.atomic
def reassign(*, claim_id: int, to: User | None, by: User, at: datetime) -> ClaimBreach:
    """An administrator gives an open breach to a reviewer, who is told of it."""
    access.require(access.may_administer(by))
    claim = _lock(claim_id, by=by)
    breach = _require_breach(claim)
    if to is None or not access.holds(to, Access.REVIEWER):
        raise _wrong("to", "Give it to somebody who reviews.")
    if breach.owner_id != to.pk:
        breach.owner = to
        breach.save(update_fields=["owner"])
        _record("claim.breach_reassigned", claim, {"to": str(to)}, by=by, at=at, role_held=Access.ADMIN)
        claims.announce([breach.pk])
    return breach


def _same(claim: CalibrationClaim) -> CalibrationClaim | None:
    """The standing claim that says the same: of the same two, and for a distance from whichever side."""
    sides = Q(a=claim.a, b=claim.b)
    if claim.kind == ClaimKind.WITHIN:
        sides |= Q(a=claim.b, b=claim.a)
    standing = CalibrationClaim.objects.filter(sides, kind=claim.kind, state=ClaimState.STANDING)
    return standing.select_related("a", "b", "by").first()


def _lock(claim_id: int, *, by: User) -> CalibrationClaim:
    """The claim, locked and then read; Invisible where `by` may not see it."""
    CalibrationClaim.objects.select_for_update(no_key=True).filter(pk=claim_id).values("pk").first()
    claim = access.claims_visible_to(by).filter(pk=claim_id).select_related("a", "b", "by").first()
    if claim is None:
        raise Invisible("There is no such claim.")
    return claim


def _open_breach(claim: CalibrationClaim) -> ClaimBreach | None:
    return claim.breaches.filter(cleared_at__isnull=True).select_related("owner").first()


def _require_breach(claim: CalibrationClaim) -> ClaimBreach:
    breach = _open_breach(claim)
    if breach is None:
        raise Conflict("Nothing about this claim is open.", code="no_open_breach")
    return breach


def _clear(breach: ClaimBreach, clearance: BreachClearance, reason: str, *, by: User, at: datetime) -> None:
    breach.clearance, breach.reason, breach.cleared_by, breach.cleared_at = clearance, reason, by, at
    breach.save(update_fields=["clearance", "reason", "cleared_by", "cleared_at"])


def _kind(kind: str) -> ClaimKind:
    if kind not in ClaimKind.values:
        raise _wrong("kind", "A claim says “at least as high as” or “within a distance of”.")
    return ClaimKind(kind)


def _distance(typed: str) -> Decimal:
    sentence = "The distance is a number of points above 0 and at most 100, with one decimal, as in 5.0."
    try:
        distance = Decimal(typed.strip().replace(",", "."))
        rounded = distance.quantize(Decimal("0.1"))
    except InvalidOperation as error:
        raise _wrong("distance", sentence) from error
    if rounded != distance or not 0 < rounded <= FARTHEST:
        raise _wrong("distance", sentence)
    return rounded


def _reason(reason: str, sentence: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > REASON_LIMIT:
        raise _wrong("reason", f"A reason has at most {REASON_LIMIT} characters; shorten it." if reason else sentence)
    return reason


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code=field, places=[Place(field, field, sentence)])


def _record(
    verb: str, claim: CalibrationClaim, said: Mapping[str, object], *, by: User, at: datetime, role_held: str
) -> None:
    data = {"claim": str(claim), "kind": claim.kind, "a": claim.a.slug, "b": claim.b.slug, **said}
    if claim.distance is not None:
        data["distance"] = str(claim.distance)
    audit.record(verb, by=by, at=at, role_held=role_held, about=claim, data=data)
