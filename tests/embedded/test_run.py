"""Everything started for real: it serves, mends itself, and goes away."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from aijri_site.embedded import application
from aijri_site.embedded.addresses import CHECKOUT, postgres_dir
from aijri_site.embedded.processes import end_left_behind, left_behind
from tests.embedded.rig import eventually

pytestmark = [pytest.mark.enable_socket, pytest.mark.xdist_group("run")]


@dataclass
class Run:
    """A running supervisor with a data folder of its own."""

    data: Path
    port: int
    environ: dict[str, str]
    process: "subprocess.Popen[bytes]"

    def said(self) -> str:
        return (self.data.parent / "said").read_text()

    def is_ready(self) -> bool:
        return self.answer() == "200"

    def answer(self) -> str:
        return application.readiness(self.port, f"http://127.0.0.1:{self.port}")

    def part(self, word: str) -> int | None:
        """Id of the first process of the part whose command has a word."""
        commands = {pid: command_line(pid) for pid in left_behind(self.data)}
        return min((pid for pid, command in commands.items() if word in command), default=None)


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ")
    except OSError:
        return ""


def start(place: Path, **given: str) -> Run:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    replaced = ("DATABASE_URL", "REDIS_URL", "SITE_URL", "ALLOWED_HOSTS", "DEMO", "DEBUG", "SECRET_KEY")
    environ = {name: value for name, value in os.environ.items() if name not in replaced}
    environ |= {"AIJRI_DATA": str(place / "data"), "PORT": str(port), **given}
    with open(place / "said", "wb") as said:
        command = [sys.executable, "-m", "aijri_site.embedded"]
        process = subprocess.Popen(command, cwd=CHECKOUT, env=environ, stdout=said, stderr=said)
    run = Run(place / "data", port, environ, process)
    assert eventually(lambda: "Ctrl-C stops it" in run.said() or process.poll() is not None, 90)
    assert process.poll() is None, run.said()
    return run


def stop(run: Run) -> int:
    run.process.send_signal(signal.SIGINT)
    return run.process.wait(30)


@contextmanager
def running(**given: str) -> Iterator[Run]:
    """A copy of its own while the block runs, with these variables in its environment."""
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        started = start(Path(place), **given)
        yield started
        stop(started)
        end_left_behind(started.data)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with running() as started:
        yield started


def test_it_says_where_it_serves_and_how_to_sign_in(run: Run) -> None:
    first, *_ = run.said().splitlines()
    assert re.sub(r"[\d.]+ s", "1 s", first) == (
        f"AIJRI Review is at http://127.0.0.1:{run.port} after 1 s. Ctrl-C stops it."
    )
    assert re.findall(r"^  (\w+) +(\w+)$", run.said(), re.MULTILINE) == [
        ("assessor", "assessor2"),
        ("reviewer", "reviewer2"),
        ("admin", "admin2"),
    ]


def test_a_command_in_another_shell_finds_the_servers_by_the_data_folder(run: Run) -> None:
    command = [sys.executable, "manage.py", "check", "--database", "default"]
    done = subprocess.run(command, check=False, cwd=CHECKOUT, env=run.environ, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n")


@pytest.mark.parametrize("words", [("granian", "celery", "relay"), ("bin/postgres -D", "valkey-server")])
def test_parts_that_were_killed_are_back_within_five_seconds(run: Run, words: tuple[str, ...]) -> None:
    killed = {word: run.part(word) for word in words}
    for pid in killed.values():
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: all(run.part(word) not in (None, pid) for word, pid in killed.items()), 5)
    assert eventually(run.is_ready, 20), run.answer()


def test_told_to_stop_it_leaves_no_process_and_starts_again_with_all_it_had(run: Run) -> None:
    assert stop(run) == 0
    assert left_behind(run.data) == []
    again = start(run.data.parent)
    assert again.is_ready()
    run.process, run.port, run.environ = again.process, again.port, again.environ


def test_servers_of_ones_own_replace_the_embedded_ones() -> None:
    own = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    with running(**own) as run:
        assert run.is_ready()
        assert [run.part(word) for word in ("postgres", "valkey")] == [None, None]
        assert not postgres_dir(run.data).exists()
