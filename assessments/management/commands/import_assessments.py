"""`manage.py import_assessments PATH… --as USER [--dry-run] [--report text|json]`: documents to drafts."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assessments.actions.imports import Imported, import_file
from assessments.errors import Invalid, Refused
from assessments.models import User
from assessments.queries.roles import by_name

KINDS = {".txt", ".md", ".json"}


class Command(BaseCommand):
    help = "Import plain or JSON documents, one transaction each. Exit 0 all in, 1 some refused, 2 usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--as", dest="user", required=True, metavar="USER")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and save nothing")
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(self, *args: Any, paths: list[str], user: str, dry_run: bool, report: str, **options: Any) -> None:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account named {user}.", returncode=2)
        entries = [self.bring_in(path, person, dry_run) for path in found(paths)]
        outcomes = [entry["outcome"] for entry in entries]
        counts = {word: outcomes.count(word) for word in ("imported", "unchanged", "refused")}
        if report == "json":
            self.stdout.write(json.dumps({"documents": entries, **counts}, ensure_ascii=False, indent=2))
        else:
            self.tell(entries, counts)
        if counts["refused"]:
            raise SystemExit(1)

    def bring_in(self, path: Path, person: User, dry_run: bool) -> dict[str, Any]:
        """Import one file; its entry in the report."""
        try:
            with transaction.atomic():
                imported = import_file(name=path.name, content=path.read_bytes(), by=person, at=timezone.now())
                if dry_run:
                    transaction.set_rollback(True)
        except Refused as refused:
            return {"path": str(path), "outcome": "refused", **empty(), "errors": errors_of(refused)}
        except OSError as error:
            said = {"line": None, "section": "", "message": f"The file cannot be read: {error.strerror}."}
            return {"path": str(path), "outcome": "refused", **empty(), "errors": [said]}
        return entry_of(path, imported)

    def tell(self, entries: list[dict[str, Any]], counts: dict[str, int]) -> None:
        for entry in entries:
            self.stdout.write(f"{entry['outcome']:<10} {entry['path']}")
            for error in entry["errors"]:
                self.stdout.write(f"           {error['message']}")
            for each in entry["discrepancies"]:
                stated = f"{each['field']} is stated {each['stated']}, computed {each['computed']}"
                self.stdout.write(f"           line {each['line']}: {stated}")
        self.stdout.write(", ".join(f"{count} {word}" for word, count in counts.items()))


def found(paths: list[str]) -> Iterator[Path]:
    """Files as named; folders stand for the documents anywhere below them."""
    for name in paths:
        path = Path(name)
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix in KINDS and not each.is_dir())
        elif path.is_file():
            yield path
        else:
            raise CommandError(f"There is no file or folder {name}.", returncode=2)


def empty() -> dict[str, Any]:
    return {"role": None, "number": None, "figures": None, "discrepancies": [], "notes": [], "quotes": []}


def errors_of(refused: Refused) -> list[dict[str, Any]]:
    if not isinstance(refused, Invalid) or not refused.places:
        return [{"line": None, "section": "", "message": refused.sentence}]
    return [
        {"line": each.line, "section": each.section or each.path, "message": each.message} for each in refused.places
    ]


def entry_of(path: Path, imported: Imported) -> dict[str, Any]:
    assessment = imported.saved.assessment if imported.saved else imported.unchanged
    assert assessment is not None, "an import is saved or unchanged"
    reading = imported.reading
    return {
        "path": str(path),
        "outcome": "imported" if imported.saved else "unchanged",
        "role": assessment.role.slug,
        "number": assessment.number,
        "figures": assessment.figures,
        "discrepancies": [each.as_json() for each in reading.discrepancies],
        "notes": [each.as_json() for each in reading.notes],
        "errors": [],
        "quotes": [
            {**each.as_json(), "role": role.slug if (role := by_name(each.role_title, near=assessment.role)) else None}
            for each in reading.quotes
        ],
    }
