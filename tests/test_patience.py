"""Bodies and downloads that trickle: they wait, and nobody waits for them."""

from __future__ import annotations

import http.client
import io
import json
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from aijri_site.patience import BODIES, STREAMS, Patient
from assessments.models import User
from tests.embedded.rig import eventually
from tests.making import published
from tests.webs import Web, collected, web

LARGEST = 1_000


class Pieces:
    """A body that comes in pieces, each when it is let go."""

    def __init__(self, *pieces: bytes, held: bool = False) -> None:
        self._pieces = list(pieces)
        self.going = threading.Event()
        if not held:
            self.going.set()

    def read(self, size: int) -> bytes:
        self.going.wait(30)
        return self._pieces.pop(0) if self._pieces else b""


class Streamed:
    """An answer that is fed piece by piece."""

    streaming = True

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return iter((b"piece", b"meal"))

    def close(self) -> None:
        self.closed += 1


def asked(site: Patient, source: Any = None, **environ: str) -> tuple[str, Any]:
    """The status and what the server is given to send."""
    said: list[Any] = []
    body = site({"wsgi.input": source or io.BytesIO(), **environ}, lambda *given: said.extend(given))
    return said[0], body


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    assert "HTTP_TRANSFER_ENCODING" not in environ
    start_response("200 OK", [])
    return [environ["CONTENT_LENGTH"].encode(), b" ", environ["wsgi.input"].read()]


def test_a_body_is_there_whole_before_anything_is_done_with_it() -> None:
    site = Patient(echo, largest=LARGEST)
    assert asked(site, Pieces(b"ab", b"cd"), CONTENT_LENGTH="4") == ("200 OK", [b"4 abcd"])
    assert asked(site, Pieces(b"ab", b"cde"), HTTP_TRANSFER_ENCODING="chunked") == ("200 OK", [b"5 abcde"])


def test_a_body_that_breaks_off_is_refused() -> None:
    assert asked(Patient(echo, largest=LARGEST), Pieces(b"ab"), CONTENT_LENGTH="4")[0] == "400 Bad Request"


def test_a_body_larger_than_any_is_not_read_to_its_end() -> None:
    site = Patient(echo, largest=LARGEST)
    assert asked(site, Pieces(), CONTENT_LENGTH="1001")[0] == "413 Content Too Large"
    endless = Pieces(*[b"x" * 600] * 10)
    assert asked(site, endless, HTTP_TRANSFER_ENCODING="chunked")[0] == "413 Content Too Large"
    assert endless.read(1) != b""


def test_only_so_many_bodies_are_waited_for_and_more_are_refused_at_once() -> None:
    site = Patient(echo, largest=LARGEST)
    waiting = [Pieces(b"ab", held=True) for _ in range(BODIES)]
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda each=each: said.append(asked(site, each, CONTENT_LENGTH="2")[0]))
        for each in waiting
    ]
    for thread in threads:
        thread.start()
    assert eventually(lambda: asked(site, Pieces(b"ab"), CONTENT_LENGTH="2")[0] == "503 Service Unavailable")
    for each in waiting:
        each.going.set()
    for thread in threads:
        thread.join()
    assert said == ["200 OK"] * BODIES
    assert asked(site, Pieces(b"ab"), CONTENT_LENGTH="2")[0] == "200 OK"


def test_under_the_addresses_of_the_api_a_refusal_has_its_shape() -> None:
    site = Patient(echo, largest=LARGEST)
    said: list[Any] = []
    asked = {"wsgi.input": Pieces(), "CONTENT_LENGTH": "1001", "PATH_INFO": "/api/v1/score/"}
    (body,) = site(asked, lambda *given: said.extend(given))
    assert json.loads(body)["errors"][0]["detail"] == "More than 0 MB are taken of nothing here."
    assert dict(said[1])["Content-Type"] == "application/json"


def test_only_so_many_answers_are_fed_and_each_is_over_once() -> None:
    made: list[Streamed] = []

    def download(environ: dict[str, Any], start_response: Any) -> Streamed:
        start_response("200 OK", [])
        made.append(Streamed())
        return made[-1]

    site = Patient(download, largest=LARGEST)
    fed = [asked(site)[1] for _ in range(STREAMS)]
    assert [b"".join(each) for each in fed] == [b"piecemeal"] * STREAMS
    assert (asked(site)[0], made[-1].closed) == ("503 Service Unavailable", 1)
    for _ in range(2):
        fed[0].close()
    assert [each.closed for each in made[:2]] == [1, 0]
    assert [asked(site)[0], asked(site)[0]] == ["200 OK", "503 Service Unavailable"]


def test_an_answer_that_needs_no_feeding_is_handed_over_whole_and_closed() -> None:
    closed: list[bool] = []

    class Answer:
        def __iter__(self) -> Iterator[bytes]:
            return iter((b"one ", b"piece"))

        def close(self) -> None:
            closed.append(True)

    def plain(environ: dict[str, Any], start_response: Any) -> Answer:
        start_response("200 OK", [])
        return Answer()

    assert (asked(Patient(plain, largest=LARGEST)), closed) == (("200 OK", [b"one piece"]), [True])


# -- a real server ----------------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path, assessor: User, reviewer: User) -> Iterator[Web]:
    published(assessor, reviewer)
    collected(tmp_path)
    with web(tmp_path) as running:
        yield running


@pytest.mark.django_db(transaction=True)
def test_bodies_that_never_come_keep_no_reader_waiting(served: Web) -> None:
    head = b"POST /simulate/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nx"
    for address in ("/roles/bell-tuner/", "/roles/"):
        assert served.get(address).status == 200
    with ExitStack() as open_ones:
        slow = [
            open_ones.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=30))
            for _ in range(3 * BODIES)
        ]
        for one in slow:
            one.sendall(head)
        time.sleep(0.5)
        for address in ("/roles/bell-tuner/", "/roles/", "/healthz"):
            since = time.monotonic()
            assert served.get(address).status == 200
            assert time.monotonic() - since < 2
        answered = select.select(slow, [], [], 5)[0]
        assert [one.recv(40).split(b"\r\n")[0] for one in answered] == [
            b"HTTP/1.1 503 Service Unavailable"
        ] * 2 * BODIES
    assert eventually(lambda: sent(served, b"text=").status == 403)


def sent(served: Web, body: bytes) -> http.client.HTTPResponse:
    caller = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    caller.request("POST", "/simulate/", body=body)
    return caller.getresponse()
