"""A Wagtail site with one page of a given size, in a folder and a virtual environment of its own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MODELS = """
from wagtail.fields import RichTextField
from wagtail.models import Page


class HomePage(Page):
    body = RichTextField(default="")
"""
TEMPLATE = """{% extends "base.html" %}{% load wagtailcore_tags %}
{% block content %}<h1>{{ page.title }}</h1>{{ page.body|richtext }}{% endblock %}
"""
SETTINGS = """
from .dev import *

DEBUG = False
ALLOWED_HOSTS = ["*"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
INSTALLED_APPS = [each for each in INSTALLED_APPS if "debug" not in each]
"""
CACHED = """
from .plain import *

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware", *MIDDLEWARE, "django.middleware.cache.FetchFromCacheMiddleware"
]
"""
FILL = """
from home.models import HomePage

page = HomePage.objects.get()
words = "<p>Most of it is judged case by case, with tools that draft, sort and compare while people decide.</p>"
page.body = words * ({size} // len(words))
page.save_revision().publish()
"""


class Absent(Exception):
    """Wagtail cannot be had here; says why."""


def made(place: Path, size: int) -> Path:
    """The project, installed and filled; Absent where the package index does not give it."""
    place.mkdir()
    python = place / "venv" / "bin" / "python"
    steps = [
        [sys.executable, "-m", "venv", "venv"],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "wagtail", "granian"],
        [str(place / "venv" / "bin" / "wagtail"), "start", "site_of_one"],
    ]
    for step in steps:
        done = subprocess.run(step, cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Absent((done.stderr.strip().splitlines() or [f"{step[-2:]} failed"])[-1])
    project = place / "site_of_one"
    (project / "home" / "models.py").write_text(MODELS)
    (project / "home" / "templates" / "home" / "home_page.html").write_text(TEMPLATE)
    (project / "site_of_one" / "settings" / "plain.py").write_text(SETTINGS)
    (project / "site_of_one" / "settings" / "cached.py").write_text(CACHED)
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "site_of_one.settings.plain"}
    for command in (["makemigrations", "--no-input", "home"], ["migrate"], ["shell", "-c", FILL.format(size=size)]):
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
    """The site on a server like ours, with as many threads: its port and the process that works."""
    port = free_port()
    python = project.parent / "venv" / "bin" / "python"
    command = [str(python), "-m", "granian", "--interface", "wsgi", "site_of_one.wsgi:application", "--http", "1"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "4"]
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
