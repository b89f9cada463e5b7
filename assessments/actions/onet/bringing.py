"""The catalogue brought in line with a release of O*NET, in one transaction (ADR 0009).

The code is what identifies an occupation; titles are not keys. What people said stays: their roles' titles, aliases and
relations. Reading the same release again changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Lower

from assessments import access, audit, indexing
from assessments.actions.onet.names import bring_alternates
from assessments.actions.onet.occupations import bring_occupations
from assessments.actions.onet.relations import bring_relations
from assessments.actions.onet.release import Release
from assessments.actions.onet.report import Report
from assessments.actions.onet.writing import Writer
from assessments.actions.roles import answer_names
from assessments.enums import Access, AliasOrigin, CodeScheme, Status
from assessments.errors import Conflict
from assessments.models import CatalogueRelease, Role, RoleAlias, User

LOCK = 742900006


def bring_in(*, release: Release, by: User, at: datetime) -> Report:
    """Bring the catalogue in line with a release: all of it or, when anything is refused, nothing.

    Forbidden unless `by` is an administrator; Conflict when somebody took a name or an address meanwhile.
    """
    access.require(access.may_administer(by))
    try:
        return _bring_in(release, by, at)
    except IntegrityError as error:
        raise Conflict(
            "The catalogue changed while the release was read in: nothing of it was saved. Start again."
        ) from error


@transaction.atomic
def _bring_in(release: Release, by: User, at: datetime) -> Report:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    report = Report(release.name)
    write = Writer(by=by, at=at, release=release.name)
    codes = bring_occupations(release, report, write)
    bring_alternates(release, codes, report, write)
    bring_relations(release, codes, report, write)
    report.changes["names_answered"] += _answered(by=by, at=at)
    _keep(release, report, by=by, at=at)
    if report.total:
        indexing.refresh_all()
    return report


def _answered(*, by: User, at: datetime) -> list[str]:
    """What waited for a name that now means a role: an occupation's title, or another name of a published one."""
    titles = Role.objects.filter(codes__scheme=CodeScheme.ONET_SOC).values(lowered=Lower("title"))
    aliases = RoleAlias.objects.exclude(origin=AliasOrigin.PERSON).filter(role__assessments__status=Status.PUBLISHED)
    found = [titles, aliases.values(lowered=Lower("text"))]
    return [name for names in found for name in answer_names(names, by=by, at=at, role_held=Access.ADMIN)]


def _keep(release: Release, report: Report, *, by: User, at: datetime) -> None:
    """One row and one event for the whole release; none when it was the last one read and changed nothing."""
    last = CatalogueRelease.objects.filter(scheme=CodeScheme.ONET_SOC).order_by("-id").first()
    if not report.total and last is not None and last.digest == release.digest:
        return
    kept = CatalogueRelease.objects.create(
        scheme=CodeScheme.ONET_SOC,
        name=release.name,
        digest=release.digest,
        counts=report.counts,
        read_at=at,
        read_by=by,
    )
    said: dict[str, object] = {"scheme": CodeScheme.ONET_SOC.label, "release": release.name, "digest": release.digest}
    said |= {"changes": report.total, "counts": report.counts}
    audit.record("catalogue.release_read", by=by, at=at, role_held=Access.ADMIN, about=kept, data=said)
