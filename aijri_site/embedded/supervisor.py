"""Keeps a list of parts running until it is told to stop, and leaves none of them behind."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from aijri_site.embedded.parts import Part
from aijri_site.embedded.refusal import Refusal

FIRST_DELAY = 0.5
LONGEST_DELAY = 4.0
STEADY_AFTER = 10.0
"""Seconds of life after which a part is trusted again and its next restart waits the first delay."""

ENDINGS = {signal.SIGINT, signal.SIGTERM}
if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it
    ENDINGS.add(signal.SIGHUP)


class Told(Exception):
    """Somebody asked the supervisor to stop."""


@dataclass
class Restarts:
    """How often a part has been restarted of late: the delay before the next time, in seconds."""

    delay: float = FIRST_DELAY
    started_at: float = 0.0
    due_at: float | None = None

    def plan(self, now: float) -> float:
        """The part ended: note when it is due again and return the delay until then."""
        if now - self.started_at > STEADY_AFTER:
            self.delay = FIRST_DELAY
        delay = self.delay
        self.due_at = now + delay
        self.delay = min(self.delay * 2, LONGEST_DELAY)
        return delay

    def note_start(self, now: float) -> None:
        """The part was started."""
        self.started_at, self.due_at = now, None


class Supervisor:
    """Starts parts, restarts what dies, stops all in the reverse order of their start.

    Use it as a context manager in the main thread of a process with no other thread: inside, SIGINT, SIGTERM
    and SIGHUP raise ``Told`` from whichever method is waiting; leaving stops every part.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._parts: list[Part] = []
        self._restarts: dict[str, Restarts] = {}

    def __enter__(self) -> Self:
        # Blocked signals wait until _pause fetches them, so nothing is interrupted halfway. Parts unblock them.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS | {signal.SIGCHLD})
        return self

    def __exit__(self, *_: object) -> None:
        while self._parts:
            self._parts.pop().stop()

    def start(self, *parts: Part) -> None:
        """Start parts at once, without waiting for them. Raises Refusal when one cannot be started at all."""
        for part in parts:
            self._parts.append(part)
            self._restarts[part.name] = Restarts()
            self._start(part)

    def wait_ready(self, *parts: Part, seconds: float) -> None:
        """Wait until parts serve, restarting those that die meanwhile. Raises Refusal, with the end of the log."""
        deadline = time.monotonic() + seconds
        while waiting := [part for part in parts if not part.is_ready()]:
            if time.monotonic() > deadline:
                late = waiting[0]
                raise Refusal(f"{late.name} did not start within {seconds:g} s; {late.log} ends:\n{late.last_words()}")
            self._pause(0.02)
            self._restart_the_dead()

    def run(self, part: Part) -> int:
        """Run a part to its end, watching over the others; its exit code."""
        part.start()
        try:
            while (code := part.ended()) is None:
                self._pause(0.1)
                self._restart_the_dead()
        finally:
            part.stop()
        return code

    def watch(self, until: Callable[[], bool] = lambda: False, *, every: float = 60.0) -> None:
        """Keep all parts running until told to stop, or until the question, asked every so often, is answered yes."""
        while not until():
            self._pause(min(every, self._until_next_restart()))
            self._restart_the_dead()

    def _pause(self, seconds: float) -> None:
        """Sleep until a child ends or the time is over. Raises Told."""
        fetched = signal.sigtimedwait(ENDINGS | {signal.SIGCHLD}, max(seconds, 0.0))
        if fetched is not None and fetched.si_signo in ENDINGS:
            raise Told

    def _until_next_restart(self) -> float:
        due = [restarts.due_at for restarts in self._restarts.values() if restarts.due_at is not None]
        return min(due, default=float("inf")) - time.monotonic()

    def _restart_the_dead(self) -> None:
        now = time.monotonic()
        for part in self._parts:
            restarts = self._restarts[part.name]
            code = part.ended() if restarts.due_at is None else None
            if code is not None:
                delay = restarts.plan(now)
                self._say(f"{part.name} ended ({_manner(code)}); again in {delay:g} s. See {part.log}")
            elif restarts.due_at is not None and now >= restarts.due_at:
                self._start(part)

    def _start(self, part: Part) -> None:
        try:
            part.start()
        except (OSError, subprocess.SubprocessError) as error:
            raise Refusal(f"{part.name} cannot be started ({error}).") from error
        self._restarts[part.name].note_start(time.monotonic())


def _manner(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name
