"""`manage.py restore FILE`: the database as a backup holds it, in one transaction; what is there now is replaced."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from aijri_site.dumps import run_program
from assessments.models import Assessment


class Command(BaseCommand):
    help = "Replace the whole database by what a backup holds. Refuses a database with assessments unless --replace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="give up what the database holds now")

    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        migrated = Assessment._meta.db_table in connection.introspection.table_names()
        if not replace and migrated and Assessment.objects.exists():
            raise CommandError("The database holds assessments: they would be lost. Say --replace to give them up.")
        options_of_restore = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error")
        run_program("pg_restore", *options_of_restore, str(file))
        self.stdout.write(f"Restored {file}. Run verify --all to prove it.")
