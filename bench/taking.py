"""What feeds, sitemap and a dump cost in a small and a large catalogue."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.neighbours import sizes
from bench.result import Result
from bench.startup import ROOT


def run() -> list[Result]:
    """Each catalogue in a throw-away database of its own."""
    results: list[Result] = []
    for found in map(measure, sizes()):
        where = f"{found['roles']:,} roles"
        results += [
            Result(f"{where}: feed of everything", found["feed"] * 1000, "ms", 60),
            Result(f"{where}: feed of a family", found["family"] * 1000, "ms", 100),
            Result(f"{where}: sitemap, index", found["index"] * 1000, "ms", 60),
            Result(f"{where}: sitemap, a part of {found['addresses']:,}", found["part"] * 1000, "ms", 500),
            Result(f"{where}: dump", found["dump"], "s"),
            Result(f"{where}: memory of the command that dumps", found["memory"], "MB", 250),
        ]
    return results


def measure(size: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "aijri_site.embedded.throwaway", sys.executable, "-m", "bench.taking_timed"]
    said = subprocess.run([*command, size], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
