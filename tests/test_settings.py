"""The environment: production refuses to start half configured, and says everything that is missing at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aijri_site.env import Environment, EnvironmentRefused

ROOT = Path(__file__).resolve().parent.parent


def settings(tmp_path: Path, **environ: str) -> tuple[int, str]:
    """Import the settings in a process with exactly these variables; its exit code and the last line it said."""
    given = {"PATH": os.environ["PATH"], "AIJRI_DATA": str(tmp_path), **environ}
    command = [sys.executable, "-c", "import aijri_site.settings as s; print(s.DEMO, s.DEBUG, s.ALLOWED_HOSTS)"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    said = (done.stdout or done.stderr).strip().splitlines()
    return done.returncode, said[-1]


def test_production_names_everything_that_is_missing(tmp_path: Path) -> None:
    code, said = settings(tmp_path)
    assert code == 1
    assert said.endswith(
        "Cannot start: SECRET_KEY is not set; ALLOWED_HOSTS is not set; DATABASE_URL is not set;"
        " REDIS_URL is not set; SITE_URL is not set."
    )


def test_production_starts_with_all_of_it(tmp_path: Path) -> None:
    complete = {
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "example.org",
        "DATABASE_URL": "postgresql://u:p@db.example.org:5432/aijri?sslmode=require",
        "REDIS_URL": "redis://cache.example.org/0",
        "SITE_URL": "https://example.org",
    }
    assert settings(tmp_path, **complete) == (0, "False False ['example.org']")


def test_the_demonstration_is_refused_to_other_hosts(tmp_path: Path) -> None:
    code, said = settings(tmp_path, DEMO="1", ALLOWED_HOSTS="example.org")
    assert code == 1
    assert said.endswith("serves this machine alone: ALLOWED_HOSTS names others.")


def test_a_second_shell_finds_the_key_of_a_running_copy(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("made-by-make-run")
    assert settings(tmp_path) == (0, "False False ['127.0.0.1', 'localhost', '[::1]']")


@pytest.mark.parametrize(("name", "value"), [("DEMO", "maybe"), ("DEBUG", "2")])
def test_a_malformed_flag_is_named(name: str, value: str, tmp_path: Path) -> None:
    code, said = settings(tmp_path, **{name: value})
    assert code == 1
    assert f"{name} must be 1 or 0, not '{value}'" in said


def test_readers_are_typed() -> None:
    env = Environment({"A": "yes", "B": "7", "C": "x, y,", "D": "-1"})
    assert (env.flag("A", False), env.flag("Z", True), env.integer("B", 1), env.names("C")) == (
        True,
        True,
        7,
        ["x", "y"],
    )
    assert (env.text("Z", "z"), env.names("Z", ["p"])) == ("z", ["p"])
    env.integer("D", 1)
    with pytest.raises(EnvironmentRefused, match="Cannot start: D must be a whole number above 0, not '-1'"):
        env.refuse_if_faulty()
