"""`manage.py dump_catalogue --as USER`: ask for a dump of the published catalogue and make it here and now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments import dumps
from assessments.actions import dumping
from assessments.errors import Refused
from assessments.models import User


class Command(BaseCommand):
    help = "Dump the published catalogue; prints the folder. Exit 0 made, 1 refused, 2 usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--as", dest="user", required=True, metavar="USER")

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account named {user}.", returncode=2)
        try:
            dump = dumping.ask(by=person, at=timezone.now())
        except Refused as refused:
            raise CommandError(refused.sentence, returncode=1) from refused
        if not dumps.make(dump):
            raise CommandError("A worker is making a dump; this one follows it by itself.", returncode=1)
        self.stdout.write(str(dumps.folder_of(dump)))
