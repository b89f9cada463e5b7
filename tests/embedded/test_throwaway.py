"""Servers for one test run."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from aijri_site.embedded import throwaway
from aijri_site.embedded.addresses import CHECKOUT
from aijri_site.embedded.processes import left_behind
from aijri_site.embedded.refusal import Refusal
from tests.embedded.rig import eventually

pytestmark = pytest.mark.enable_socket


def run_with_servers(environ: dict[str, str], *command: str) -> "subprocess.Popen[str]":
    """A process that holds throw-away servers while a command runs."""
    arguments = [sys.executable, "-m", "aijri_site.embedded.throwaway", *command]
    return subprocess.Popen(arguments, cwd=CHECKOUT, env=environ, stdout=subprocess.PIPE, text=True)


def test_both_servers_answer_and_nothing_is_left_of_them(place: Path, environ: dict[str, str]) -> None:
    environ |= {"AIJRI_DATA": str(place)}
    with throwaway.servers(environ) as servers:
        with psycopg.connect(servers.database_url) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
        with redis.from_url(servers.redis_url) as client:
            assert client.ping() is True
    assert [path.name for path in place.iterdir()] == ["log"]


def test_servers_that_are_given_are_used_instead(place: Path, environ: dict[str, str]) -> None:
    given = {
        "AIJRI_DATA": str(place),
        "DATABASE_URL": "postgresql://elsewhere/",
        "REDIS_URL": "redis://elsewhere/0",
    }
    with throwaway.servers(environ | given) as servers:
        assert servers == throwaway.Servers("postgresql://elsewhere/", "redis://elsewhere/0")


def test_a_folder_too_deep_for_a_socket_is_refused(place: Path, environ: dict[str, str]) -> None:
    deep = place / ("x" * 70)
    with (
        pytest.raises(Refusal, match="but 107 is the most"),
        throwaway.servers(environ | {"AIJRI_DATA": str(deep)}),
    ):
        pass


def test_a_command_runs_with_the_servers_in_its_environment(place: Path, environ: dict[str, str]) -> None:
    program = 'echo "$DATABASE_URL" | cut -d= -f2 | cut -c1-4; exit 3'
    with run_with_servers(environ | {"AIJRI_DATA": str(place)}, "/bin/sh", "-c", program) as process:
        output, _ = process.communicate(timeout=20)
    assert (output, process.returncode) == (f"{place}"[:4] + "\n", 3)


def test_a_killed_owner_takes_its_servers_along_and_the_next_removes_what_is_left(
    place: Path, environ: dict[str, str]
) -> None:
    environ |= {"AIJRI_DATA": str(place)}
    with run_with_servers(environ, "/bin/sh", "-c", "echo ready; exec sleep 5") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.kill()
    (left,) = place.glob("test-*")
    assert eventually(lambda: left_behind(left) == [])
    os.utime(left, (0, 0))
    with throwaway.servers(environ):
        assert not left.exists()
