"""`manage.py load_demo`: the demonstration, once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reviews import demonstration


class Command(BaseCommand):
    help = "Load the demonstration catalogue and its accounts (only with DEMO=1)."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration has well-known passwords: it is loaded with DEMO=1 alone.")
        if demonstration.is_loaded():
            self.stdout.write("The demonstration is loaded already.")
            return
        demonstration.load(at=timezone.now())
        self.stdout.write("Loaded the demonstration.")
