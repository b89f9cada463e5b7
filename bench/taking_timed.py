"""`python -m bench.taking_timed FOLDER|ROLESxEDGES`: feeds, sitemap and a dump of a catalogue loaded into the database
that the environment names, each through its page or command; JSON on stdout."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments.actions import people  # noqa: E402
from assessments.models import CatalogueDump, Role  # noqa: E402
from assessments.queries import sitemap  # noqa: E402
from bench import catalogue  # noqa: E402
from bench.neighbours_timed import stock  # noqa: E402
from bench.startup import ROOT  # noqa: E402

ROUNDS = 15


def main(what: str) -> None:
    call_command("migrate", verbosity=0)
    at = timezone.now()
    people.create_person(
        username="ada", display_name="Ada", password="ada-has-a-long-password", roles=["admin"], by=None, at=at
    )
    settings.ALLOWED_HOSTS = ["*"]
    roles = load(what)
    client = Client()
    middle = sitemap.parts()[len(sitemap.parts()) // 2]
    family = Role.objects.exclude(family="").values_list("family", flat=True).first()
    found: dict[str, Any] = {
        "roles": roles,
        "feed": median(lambda: client.get("/feed.xml")),
        "family": median(lambda: client.get("/feed.xml", {"family": family})),
        "index": median(lambda: client.get("/sitemap.xml").getvalue()),
        "part": median(lambda: client.get(f"/sitemap-{middle}.xml").getvalue()),
        "addresses": client.get(f"/sitemap-{middle}.xml").getvalue().count(b"<url>"),
    }
    found |= dumped()
    print(json.dumps(found))


def dumped() -> dict[str, Any]:
    """A dump by the command, in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "manage.py", "dump_catalogue", "--as", "ada"]
        start = time.perf_counter()
        made = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "DUMP_DIR": folder}, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(made.pid, 0)
        taken = time.perf_counter() - start
    assert status == 0
    dump = CatalogueDump.objects.get()
    sizes = {file["name"]: file["bytes"] for file in dump.files}
    return {"dump": taken, "memory": used.ru_maxrss / 1024, "dumped": dump.roles, "bytes": sizes}


def load(what: str) -> int:
    stored = stock(what)
    catalogue.load(stored)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(stored.inputs)


def median(ask: Callable[[], object]) -> float:
    ask()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    main(sys.argv[1])
