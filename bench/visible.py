"""How soon after a publication readers see its comparisons: through outbox, broker and worker, beside a bare worker
that waits for the broker and runs the same statements; idle, and under fifty publications a second for a minute."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.result import Result
from bench.startup import ROOT, served


def run() -> list[Result]:
    """In a running copy of its own, durable as in earnest. `BENCH_PLOTS` names a folder for the measured times."""
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        data = Path(place) / "data"
        with served(data):
            environ = {**os.environ, "AIJRI_DATA": str(data)}
            command = [sys.executable, "-m", "bench.visible_timed"]
            said = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True).stdout
    measured = json.loads(said.splitlines()[-1])
    if "BENCH_PLOTS" in os.environ:
        Path(os.environ["BENCH_PLOTS"], "visible.json").write_text(json.dumps(measured))
    results: list[Result] = []
    for phase in ("idle", "load"):
        ours, bare = measured[phase]["ours"], measured[phase]["bare"]
        for share, name, goal in ((0.5, "median", 1.5), (0.99, "99th percentile", 2.0)):
            mine, theirs = quantile(ours, share), quantile(bare, share)
            results += [
                Result(f"publish to visible, {phase}, {name} ÷ bare worker", mine / theirs, "times", goal),
                Result(f"publish to visible, {phase}, {name}", mine * 1000, "ms"),
            ]
    return [
        *results,
        Result("publications under load", len(measured["load"]["ours"]), "", at_least=measured["asked"]),
        Result("publications never seen", measured["lost"], "", 1),
        Result("messages left one second after", measured["left"], "", 1),
    ]


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
