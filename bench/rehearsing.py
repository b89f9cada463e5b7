"""What each outcome of a review would move, rehearsed: for an ordinary role, and for a hub beside its recompute."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.result import Result
from bench.startup import ROOT

SIZE = "60000x900000"


def run() -> list[Result]:
    """Medians of a preview of two outcomes; while it lasts recomputes wait, publications do not."""
    command = [sys.executable, "-m", "aijri_site.embedded.throwaway", sys.executable, "-m", "bench.rehearsing_timed"]
    said = subprocess.run([*command, SIZE], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    measured = json.loads(said.splitlines()[-1])
    ordinary, hub = measured["ordinary"], measured["hub"]
    return [
        Result(f"two outcomes, {ordinary['pairs']} relations", ordinary["rehearsal"] * 1000, "ms", 150),
        Result("the same ÷ two recomputes of the role", ordinary["rehearsal"] / ordinary["recompute"] / 2, "times"),
        Result(f"two outcomes, {hub['pairs']:,} relations", hub["rehearsal"] * 1000, "ms"),
        Result("the same ÷ two recomputes of the hub", hub["rehearsal"] / hub["recompute"] / 2, "times"),
        Result("somebody else's publication meanwhile ÷ alone", measured["meanwhile"] / measured["alone"], "times"),
    ]
