"""`manage.py verify [--scores|--audit|--peers|--search|--all]`: a line a check; exit 1 on any breach, and
its name."""

from argparse import ArgumentParser
from collections.abc import Iterator

from django.core.management.base import BaseCommand

from assessments import audit
from assessments.queries import integrity


class Command(BaseCommand):
    help = "Prove stored figures, the ledger, the neighbours and the lists; all of them unless told otherwise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("scores", "audit", "peers", "search", "all"):
            parser.add_argument(f"--{name}", action="store_true")

    def handle(self, *args: object, **options: bool) -> None:
        checks = {
            "scores": integrity.score_breaches,
            "audit": _audit,
            "peers": integrity.peer_breaches,
            "search": integrity.search_breaches,
        }
        chosen = [name for name in checks if options[name] or options["all"]] or list(checks)
        sound = True
        for name in chosen:
            breaches = list(checks[name]())
            sound &= not breaches
            self.stdout.write(f"{name}: {'ok' if not breaches else f'{len(breaches)} breach(es)'}")
            for breach in breaches[:100]:
                self.stdout.write(f"  {breach}")
        if not sound:
            raise SystemExit(1)


def _audit() -> Iterator[str]:
    breach = audit.first_breach()
    if breach is not None:
        yield f"event {breach.event_id}: {breach.what}"
