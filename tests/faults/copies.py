"""A copy of the whole product under `make run`'s supervisor, with handles on its processes, database and broker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis

from aijri_site.embedded import application
from aijri_site.embedded.addresses import CHECKOUT, database_url, redis_url
from aijri_site.embedded.processes import end_left_behind, left_behind
from tests.embedded.rig import eventually

START_SECONDS = 180
# What chooses the servers of a test run must not choose those of a copy.
OTHERS = ("DATABASE_URL", "REDIS_URL", "SITE_URL", "ALLOWED_HOSTS", "DEMO", "DEBUG", "SECRET_KEY")
OTHERS += ("API_RATE_ANONYMOUS", "API_RATE_TOKEN")


@dataclass
class Copy:
    """A running copy: its data folder, its port, and the supervisor's process."""

    data: Path
    port: int
    environ: dict[str, str]
    supervisor: subprocess.Popen[bytes]

    def is_ready(self) -> bool:
        return application.readiness(self.port, f"http://127.0.0.1:{self.port}") == "200"

    def all_of(self, word: str) -> list[int]:
        """Ids of the processes of the part whose command has a word, the one that the supervisor started first."""
        found = [pid for pid in left_behind(self.data) if word in _command_line(pid)]
        return sorted(found, key=lambda pid: (_parent(pid) != self.supervisor.pid, pid))

    def children_of(self, word: str) -> list[int]:
        """Those that a part started by itself, such as the worker's processes for tasks."""
        first, *_ = self.all_of(word)
        return [pid for pid in self.all_of(word) if _parent(pid) == first]

    def send(self, number: signal.Signals, pids: list[int]) -> None:
        for pid in pids:
            os.kill(pid, number)

    @contextmanager
    def stopped(self, word: str) -> Iterator[None]:
        """The processes of a part stand still while the block runs."""
        pids = self.all_of(word)
        self.send(signal.SIGSTOP, pids)
        try:
            yield
        finally:
            for pid in pids:
                if os.path.exists(f"/proc/{pid}"):
                    os.kill(pid, signal.SIGCONT)

    def manage(self, *arguments: str) -> str:
        """What a management command printed. Raises AssertionError with all it said when it failed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=False,
            cwd=CHECKOUT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query, or none, on a connection of its own, committed."""
        with psycopg.connect(database_url(self.data), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    @contextmanager
    def recomputes_held(self) -> Iterator[None]:
        """While the block runs no recompute gets further than to its comparisons: a lock on their table is held."""
        with psycopg.connect(database_url(self.data)) as connection:
            connection.execute("LOCK TABLE assessments_peercomparison IN EXCLUSIVE MODE")
            yield
            connection.rollback()

    def is_in_a_recompute(self) -> bool:
        """Whether a task stands in the middle of its work, before that lock."""
        held = "SELECT 1 FROM pg_locks WHERE relation = 'assessments_peercomparison'::regclass AND NOT granted"
        return bool(self.ask(held))

    def broker(self) -> redis.Redis:
        return redis.Redis.from_url(redis_url(self.data), socket_timeout=5, socket_connect_timeout=5)

    def queued(self, topic: str = "assessments.recompute_peers") -> list[bytes]:
        """The tasks of a topic that wait in the broker."""
        waiting: list[bytes] = self.broker().lrange("celery", 0, -1)  # type: ignore[assignment]
        return [each for each in waiting if topic.encode() in each]

    def pending(self, up_to: int | None = None) -> int:
        """How many messages are not done, of all or up to an id."""
        found = self.ask(
            "SELECT count(*) FROM assessments_outboxmessage WHERE done_at IS NULL AND id <= %s",
            2**62 if up_to is None else up_to,
        )
        return int(found[0][0])

    def latest_message(self) -> int:
        return int(self.ask("SELECT coalesce(max(id), 0) FROM assessments_outboxmessage")[0][0])


def must(holds: Any, seconds: float, what: str) -> None:
    """Wait until something holds. Raises AssertionError saying what did not. Trouble while asking is a no."""

    def asked() -> bool:
        try:
            return bool(holds())
        except (psycopg.Error, redis.RedisError, OSError):
            return False

    assert eventually(asked, seconds), f"not within {seconds:g} s: {what}"


@contextmanager
def running(**given: str) -> Iterator[Copy]:
    """A fresh copy of its own while the block runs, with these variables in its environment."""
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)  # the database's own user passes through
        data = Path(place) / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environ = {name: value for name, value in os.environ.items() if name not in OTHERS}
        environ |= {"AIJRI_DATA": str(data), "PORT": str(port), **given}
        command = [sys.executable, "-m", "aijri_site.embedded"]
        with open(Path(place) / "said", "wb") as said:
            supervisor = subprocess.Popen(command, cwd=CHECKOUT, env=environ, stdout=said, stderr=said)
        copy = Copy(data, port, environ, supervisor)
        try:
            must(lambda: copy.is_ready() or supervisor.poll() is not None, START_SECONDS, "the copy answers")
            assert supervisor.poll() is None, (Path(place) / "said").read_text()
            yield copy
        finally:
            supervisor.send_signal(signal.SIGCONT)
            supervisor.send_signal(signal.SIGINT)
            supervisor.wait(60)
            end_left_behind(data)


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
