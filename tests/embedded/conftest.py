"""Data folders with short paths, and what must not be left of them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from aijri_site.embedded import folder
from aijri_site.embedded.processes import end_left_behind


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder whose path leaves room for a socket, and that other users may pass through."""
    made = Path(tempfile.mkdtemp(prefix="aijri-"))
    made.chmod(0o711)
    yield made
    made.chmod(0o711)
    shutil.rmtree(made)


@pytest.fixture
def data(place: Path) -> Iterator[Path]:
    """A new data folder; what was started for it is ended."""
    path = place / "data"
    folder.check(path)
    yield path
    end_left_behind(path)


@pytest.fixture
def environ() -> dict[str, str]:
    """Our environment without the variables that choose servers."""
    chosen = ("DATABASE_URL", "REDIS_URL", "PG_BIN", "VALKEY_BIN", "AIJRI_DATA", "PORT")
    return {name: value for name, value in os.environ.items() if name not in chosen}
