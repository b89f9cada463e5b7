"""Draw `docs/states.md` from the tables of moves, or say that it is not what they say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments import transitions
from reviews import transitions as of_reviews

FILE = settings.BASE_DIR / "docs" / "states.md"
HEAD = """# States

Drawn by `manage.py draw_states` from the tables of `assessments/transitions.py` and `reviews/transitions.py`, which
also drive the buttons on pages, the verbs of the API, the admin's columns and the database triggers. `make check`
holds this file against them.
"""
MACHINES = (
    ("An assessment", "draft", transitions.MOVES),
    ("A review", "open", of_reviews.MOVES),
    ("A proposal to retract", "open", transitions.RETRACTION_MOVES),
    ("A calibration claim", "standing", transitions.CLAIM_MOVES),
    ("A version of the method", "draft", transitions.METHOD_MOVES),
)


def drawn() -> str:
    """The whole file."""
    parts = [HEAD]
    for name, start, moves in MACHINES:
        diagram = transitions.diagram(moves, start=start)
        parts.append(f"## {name}\n\n```mermaid\n{diagram}\n```\n\n{transitions.table(moves)}\n")
    return "\n".join(parts)


class Command(BaseCommand):
    help = "Draw docs/states.md from the tables of moves."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the file is another")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            FILE.write_text(drawn())
        elif not FILE.exists() or FILE.read_text() != drawn():
            raise CommandError("docs/states.md is not what the tables say: run manage.py draw_states.")
