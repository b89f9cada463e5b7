"""The parts of the application itself: what they need in their environment and how they are started."""

import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from aijri_site.embedded import processes
from aijri_site.embedded.addresses import log_dir
from aijri_site.embedded.folder import kept_secret_key
from aijri_site.embedded.parts import Part
from aijri_site.patience import ANSWERING, BODIES, STREAMS

WEB_PROCESSES = 2
"""Web processes: two, each with one thread that reads and writes its sockets, answer half as much again as one (ADR
0017)."""
WEB_THREADS = ANSWERING + BODIES + STREAMS
"""Requests that one web process has under way at a time; each thread may hold a database connection."""
WEB_CONNECTIONS = 512
"""Connections that one web process accepts at a time, idle ones included; others wait in the backlog."""


def environment(data: Path, port: int, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of every part: what was given, else the values of a demonstration served on this machine."""
    made = {
        "DEMO": environ.get("DEMO") or "1",
        "DEBUG": environ.get("DEBUG") or "0",
        "SECRET_KEY": environ.get("SECRET_KEY") or kept_secret_key(data),
        "SITE_URL": environ.get("SITE_URL") or f"http://127.0.0.1:{port}",
        "AIJRI_DATA": str(data),
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    return dict(environ) | made | processes.mark(data)


def prepare_part(data: Path, environ: Mapping[str, str]) -> Part:
    """Migrations, static files and the demonstration: runs to its end before the others start."""
    return _part("prepare", data, environ, "manage.py", "prepare")


def web_part(data: Path, port: int, environ: Mapping[str, str]) -> Part:
    """The web server, on the loopback address only."""
    part = _part(
        "web",
        data,
        environ,
        *("-m", "granian", "--interface", "wsgi", "aijri_site.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", environ.get("WEB_WORKERS") or str(WEB_PROCESSES)),
        *("--http", "1", "--no-ws", "--blocking-threads", str(WEB_THREADS), "--backpressure", str(WEB_CONNECTIONS)),
        *("--runtime-mode", "st", "--runtime-threads", "1"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"),
        # Of many threads, which mostly wait, it would warn.
        *("--log-level", "error"),
    )
    # Killed outright, its first process would leave the others behind.
    part.death_signal = signal.SIGTERM
    return part


def worker_part(data: Path, environ: Mapping[str, str]) -> Part:
    """The Celery worker."""
    part = _part(
        "worker",
        data,
        environ,
        *("-m", "celery", "-A", "aijri_site", "--skip-checks", "worker", "--loglevel", "WARNING"),
        *("--concurrency", environ.get("CELERY_CONCURRENCY") or "2", "-O", "fair"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )
    part.death_signal = signal.SIGQUIT
    return part


def relay_part(data: Path, environ: Mapping[str, str]) -> Part:
    """The relay, which hands the outbox to the broker."""
    return _part("relay", data, environ, "manage.py", "relay")


def readiness(port: int, site_url: str) -> str:
    """The answer of ``/readyz``: ``200``, or the status and body that say what is missing, or why there is none.

    It is asked for under the site's own name and scheme, as a proxy in front would.
    """
    site = urlsplit(site_url)
    headers = f"Host: {site.netloc}\r\nX-Forwarded-Proto: {site.scheme}\r\nConnection: close"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(f"GET /readyz HTTP/1.1\r\n{headers}\r\n\r\n".encode())
            answer = b"".join(iter(lambda: connection.recv(4096), b"")).decode(errors="replace")
    except OSError as error:
        return error.strerror or str(error)
    head, _, body = answer.partition("\r\n\r\n")
    status = head.split(" ")[1] if head.startswith("HTTP/") else head
    return status if status == "200" else f"{status} {body.strip()[:300]}".strip()


def _part(name: str, data: Path, environ: Mapping[str, str], *arguments: str) -> Part:
    return Part(name, (sys.executable, *arguments), environ, log_dir(data) / f"{name}.log")
