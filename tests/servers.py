"""A pytest plugin: real PostgreSQL and Valkey for the run, and the environment that the settings read.

Loaded by `-p tests.servers`, ahead of pytest-django, which reads the settings before any conftest. The controlling
process starts the servers; xdist's workers inherit their addresses.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from aijri_site.embedded import throwaway
from aijri_site.embedded.refusal import Refusal

running = ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        try:
            made = running.enter_context(throwaway.servers(os.environ))
        except Refusal as refusal:
            print(refusal, file=sys.stderr)
            raise pytest.UsageError(str(refusal)) from refusal
        os.environ |= {
            "DATABASE_URL": made.database_url,
            "REDIS_URL": made.redis_url,
            "SECRET_KEY": "of-the-tests-alone",
            "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
            "SITE_URL": "http://testserver",
            "DEMO": "0",
            "DEBUG": "0",
            "API_RATE_ANONYMOUS": "1000000/min",
            "API_RATE_TOKEN": "1000000/min",
        }
    else:
        # Each worker has a numbered database of the one Valkey, as it has one of PostgreSQL.
        number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={number}")
    return (yield)


def pytest_configure() -> None:
    from django.conf import settings

    # Nothing is collected for tests, and a slow hash of throw-away passwords proves nothing.
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")


def pytest_unconfigure() -> None:
    running.close()
