"""`manage.py import_assessments PATH… --as USER [--dry-run] [--report text|json]`: documents to drafts."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments import archives
from assessments.actions import import_report
from assessments.actions.import_report import Entry
from assessments.actions.imports import Rehearsal, bring_in
from assessments.archives import Source
from assessments.models import User

PROGRESS_SECONDS = 0.2


class Command(BaseCommand):
    help = (
        "Import plain, Markdown or JSON documents from files, folders and zip archives, one transaction each."
        " Exit 0 all in, 1 some refused, 2 usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--as", dest="user", required=True, metavar="USER")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and save nothing")
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(self, *args: Any, paths: list[str], user: str, dry_run: bool, report: str, **options: Any) -> None:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account named {user}.", returncode=2)
        rehearsal = Rehearsal() if dry_run else None
        entries: list[Entry] = []
        for source in self.watched([source for path in paths for source in found(path)]):
            entry, _ = bring_in(source=source, by=person, at=timezone.now(), rehearsal=rehearsal)
            entries.append(entry)
        if report == "json":
            self.stdout.write(json.dumps(import_report.as_json(entries), ensure_ascii=False, indent=2))
        else:
            for line in import_report.as_text(entries):
                self.stdout.write(line)
        if import_report.counts(entries)["refused"]:
            raise SystemExit(1)

    def watched(self, sources: Sequence[Source]) -> Iterator[Source]:
        """The sources, one after the other, with how far they are on a terminal's stderr."""
        started = shown = time.monotonic()
        for index, source in enumerate(sources):
            yield source
            now = time.monotonic()
            if self.stderr.isatty() and (now - shown >= PROGRESS_SECONDS or index + 1 == len(sources)):
                shown = now
                self.progress(index + 1, len(sources), now - started)
        if self.stderr.isatty() and sources:
            self.stderr.write("")

    def progress(self, done: int, total: int, seconds: float) -> None:
        rate = done / seconds if seconds else 0
        self.stderr.write(f"\r{done:,} of {total:,} documents, {rate:,.0f} a second", self.style.NOTICE, ending="")
        self.stderr.flush()


def found(name: str) -> Iterator[Source]:
    """What a path stands for: itself, the members of an archive, or the documents and archives anywhere in a folder."""
    path = Path(name)
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if not archives.is_passed_over(each.relative_to(path).parts) and not each.is_dir():
                yield from _documents(each, only=(*archives.KINDS, archives.ARCHIVE))
    elif path.is_file():
        yield from _documents(path, only=())
    else:
        raise CommandError(f"There is no file or folder {name}.", returncode=2)


def _documents(path: Path, *, only: Sequence[str]) -> list[Source]:
    suffix = path.suffix.lower()
    if only and suffix not in only:
        return []
    if suffix == archives.ARCHIVE:
        return archives.members(path, path=str(path), limits=archives.ANY_ARCHIVE)
    return [archives.file(path)]
