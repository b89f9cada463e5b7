"""Addresses that nobody should ask: each is answered in words, with a status that fits; none is an error of ours."""

from __future__ import annotations

import gzip
import logging
import re

import pytest
from django.test import Client
from django.urls import reverse

from aijri_site.logs import Strangers
from assessments import indexing, urls
from assessments.models import User
from tests.making import published

TOO_MUCH = "9" * 5_000
ASKED = {
    f"/roles/?score_min={TOO_MUCH}&score_max=1e400": 200,
    "/roles/?zone=purple&score_min=abc&ordering=;--": 200,
    "/roles/?cursor=" + "A" * 5_000: 200,
    "/api/v1/roles/?page_size=1000000000": 200,
    "/api/v1/roles/?cursor=nowhere": 404,
    "/roles/no-such-role/": 404,
    f"/roles/bell-tuner/v{'9' * 400}/": 404,
    "/roles/bell-tuner/v0/": 404,
    "/roles/bell-tuner/v1/nothing.csv": 404,
    "/roles/no-such-role.json": 404,
    "/badge/no-such-role.svg": 404,
    "/explore/?family=" + "x" * 5_000: 200,
    "/compare/?" + "&".join(f"role=nobody-{number}" for number in range(200)): 404,
    "/methodology/9.9/": 404,
    f"/simulate/?g={TOO_MUCH}&t=1e400~3~a~x": 400,
    "/feed.xml?family=" + "x" * 5_000: 404,
    "/sitemap-999999999.xml": 404,
    "/data/exposure/none/": 404,
    "/data/2026-99-99-9/roles.csv.gz": 404,
    "/reports/none/": 404,
    "/nowhere/at/all/": 404,
}


@pytest.mark.parametrize(("address", "status"), ASKED.items(), ids=[address[:40] for address in ASKED])
def test_nonsense_is_answered_in_words(
    client: Client, assessor: User, reviewer: User, address: str, status: int
) -> None:
    published(assessor, reviewer, "Bell Tuner")
    answer = client.get(address)
    assert answer.status_code == status
    if status == 404 and "html" in answer["Content-Type"]:
        shown = answer.content.decode()
        assert "There is no such page" in shown or "No published role is called" in shown


def test_an_address_that_is_nearly_a_roles_names_the_roles_that_come_nearest(
    client: Client, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer, "Bell Tuner")
    published(assessor, reviewer, "Loom Fixer")
    indexing.catch_up()
    for address in ("/roles/bel-tunr/", "/roles/bell-tuner-senior/history/", "/roles/the-tuner/v3/"):
        shown = client.get(address).content.decode()
        assert "Did you mean one of these?" in shown
        assert re.findall(r'<a lang="en" href="(/roles/[^"]+)"', shown) == ["/roles/bell-tuner/"]
    for address in ("/roles/zzzz-qqqq/", "/roles/-/"):
        answer = client.get(address)
        assert (answer.status_code, "Did you mean" in answer.content.decode()) == (404, False)


READ = [route for route in urls.urlpatterns if getattr(route.callback, "csrf_exempt", False)]
FILLED = {"slug": "bell-tuner", "number": 1, "dump": "2026-01-01-1", "name": "tasks", "code": "none", "version": "1.0"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "BREW", "OPTIONS"])
def test_what_is_only_read_says_so_to_every_other_method(method: str, db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert len(READ) > 35
    for route in READ:
        asked = {name: FILLED[name] for name in route.pattern.converters}
        answer = client.generic(method, reverse(route.name, kwargs=asked), "text=a")
        assert (answer.status_code, answer["Allow"]) == (204 if method == "OPTIONS" else 405, "GET, HEAD")
        assert b"Bell" not in answer.content


def test_pages_that_are_made_anew_go_compressed_to_whom_they_may(client: Client, db: None) -> None:
    for address in ("/", "/roles/", "/api/docs/"):
        plain, small = client.get(address), client.get(address, headers={"accept-encoding": "gzip"})
        assert ("Content-Encoding" in plain.headers, small.headers["Content-Encoding"]) == (False, "gzip")
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert len(gzip.decompress(small.content)) == len(plain.content) > 2 * len(small.content)


def test_the_simulator_answers_a_head_as_a_get_without_its_body(client: Client, db: None) -> None:
    answer = client.head("/simulate/")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(("name", "traced"), [("django.security.DisallowedHost", False), ("django.request", True)])
def test_what_strangers_send_wrong_is_a_line_in_the_log_and_no_trace(name: str, traced: bool) -> None:
    trace = (ValueError, ValueError("no"), None)
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, "Invalid HTTP_HOST header: 'evil.example'", (), trace)
    assert Strangers().filter(record)
    assert (record.levelname, bool(record.exc_info)) == (("ERROR", True) if traced else ("WARNING", False))
