"""A full rebuild by the workers of a running copy, beside one CREATE TABLE AS with the same rows and indexes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.neighbours import sizes
from bench.result import Result
from bench.startup import ROOT, served


def run() -> list[Result]:
    """The largest catalogue there is, in a running copy of its own, durable as in earnest."""
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        data = Path(place) / "data"
        with served(data) as copy:
            environ = {**os.environ, "AIJRI_DATA": str(data)}
            command = [sys.executable, "-m", "bench.rebuilding_timed", sizes()[-1], str(copy.port)]
            said = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True).stdout
    measured = json.loads(said.splitlines()[-1])
    where = f"{measured['roles']:,} roles, {measured['edges']:,} edges"
    return [
        Result(f"{where}: rebuild ÷ CREATE TABLE AS", measured["rebuild"] / measured["bare"], "times", 1.0),
        Result(f"{where}: rebuild", measured["rebuild"], "s"),
        Result("comparisons that the two have not in common", measured["unlike"], "rows", 1),
        Result("a worker's memory during it", measured["worker_megabytes"], "MB", 300),
        Result("a reader's page during it, 99th percentile ÷ idle", measured["during"] / measured["idle"], "times", 2),
        Result("the same beside CREATE TABLE AS", measured["beside"] / measured["idle"], "times"),
        Result("a reader's page, idle, 99th percentile", measured["idle"] * 1000, "ms"),
    ]
