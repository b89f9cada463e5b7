"""Starting processes that cannot outlive their parent, and finding those an earlier run left behind."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aijri_site.embedded.addresses import postgres_dir, valkey_dir

MARK = "AIJRI_SUPERVISED"
SERVER_NAMES = {"postgres", "valkey-server", "redis-server"}
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Identity:
    """Who a process runs as: ``uid`` and ``gid`` (None: as we do), or in a user namespace without mapping,
    where root is nobody in particular yet still owns root's files."""

    uid: int | None = None
    gid: int | None = None
    namespace: bool = False

    @property
    def owner(self) -> tuple[int, int]:
        """User and group, as seen from here, that own what the process writes."""
        return (
            os.geteuid() if self.uid is None else self.uid,
            os.getegid() if self.gid is None else self.gid,
        )

    @property
    def extra_groups(self) -> list[int] | None:
        """The supplementary groups: none for another user, ours (None) otherwise."""
        return None if self.gid is None else []

    def settle(self) -> None:
        """What is left to do in the new process once user and group are set."""
        if self.namespace:
            enter_user_namespace()


OURSELVES = Identity()


def enter_user_namespace() -> None:
    """Leave the rights of root behind. Raises OSError where that is not permitted."""
    if libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def spawn(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    folder: Path,
    output: IO[bytes],
    identity: Identity = OURSELVES,
    death_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own; it gets ``death_signal`` when the calling thread ends.

    Call it from the main thread of a process without others. Raises OSError, or subprocess.SubprocessError when
    the identity cannot be taken on.
    """
    parent = os.getpid()

    def settle() -> None:
        identity.settle()
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        # After the change of user, which clears it.
        libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(
        command,
        env=environ,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        user=identity.uid,
        group=identity.gid,
        extra_groups=identity.extra_groups,
        preexec_fn=settle,
    )


def run_as(identity: Identity, command: Sequence[str], folder: Path, *, text: str = "") -> tuple[int, str]:
    """Run a command to its end as another identity: its exit code and all it wrote, 126 if it cannot start."""
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            env=clean_environ(os.environ),
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            user=identity.uid,
            group=identity.gid,
            extra_groups=identity.extra_groups,
            preexec_fn=identity.settle,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return 126, str(error)
    return done.returncode, done.stdout


def clean_environ(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for PostgreSQL's programs, without the PG* variables that would change what they do."""
    kept = {name: value for name, value in environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C"}


def mark(data: Path) -> dict[str, str]:
    """The environment entry that all processes of a data folder carry."""
    return {MARK: os.path.realpath(data)}


def left_behind(data: Path) -> list[int]:
    """Ids of the processes that were started for a data folder, by whichever supervisor.

    They carry its mark, or are servers that overwrote it with a title but stand in a folder of their own.
    """
    entry = f"{MARK}={os.path.realpath(data)}".encode()
    folders = {os.path.realpath(path) for path in (postgres_dir(data) / "cluster", valkey_dir(data))}
    return [pid for pid in _process_ids() if _carries(pid, entry) or _serves_in(pid, folders)]


def end_left_behind(data: Path, *, seconds: float = 5.0) -> int:
    """Kill every process of a data folder and wait until they are gone; how many there were.

    Only for who holds the lock of the data folder: it proves that no supervisor owns them any more.
    """
    found = left_behind(data)
    remaining = found
    deadline = time.monotonic() + seconds
    while remaining and time.monotonic() < deadline:
        for pid in remaining:
            _kill(pid)
        time.sleep(0.02)
        remaining = left_behind(data)
    return len(found)


def _process_ids() -> Iterator[int]:
    own = os.getpid()
    return (int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != own)


def _carries(pid: int, entry: bytes) -> bool:
    try:
        return entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _serves_in(pid: int, folders: set[str]) -> bool:
    try:
        return (
            os.readlink(f"/proc/{pid}/cwd") in folders and Path(f"/proc/{pid}/comm").read_text().strip() in SERVER_NAMES
        )
    except OSError:
        return False


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
