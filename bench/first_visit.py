"""What a first visit to a published profile takes: bytes on the wire, hosts, movement of the page, and what Lighthouse
says of home, list and profile on a phone. It needs Chromium; Lighthouse needs Node and is fetched by npx."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.result import Result
from bench.startup import served

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PROFILE = "/roles/paralegal/"
LIGHTHOUSE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
SHIFT = """new Promise((done) => { let sum = 0;
  new PerformanceObserver((seen) => seen.getEntries().forEach((each) => { sum += each.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 500); })"""


def run() -> list[Result]:
    """On the server that `make run` starts, in a copy of its own."""
    if not os.access(CHROMIUM, os.X_OK):
        print(f"first_visit is left out: there is no {CHROMIUM} (apt-get install chromium).", file=sys.stderr)
        return []
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        with served(Path(place) / "data") as copy:
            base = f"http://127.0.0.1:{copy.port}"
            return visited(base) + judged(base, Path(place))


def visited(base: str) -> list[Result]:
    """A browser that was never here asks for a profile."""
    sizes: list[int] = []
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 412, "height": 823})
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(base + PROFILE)
        page.wait_for_load_state("networkidle")
        moved = page.evaluate(SHIFT)
        browser.close()
    hosts = {url.split("/")[2] for url in asked}
    return [
        Result("first load of a profile", sum(sizes) / 1000, "kB", 120),
        Result("  requests", len(sizes), ""),
        Result("  hosts asked", len(hosts), "", 2),
        Result("  layout shift", moved, "", 0.001),
    ]


def judged(base: str, place: Path) -> list[Result]:
    """Lighthouse as it comes: a phone on a slow network."""
    npx = shutil.which("npx")
    if npx is None:
        print("Lighthouse is left out: there is no npx (apt-get install nodejs npm).", file=sys.stderr)
        return []
    results = []
    for path in ("/", "/roles/", PROFILE):
        report = place / "report.json"
        command = [npx, "--yes", LIGHTHOUSE, base + path, "--quiet", "--output=json", f"--output-path={report}"]
        command.append(f"--chrome-flags={' '.join(FLAGS)}")
        environ = {**os.environ, "CHROME_PATH": CHROMIUM, "HOME": str(place)}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"Lighthouse is left out: {(done.stderr.strip().splitlines() or ['it failed'])[-1]}", file=sys.stderr)
            return results
        found = json.loads(report.read_text())
        for category in CATEGORIES:
            score = found["categories"][category]["score"] * 100
            results.append(Result(f"Lighthouse {category}, {path}", score, "", at_least=98))
        for audit in found["audits"].values():
            if audit["score"] is not None and audit["score"] < 0.9 and audit.get("scoreDisplayMode") != "informative":
                print(f"{path}: {audit['id']}: {audit['title']} {audit.get('displayValue', '')}", file=sys.stderr)
    return results
