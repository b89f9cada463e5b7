"""What a page shows to a program that looks for faults: accessibility in light and dark, sideways scrolling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
# Every rule of axe in the first of a width's looks; in the other the contrast, for nothing else depends on the colours.
LOOKS: list[tuple[int, list[tuple[Literal["light", "dark"], dict[str, Any] | None]]]] = [
    (1280, [("light", None), ("dark", CONTRAST)]),
    (768, [("light", CONTRAST), ("dark", CONTRAST)]),
    (360, [("dark", None), ("light", CONTRAST)]),
]


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


def faults_in_every_look(page: Page) -> Iterator[str]:
    """What is wrong with a page at three widths, in light and dark, and where it scrolls sideways."""
    for width, looks in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, options in looks:
            page.emulate_media(color_scheme=scheme)
            yield from (f"{width} px, {scheme}: {fault}" for fault in faults(page, options))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield f"{width} px: scrolls sideways"


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
