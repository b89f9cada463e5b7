"""Start-up and idle memory of `make run`, and how soon neighbours follow a publication."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from aijri_site.embedded.processes import left_behind
from bench.result import Result

ROOT = Path(__file__).resolve().parent.parent
QUIET_SECONDS = 10


def run() -> list[Result]:
    """A second start to `/readyz` 200, and the memory of all processes together once nothing happens."""
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)  # the database's own user passes through
        data = Path(place) / "data"
        with served(data):
            pass
        with served(data) as copy:
            time.sleep(QUIET_SECONDS)
            shared, resident = memory(data)
    return [
        Result("second start to /readyz 200", copy.seconds, "s", 5),
        Result("idle memory of all processes, shared pages once (PSS)", shared, "MB", 600),
        Result("idle memory of all processes, shared pages each time (RSS)", resident, "MB", 600),
    ]


@dataclass(frozen=True)
class Copy:
    """A running copy: its port, and the seconds until it was ready."""

    port: int
    seconds: float


@contextmanager
def served(data: Path) -> Iterator[Copy]:
    """The whole product on a port of its own while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "AIJRI_DATA": str(data), "PORT": str(port)}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "aijri_site.embedded"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL
    )
    try:
        while not is_ready(port):
            if process.poll() is not None or time.monotonic() - started > 120:
                raise SystemExit("the copy under measurement did not start")
            time.sleep(0.02)
        yield Copy(port, time.monotonic() - started)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def is_ready(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"GET /readyz HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def memory(data: Path) -> tuple[float, float]:
    """PSS and RSS in MB over every process of the data folder, the supervisor included."""
    shared = resident = 0.0
    for pid in [*left_behind(data), *supervisors(data)]:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                shared += int(line.split()[1]) / 1024
            if line.startswith("Rss:"):
                resident += int(line.split()[1]) / 1024
    return shared, resident


def supervisors(data: Path) -> Iterator[int]:
    known = set(left_behind(data))
    for path in Path("/proc").glob("[0-9]*"):
        try:
            command = (path / "cmdline").read_bytes()
            environ = (path / "environ").read_bytes()
        except OSError:
            continue
        if (
            b"aijri_site.embedded" in command
            and f"AIJRI_DATA={data}".encode() in environ
            and int(path.name) not in known
        ):
            yield int(path.name)
