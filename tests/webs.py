"""Web processes as `make run` starts them, on the database of the test."""

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
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from psycopg.conninfo import make_conninfo

from aijri_site.embedded.application import WEB_THREADS

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Answer:
    """What one request got; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Web:
    """One web process and its port."""

    port: int
    process: subprocess.Popen[bytes]

    def get(self, address: str, method: str = "GET", **headers: str) -> Answer:
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            caller.request(method, address, headers=headers)
            answer = caller.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read().decode())
        finally:
            caller.close()


def environment(folder: Path) -> dict[str, str]:
    """That of a server on the test's database, with a data folder of its own."""
    database = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    return {**os.environ, "DATABASE_URL": database, "AIJRI_DATA": str(folder)}


def collected(folder: Path) -> None:
    """The static files, whose addresses stand in the pages."""
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment(folder), check=True)


@contextmanager
def web(folder: Path) -> Iterator[Web]:
    """A web process while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "aijri_site.wsgi:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", str(WEB_THREADS)]
    command += ["--runtime-mode", "st", "--runtime-threads", "1"]
    process = subprocess.Popen([*command, "--log-level", "error"], cwd=ROOT, env=environment(folder))
    try:
        served, deadline = Web(port, process), time.monotonic() + 60
        while not _answers(served):
            assert process.poll() is None, "the web process ended"
            assert time.monotonic() < deadline, "the web process did not start"
            time.sleep(0.05)
        yield served
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _answers(served: Web) -> bool:
    try:
        return served.get("/healthz").status == 200
    except OSError:
        return False
