"""`manage.py backup FILE`: the whole database in one file, consistent as of now, while everything runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from aijri_site.dumps import run_program


class Command(BaseCommand):
    help = "Write the whole database to a file that restore reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        # Stored pages are made again, and say nothing to another cluster.
        options_of_dump = ("--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data")
        run_program("pg_dump", *options_of_dump, f"--file={file}")
        self.stdout.write(f"Wrote {file} ({file.stat().st_size:,} bytes).")
