"""A Wagtail site with one page of a given size, in a folder and a virtual environment of its own. The page is the
document's, built as editors build one: a row for everything that is scored, headings, and texts up to the size.

It is set up as Wagtail's guides advise for production: PostgreSQL, a cache in Redis, which all its processes share and
which can therefore forget a page everywhere. Both are the servers that ours uses, in a database of its own.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from aijri_site.embedded import addresses
from aijri_site.embedded.application import WEB_PROCESSES, WEB_THREADS

MODELS = """
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page


class Row(blocks.StructBlock):
    name = blocks.CharBlock()
    score = blocks.CharBlock()
    rationale = blocks.RichTextBlock(required=False)

    class Meta:
        template = "home/row.html"


class HomePage(Page):
    body = StreamField(
        [("heading", blocks.CharBlock()), ("row", Row()), ("paragraph", blocks.RichTextBlock())], default=[]
    )
"""
TEMPLATES = {
    "home_page.html": """{% extends "base.html" %}{% load wagtailcore_tags %}
{% block content %}<h1>{{ page.title }}</h1>{% for block in page.body %}
{% if block.block_type == "heading" %}<h2>{{ block.value }}</h2>{% else %}{% include_block block %}{% endif %}
{% endfor %}{% endblock %}
""",
    "row.html": """{% load wagtailcore_tags %}
<section><h3>{{ value.name }}</h3><p>{{ value.score }}</p>{% include_block value.rationale %}</section>
""",
}
SETTINGS = """
from .dev import *

DEBUG = False
ALLOWED_HOSTS = ["*"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
INSTALLED_APPS = [each for each in INSTALLED_APPS if "debug" not in each]
DATABASES["default"] = {{
    "ENGINE": "django.db.backends.postgresql", "NAME": "wagtail", "USER": "{user}", "HOST": "{host}", "PORT": "{port}",
    "CONN_MAX_AGE": None,
}}
CACHES = {{"default": {{"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "{redis}"}}}}
"""
CACHED = """
from .plain import *

MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware", *MIDDLEWARE, "django.middleware.cache.FetchFromCacheMiddleware"
]
"""
FILL = """
import json
from pathlib import Path

from home.models import HomePage

page = HomePage.objects.get()
document = json.loads(Path("{document}").read_text())
body = []
for group in ("tasks", "evidence", "barriers", "protective_principles"):
    body.append({{"type": "heading", "value": group}})
    for row in document[group]:
        name = row.get("name") or row["code"]
        value = {{"name": name, "score": str(row["score"]), "rationale": f"<p>{{row['rationale']}}</p>"}}
        body.append({{"type": "row", "value": value}})
words = "<p>Most of it is judged case by case, with tools that draft, sort and compare while people decide.</p>"
sections = 10
left = {size} - len(json.dumps(body))
for number in range(sections):
    body.append({{"type": "heading", "value": f"Section {{number}}"}})
    body.append({{"type": "paragraph", "value": words * (left // sections // len(words))}})
page.body = body
page.save_revision().publish()
"""


PACKAGES = ("wagtail", "granian", "psycopg[binary]", "redis[hiredis]")


class Absent(Exception):
    """Wagtail cannot be had here; says why."""


def made(place: Path, size: int, data: Path, document: dict[str, Any]) -> Path:
    """The project, installed and filled with a document, on the servers of this data folder; Absent where the package
    index does not give it."""
    place.mkdir()
    python = place / "venv" / "bin" / "python"
    steps = [
        [sys.executable, "-m", "venv", "venv"],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES],
        [str(place / "venv" / "bin" / "wagtail"), "start", "site_of_one"],
    ]
    for step in steps:
        done = subprocess.run(step, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Absent((done.stderr.strip().splitlines() or [f"{step[-2:]} failed"])[-1])
    project = place / "site_of_one"
    (project / "home" / "models.py").write_text(MODELS)
    for name, text in TEMPLATES.items():
        (project / "home" / "templates" / "home" / name).write_text(text)
    kept = place / "document.json"
    kept.write_text(json.dumps(document))
    (project / "site_of_one" / "settings" / "plain.py").write_text(
        SETTINGS.format(
            user=addresses.ROLE,
            host=addresses.postgres_dir(data),
            port=addresses.POSTGRES_PORT,
            redis=addresses.redis_url(data).replace("db=0", "db=7"),
        )
    )
    with psycopg.connect(addresses.database_url(data), autocommit=True) as connection:
        connection.execute("CREATE DATABASE wagtail")
    (project / "site_of_one" / "settings" / "cached.py").write_text(CACHED)
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "site_of_one.settings.plain"}
    for command in (
        ["makemigrations", "--no-input", "home"],
        ["migrate"],
        ["shell", "-c", FILL.format(size=size, document=kept)],
    ):
        done = subprocess.run(
            [str(python), "manage.py", *command],
            cwd=project,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Absent(f"{command[0]}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")
    return project


@contextmanager
def served(project: Path, *, cached: bool) -> Iterator[tuple[int, int]]:
    """The site on a server like ours, with as many processes and threads: its port and its first process."""
    port = free_port()
    python = project.parent / "venv" / "bin" / "python"
    command = [str(python), "-m", "granian", "--interface", "wsgi", "site_of_one.wsgi:application", "--http", "1"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--runtime-mode", "st"]
    command += ["--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS), "--runtime-threads", "1"]
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": f"site_of_one.settings.{'cached' if cached else 'plain'}"}
    process = subprocess.Popen([*command, "--log-level", "warning"], cwd=project, env=environ)
    try:
        deadline = time.monotonic() + 60
        while not _answers(port):
            if time.monotonic() > deadline:
                raise SystemExit("the Wagtail site did not start")
            time.sleep(0.2)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def _answers(port: int) -> bool:
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        caller.request("GET", "/")
        return caller.getresponse().status == 200
    except OSError:
        return False
    finally:
        caller.close()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
