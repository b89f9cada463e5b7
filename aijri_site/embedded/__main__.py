"""``python -m aijri_site.embedded``: everything that serves AIJRI Review on this machine, until Ctrl-C."""

import errno
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from aijri_site.embedded import application, folder, processes
from aijri_site.embedded.addresses import data_dir, log_dir
from aijri_site.embedded.parts import Part, postgres_part, valkey_part
from aijri_site.embedded.refusal import Refusal
from aijri_site.embedded.supervisor import Supervisor, Told
from aijri_site.env import TRUE_WORDS

DEFAULT_PORT = "8000"
SERVER_SECONDS = 60.0
READY_SECONDS = 30.0
LOGINS = """Demonstration logins, password demo-only-password:
  assessor  assessor2
  reviewer  reviewer2
  admin     admin2"""


def main(environ: Mapping[str, str]) -> int:
    """Serve until told to stop. The exit code: 0 after an orderly stop, 1 after saying on stderr what is wrong."""
    data = data_dir(environ)
    try:
        folder.check(data)
        with folder.locked(data) as ours:
            if not ours:
                raise Refusal(f"Another run already uses {data}: stop it, or give another data folder in AIJRI_DATA.")
            try:
                processes.end_left_behind(data)
                serve(data, free_port(environ), environ)
            finally:
                processes.end_left_behind(data)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def serve(data: Path, port: int, environ: Mapping[str, str]) -> None:
    """Start all parts in order, say where they serve, keep them running until told to stop. Raises Refusal."""
    started = time.monotonic()
    given = application.environment(data, port, environ)
    keep_earlier_logs(data)
    with Supervisor(say) as supervisor:
        try:
            servers = embedded_servers(data, environ)
            supervisor.start(*servers)
            supervisor.wait_ready(*servers, seconds=SERVER_SECONDS)
            # The worker needs nothing of what is prepared until the relay hands it work.
            supervisor.start(application.worker_part(data, given))
            prepare = application.prepare_part(data, given)
            if supervisor.run(prepare) != 0:
                raise Refusal(f"The preparation failed; {prepare.log} ends:\n{prepare.last_words()}")
            supervisor.start(application.relay_part(data, given), application.web_part(data, port, given))
            await_readiness(supervisor, port, given["SITE_URL"])
            say(f"AIJRI Review is at {given['SITE_URL']} after {time.monotonic() - started:.1f} s. Ctrl-C stops it.")
            say(f"What its parts have to say is in {log_dir(data)}.")
            if given["DEMO"].strip().lower() in TRUE_WORDS:
                say(LOGINS)
            supervisor.watch()
        except Told:
            say("Stopping.")


def embedded_servers(data: Path, environ: Mapping[str, str]) -> list[Part]:
    """PostgreSQL and Valkey, each only where the environment names no other."""
    kinds: dict[str, Callable[[Path, Mapping[str, str]], Part]] = {
        "DATABASE_URL": postgres_part,
        "REDIS_URL": valkey_part,
    }
    return [make(data, environ) for name, make in kinds.items() if not environ.get(name)]


def await_readiness(supervisor: Supervisor, port: int, site_url: str) -> None:
    """Watch over the parts until ``/readyz`` answers 200; say so when it takes long."""
    deadline = time.monotonic() + READY_SECONDS

    def ready() -> bool:
        return application.readiness(port, site_url) == "200"

    supervisor.watch(until=lambda: ready() or time.monotonic() > deadline, every=0.1)
    if not ready():
        say(f"Still starting after {READY_SECONDS:g} s; /readyz answers: {application.readiness(port, site_url)}")
        supervisor.watch(until=ready, every=0.5)


def free_port(environ: Mapping[str, str]) -> int:
    """The port to serve on, from ``PORT``. Raises Refusal when it is no port, taken, or not ours to take."""
    given = environ.get("PORT") or DEFAULT_PORT
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise Refusal(f"PORT is {given!r}, but must be a number from 1 to 65535.")
    port = int(given)
    try:
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            candidate.bind(("127.0.0.1", port))
    except OSError as error:
        reason = (
            "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        )
        other = port + 1 if 1024 <= port < 65535 else 8001
        raise Refusal(f"Port {port} {reason}; give another, for example PORT={other}.") from error
    return port


def keep_earlier_logs(data: Path) -> None:
    """Set the logs of the last run aside, one generation deep, so that they do not grow for ever."""
    for path in log_dir(data).glob("*.log"):
        path.replace(path.with_suffix(".log.1"))


def say(line: str) -> None:
    """Tell the person at the terminal."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(os.environ))
