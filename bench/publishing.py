"""What publishing costs, with everything that belongs to it, beside a relational parent with 17 child rows saved as
Django saves them, without any history."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.result import Result
from bench.startup import ROOT, served

ROUNDS = 60


def run() -> list[Result]:
    """Publications in a running copy of its own, durable as in earnest, in turns with the relational saves."""
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        data = Path(place) / "data"
        with served(data):
            environ = {**os.environ, "AIJRI_DATA": str(data)}
            command = [sys.executable, "-m", "bench.publishing_timed", str(ROUNDS)]
            said = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True).stdout
    measured = json.loads(said)
    relational = measured["relational"]
    return [
        Result("publishing ÷ relational parent with 17 children", measured["publish"] / relational, "times", 0.5),
        Result("publishing, with decision, ledger, outbox, supersession", measured["publish"] * 1000, "ms"),
        Result("the whole verdict that publishes", measured["verdict"] * 1000, "ms"),
        Result("relational parent with 17 children, no history", relational * 1000, "ms"),
        Result("publishing, statements, savepoints apart", measured["statements"], ""),
    ]
