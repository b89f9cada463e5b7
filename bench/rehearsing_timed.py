"""`python -m bench.rehearsing_timed ROLESxEDGES`: previews in a catalogue drawn of that many roles and relations, in
the database that the environment names; JSON on stdout."""

from __future__ import annotations

import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import documents, peers  # noqa: E402
from assessments.actions import drafts, rehearsal  # noqa: E402
from assessments.models import Assessment, Methodology, Role, User  # noqa: E402
from bench import catalogue  # noqa: E402
from bench.neighbours_timed import near  # noqa: E402
from bench.publishing_timed import decide, second_version  # noqa: E402
from bench.queue_timed import crew  # noqa: E402
from reviews import actions  # noqa: E402
from tests.making import a_document  # noqa: E402

ORDINARY, ROLES, ROUNDS = 40, 8, 5
OUTCOMES = ("override_accepted", "override_declined")


def main(size: str) -> None:
    call_command("migrate", verbosity=0)
    assessor, reviewer, _ = crew()
    roles, edges = map(int, size.split("x"))
    stored = catalogue.drawn(Methodology.objects.get(status="active").method, roles=roles, edges=edges)
    first = catalogue.load(stored)
    degree = np.bincount(stored.source, minlength=roles) + stored.in_degree
    pairs = dict(enumerate(degree.tolist(), first))
    hub = max(pairs, key=pairs.__getitem__)
    found: dict[str, Any] = {}
    for name, chosen in (("ordinary", near(pairs, ORDINARY)[:ROLES]), ("hub", [hub])):
        measured = [measure(role, assessor) for role in chosen]
        found[name] = {
            "pairs": pairs[chosen[0]],
            "rehearsal": statistics.median(each[0] for each in measured),
            "recompute": statistics.median(each[1] for each in measured),
        }
    found |= publications(hub, assessor, reviewer)
    print(json.dumps(found))


def measure(role_id: int, by: User) -> tuple[float, float]:
    """Seconds of a preview of both outcomes and of one recompute of the role; in turns, once unmeasured before."""
    submission = submitted(role_id, by)
    rehearsals, recomputes = [], []
    for _ in range(ROUNDS + 1):
        rehearsals.append(timed(lambda: rehearse(submission)))
        recomputes.append(timed(lambda: undone(role_id)))
    return statistics.median(rehearsals[1:]), statistics.median(recomputes[1:])


def rehearse(submission: Assessment) -> None:
    told = rehearsal.rehearse(assessment_id=submission.pk, outcomes=OUTCOMES, at=timezone.now())
    if set(told) != set(OUTCOMES):
        raise SystemExit(f"told of {set(told)}")


@transaction.atomic
def undone(role_id: int) -> None:
    peers.recompute([role_id])
    transaction.set_rollback(True)


def submitted(role_id: int, by: User) -> Assessment:
    """The next version of a stored role in review, with another score proposed; the role is up to date."""
    with transaction.atomic():
        peers.recompute([role_id])
    role = Role.objects.get(pk=role_id)
    draft = drafts.revise(role=role, kind="revision", change_reason="correction", by=by, at=timezone.now()).assessment
    document = documents.from_json(a_document(role.title, proposed="57.0"))
    drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=None, by=by, at=timezone.now())
    return actions.submit(assessment_id=draft.pk, by=by, at=timezone.now())


def publications(hub: int, assessor: User, reviewer: User) -> dict[str, float]:
    """Median seconds of publications of other roles, alone and while the hub is rehearsed without a pause."""
    versions = [second_version(number, assessor, reviewer) for number in range(4 * ROUNDS)]
    submission = Assessment.objects.get(role=hub, status="in_review")
    alone = [timed(lambda row=row: decide(row, reviewer)) for row in versions[: 2 * ROUNDS]]
    enough = threading.Event()

    def go_on() -> None:
        while not enough.is_set():
            rehearse(submission)
        connection.close()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        meanwhile = [timed(lambda row=row: decide(row, reviewer)) for row in versions[2 * ROUNDS :]]
    finally:
        enough.set()
        thread.join()
    return {"alone": statistics.median(alone), "meanwhile": statistics.median(meanwhile)}


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1])
