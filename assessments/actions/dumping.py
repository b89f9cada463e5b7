"""Asking for a dump of the catalogue: an administrator at any time, the relay once a day."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from assessments import access, audit, dispatch, outbox
from assessments.enums import Access
from assessments.errors import Conflict
from assessments.models import CatalogueDump, User
from assessments.queries import dumped

# Numbers of a day are given one after the other.
LOCK = 742900008


@transaction.atomic
def ask(*, by: User, at: datetime) -> CatalogueDump:
    """Have the catalogue dumped in the background; Conflict while an earlier dump is still to be made."""
    access.require(access.may_administer(by))
    _in_turn()
    if dumped.under_way().exists():
        raise Conflict("A dump is being made already. It will be listed here in a moment.")
    dump = _ask(by=by, at=at)
    audit.record("dump.asked", by=by, at=at, role_held=Access.ADMIN, about=dump, data={"dump": dump.name})
    return dump


@transaction.atomic
def ask_daily(*, at: datetime) -> CatalogueDump | None:
    """The dump of the day, once a day (UTC) from `settings.DUMP_HOUR` on; None when it was asked for or is not due."""
    day = at.astimezone(UTC)
    if day.hour < settings.DUMP_HOUR or CatalogueDump.objects.filter(day=day.date(), asked_by=None).exists():
        return None
    _in_turn()
    if CatalogueDump.objects.filter(day=day.date(), asked_by=None).exists():
        return None
    return _ask(by=None, at=at)


def _in_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _ask(*, by: User | None, at: datetime) -> CatalogueDump:
    day = at.astimezone(UTC).date()
    last = CatalogueDump.objects.filter(day=day).aggregate(last=Max("number"))["last"] or 0
    dump = CatalogueDump.objects.create(day=day, number=last + 1, asked_at=at, asked_by=by)
    outbox.request(dispatch.DUMP, payload={"dump": dump.pk})
    return dump
