"""A dry run of a whole catalogue in one process of its own: how long it takes and how much memory at most.

`--data DIR` names a folder with `roles.tsv.gz` (id … E B G) and `tasks.tsv.gz` (role_id seq name pct score mode) as the
catalogue generator writes them; without it as many records are drawn at random.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from assessments.scoring import Method, definition, with_values
from assessments.scoring.bulk import Columns, compute_all
from assessments.scoring.dry_run import Decided, DryRun
from bench.bulk import anything_legal
from bench.result import Result

ROOT = Path(__file__).resolve().parent.parent
RECORDS = 1_084_008
ZONES = ("green", "yellow", "red")


def run() -> list[Result]:
    """Seconds and peak memory of a dry run of "green from 50, evidence worth more"."""
    found = subprocess.run(
        [sys.executable, "-m", "bench.dry_run"], cwd=ROOT, env=os.environ, check=True, capture_output=True, text=True
    )
    measured = json.loads(found.stdout)
    name = f"dry run over {measured['records']:,} records"
    return [
        Result(f"{name}: peak memory", measured["megabytes"], "MB", 2000),
        Result(f"{name}: columns to report", measured["report_seconds"], "s", 30),
        Result(f"{name}: report and every move", measured["moves_seconds"], "s", 120),
    ]


def measure() -> dict[str, Any]:
    first = Method.from_definition(definition("1.0"))
    trial = Method.from_definition(
        with_values(definition("1.0"), {"version": "1.1", "zones[green].from": "50.0", "formula.evidence_step": "0.05"})
    )
    folder = os.environ.get("BENCH_DATA")
    columns = from_files(first, Path(folder)) if folder else anything_legal(first, RECORDS)
    decided = as_decided(first, columns)
    started = time.perf_counter()
    comparison = DryRun(trial, decided)
    report = comparison.report()
    reported = time.perf_counter()
    moves = sum(1 for _ in comparison.moves())
    return {
        "records": report["records"],
        "moves": moves,
        "report_seconds": reported - started,
        "moves_seconds": time.perf_counter() - started,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rank_correlation": report["rank_correlation"],
    }


def as_decided(method: Method, columns: Columns) -> Decided:
    """Records that were decided as the method scores them; every twentieth with an override of a point."""
    figures = compute_all(method, columns)
    published = figures.score.copy()
    published[::20] += 10
    return Decided(
        ids=np.arange(len(columns), dtype=np.int64),
        inputs=columns,
        formula=figures.score,
        published=published,
        zone=figures.zone.astype(np.int16),
        label=figures.label.astype(np.int16),
        overridden=published != figures.score,
        reviewers=np.where(figures.borderline, 2, 1).astype(np.int8),
        zones=ZONES,
        labels=tuple(rule.text for rule in method.labels),
    )


def from_files(method: Method, folder: Path) -> Columns:
    """The generated catalogue: tasks as they are, totals spread over the dimensions, no principles."""
    with gzip.open(folder / "roles.tsv.gz", "rt") as file:
        totals = np.array([line.rstrip("\n").split("\t")[-3:] for line in file][1:], dtype=np.int16).T
    columns = Columns.empty(method, totals.shape[1])
    spread(columns.evidence, totals[0], -2, 2)
    spread(columns.barriers, totals[1], 0, 2)
    columns.growth[:] = totals[2]
    with gzip.open(folder / "tasks.tsv.gz", "rt") as file:
        next(file)
        for line in file:
            role, _, _, share, score, _ = line.split("\t")
            columns.time[int(score) - 1, int(role)] += round(float(share) * 100)
            columns.tasks[int(role)] += 1
    return columns


def spread(rows: Any, total: Any, low: int, high: int) -> None:
    """Legal scores that add up to each total, filled from the first dimension on."""
    left = total - low * len(rows)
    for row in rows:
        step = np.minimum(left, high - low)
        row[:] = low + step
        left = left - step


if __name__ == "__main__":
    print(json.dumps(measure()))
