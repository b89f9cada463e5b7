"""A real browser in front of the live server; without one these tests are skipped, or fail if REQUIRE_BROWSER=1."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright
from pytest_django.live_server_helper import LiveServer

from assessments.models import User
from tests.browser.rooms import furnished

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = f"No browser at {CHROMIUM}: `apt-get install chromium`, or give the path of one in CHROMIUM."
# What the console says, by the browser and by htmx, about an answer that is itself an error; some tests ask for it.
REFUSED = ("Failed to load resource: the server responded with a status of 4", "Response Status Error Code 4")

PARTS_OF_A_PAGE = ("script", "stylesheet", "image", "font")

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for these tests. Playwright keeps an event loop running in this thread while it lives, which Django
    takes for asynchronous code: it is told otherwise for exactly that long."""
    if not os.access(CHROMIUM, os.X_OK):
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # Its profile and font cache go to a folder of the test run, not to anybody's home.
        home = str(tmp_path_factory.mktemp("browser"))
        environ = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home}
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=environ)
        yield launched
        launched.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class InFlight:
    """How many requests the live server works on: a draft form that closes still sends what it has."""

    count = 0

    @classmethod
    def begun(cls, **_: object) -> None:
        cls.count += 1

    @classmethod
    def done(cls, **_: object) -> None:
        cls.count -= 1


request_started.connect(InFlight.begun)
request_finished.connect(InFlight.done)


def _wait_for_quiet() -> None:
    """Until nothing was under way for a tenth of a second, five seconds at most."""
    quiet, deadline = 0, time.monotonic() + 5
    while quiet < 4 and time.monotonic() < deadline:
        time.sleep(0.025)
        quiet = quiet + 1 if InFlight.count <= 0 else 0


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer, signed_in: Callable[..., Any]) -> Iterator[Visit]:
    """Open a page as somebody: `visit("/desk/", assessor, width=360, color_scheme="dark")`. Every error in the console,
    every violation of the content security policy, every part that is missing and every request to another host fails
    the test at its end."""
    contexts, mishaps = [], []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(REFUSED):
            mishaps.append(message.text)

    def ask(request: Request) -> None:
        if urlsplit(request.url).netloc not in ("", urlsplit(live_server.url).netloc):
            mishaps.append(f"asks another host: {request.url[:200]}")

    def answer(response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in PARTS_OF_A_PAGE:
            mishaps.append(f"{response.status} for {response.url}")

    def open_page(path: str, person: User | None = None, *, width: int = 1280, **options: Any) -> Page:
        viewport = {"width": width, "height": 900}
        # Without smooth scrolling: a click would wait for its end.
        context = browser.new_context(base_url=live_server.url, viewport=viewport, reduced_motion="reduce", **options)
        context.set_default_timeout(5000)
        # The first page of a fresh server compiles every template that it takes.
        context.set_default_navigation_timeout(20000)
        contexts.append(context)
        if person is not None:
            session = signed_in(person).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("console", note)
        page.on("request", ask)
        page.on("response", answer)
        page.on("pageerror", lambda error: mishaps.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    writing = any("/drafts/" in page.url for context in contexts for page in context.pages)
    for context in contexts:
        context.close()
    if writing:
        _wait_for_quiet()
    assert mishaps == []


@pytest.fixture
def people(transactional_db: None, admin: User, assessor: User, reviewer: User) -> dict[str, User | None]:
    return {"admin": admin, "assessor": assessor, "reviewer": reviewer, "": None}


@pytest.fixture
def catalogue(people: dict[str, User | None], now: Any) -> Callable[[str], str]:
    """The catalogue in which every room has something; puts into an address what its braces name."""
    places = furnished(people, now)
    return lambda path: path.format(**places)
