"""Dry runs at work: the published catalogue read into columns, put through the method on trial, kept as a report.

A run takes as long as the catalogue is large, so its parts stand in transactions of their own: progress as it goes, the
report together with the done-mark of its message. A worker that dies leaves a message whose lease runs out, and the run
begins again. Published rows never change, so the list of them taken at the start is the catalogue at that moment.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import structlog
from defusedcsv import csv
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from assessments import documents, outbox
from assessments.enums import Outcome, Status
from assessments.models import Assessment, DryRun
from assessments.scoring import Method
from assessments.scoring.bulk import Columns
from assessments.scoring.dry_run import Decided, Move
from assessments.scoring.dry_run import DryRun as Comparison

LOCK = 742900003
BATCH = 1000
HEADER = (
    *("role", "title", "seniority", "version", "score_before", "score_after", "difference"),
    *("zone_before", "zone_after", "label_before", "label_after", "doubts"),
)
log = structlog.get_logger()


def fulfil(message_id: int) -> bool:
    """Do the dry run that an outbox message names; whether it was done here.

    One at a time over the whole installation, so that a worker is always left for the neighbours: another one, or the
    same message delivered twice, is put off.
    """
    with _alone() as alone:
        if not alone:
            outbox.postpone([message_id], seconds=settings.OUTBOX_LEASE_SECONDS, why="Another dry run is at work.")
            return False
        with transaction.atomic():
            held = outbox.hold([message_id])
        if not held:
            return False
        run = DryRun.objects.select_related("methodology").get(pk=held[0].payload["dry_run"])
        if run.finished_at is None:
            _run(run, message_id)
        with transaction.atomic():
            outbox.mark_done(outbox.hold([message_id]))
    return True


def _run(run: DryRun, message_id: int) -> None:
    ids = list(Assessment.objects.filter(status=Status.PUBLISHED).order_by("pk").values_list("pk", flat=True))
    DryRun.objects.filter(pk=run.pk).update(started_at=timezone.now(), done=0, total=len(ids))
    try:
        method = Method.from_definition(run.definition)
        decided = gather(method, ids, progress=lambda done: _progress(run, message_id, done))
        comparison = Comparison(method, decided)
        report, moves = comparison.report(), _as_csv(comparison)
    except Exception as error:  # what fails once fails again: it is told, not tried for ever
        log.exception("dry_run.failed", run=run.pk)
        _finish(run, failure=f"{type(error).__name__}: {error}")
        return
    _name_roles([*report["movers"], *report["doubtful"]])
    _finish(run, report=report, moves=moves, done=len(ids))


def _finish(run: DryRun, **result: Any) -> None:
    """Unless the draft was given up meanwhile, which ended its run."""
    DryRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(finished_at=timezone.now(), **result)


def gather(method: Method, ids: Sequence[int], *, progress: Any = lambda done: None) -> Decided:
    """The published versions with these primary keys as columns of the method's inputs; `progress` hears how many were
    read."""
    zones: dict[str, int] = {}
    labels: dict[str, int] = {}
    columns = Columns.empty(method, len(ids))
    formula, published = np.zeros(len(ids), np.int32), np.zeros(len(ids), np.int32)
    zone, label = np.zeros(len(ids), np.int16), np.zeros(len(ids), np.int16)
    overridden, reviewers = np.zeros(len(ids), np.bool_), np.zeros(len(ids), np.int8)
    for index, row in enumerate(_rows(ids, progress)):
        inputs = documents.inputs_of(documents.from_json(row["document"]))
        assert inputs is not None, "a published version is complete"
        columns.put(method, index, inputs)
        formula[index] = int(row["decision__formula_score"].scaleb(method.score.places))
        published[index] = int(row["published_score"].scaleb(method.score.places))
        zone[index] = zones.setdefault(row["decision__formula_zone"], len(zones))
        label[index] = labels.setdefault(row["decision__formula_label"], len(labels))
        overridden[index] = row["decision__outcome"] == Outcome.OVERRIDE_ACCEPTED
        reviewers[index] = 1 if row["decision__concurring"] is None else 2
    return Decided(
        np.array(ids, np.int64), columns, formula, published, zone, label, overridden, reviewers,
        tuple(zones), tuple(labels),
    )  # fmt: skip


def _rows(ids: Sequence[int], progress: Any) -> Iterator[dict[str, Any]]:
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        yield from (
            Assessment.objects.filter(pk__in=part)
            .order_by("pk")
            .values(
                *("document", "published_score", "decision__formula_score", "decision__formula_zone"),
                *("decision__formula_label", "decision__outcome", "decision__concurring"),
            )
        )
        progress(start + len(part))


def _progress(run: DryRun, message_id: int, done: int) -> None:
    DryRun.objects.filter(pk=run.pk, finished_at__isnull=True).update(done=done)
    outbox.extend_lease(message_id, seconds=settings.OUTBOX_LEASE_SECONDS)


def _as_csv(comparison: Comparison) -> bytes:
    """A line for every move, gzipped; cells that a spreadsheet could take for a formula are defused."""
    packed = io.BytesIO()
    with gzip.open(packed, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        batch: list[Move] = []
        for move in comparison.moves():
            batch.append(move)
            if len(batch) == BATCH:
                writer.writerows(_lines(batch))
                batch = []
        writer.writerows(_lines(batch))
    return packed.getvalue()


def _lines(moves: Sequence[Move]) -> Iterator[list[str]]:
    named = _roles_of([move.id for move in moves])
    for move in moves:
        role, shape = named[move.id], move.as_json()
        yield [
            *(role["slug"], role["title"], role["seniority"], str(role["number"])),
            *("" if score is None else score for score in shape["score"]),
            shape["difference"] or "",
            *("" if value is None else value for value in (*move.zone, *move.label)),
            " ".join(move.doubts),
        ]


def _name_roles(moves: list[dict[str, Any]]) -> None:
    named = _roles_of([move["id"] for move in moves])
    for move in moves:
        move["role"] = named[move.pop("id")]


def _roles_of(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = Assessment.objects.filter(pk__in=ids).values_list(
        "pk", "role__slug", "role__title", "role__seniority", "number"
    )
    return {
        pk: {"slug": slug, "title": title, "seniority": seniority, "number": number}
        for pk, slug, title, seniority, number in rows
    }


@contextmanager
def _alone() -> Iterator[bool]:
    """A lock of this connection, which its end releases, whatever ends it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        alone = cursor.fetchone()[0]
        try:
            yield alone
        finally:
            if alone:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
