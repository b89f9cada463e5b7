"""`python -m bench.neighbours_timed FOLDER|ROLESxEDGES`: the recompute's own cost in a catalogue loaded into the
database that the environment names, beside the bare statements on a connection of their own; JSON on stdout."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import django
import numpy as np
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import claims, dispatch, flags, outbox, peers  # noqa: E402
from assessments.actions import people  # noqa: E402
from assessments.models import Methodology  # noqa: E402
from assessments.scoring import DEFAULT_TOLERANCE  # noqa: E402
from bench import catalogue  # noqa: E402

ROUNDS = 150
HUB_ROUNDS = 10
BURST = 1_000
BURSTS = 3
# Pairs that the ordinary role of the comparison has, and those of the curve over in-degree.
ORDINARY = 40
DEGREES = (10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120)
Pairs = dict[int, int]


def main(what: str) -> None:
    call_command("migrate", verbosity=0)
    people.create_person(
        username="ada",
        display_name="Ada",
        password="ada-has-a-long-password",
        roles=["admin"],
        by=None,
        at=timezone.now(),
    )
    stored = stock(what)
    first = catalogue.load(stored)
    with connection.cursor() as cursor:  # the bench plays the publisher: scores move by plain SQL
        cursor.execute("ALTER TABLE assessments_assessment DISABLE TRIGGER USER")
    pairs = dict(
        enumerate((np.bincount(stored.source, minlength=len(stored.inputs)) + stored.in_degree).tolist(), first)
    )
    bare = Bare()
    found: dict[str, Any] = {"roles": len(stored.inputs), "edges": len(stored.source), "curve": []}
    for degree in DEGREES:
        chosen = near(pairs, degree)
        if chosen:
            rounds = ROUNDS if degree == ORDINARY else HUB_ROUNDS
            ours, theirs = side_by_side(bare, [[role] for role in chosen[:rounds]])
            found["curve"].append({"pairs": degree, "ours": ours, "bare": theirs})
    hub = max(pairs, key=pairs.__getitem__)
    ours, theirs = side_by_side(bare, [[hub]] * HUB_ROUNDS)
    found["hub"] = {"pairs": pairs[hub], "ours": ours, "bare": theirs}
    found["ordinary"] = next(point for point in found["curve"] if point["pairs"] == ORDINARY)
    luck = np.random.default_rng(7)
    bursts = [(first + luck.choice(len(stored.inputs), BURST, replace=False)).tolist() for _ in range(BURSTS)]
    ours, theirs = side_by_side(bare, bursts)
    found["burst"] = {"ours": ours, "bare": theirs}
    print(json.dumps(found))


def stock(what: str) -> catalogue.Catalogue:
    """The catalogue of a folder, or one drawn of that many roles and edges."""
    method = Methodology.objects.get(status="active").method
    if "x" in what and what.replace("x", "").isdigit():
        roles, edges = map(int, what.split("x"))
        return catalogue.drawn(method, roles=roles, edges=edges)
    return catalogue.of_folder(method, what)


def near(pairs: Pairs, degree: int) -> list[int]:
    """Roles with about so many relations, always the same ones of a catalogue."""
    chosen = [role for role, count in pairs.items() if abs(count - degree) <= degree * 0.05]
    np.random.default_rng(5).shuffle(chosen)
    return chosen[:ROUNDS]


def side_by_side(bare: Bare, lots: Sequence[list[int]]) -> tuple[float, float]:
    """Median seconds of a recompute of each lot of roles that were just published anew, through the outbox, and by bare
    statements; in turns, now one first and now the other, each lot once unmeasured before."""
    ours, theirs = [], []
    for turn, lot in enumerate(lots):
        pair = (through_outbox, bare.recompute) if turn % 2 else (bare.recompute, through_outbox)
        for number, take in enumerate(pair * 2):
            publish(lot)
            taken = take(lot)
            if number >= 2:
                (ours if take is through_outbox else theirs).append(taken)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE assessments_outboxmessage SET done_at = now() WHERE done_at IS NULL")
    return statistics.median(ours), statistics.median(theirs)


def publish(roles: list[int]) -> None:
    """Another score for each of these roles: every comparison of theirs changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_assessment SET (published_score, formula_score) = (100 - published_score,"
            " 100 - formula_score) WHERE status = 'published' AND role_id = ANY(%s)",
            [roles],
        )


def through_outbox(roles: list[int]) -> float:
    """The messages lie in the outbox as publishing leaves them; from there, as relay and worker do it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO assessments_outboxmessage (topic, role_id, payload, attempts)"
            " SELECT %s, unnest(%s::bigint[]), '{}', 0 RETURNING id",
            [dispatch.RECOMPUTE, roles],
        )
        messages = [row[0] for row in cursor.fetchall()]
    if len(messages) == 1:  # the task alone
        return seconds(lambda: peers.fulfil(messages))
    return seconds(claim_and_fulfil)


def claim_and_fulfil() -> None:
    while messages := outbox.claim(lease_seconds=60).get(dispatch.RECOMPUTE):
        peers.fulfil(messages)


class Bare:
    """The same statements by psycopg alone, prepared, in one transaction."""

    def __init__(self) -> None:
        settings = connection.get_connection_params()
        wanted = ("dbname", "user", "password", "host", "port")
        self.connection = psycopg.connect(**{name: settings[name] for name in wanted if settings.get(name)})

    def recompute(self, roles: list[int]) -> float:
        return seconds(lambda: self._recompute(roles))

    def _recompute(self, roles: list[int]) -> None:
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('enable_memoize', 'off', true), set_config('synchronous_commit', 'off', true)",
                prepare=True,
            )
            given: dict[str, Any] = {"roles": roles}
            cursor.execute(peers.COMPARISONS.encode(), given, prepare=True)
            cursor.execute(peers.STANDING.encode(), given, prepare=True)
            given |= {"kinds": list(flags.RESTS_ON), "tolerance": DEFAULT_TOLERANCE, "at": timezone.now()}
            cursor.execute(flags.RAISE.encode(), given, prepare=True)
            cursor.execute(claims.HOLD.encode(), given, prepare=True)


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1])
