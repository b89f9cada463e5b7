"""Where the data folder of this checkout is and how to reach the servers that live in it.

Everything follows from ``AIJRI_DATA`` alone, so that any process with the same value finds the running
servers. Both listen on a Unix socket in a folder that only its owner may enter.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

CHECKOUT = Path(__file__).resolve().parents[2]
ROLE = "aijri"
DATABASE = "aijri"
POSTGRES_PORT = 5432


def data_dir(environ: Mapping[str, str]) -> Path:
    """The absolute data folder: ``AIJRI_DATA``, or ``.data``; a relative one is taken from the checkout.

    Symbolic links stay as written, so that a short link can shorten a socket path that would be too long.
    """
    given = Path(environ.get("AIJRI_DATA") or ".data").expanduser()
    return Path(os.path.abspath(CHECKOUT / given))


def postgres_dir(data: Path) -> Path:
    """The folder of PostgreSQL: its socket and, in ``cluster``, its files."""
    return data / "postgres"


def valkey_dir(data: Path) -> Path:
    """The folder of Valkey: its socket."""
    return data / "valkey"


def log_dir(data: Path) -> Path:
    """The folder of the log files, one a part."""
    return data / "log"


def postgres_socket(data: Path) -> Path:
    """The socket PostgreSQL listens on; its name is PostgreSQL's own and holds the port."""
    return postgres_dir(data) / f".s.PGSQL.{POSTGRES_PORT}"


def valkey_socket(data: Path) -> Path:
    """The socket Valkey listens on."""
    return valkey_dir(data) / "valkey.sock"


def database_url(data: Path) -> str:
    """The URL of the embedded database, as libpq and the settings read it: no password, no TCP port."""
    return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(postgres_dir(data)))}&port={POSTGRES_PORT}"


def redis_url(data: Path) -> str:
    """The URL of the embedded Valkey, as redis-py reads it."""
    return f"unix://{quote(str(valkey_socket(data)))}?db=0"


def celery_url(url: str) -> str:
    """The same address as Celery's transport spells it: only that of a Unix socket differs."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def secret_key(data: Path) -> str:
    """The secret key that the supervisor keeps in the data folder, or an empty text where there is none to read."""
    try:
        return secret_key_file(data).read_text().strip()
    except OSError:
        return ""


def secret_key_file(data: Path) -> Path:
    """Where the secret key is kept."""
    return data / "secret_key"
