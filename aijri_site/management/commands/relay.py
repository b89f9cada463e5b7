"""`manage.py relay`: the process that hands the outbox to the broker."""

from django.core.management.base import BaseCommand

from aijri_site import celery  # noqa: F401  (configures the producer that dispatch uses)
from aijri_site.relay import run_forever


class Command(BaseCommand):
    help = "Hand committed outbox messages to the broker until stopped."
    requires_system_checks: list[str] = []

    def handle(self, *args: object, **options: object) -> None:
        run_forever()
