"""`manage.py recompute_peers [--role SLUG… | --all]`: comparisons, standing and what is searched, now,
without the queue.

`--all` rebuilds everything beside what is in use and swaps it in at the end; it goes on with a rebuild that is under
way already, whoever began it.
"""

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from assessments import indexing, peers, rebuilds
from assessments.enums import RebuildState
from assessments.models import PeerRebuild, Role
from assessments.queries.rebuilding import progress


class Command(BaseCommand):
    help = "Recompute comparisons and standing of some roles, or of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--role", nargs="+", default=[])
        which.add_argument("--all", action="store_true")

    def handle(self, *args: object, role: list[str], all: bool, **options: object) -> None:
        if all:
            self._rebuild()
        else:
            self._recompute(role)

    def _recompute(self, slugs: list[str]) -> None:
        found = Role.objects.filter(slug__in=slugs)
        unknown = set(slugs) - set(found.values_list("slug", flat=True))
        if unknown:
            raise CommandError(f"There is no role {', '.join(sorted(unknown))}.")
        ids = list(found.order_by("pk").values_list("pk", flat=True))
        with transaction.atomic():
            peers.recompute(ids)
            indexing.refresh(ids)
        indexing.catch_up_whole()
        self.stdout.write(f"Recomputed {_roles(len(ids))}.")

    def _rebuild(self) -> None:
        rebuild = PeerRebuild.objects.filter(state=RebuildState.RUNNING).first()
        if rebuild is None:
            rebuild = rebuilds.begin(by=None, at=timezone.now())
        terminal = self.stdout.isatty()
        while True:
            if not rebuilds.take_step(rebuild):
                rebuild.refresh_from_db()
                if rebuild.state != RebuildState.RUNNING:
                    break
                time.sleep(0.1)  # others are at what is left
            if terminal:
                now = progress(rebuild)
                self.stdout.write(f"\r{now.done} of {now.steps} steps: {now.doing}\x1b[K", ending="")
        if terminal:
            self.stdout.write("")
        if rebuild.state == RebuildState.ABANDONED:
            raise CommandError("The rebuild was given up.")
        indexing.refresh_all()
        indexing.recount()
        indexing.catch_up_whole()
        self.stdout.write(f"Recomputed {_roles(Role.objects.count())}.")


def _roles(count: int) -> str:
    return f"{count} role{'' if count == 1 else 's'}"
