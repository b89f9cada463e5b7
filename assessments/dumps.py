"""Dumps of the catalogue at work: written row by row into a folder of their own, which appears when it is whole.

A worker that dies leaves a folder that ends in `.part` and a message whose lease runs out; the next try begins anew.
What stands under a dump's own name is never written again.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from defusedcsv import csv
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from assessments import outbox, parquet
from assessments.models import CatalogueDump
from assessments.queries import dumped

LOCK = 742900007
EVERY = 1000
# Every dump of so many days is kept, and the first of every month for so many.
ALL_DAYS, MONTHLY_DAYS = 14, 366
LINES, TABLE, MANIFEST, SUMS = "catalogue.jsonl.gz", "catalogue.csv.gz", "manifest.json", "SHA256SUMS"
# Written where the extra for it is installed.
COLUMNS = "catalogue.parquet"
FORMATS = {LINES: "JSON lines, gzip", TABLE: "CSV, gzip", COLUMNS: "Parquet", MANIFEST: "JSON", SUMS: "text"}


def folder_of(dump: CatalogueDump) -> Path:
    """Where the files of a dump stand."""
    return Path(settings.DUMP_DIR) / dump.name


def fulfil(message_id: int) -> bool:
    """Make the dump that an outbox message names; whether it was done here."""
    with transaction.atomic():
        held = outbox.hold([message_id])
    if not held:
        return False
    dump = CatalogueDump.objects.get(pk=held[0].payload["dump"])
    lease = settings.OUTBOX_LEASE_SECONDS
    if not make(dump, progress=lambda: outbox.extend_lease(message_id, seconds=lease)):
        outbox.postpone([message_id], seconds=lease, why="Another dump is being made.")
        return False
    with transaction.atomic():
        outbox.mark_done(outbox.hold([message_id]))
    return True


def make(dump: CatalogueDump, *, progress: Any = lambda: None) -> bool:
    """Write the files of a dump, unless they are there, and remove those that are too old; False while another one is
    being made. `progress` is called every thousand rows."""
    with _alone() as alone:
        if not alone:
            return False
        dump.refresh_from_db()
        if dump.made_at is None:
            _write(dump, progress)
            prune(at=timezone.now())
    return True


def prune(*, at: datetime) -> None:
    """Remove the files of old dumps: of those older than `ALL_DAYS` all but the first of a month, and those too after
    `MONTHLY_DAYS`."""
    for dump in dumped.kept().filter(day__lt=at.date() - timedelta(days=ALL_DAYS)):
        month = dumped.kept().filter(day__year=dump.day.year, day__month=dump.day.month)
        first = month.last()
        if dump != first or dump.day < at.date() - timedelta(days=MONTHLY_DAYS):
            shutil.rmtree(folder_of(dump), ignore_errors=True)
            dump.pruned_at = at
            dump.save(update_fields=["pruned_at"])


def _write(dump: CatalogueDump, progress: Any) -> None:
    final, part = folder_of(dump), folder_of(dump).with_suffix(".part")
    for old in (part, final):
        shutil.rmtree(old, ignore_errors=True)
    part.mkdir(parents=True)
    dump.event, dump.hash = dumped.checkpoint()
    dump.roles = _rows(part, progress)
    dump.made_at = timezone.now()
    told = [_told(part / name) for name in (LINES, TABLE, COLUMNS) if (part / name).exists()]
    (part / MANIFEST).write_text(json.dumps(_manifest(dump, told), ensure_ascii=False, indent=2) + "\n")
    told.append(_told(part / MANIFEST))
    (part / SUMS).write_text("".join(f"{each['sha256']}  {each['name']}\n" for each in told))
    dump.files = [*told, _told(part / SUMS)]
    part.rename(final)
    dump.save(update_fields=["event", "hash", "roles", "made_at", "files"])


def _rows(part: Path, progress: Any) -> int:
    count = 0
    with ExitStack() as stack:
        lines, table = (stack.enter_context(_packed(part / name)) for name in (LINES, TABLE))
        writer = csv.writer(table)
        writer.writerow(dumped.DICTIONARY)
        columns = stack.enter_context(parquet.columns(part / COLUMNS)) if parquet.installed() else None
        for count, row in enumerate(dumped.rows(), start=1):
            lines.write(json.dumps(row, ensure_ascii=False, cls=DjangoJSONEncoder, separators=(",", ":")) + "\n")
            writer.writerow(dumped.flat(row))
            if columns:
                columns.add(row)
            if count % EVERY == 0:
                progress()
    return count


@contextmanager
def _packed(path: Path) -> Iterator[IO[str]]:
    """A text file that is gzipped as it is written; without the time, so that the same rows give the same bytes."""
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        yield text


def _told(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": path.name, "format": FORMATS[path.name], "bytes": path.stat().st_size, "sha256": digest}


def _manifest(dump: CatalogueDump, files: list[dict[str, object]]) -> dict[str, object]:
    assert dump.made_at is not None, "it was just made"
    return {
        "dump": dump.name,
        "made_at": dump.made_at.isoformat(),
        "site": settings.SITE_URL,
        "licence": {"name": settings.DATA_LICENCE, "url": settings.DATA_LICENCE_URL},
        "roles": dump.roles,
        "ledger": {"event": dump.event, "hash": dump.hash},
        "files": files,
        "fields": dumped.DICTIONARY,
        "fields_of_the_json_lines_alone": dumped.ONLY_JSON,
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
