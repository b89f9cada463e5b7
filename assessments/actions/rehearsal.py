"""What publishing would move, found out by doing it: publication and recompute in a transaction that never commits.

One rule for what is told beforehand and what comes: the actions and statements are those of the real thing. Nothing of
it stays but a few unused numbers in sequences: not the ledger's events, which are linked at commit, nor the messages of
the outbox, nor their announcements, which the database delivers at commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import OperationalError, connection, transaction
from psycopg import errors

from assessments import peers
from assessments.actions import publication
from assessments.enums import OPEN, PUBLISHING, Outcome, Status
from assessments.errors import Conflict
from assessments.models import Assessment, User
from assessments.queries import impact
from assessments.queries.impact import Impact

# Shorter than the database's `deadlock_timeout` of a second: whoever waits for a rehearsal that waits for them goes on.
PATIENCE = "500ms"
# Who decides in a rehearsal: nobody. That the person exists is checked at commit, to which this never comes.
NOBODY = User(pk=0, username="nobody")


def rehearse(*, assessment_id: int, outcomes: Iterable[str], at: datetime) -> dict[str, Impact]:
    """What each of these outcomes would move if the open version were decided so now. An outcome that would publish
    nothing is left out: a return, of a document with gaps any, an override that nobody proposes.

    Conflict with code `busy` where a recompute or a publication was waited for in vain.
    """
    found: dict[str, Impact] = {}
    try:
        for outcome in outcomes:
            # One by one, so that recomputes get their turn in between.
            with transaction.atomic():
                moved = _moved(assessment_id, outcome, at)
                transaction.set_rollback(True)
            if moved is not None:
                found[outcome] = moved
    except OperationalError as error:
        if isinstance(error.__cause__, errors.LockNotAvailable):
            said = "The comparisons are being made anew just now. Ask again in a moment."
            raise Conflict(said, code="busy") from error
        raise
    return found


def _moved(assessment_id: int, outcome: str, at: datetime) -> Impact | None:
    # The lock of recomputes first, as the recompute has it: what a publication locks is taken after it, never before.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [peers.LOCK])
    assessment = _opened(assessment_id)
    if assessment is None or not _publishes(assessment, outcome):
        return None
    role, method = assessment.role, assessment.methodology.method
    # A neighbour's publication that is still to be recomputed is not this one's doing.
    if peers.pending_for(role.pk):
        peers.recompute([role.pk])
    before = impact.read(role)
    if assessment.status == Status.DRAFT:
        publication.enter_review(assessment=assessment, by=NOBODY, at=at)
    publication.publish(
        assessment=assessment, outcome=outcome, reason="A rehearsal.", by=NOBODY, concurring=None, at=at
    )
    peers.recompute([role.pk])
    return impact.between(outcome, before, impact.read(role, besides=before), method=method)


def _opened(assessment_id: int) -> Assessment | None:
    found = Assessment.objects.select_related("role", "methodology").select_for_update(of=("self",), no_key=True)
    return found.filter(status__in=OPEN, pk=assessment_id).first()


def _publishes(assessment: Assessment, outcome: str) -> bool:
    proposed = assessment.document["override"]["proposed_score"]
    named = outcome != Outcome.OVERRIDE_ACCEPTED or proposed is not None
    return outcome in PUBLISHING and named and assessment.formula_score is not None
