"""`python -m bench.rebuilding_timed FOLDER|ROLESxEDGES PORT`: loads the catalogue into a running copy, rebuilds its
comparisons by the copy's own workers while a reader reads, then makes the same table in one statement. JSON."""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.models import Count, Max  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import peers  # noqa: E402
from assessments.actions import rebuilding  # noqa: E402
from assessments.enums import RebuildState, StepKind  # noqa: E402
from assessments.models import PeerRebuild, User  # noqa: E402
from bench import catalogue  # noqa: E402
from bench.neighbours_timed import stock  # noqa: E402

IDLE_SECONDS = 20
IN_ONE = f"""
CREATE TABLE bench_comparison AS
WITH edge AS (
  SELECT source_id AS role_id, target_id AS peer_id, kind FROM assessments_rolerelation
  UNION
  SELECT target_id, source_id, {peers.TURNED} FROM assessments_rolerelation
),
{peers.METHODS}
SELECT {peers.COLUMNS}, clock_timestamp() AS computed_at FROM ({peers.COMPARE}) fresh
"""


def main(what: str, port: int) -> None:
    stored = stock(what)
    first = catalogue.load(stored)
    reader = Reader(port, first, len(stored.inputs))
    reader.read_for(3)  # unmeasured
    idle = reader.read_for(IDLE_SECONDS)
    admin = User.objects.get(username="admin")
    memory = Memory()
    begun = time.perf_counter()
    rebuild = rebuilding.request(by=admin, at=timezone.now())
    during: list[float] = []
    while rebuild.steps.filter(kind=StepKind.SWAP, done_at=None).exists():
        during += reader.read_for(0.25)
        memory.look()
    took = time.perf_counter() - begun
    while PeerRebuild.objects.filter(pk=rebuild.pk, state=RebuildState.RUNNING).exists():
        time.sleep(1)  # flags follow after the swap
    tell_steps(rebuild)
    beside: list[float] = []
    reader = Reader(port, first, len(stored.inputs))  # the server has hung up on the one that waited
    with ThreadPoolExecutor(1) as pool:
        in_one = pool.submit(in_one_statement)
        while not in_one.done():
            beside += reader.read_for(0.25)
    bare = in_one.result()
    print(
        json.dumps(
            {
                "roles": len(stored.inputs),
                "edges": len(stored.source),
                "rebuild": took,
                "bare": bare,
                "unlike": differing(),
                "worker_megabytes": memory.most,
                "idle": ninety_ninth(idle),
                "during": ninety_ninth(during),
                "beside": ninety_ninth(beside),
            }
        )
    )


def tell_steps(rebuild: PeerRebuild) -> None:
    """Where the time went, for people: when the last step of each kind had ended, in seconds from the beginning."""
    for kind in StepKind:
        ended = rebuild.steps.filter(kind=kind).aggregate(last=Max("done_at"), steps=Count("id"))
        if ended["last"]:
            after = (ended["last"] - rebuild.asked_at).total_seconds()
            print(f"{kind.label}: {ended['steps']} steps, over after {after:.1f} s", file=sys.stderr)


def in_one_statement() -> float:
    """Seconds of the table, its key and index, and a swap of names, while the same reader reads."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_in_use (nothing int)")
        begun = time.perf_counter()
        cursor.execute("SET enable_memoize = off; SET work_mem = '64MB'; SET maintenance_work_mem = '256MB'")
        cursor.execute(IN_ONE)
        cursor.execute("ALTER TABLE bench_comparison ADD PRIMARY KEY (role_id, peer_id, kind)")
        cursor.execute("CREATE INDEX ON bench_comparison (peer_id)")
        cursor.execute("ANALYZE bench_comparison")
        with transaction.atomic():
            cursor.execute("DROP TABLE bench_in_use")
            cursor.execute("ALTER TABLE bench_comparison RENAME TO bench_in_use")
        took = time.perf_counter() - begun
    connection.close()
    return took


def differing() -> int:
    """How many rows the two tables have not in common."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT count(*) FROM assessments_peercomparison) - count(*) FILTER (WHERE a.role_id IS NOT NULL)"
            f" + count(*) FILTER (WHERE a.role_id IS NULL) FROM bench_in_use b"
            f" LEFT JOIN assessments_peercomparison a USING ({peers.COLUMNS})"
        )
        unlike = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE bench_in_use")
    return unlike


def ninety_ninth(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


class Reader:
    """Somebody who reads the neighbours of one role after the other, as the API gives them."""

    def __init__(self, port: int, first: int, roles: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        self.first, self.roles, self.next = first, roles, 0

    def read_for(self, seconds: float) -> list[float]:
        taken = []
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.next = (self.next + 7919) % self.roles
            begun = time.perf_counter()
            self.connection.request("GET", f"/api/v1/roles/measured-role-{self.next}/peers/")
            answer = self.connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - begun)
            if answer.status != 200:
                raise SystemExit(f"the reader got {answer.status}")
            time.sleep(0.06)  # within the limit of the API
        return taken


class Memory:
    """The most that any worker process ever held, in MB."""

    def __init__(self) -> None:
        self.most = 0.0

    def look(self) -> None:
        for process in Path("/proc").iterdir():
            try:
                if b"celery" in (process / "cmdline").read_bytes():
                    status = (process / "status").read_text()
                    kilobytes = next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]
                    self.most = max(self.most, int(kilobytes) / 1024)
            except (OSError, StopIteration):
                continue


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
