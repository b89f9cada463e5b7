"""What finding costs in a large catalogue, beside the fetch of twenty rows by their keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from bench.neighbours import sizes
from bench.result import Result
from bench.startup import ROOT

TIMES = {"title": 5, "prefix": 5, "text": 50, "misspelt": 120}
KINDS = ("common", "rare", "misspelt", "absent")


def run() -> list[Result]:
    """The smallest catalogue of `BENCH_DATA` (real titles, aliases and tasks), or one that is drawn, in a throw-away
    database."""
    found = measure(sizes()[0] if "BENCH_DATA" in os.environ else "100000")
    where, fetch = f"{found['roles']:,} roles", found["fetch"]["median"]
    results = [
        Result(f"{where}: 20 rows by key, as a queryset", fetch * 1000, "ms"),
        Result(f"{where}: the same as a prepared statement", found["bare"]["median"] * 1000, "ms"),
    ]
    results += [
        Result(f"{where}: {kind} ÷ 20 rows by key", found[kind]["median"] / fetch, "times", goal)
        for kind, goal in TIMES.items()
    ]
    results += [Result(f"{where}: {kind} words, p99", found[kind]["p99"] * 1000, "ms", 40) for kind in KINDS]
    results.append(Result("an entry anew, in the transaction that publishes", found["listed"]["median"] * 1000, "ms"))
    results.append(Result("words and counts of one role, by the worker", found["indexed"]["median"] * 1000, "ms"))
    results += [Result(f"list, {name}", value * 1000, "ms", 60) for name, value in found["pages"].items()]
    results += [Result(f"facets, {name}", value * 1000, "ms", 60) for name, value in found["facets"].items()]
    results += [Result(f"whole page, {name}", value * 1000, "ms", 60) for name, value in found["over_http"].items()]
    results.append(Result("whole page, the slowest of hostile questions", found["hostile"] * 1000, "ms", 100))
    results.append(Result("whole page, the slowest of nonsense addresses", found["nonsense"] * 1000, "ms", 100))
    return results


def measure(what: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "aijri_site.embedded.throwaway", sys.executable, "-m", "bench.searching_timed"]
    said = subprocess.run([*command, what], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
