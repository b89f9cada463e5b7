"""A supervisor over shell scripts, for tests that signal or kill it: ``python -m tests.embedded.rig FOLDER``.

Every ``NAME.sh`` of the folder is a part, in the order of the names; FOLDER is also its data folder.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from aijri_site.embedded import processes
from aijri_site.embedded.parts import Part
from aijri_site.embedded.supervisor import Supervisor, Told


def script_part(folder: Path, script: Path, *, patience: float = 10.0) -> Part:
    """A part that runs one script in the folder."""
    environ = dict(os.environ) | processes.mark(folder)
    log = folder / f"{script.stem}.log"
    return Part(script.stem, ("/bin/sh", str(script)), environ, log, folder=folder, patience=patience)


def eventually(holds: Callable[[], bool], seconds: float = 6.0) -> bool:
    """Whether something comes true in time."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not fetched yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def main(folder: Path) -> None:
    """Keep the scripts running until told to stop."""
    with Supervisor(lambda line: print(line, flush=True)) as supervisor:
        try:
            supervisor.start(*(script_part(folder, script) for script in sorted(folder.glob("*.sh"))))
            supervisor.watch()
        except Told:
            print("told", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
