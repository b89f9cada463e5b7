"""`manage.py import_exposure FILE --code … --name … --source … --licence … --value-column … --as USER`: read an index
of exposure by occupation from a CSV file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.actions import exposure
from assessments.errors import Refused
from assessments.models import User


class Command(BaseCommand):
    help = "Read an index of exposure by SOC code, in place of the one of its name. Exit 0 in, 1 refused, 2 usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--code", required=True, help="its short name here, as ms-applicability")
        parser.add_argument("--name", required=True)
        parser.add_argument("--source", required=True, help="who published it, where and when")
        parser.add_argument("--licence", required=True)
        parser.add_argument("--input", default="", help="where it went into what is published here; nothing if nowhere")
        parser.add_argument("--code-column", default="O*NET-SOC Code")
        parser.add_argument("--value-column", required=True)
        parser.add_argument("--as", dest="user", required=True, metavar="USER")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account named {user}.", returncode=2)
        described = exposure.Described(
            options["code"], options["name"], options["source"], options["licence"], options["input"]
        )
        try:
            with Path(options["file"]).open(encoding="utf-8-sig", newline="") as lines:
                columns = {name: options[name] for name in ("code_column", "value_column")}
                values = exposure.read(lines, **columns)
            exposure.replace(described, values, by=person, at=timezone.now())
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"This file cannot be read: {error}", returncode=2) from error
        except Refused as refused:
            raise CommandError(refused.sentence, returncode=1) from refused
        self.stdout.write(f"{described.code}: {len(values)} occupations")
