"""The thread of a web process that hears what became of published pages, and drops what it holds of them.

It sleeps on PostgreSQL's NOTIFY and looks twice a second anyway: a notification that is lost costs half a second. When
the database is away, what is held stays good for `STORED_PAGES_BLIND_SECONDS`; after any trouble nothing is.
"""

from __future__ import annotations

import threading
import time

import psycopg
import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from aijri_site.held import Memory
from assessments import pages

TROUBLE = (DatabaseError, psycopg.Error, OSError)
log = structlog.get_logger()


class Watch:
    """Keeps a memory true to the database."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._good_until = 0.0
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._ended = threading.Event()

    @property
    def good(self) -> bool:
        """Whether what is held may be shown: it was held against the database a short while ago."""
        return time.monotonic() < self._good_until

    def start(self) -> None:
        """Begin in this process, unless it has begun; in one that was forked off, begin anew."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._good_until = 0.0
                self._thread = threading.Thread(target=self._run, name="pages", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                try:
                    self._follow()
                except TROUBLE as trouble:
                    log.warning("pages.trouble", error=str(trouble)[:200], kind=type(trouble).__name__)
                    connection.close()
                    self._ended.wait(settings.STORED_PAGES_LOOK_SECONDS)
        finally:
            connection.close()

    def _follow(self) -> None:
        """Listen, hold nothing of before, and take in what is new until there is trouble."""
        connection.ensure_connection()
        connection.connection.execute(f"LISTEN {pages.CHANNEL}")
        began = time.monotonic()
        here = pages.news(None, moved=0)
        self.memory.forget()
        while not self._ended.is_set():
            self.memory.take(here)
            self._good_until = began + settings.STORED_PAGES_BLIND_SECONDS
            for _ in connection.connection.notifies(timeout=settings.STORED_PAGES_LOOK_SECONDS, stop_after=1):
                pass
            began = time.monotonic()
            here = pages.news(here.seen, moved=self.memory.counts.moved)
