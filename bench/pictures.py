"""`python -m bench.pictures`: remakes `docs/pictures/` from a running copy of its own, with Debian's Chromium."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.startup import served

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PAGES = (
    ("home", None, "/"),
    ("profile", None, "/roles/llm-engineer/"),
    ("desk", "assessor2", "/desk/"),
    ("draft", "assessor2", "/desk/ main table tbody a"),
    ("review", "reviewer", "/reviews/ main table tbody a"),
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        with served(Path(place) / "data") as copy, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
            )
            for name, person, address in PAGES:
                take(browser, f"http://127.0.0.1:{copy.port}", name, person, address)


def take(browser: Browser, base: str, name: str, person: str | None, address: str) -> None:
    """One page in light, 1280 px wide, as far as a first screen shows and a bit more."""
    page = browser.new_page(viewport={"width": 1280, "height": 1100}, color_scheme="light")
    if person:
        page.goto(f"{base}/accounts/login/")
        page.fill("[name=username]", person)
        page.fill("[name=password]", "demo-only-password")
        page.click("main button[type=submit]")
    path, _, link = address.partition(" ")
    page.goto(base + path)
    if link:
        page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


if __name__ == "__main__":
    main()
