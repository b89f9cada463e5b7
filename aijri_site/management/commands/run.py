"""``manage.py run``: what ``make run`` does once everything is installed."""

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand

from aijri_site.embedded.addresses import CHECKOUT


class Command(BaseCommand):
    """Becomes the supervisor, so that no Django process stays around it."""

    help = "Start the embedded servers, web, worker and relay, and serve until Ctrl-C."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Never returns."""
        os.chdir(CHECKOUT)
        os.execv(sys.executable, [sys.executable, "-m", "aijri_site.embedded"])  # noqa: S606
