"""`python -m bench.queue_timed REVIEWS`: makes so many open reviews in the database that the environment names, and
prints the median milliseconds of every page as JSON."""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import documents  # noqa: E402
from assessments.actions import drafts, people  # noqa: E402
from assessments.models import Assessment, User  # noqa: E402
from bench.importing import value  # noqa: E402
from reviews import actions  # noqa: E402
from tests.crowd import crowd  # noqa: E402
from tests.making import in_review  # noqa: E402

PATTERNS, ROUNDS = 20, 15
PAGES = (
    "/desk/",
    "/reviews/",
    "/reviews/?page=300",
    "/reviews/?sort=borderline",
    "/reviews/?sort=due",
    "/reviews/?sort=score",
    "/reviews/?borderline=1",
    "/reviews/?override=1",
    "/reviews/?mine=1",
    "/reviews/?assigned=1&sort=due",
    "/reviews/?overdue=1",
    "/reviews/?claimed=nobody&family=Family+7",
)


def main(size: int) -> None:
    call_command("migrate", verbosity=0)
    assessor, one, two = crew()
    patterns = [pattern(index, assessor) for index in range(PATTERNS)]
    patterns += [in_review(assessor, f"Bell {n}", evidence=(2, 0, 0, 0, 0), barriers=(0, 1, 0, 0, 1)) for n in range(3)]
    crowd(patterns, size, one=one, two=two)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    client = Client(SERVER_NAME="localhost")
    client.force_login(one, backend="django.contrib.auth.backends.ModelBackend")
    print(json.dumps({page: median(client, page) for page in PAGES}))


def crew() -> list[User]:
    """An administrator who makes the others, an assessor and two reviewers; the three who work."""
    made: list[User] = []
    for name, role in (("ada", "admin"), ("maren", "assessor"), ("deepa", "reviewer"), ("jonas", "reviewer")):
        first = made[0] if made else None
        secret = f"{name}-has-a-long-password"
        made.append(
            people.create_person(
                username=name, display_name=name, password=secret, roles=[role], by=first, at=timezone.now()
            )
        )
    return made[1:]


def pattern(index: int, by: User) -> Assessment:
    """A submission of twelve tasks and 18 KB; every tenth proposes another score."""
    now, luck = timezone.now(), random.Random(index)
    saved = drafts.create_draft(document=documents.from_json(value(index, luck)), by=by, at=now)
    if index % 10 == 0:
        proposing = saved.assessment.document
        score = saved.assessment.formula_score
        assert score is not None
        proposing["override"] |= {"proposed_score": str(score + 1 if score < 90 else score - 1)}
        proposing["override"] |= {"reason_code": "calibration", "rationale": "It sits too low."}
        drafts.save_draft(
            assessment_id=saved.assessment.pk, document=documents.from_json(proposing), content_hash=None, by=by, at=now
        )
    return actions.submit(assessment_id=saved.assessment.pk, by=by, at=now)


def median(client: Client, page: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(page)
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{page}: {answer.status_code}")
    return statistics.median(taken)


if __name__ == "__main__":
    main(int(sys.argv[1]))
