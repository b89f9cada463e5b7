"""Two requests that certainly meet: both have read, neither has written, when the first takes its lock; the second asks
for it while the first holds it, and gets it once the first is done.

Existing races let threads loose together and hope; here the interleaving is made, in both orders, and asserted.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

WRITES = re.compile(r'FOR (NO KEY )?UPDATE|^(WITH \w+ AS \()?(INSERT INTO|UPDATE) "(assessments|reviews)_')
PATIENCE = 60.0


@dataclass
class Meeting:
    """What became of two acts that met. `held` counts who stood at the door of their first write (2, or they never
    met), `waited` whether the second then waited in the database for what the first had locked."""

    answers: dict[str, Any] = field(default_factory=dict)
    held: int = 0
    waited: bool = False


def meet(first: Callable[[], Any], second: Callable[[], Any], *, skip: tuple[int, int] = (0, 0)) -> Meeting:
    """Run both, each on a connection of its own: up to the statement that locks or writes first (`skip` that many of
    them before, for acts of two transactions), then `first` over it, then `second` up against it, then both on."""
    meeting, doors = Meeting(), threading.Barrier(2, timeout=PATIENCE)
    locked, go_on, pid = threading.Event(), threading.Event(), []

    def run(name: str, act: Callable[[], Any], before: int) -> None:
        left = [before]

        def gate(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
            if left[0] < 0 or not WRITES.search(str(sql)):
                return execute(sql, params, many, context)
            left[0] -= 1
            if left[0] >= 0:
                return execute(sql, params, many, context)
            doors.wait()
            if name == "first":
                done = execute(sql, params, many, context)
                locked.set()
                go_on.wait(PATIENCE)
                return done
            locked.wait(PATIENCE)
            pid.append(connection.connection.info.backend_pid)
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(gate):
                meeting.answers[name] = act()
        except Exception as error:
            meeting.answers[name] = error
            doors.abort()
        finally:
            meeting.held += left[0] < 0
            (locked if name == "first" else go_on).set()
            connection.close()

    threads = [
        threading.Thread(target=run, args=("first", first, skip[0])),
        threading.Thread(target=run, args=("second", second, skip[1])),
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE
    while threads[1].is_alive() and not go_on.is_set() and time.monotonic() < until:
        if pid and waits_for_a_lock(pid[0]):
            meeting.waited = True
            go_on.set()
        time.sleep(0.005)
    for thread in threads:
        thread.join(PATIENCE)
    return meeting


def waits_for_a_lock(backend: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
        return bool(cursor.fetchone()[0])
