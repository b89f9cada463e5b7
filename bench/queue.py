"""The queue and the desk of a reviewer with ten thousand open reviews, in every order and with every filter."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.result import Result
from bench.startup import ROOT

REVIEWS = 10_000


def run() -> list[Result]:
    """Medians of whole pages over HTTP's own handler, one in ten documents of 18 KB apiece with an override."""
    command = [sys.executable, "-m", "aijri_site.embedded.throwaway", sys.executable, "-m", "bench.queue_timed"]
    said = subprocess.run([*command, str(REVIEWS)], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    measured: dict[str, float] = json.loads(said.splitlines()[-1])
    return [Result(f"{REVIEWS:,} open reviews: {page}", value, "ms", 100) for page, value in measured.items()]
