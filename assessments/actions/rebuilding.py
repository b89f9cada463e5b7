"""Asking for a full rebuild of the comparisons, and giving one up."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import access, audit, rebuilds
from assessments.enums import Access
from assessments.errors import Invisible
from assessments.models import PeerRebuild, User


@transaction.atomic
def request(*, by: User, at: datetime) -> PeerRebuild:
    """Have all comparisons, standing and flags rebuilt in the background; Conflict while that is under way."""
    access.require(access.may_administer(by))
    rebuild = rebuilds.begin(by=by, at=at)
    rebuilds.send_to_workers(rebuild)
    audit.record("peers.rebuild_asked", by=by, at=at, role_held=Access.ADMIN, about=rebuild)
    return rebuild


@transaction.atomic
def give_up(*, rebuild_id: int, by: User, at: datetime) -> PeerRebuild:
    """End a rebuild that is under way; what is in use stays in use."""
    access.require(access.may_administer(by))
    rebuild = PeerRebuild.objects.filter(pk=rebuild_id).first()
    if rebuild is None:
        raise Invisible("There is no such rebuild.")
    rebuilds.abandon(rebuild, at=at)
    audit.record("peers.rebuild_given_up", by=by, at=at, role_held=Access.ADMIN, about=rebuild)
    return rebuild
