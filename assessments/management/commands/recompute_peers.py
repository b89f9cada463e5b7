"""`manage.py recompute_peers [--role SLUG… | --all]`: comparisons and standing, now, without the queue."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from assessments import peers
from assessments.models import Role


class Command(BaseCommand):
    help = "Recompute comparisons and standing of some roles, or of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--role", nargs="+", default=[])
        which.add_argument("--all", action="store_true")

    def handle(self, *args: object, role: list[str], all: bool, **options: object) -> None:
        found = Role.objects.all() if all else Role.objects.filter(slug__in=role)
        unknown = set(role) - set(found.values_list("slug", flat=True)) if role else set()
        if unknown:
            raise CommandError(f"There is no role {', '.join(sorted(unknown))}.")
        ids = list(found.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), 1000):
            with transaction.atomic():
                peers.recompute(ids[start : start + 1000])
        self.stdout.write(f"Recomputed {len(ids)} role{'' if len(ids) == 1 else 's'}.")
