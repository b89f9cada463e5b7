"""`manage.py prepare`: everything `make run` needs before it serves. Idempotent, and quick when nothing is to do."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from reviews.demonstration import is_loaded


class Command(BaseCommand):
    help = "Migrate, collect static files, and load the demonstration under DEMO=1."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=1)
        self.collect_static()
        if settings.DEMO and not is_loaded():
            call_command("load_demo")

    def collect_static(self) -> None:
        """Collect only when a source file changed: the stamp is over names, sizes and times."""
        digest = hashlib.sha256()
        for finder in get_finders():
            for path, storage in finder.list([]):
                stat = Path(storage.path(path)).stat()
                digest.update(f"{path}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
        stamp = Path(settings.STATIC_ROOT) / ".stamp"
        if stamp.exists() and stamp.read_text() == digest.hexdigest():
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(digest.hexdigest())
