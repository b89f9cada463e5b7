"""How the site waits for others: bodies that trickle in and downloads that trickle out may take some of a web process's
threads, never those that answer readers.

The server hands a request to a thread before its body has come, and a thread that feeds a download waits for whoever
takes it. So a body is taken in whole before anything is done with it, only so many are waited for at once, and only so
many answers are fed piece by piece; all others are in the server's hands at once. Whoever holds a place holds it as
long as the connection lives: granian has no time limit for a body, and hangs whole when it is answered while it is
read. A proxy that buffers keeps writing possible as well.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

ANSWERING, BODIES, STREAMS = 4, 8, 4
"""Threads of a web process that nobody's slowness takes, and those that bodies and downloads may take."""
AGAIN = "please try again in a few seconds."
CHUNK, IN_MEMORY = 65_536, 1_000_000


class Full(Exception):
    """As many are waited for as may be."""


class BrokenOff(Exception):
    """A body ended before the length that was announced."""


class TooLarge(Exception):
    """A body is larger than any that is taken."""


class Patient:
    """A WSGI application behind which bodies are there and answers need no waiting; `largest` body in bytes."""

    def __init__(self, inner: Application, *, largest: int) -> None:
        self.inner, self.largest = inner, largest
        self._bodies = threading.BoundedSemaphore(BODIES)
        self._streams = threading.BoundedSemaphore(STREAMS)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not carries(environ):
            return self._answer(environ, start_response)
        try:
            with self._waiting():
                body, size = arrived(environ["wsgi.input"], self.largest, announced=_announced(environ))
        except Full:
            return _refuse(environ, start_response, "503 Service Unavailable", f"Many requests are being sent; {AGAIN}")
        except BrokenOff:
            return _refuse(environ, start_response, "400 Bad Request", "The request ended before its length.")
        except TooLarge:
            said = f"More than {self.largest // 1_000_000} MB are taken of nothing here."
            return _refuse(environ, start_response, "413 Content Too Large", said)
        with body:
            whole = {name: value for name, value in environ.items() if name != "HTTP_TRANSFER_ENCODING"}
            whole |= {"wsgi.input": body, "CONTENT_LENGTH": str(size)}
            return self._answer(whole, start_response)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        if not self._bodies.acquire(blocking=False):
            raise Full
        try:
            yield
        finally:
            self._bodies.release()

    def _answer(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        given: list[Any] = []
        answer = self.inner(environ, lambda *said: given.extend(said))
        if getattr(answer, "streaming", False):
            if not self._streams.acquire(blocking=False):
                answer.close()  # type: ignore[attr-defined]
                return _refuse(
                    environ, start_response, "503 Service Unavailable", f"Many downloads are under way; {AGAIN}"
                )
            start_response(*given)
            return Fed(answer, self._streams.release)
        start_response(*given)
        try:
            return [b"".join(answer)]
        finally:
            getattr(answer, "close", lambda: None)()


class Fed:
    """An answer that is fed piece by piece; `after` is called once, when it is over."""

    def __init__(self, answer: Any, after: Callable[[], None]) -> None:
        self._answer, self._after, self._over = answer, after, threading.Lock()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """What the server calls at the end, whatever the end was."""
        if self._over.acquire(blocking=False):
            try:
                self._answer.close()
            finally:
                self._after()


def carries(environ: Environ) -> bool:
    """Whether a request has a body."""
    return environ.get("CONTENT_LENGTH", "0") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ


def arrived(source: Any, largest: int, *, announced: int | None) -> tuple[IO[bytes], int]:
    """A body once it has come whole, rewound, and its size. Raises BrokenOff and TooLarge."""
    if announced is not None and announced > largest:
        raise TooLarge
    body: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    size = 0
    while size <= largest and (chunk := source.read(CHUNK)):
        body.write(chunk)
        size += len(chunk)
    if size > largest:
        raise TooLarge
    if announced is not None and size < announced:
        raise BrokenOff
    body.seek(0)
    return body, size


def _announced(environ: Environ) -> int | None:
    text = environ.get("CONTENT_LENGTH", "")
    return int(text) if text.isdecimal() else None


def _refuse(environ: Environ, start_response: Callable[..., Any], status: str, said: str) -> list[bytes]:
    """The sentence, in the API's own shape under its addresses."""
    body, kind = f"{said}\n".encode(), "text/plain; charset=utf-8"
    if environ.get("PATH_INFO", "").startswith("/api/"):
        whose = "server_error" if status.startswith("5") else "client_error"
        error = {"code": "busy" if status.startswith("5") else "unreadable", "detail": said, "attr": None}
        body, kind = json.dumps({"type": whose, "errors": [error]}).encode(), "application/json"
    headers = [
        ("Content-Type", kind),
        *([("Retry-After", "5")] if status.startswith("5") else []),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [body]
