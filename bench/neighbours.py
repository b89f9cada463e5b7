"""What a recompute of neighbours costs beside its bare statements: one role, a hub, a burst; in a small and a large
catalogue."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.result import Result
from bench.startup import ROOT


def run() -> list[Result]:
    """Each catalogue in a throw-away database of its own. `BENCH_PLOTS` names a folder for the measured points."""
    measured = [measure(size) for size in sizes()]
    if "BENCH_PLOTS" in os.environ:
        with open(os.path.join(os.environ["BENCH_PLOTS"], "neighbours.json"), "w") as file:
            json.dump(measured, file, indent=1)
    results: list[Result] = []
    for each in measured:
        where = f"{each['roles']:,} roles, {each['edges']:,} edges"
        one, hub, burst = each["ordinary"], each["hub"], each["burst"]
        results += [
            Result(f"{where}: one role ÷ bare", one["ours"] / one["bare"], "times", 1.3),
            Result(f"{where}: one role of {one['pairs']}", one["ours"] * 1000, "ms"),
            Result(f"{where}: hub of {hub['pairs']:,} ÷ bare", hub["ours"] / hub["bare"], "times", 1.3),
            Result(f"{where}: 1,000 at once ÷ bare", burst["ours"] / burst["bare"], "times", 3),
            Result(f"{where}: 1,000 at once", burst["ours"] * 1000, "ms"),
        ]
    if len(measured) > 1:
        small, large = measured[0]["ordinary"]["ours"], measured[-1]["ordinary"]["ours"]
        results.append(Result("one role, the large catalogue ÷ the small", large / small, "times", 1.3))
    return results


def sizes() -> list[str]:
    """What there is to measure, small to large: the catalogues in the folders of `BENCH_DATA`, else sizes to draw."""
    folder = os.environ.get("BENCH_DATA")
    if folder is None:
        return ["10000x200000", "100000x2000000"]
    places = [place for place in (Path(folder), *sorted(Path(folder).iterdir())) if (place / "edges.npz").exists()]
    return [str(place) for place in sorted(places, key=lambda place: (place / "edges.npz").stat().st_size)]


def measure(size: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "aijri_site.embedded.throwaway", sys.executable, "-m", "bench.neighbours_timed"]
    said = subprocess.run([*command, size], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
