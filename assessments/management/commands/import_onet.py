"""`manage.py import_onet DIR --as USER [--release NAME] [--dry-run] [--report text|json]`: O*NET to the catalogue."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assessments.actions import onet
from assessments.errors import Invalid, Refused
from assessments.models import User

MOST_ERRORS, MOST_LINES = 50, 20


class Command(BaseCommand):
    help = (
        "Bring the catalogue in line with an O*NET text release: all of it or nothing. Exit 0 in, 1 refused, 2 usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", help="the folder with Occupation Data.txt and the others")
        parser.add_argument("--as", dest="user", required=True, metavar="USER")
        parser.add_argument("--release", default="", help="its name; else the number in the name of the folder")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and save nothing")
        parser.add_argument("--report", choices=["text", "json"], default="text")

    def handle(
        self, *args: Any, folder: str, user: str, release: str, dry_run: bool, report: str, **options: Any
    ) -> None:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account named {user}.", returncode=2)
        if not Path(folder).is_dir():
            raise CommandError(f"There is no folder {folder}.", returncode=2)
        brought = self.bring_in(Path(folder), release, person, dry_run)
        if report == "json":
            self.stdout.write(json.dumps({**brought.as_json(), "dry_run": dry_run}, ensure_ascii=False, indent=2))
        else:
            self.tell(brought, dry_run)

    def bring_in(self, folder: Path, name: str, person: User, dry_run: bool) -> onet.Report:
        """Read the folder and bring it in; CommandError with every sentence when it is refused."""
        try:
            with transaction.atomic():
                brought = onet.bring_in(release=onet.read(folder, name), by=person, at=timezone.now())
                if dry_run:
                    transaction.set_rollback(True)
        except Refused as refused:
            code = 2 if refused.code == onet.INCOMPLETE else 1
            raise CommandError("\n".join(sentences(refused)), returncode=code) from refused
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.", returncode=2) from error
        return brought

    def tell(self, brought: onet.Report, dry_run: bool) -> None:
        """A table of the counts, then the first lines of each kind."""
        said = "nothing changed" if not brought.total else f"{brought.total} changes"
        self.stdout.write(f"O*NET {brought.release}: {said}{' (dry run: nothing saved)' if dry_run else ''}")
        for kind, lines in brought.changes.items():
            if lines:
                self.stdout.write(f"{len(lines):>7}  {onet.KINDS[kind]}")
        if brought.left_to_people:
            self.stdout.write(f"{len(brought.left_to_people):>7}  left as people have it")
        for kind, lines in brought.changes.items():
            self.tell_lines(onet.KINDS[kind], lines)
        self.tell_lines("left as people have it", brought.left_to_people)

    def tell_lines(self, heading: str, lines: list[str]) -> None:
        if not lines:
            return
        self.stdout.write(f"\n{heading}:")
        for line in lines[:MOST_LINES]:
            self.stdout.write(f"  {line}")
        if len(lines) > MOST_LINES:
            self.stdout.write(f"  and {len(lines) - MOST_LINES} more; --report json lists all")


def sentences(refused: Refused) -> list[str]:
    """The refusal and its places, as many as one reads."""
    places = refused.places if isinstance(refused, Invalid) else ()
    shown = [f"{place.path}, line {place.line}: {place.message}" for place in places[:MOST_ERRORS]]
    more = [f"and {len(places) - MOST_ERRORS} more"] if len(places) > MOST_ERRORS else []
    return [refused.sentence, *shown, *more]
