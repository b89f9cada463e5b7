"""What suggesting neighbours costs in a large catalogue, and showing those of a hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from bench.result import Result
from bench.startup import ROOT


def run() -> list[Result]:
    """A catalogue of `BENCH_SIZE` (roles × relations), drawn into a throw-away database."""
    found = measure(os.environ.get("BENCH_SIZE", "1000000x2000000"))
    where, hub = f"{found['roles']:,} roles", f"hub of {found['hub_pairs']:,}"
    return [
        Result(f"{where}: suggestions for a role", found["suggested"] * 1000, "ms", 100),
        Result(f"{where}: suggestions for a {hub}", found["hub_suggested"] * 1000, "ms", 100),
        Result(f"{hub}: neighbours of the profile", found["hub_neighbours"] * 1000, "ms", 100),
        Result(f"{hub}: a page of all neighbours", found["hub_page"] * 1000, "ms", 100),
    ]


def measure(size: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "aijri_site.embedded.throwaway", sys.executable, "-m", "bench.suggesting_timed"]
    said = subprocess.run([*command, size], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
