"""What saving a draft of 40 tasks costs beside the bare write of its row, and how soon the form is answered."""

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
    """Saves in a running copy of its own, durable as in earnest."""
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        data = Path(place) / "data"
        with served(data):
            environ = {**os.environ, "AIJRI_DATA": str(data)}
            command = [sys.executable, "-m", "bench.saving_timed", str(ROUNDS)]
            said = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True).stdout
    measured = json.loads(said)
    return [
        Result("save of 40 tasks, statements, savepoints apart", measured["statements"], "", 6),
        Result(
            "row, history and ledger ÷ bare write of the row",
            measured["written_down"] / measured["bare"],
            "times",
            1.25,
        ),
        Result(
            "the whole save ÷ the same without history and ledger",
            measured["whole"] / measured["unaudited"],
            "times",
            1.25,
        ),
        Result("the whole save ÷ bare write of the row", measured["whole"] / measured["bare"], "times", 1.25),
        Result("the whole save", measured["whole"] * 1000, "ms"),
        Result("bare write of the same row", measured["bare"] * 1000, "ms"),
        Result("figures of 40 tasks, request to answer", measured["recompute"] * 1000, "ms", 50),
        Result("keeping what is typed, request to answer", measured["keep"] * 1000, "ms", 30),
    ]
