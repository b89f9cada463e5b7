"""The data folder: that it can be used, that one supervisor alone uses it, and the secret kept in it."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aijri_site.embedded.addresses import log_dir, postgres_socket, secret_key, secret_key_file, valkey_socket
from aijri_site.embedded.refusal import Refusal

SOCKET_BYTES = 107
ROOM_MB = 200


def check(data: Path) -> None:
    """Make the data folder where it is missing. Raises Refusal when it cannot be used.

    A new one lets other users pass through but not look around, for root's servers run as another user; an
    existing one keeps its mode. All that lies in it is private.
    """
    for path in (postgres_socket(data), valkey_socket(data)):
        length = len(os.fsencode(path))
        if length > SOCKET_BYTES:
            raise Refusal(
                f"The socket {path} would have a path of {length} bytes, but {SOCKET_BYTES} is the most a system "
                "allows: give a shorter data folder in AIJRI_DATA."
            )
    try:
        if not data.exists():
            data.mkdir(parents=True)
            data.chmod(0o711)
        private_folder(log_dir(data))
        free_mb = shutil.disk_usage(data).free // 1_000_000
    except OSError as error:
        raise Refusal(
            f"The data folder {data} cannot be used ({error.strerror}): give another in AIJRI_DATA."
        ) from error
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        raise Refusal(f"The data folder {data} cannot be written: give another in AIJRI_DATA.")
    if free_mb < ROOM_MB:
        raise Refusal(
            f"The disk of {data} has {free_mb} MB left, but {ROOM_MB} MB are needed: make room, or give another "
            "data folder in AIJRI_DATA."
        )


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may enter, where it is missing. Raises Refusal when that is another user."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise Refusal(f"The folder {folder} belongs to another user: give another data folder in AIJRI_DATA.")
    return folder


@contextmanager
def locked(data: Path) -> Iterator[bool]:
    """Hold the lock of a data folder while the block runs; False when another process holds it."""
    with open(data / "lock", "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def kept_secret_key(data: Path) -> str:
    """The secret key of a data folder, made on first use and readable by its owner only."""
    kept = secret_key(data)
    if kept:
        return kept
    made = os.urandom(48).hex()
    with open(secret_key_file(data), "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(made + "\n")
    return made
