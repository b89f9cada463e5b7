"""PostgreSQL's own programs, pointed at the database of the settings."""

from __future__ import annotations

import os
import subprocess

from django.core.management.base import CommandError
from django.db import connection

from aijri_site.embedded.postgres import find_binaries
from aijri_site.embedded.refusal import Refusal


def run_program(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database; CommandError with its last words when it fails."""
    try:
        program = find_binaries(os.environ).program(name)
    except Refusal as refusal:
        raise CommandError(str(refusal)) from refusal
    wanted = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environ = {**os.environ, **{key: str(wanted[setting]) for key, setting in named.items() if wanted[setting]}}
    target = [f"--dbname={wanted['NAME']}"] if name == "pg_restore" else []
    # Our own connection would hold locks that the program waits for.
    connection.close()
    done = subprocess.run([program, *target, *arguments], env=environ, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no reason given"]
        raise CommandError(f"{name} failed: {said[-1]}")
