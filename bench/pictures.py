"""`python -m bench.pictures`: remakes `docs/pictures/` from a running copy of its own, with Debian's Chromium."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from bench.startup import served

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PROFILE, WIDE, PHONE = "/roles/llm-engineer/", 1280, 360


@dataclass(frozen=True)
class Shot:
    """One picture: its name, the page (an address, or one and the link to follow there), who looks, and how."""

    name: str
    address: str
    person: str = ""
    width: int = WIDE
    scheme: Literal["light", "dark"] = "light"


SHOTS = (
    Shot("home", "/"),
    Shot("roles", "/roles/"),
    Shot("search", "/roles/?q=engneer"),
    Shot("explore", "/explore/"),
    Shot("compare", "/compare/?role=llm-engineer&role=paralegal&role=registered-nurse"),
    Shot("profile", PROFILE),
    Shot("profile-dark", PROFILE, scheme="dark"),
    Shot("profile-phone", PROFILE, width=PHONE),
    Shot("neighbours", f"{PROFILE}#neighbours"),
    Shot("methodology", "/methodology/"),
    Shot("simulate", "/simulate/?role=llm-engineer"),
    Shot("data", "/data/"),
    Shot("desk", "/desk/", "assessor2"),
    Shot("draft", "/desk/ main table tbody a", "assessor2"),
    Shot("review", "/reviews/ main table tbody a", "reviewer"),
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        with served(Path(place) / "data") as copy, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
            )
            for shot in SHOTS:
                take(browser, f"http://127.0.0.1:{copy.port}", shot)


def take(browser: Browser, base: str, shot: Shot) -> None:
    """As far as a first screen shows and a bit more, with at most 128 colours."""
    page = browser.new_page(viewport={"width": shot.width, "height": 1100}, color_scheme=shot.scheme)
    if shot.person:
        page.goto(f"{base}/accounts/login/")
        page.fill("[name=username]", shot.person)
        page.fill("[name=password]", "demo-only-password")
        page.click("main button[type=submit]")
    path, _, link = shot.address.partition(" ")
    page.goto(base + path)
    if link:
        page.locator(link).first.click()
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(128)
    picture.save(PICTURES / f"{shot.name}.png", optimize=True)
    page.close()


if __name__ == "__main__":
    main()
