"""What a page shows to a program that looks for faults: accessibility in light and dark, sideways scrolling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}


def faults(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe finds wrong, each with the elements concerned."""
    found = AXE.run(page, options=options or {"resultTypes": ["violations"]}).response["violations"]
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes']][:4]}" for fault in found]


def faults_of_both_looks(page: Page) -> list[str]:
    """In light every rule; in dark the contrast alone, for nothing else of a page depends on the colours. And how far
    it reaches out of the window."""
    found = []
    looks: tuple[tuple[Literal["light", "dark"], dict[str, Any] | None], ...] = (("light", None), ("dark", CONTRAST))
    for scheme, options in looks:
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {fault}" for fault in faults(page, options)]
    page.emulate_media(color_scheme="light")
    if beyond := page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
        found.append(f"scrolls {beyond} px sideways")
    return found


@contextmanager
def copied(page: Page) -> Iterator[Page]:
    """The page as it stands, in a window where scripts run and its own do not: axe is a script itself."""
    browser, size, text = page.context.browser, page.viewport_size, page.content()
    assert browser is not None
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    copy = context.new_page()
    copy.route(page.url.split("#")[0], lambda route: route.fulfill(body=text, content_type="text/html; charset=utf-8"))
    copy.route("**/*.js", lambda route: route.abort())
    copy.goto(page.url)
    yield copy
    context.close()
