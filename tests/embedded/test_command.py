"""``python -m aijri_site.embedded``: what it refuses, and in which words."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aijri_site.embedded import application, folder
from aijri_site.embedded.__main__ import embedded_servers, free_port, keep_earlier_logs
from aijri_site.embedded.addresses import CHECKOUT, log_dir, postgres_dir
from aijri_site.embedded.parts import postgres_part
from aijri_site.embedded.processes import left_behind
from aijri_site.embedded.refusal import Refusal
from tests.embedded.rig import eventually

pytestmark = pytest.mark.enable_socket


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def refusal(environ: dict[str, str]) -> tuple[int, str]:
    """Exit code and complaint of a start that is refused."""
    command = [sys.executable, "-m", "aijri_site.embedded"]
    done = subprocess.run(command, check=False, cwd=CHECKOUT, env=environ, capture_output=True, text=True, timeout=20)
    return done.returncode, done.stderr


def test_a_taken_port_is_refused_before_anything_is_started(place: Path, environ: dict[str, str], taken: int) -> None:
    answer = refusal(environ | {"AIJRI_DATA": str(place), "PORT": str(taken)})
    other = taken + 1 if taken < 65535 else 8001
    assert answer == (
        1,
        f"Port {taken} is taken by another program; give another, for example PORT={other}.\n",
    )
    assert not postgres_dir(place).exists()


def test_a_second_run_in_the_same_data_folder_is_refused(data: Path, environ: dict[str, str]) -> None:
    with folder.locked(data):
        answer = refusal(environ | {"AIJRI_DATA": str(data)})
    assert answer == (
        1,
        f"Another run already uses {data}: stop it, or give another data folder in AIJRI_DATA.\n",
    )


def test_what_a_killed_run_left_behind_is_ended_first(data: Path, environ: dict[str, str], taken: int) -> None:
    part = postgres_part(data, environ, careless=True)
    part.start()
    assert eventually(part.is_ready, 10)
    refusal(environ | {"AIJRI_DATA": str(data), "PORT": str(taken)})
    assert left_behind(data) == []


def test_a_folder_that_cannot_be_made_is_refused_in_one_sentence(environ: dict[str, str]) -> None:
    code, said = refusal(environ | {"AIJRI_DATA": "/proc/aijri"})
    assert (code, said.count("\n"), said[:35]) == (1, 1, "The data folder /proc/aijri cannot ")


@pytest.mark.parametrize("given", ["http", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_no_port_is_refused(given: str) -> None:
    with pytest.raises(Refusal) as refused:
        free_port({"PORT": given})
    assert str(refused.value) == f"PORT is {given!r}, but must be a number from 1 to 65535."


def test_servers_named_in_the_environment_are_not_started_too(data: Path, environ: dict[str, str]) -> None:
    given = {"DATABASE_URL": "postgresql://elsewhere/", "REDIS_URL": "redis://elsewhere/0"}
    names = [[part.name for part in embedded_servers(data, environ | {name: given[name]})] for name in given]
    assert names == [["valkey"], ["postgres"]]
    assert embedded_servers(data, environ | given) == []


def test_a_demonstration_without_debugging_is_served_unless_told_otherwise(data: Path) -> None:
    made = application.environment(data, 8001, {"DEBUG": "1"})
    assert {name: made[name] for name in ("DEMO", "DEBUG", "SITE_URL", "AIJRI_DATA", "PORT")} == {
        "DEMO": "1",
        "DEBUG": "1",
        "SITE_URL": "http://127.0.0.1:8001",
        "AIJRI_DATA": str(data),
        "PORT": "8001",
    }


def test_a_secret_key_that_is_given_is_not_replaced(data: Path) -> None:
    assert application.environment(data, 8001, {"SECRET_KEY": "given"})["SECRET_KEY"] == "given"
    assert os.listdir(data) == ["log"]


def test_the_logs_of_the_last_run_are_kept_and_those_before_are_not(data: Path) -> None:
    for generation in ("first", "second"):
        (log_dir(data) / "web.log").write_text(generation)
        keep_earlier_logs(data)
    assert {path.name: path.read_text() for path in log_dir(data).iterdir()} == {"web.log.1": "second"}


def test_nobody_at_the_port_is_not_ready() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        assert application.readiness(free.getsockname()[1], "http://127.0.0.1") == "Connection refused"
