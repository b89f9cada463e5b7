"""A PostgreSQL and a Valkey for one test run, gone afterwards whatever happens.

They live in a folder ``test-…`` of the data folder. They die with the process that asked for them, and the
next test run removes what a killed one left on disk.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aijri_site.embedded import folder
from aijri_site.embedded.addresses import data_dir, database_url, redis_url
from aijri_site.embedded.parts import Part, postgres_part, valkey_part
from aijri_site.embedded.refusal import Refusal

START_SECONDS = 30.0


@dataclass(frozen=True)
class Servers:
    """The URLs of the servers to use."""

    database_url: str
    redis_url: str


@contextmanager
def servers(environ: Mapping[str, str]) -> Iterator[Servers]:
    """Throw-away servers while the block runs; those named in DATABASE_URL and REDIS_URL replace them one by one.

    Enter it in the main thread, before other threads start. Raises Refusal, with one sentence, when they
    cannot be started.
    """
    given_database, given_redis = environ.get("DATABASE_URL"), environ.get("REDIS_URL")
    with _folder(data_dir(environ)) as data, _stopping() as parts:
        if not given_redis:
            parts.append(valkey_part(data, environ))
            parts[-1].start()
        if not given_database:
            parts.append(postgres_part(data, environ, careless=True))
            parts[-1].start()
        _wait_ready(parts)
        yield Servers(given_database or database_url(data), given_redis or redis_url(data))


@contextmanager
def _stopping() -> Iterator[list[Part]]:
    parts: list[Part] = []
    try:
        yield parts
    finally:
        for part in parts:
            part.stop()


@contextmanager
def _folder(data: Path) -> Iterator[Path]:
    folder.check(data)
    _remove_abandoned(data)
    made = Path(tempfile.mkdtemp(prefix="test-", dir=data))
    # PostgreSQL's user, when that is not us, must pass through to its own folder.
    made.chmod(0o711)
    try:
        folder.check(made)
        with folder.locked(made):
            yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _remove_abandoned(data: Path) -> None:
    for path in data.glob("test-*/"):
        with suppress(FileNotFoundError):  # another test run removed it first
            if time.time() - path.stat().st_mtime < START_SECONDS:
                continue  # perhaps made by another test run that does not hold its lock yet
            with folder.locked(path) as abandoned:
                if abandoned:
                    shutil.rmtree(path, ignore_errors=True)


def _wait_ready(parts: list[Part]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while waiting := [part for part in parts if not part.is_ready()]:
        late = waiting[0]
        if late.ended() is not None or time.monotonic() > deadline:
            raise Refusal(f"{late.name} did not start; its log ends:\n{late.last_words()}")
        time.sleep(0.01)


def main(environ: Mapping[str, str], command: list[str]) -> int:
    """Run a command with throw-away servers in its environment; its exit code."""
    try:
        with servers(environ) as made:
            urls = {"DATABASE_URL": made.database_url, "REDIS_URL": made.redis_url}
            return os.spawnvpe(os.P_WAIT, command[0], command, {**environ, **urls})
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(os.environ, sys.argv[1:]))
