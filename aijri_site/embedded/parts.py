"""A part: one long-running command that is started, watched and stopped as a whole."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aijri_site.embedded import postgres, processes, valkey
from aijri_site.embedded.addresses import CHECKOUT, log_dir
from aijri_site.embedded.processes import OURSELVES, Identity


@dataclass
class Part:
    """One command, where it writes, and how it is told to stop.

    ``ready`` says whether the process with the given id serves yet. ``patience`` is how many seconds it gets
    between the signal to stop and being killed. ``death_signal`` reaches it when the supervisor itself is killed.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    log: Path
    ready: Callable[[int], bool] = lambda pid: True
    folder: Path = CHECKOUT
    identity: Identity = OURSELVES
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    patience: float = 10.0
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start the command; what it writes is appended to its log. Raises OSError or subprocess.SubprocessError."""
        with open(self.log, "ab", opener=lambda name, flags: os.open(name, flags, 0o600)) as output:
            self.process = processes.spawn(
                self.command,
                environ=self.environ,
                folder=self.folder,
                output=output,
                identity=self.identity,
                death_signal=self.death_signal,
            )

    def ended(self) -> int | None:
        """The exit code if the command has ended since it was started; what it had started is ended too."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is not None:
            self._end_group()
        return code

    def is_ready(self) -> bool:
        """Whether the part runs and serves."""
        return self.process is not None and self.process.poll() is None and self.ready(self.process.pid)

    def stop(self) -> None:
        """End the command and all it started, gently while its patience lasts."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(self.patience)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._end_group()
        self.process = None

    def _end_group(self) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def last_words(self, lines: int = 15) -> str:
        """The end of the log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def postgres_part(data: Path, environ: Mapping[str, str], *, careless: bool = False) -> Part:
    """The embedded PostgreSQL of a data folder, its cluster made. Raises Refusal."""
    server = postgres.prepare(data, environ, careless=careless)
    return Part(
        name="postgres",
        command=server.command,
        environ=processes.clean_environ(environ) | processes.mark(data),
        log=log_dir(data) / "postgres.log",
        ready=lambda pid: postgres.is_ready(data, pid),
        folder=server.folder,
        identity=server.identity,
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGQUIT,
    )


def valkey_part(data: Path, environ: Mapping[str, str]) -> Part:
    """The embedded Valkey of a data folder. Raises Refusal."""
    return Part(
        name="valkey",
        command=valkey.prepare(data, environ),
        environ=dict(environ) | processes.mark(data),
        log=log_dir(data) / "valkey.log",
        ready=lambda pid: valkey.is_ready(data),
        patience=5.0,
    )
