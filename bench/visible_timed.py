"""`python -m bench.visible_timed`: publications into a running copy, each timed from its commit until a reader on
another connection sees the new comparison. In turns: through the product's own outbox, broker and worker, and through
a bare worker process that BRPOPs role keys and runs the same prepared statements. JSON on stdout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
import psycopg
import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from assessments import dispatch  # noqa: E402
from assessments.models import Methodology, OutboxMessage  # noqa: E402
from bench import catalogue  # noqa: E402
from bench.neighbours_timed import Bare  # noqa: E402

ROLES, EDGES = 10_000, 200_000
IDLE = 200
RATE, BLOCK_SECONDS, BLOCKS = 50, 10, 6
QUEUE = "bench:published"
PATIENCE = 30.0


def main() -> None:
    method = Methodology.objects.get(status="active").method
    first = catalogue.load(catalogue.drawn(method, roles=ROLES, edges=EDGES))
    with connection.cursor() as cursor:  # the bench plays the publisher: scores move by plain SQL
        cursor.execute("ALTER TABLE assessments_assessment DISABLE TRIGGER USER")
    roles = iter(comparable(first))
    bench = Publications()
    with bare_worker():
        for lane in ("ours", "bare") * 5:
            bench.one(lane, next(roles))  # unmeasured: connections, plans, caches
        bench.taken.clear()
        for lane in ("ours", "bare") * IDLE:
            bench.one(lane, next(roles))
            time.sleep(0.02)
        idle = bench.report()
        for lane in ("ours", "bare") * BLOCKS:
            bench.block(lane, [next(roles) for _ in range(RATE * BLOCK_SECONDS)])
        load = bench.report()
        time.sleep(1)
        left = OutboxMessage.objects.filter(topic=dispatch.RECOMPUTE, done_at=None).count()
    asked = RATE * BLOCK_SECONDS * BLOCKS
    print(json.dumps({"idle": idle, "load": load, "asked": asked, "lost": bench.lost, "left": left}))


def comparable(first: int) -> list[int]:
    """Roles with relations, but no hubs, in an order that is no order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_id FROM assessments_rolerelation WHERE source_id >= %s GROUP BY 1"
            " HAVING count(*) BETWEEN 10 AND 30 ORDER BY md5(source_id::text)",
            [first],
        )
        return [role for (role,) in cursor.fetchall()]


class Publications:
    """Publishes, and watches for what became visible."""

    def __init__(self) -> None:
        parameters = connection.get_connection_params()
        wanted = ("dbname", "user", "password", "host", "port")
        given = {name: parameters[name] for name in wanted if parameters.get(name)}
        self.publisher, self.reader = (psycopg.connect(**given, autocommit=True) for _ in range(2))
        self.broker = redis.Redis.from_url(settings.REDIS_URL)
        self.waiting: dict[int, tuple[str, float, str]] = {}
        self.taken: dict[str, list[float]] = {}
        self.lost = 0

    def report(self) -> dict[str, list[float]]:
        taken, self.taken = self.taken, {}
        return taken

    def one(self, lane: str, role: int) -> None:
        """One publication, and nothing else until it is visible."""
        self.publish(lane, role)
        self.watch(until=time.perf_counter() + PATIENCE)
        self.give_up()

    def block(self, lane: str, roles: list[int]) -> None:
        """Publications at the rate, whether the ones before are visible or not."""
        publishing = threading.Thread(target=self.at_rate, args=(lane, roles))
        publishing.start()
        while publishing.is_alive():
            self.watch(until=time.perf_counter() + 0.05)
        self.watch(until=time.perf_counter() + PATIENCE)
        self.give_up()

    def at_rate(self, lane: str, roles: list[int]) -> None:
        begun = time.perf_counter()
        for number, role in enumerate(roles):
            time.sleep(max(0.0, begun + number / RATE - time.perf_counter()))
            self.publish(lane, role)

    def publish(self, lane: str, role: int) -> None:
        """Another score; and, in our lane, what publishing leaves in the outbox; in the other a key in a list."""
        with self.publisher.transaction(), self.publisher.cursor() as cursor:
            cursor.execute(
                "UPDATE assessments_assessment SET (published_score, formula_score) = (100.0 - published_score,"
                " 100.0 - formula_score) WHERE status = 'published' AND role_id = %s RETURNING published_score",
                [role],
            )
            row = cursor.fetchone()
            assert row is not None, "the catalogue is published"
            if lane == "ours":
                cursor.execute(
                    "INSERT INTO assessments_outboxmessage (topic, role_id, payload, attempts)"
                    " VALUES (%s, %s, '{}', 0)",
                    [dispatch.RECOMPUTE, role],
                )
                cursor.execute("SELECT pg_notify(%s, '')", [dispatch.CHANNEL])
        committed = time.perf_counter()
        if lane == "bare":
            self.broker.lpush(QUEUE, role)
        self.waiting[role] = (lane, committed, str(row[0]))

    def watch(self, *, until: float) -> None:
        """Read until nothing is waited for, or that long."""
        while self.waiting and time.perf_counter() < until:
            found = self.reader.execute(
                "SELECT role_id, min(score), max(score) FROM assessments_peercomparison WHERE role_id = ANY(%s)"
                " GROUP BY role_id",
                [list(self.waiting)],
                prepare=True,
            ).fetchall()
            seen = time.perf_counter()
            for role, lowest, highest in found:
                lane, committed, score = self.waiting[role]
                if str(lowest) == str(highest) == score:
                    self.taken.setdefault(lane, []).append(seen - committed)
                    del self.waiting[role]
            time.sleep(0.002)

    def give_up(self) -> None:
        """What is not visible by now is lost."""
        self.lost += len(self.waiting)
        self.waiting.clear()


@contextmanager
def bare_worker() -> Iterator[None]:
    """The bare worker in a process of its own while the block runs."""
    process = subprocess.Popen([sys.executable, "-m", "bench.visible_timed", "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def work() -> None:
    """Wait for a role's key, do its statements, wait again."""
    bare, broker = Bare(), redis.Redis.from_url(settings.REDIS_URL, socket_timeout=None)
    while True:
        _, role = broker.brpop([QUEUE])
        bare.recompute([int(role)])


if __name__ == "__main__":
    work() if sys.argv[1:] == ["worker"] else main()
