"""`manage.py export_assessment SLUG [--number N] --to plain|markdown|json [--output F]`: a public version."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessments.errors import Refused
from assessments.queries import published


class Command(BaseCommand):
    help = "Write the published version of a role (or another public one by its number) as a document."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--number", type=int)
        parser.add_argument("--to", choices=["plain", "markdown", "json"], required=True)
        parser.add_argument("--output", type=Path)

    def handle(self, *args: Any, slug: str, number: int | None, to: str, output: Path | None, **options: Any) -> None:
        try:
            assessment = published.version(slug, number)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        if to == "json":
            text = json.dumps(assessment.document, ensure_ascii=False, indent=2) + "\n"
        else:
            text = published.plain_text(assessment) if to == "plain" else published.markdown_text(assessment)
        if output is None:
            self.stdout.write(text, ending="")
        else:
            output.write_text(text, encoding="utf-8")
