"""Suggested neighbours: a person accepts one, which relates the two as peers, or dismisses it for good."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from assessments import access, audit
from assessments.actions import roles
from assessments.enums import Access, Origin, RelationKind
from assessments.errors import Conflict, Invalid, Place
from assessments.models import DismissedSuggestion, Role, RoleRelation, User
from assessments.queries import suggestions

REASON_LIMIT = 500


@transaction.atomic
def accept(*, role: Role, peer: Role, by: User, at: datetime) -> RoleRelation:
    """A reviewer or an administrator makes a suggested role a peer; why it was suggested is noted with the relation,
    and the comparisons of both follow in the background. Conflict for what is not suggested, or no longer."""
    access.require(access.may_settle_suggestions(by))
    suggestion = _require_suggested(role, peer, by=by)
    return roles.make_relation(
        source=role,
        kind=RelationKind.PEER,
        target=peer,
        note=suggestion.because[: roles.NOTE_LIMIT],
        origin=Origin.SUGGESTION,
        by=by,
        at=at,
        role_held=_held(by),
    )


@transaction.atomic
def dismiss(*, role: Role, peer: Role, reason: str, by: User, at: datetime) -> DismissedSuggestion:
    """A reviewer or an administrator says that two roles are no neighbours, with a reason or without one: neither is
    suggested to the other again. Conflict for what is not suggested, or no longer."""
    access.require(access.may_settle_suggestions(by))
    reason = reason.strip()
    if len(reason) > REASON_LIMIT:
        said = f"A reason has at most {REASON_LIMIT} characters; shorten it."
        raise Invalid(said, code="reason", places=[Place("reason", "reason", said)])
    # Held until the end, so that of two who dismiss the same the second is told so.
    list(Role.objects.select_for_update(no_key=True).filter(pk__in=[role.pk, peer.pk]).order_by("pk"))
    _require_suggested(role, peer, by=by)
    made = DismissedSuggestion.objects.create(role=role, peer=peer, reason=reason, by=by, at=at)
    audit.record(
        "suggestion.dismissed",
        by=by,
        at=at,
        role_held=_held(by),
        about=role,
        data={"role": role.slug, "peer": peer.slug, "reason": reason},
    )
    return made


def _require_suggested(role: Role, peer: Role, *, by: User) -> suggestions.Suggestion:
    """The suggestion as it stands now; Conflict with what became of it where there is none."""
    found = next((each for each in suggestions.of(role, to=by) if each.role.pk == peer.pk), None)
    if found is not None:
        return found
    roles.refuse_said_already(role, RelationKind.PEER, peer)
    either = Q(role=role, peer=peer) | Q(role=peer, peer=role)
    dismissed = DismissedSuggestion.objects.filter(either).select_related("by").first()
    if dismissed is not None:
        raise Conflict(f"{dismissed.by} dismissed this suggestion already.", code="dismissed_already")
    raise Conflict(f"{peer} is not suggested as a neighbour of {role}, or no longer.", code="not_suggested")


def _held(by: User) -> str:
    return Access.ADMIN if by.holds(Access.ADMIN) else Access.REVIEWER
