"""`python -m bench.saving_timed ROUNDS`: saves of a draft of 40 tasks beside the bare write of the same row, and the
addresses a draft form uses while somebody types, in the database that the environment names; JSON on stdout."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import audit, documents  # noqa: E402
from assessments.actions import drafts  # noqa: E402
from assessments.documents.shape import BARRIER_CODES, EVIDENCE_CODES, PROTECTIVE_CODES  # noqa: E402
from assessments.models import Assessment, User  # noqa: E402

APART = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
PROSE = "Most of it is judged case by case, with tools that draft, sort and compare while people decide. " * 4
DIMENSIONS = {
    "protective_principles": PROTECTIVE_CODES,
    "evidence": EVIDENCE_CODES,
    "barriers": BARRIER_CODES,
}


def main(rounds: int) -> None:
    setup_test_environment()
    person = User.objects.get(username="assessor")
    document = documents.from_json(written(0))
    saved = drafts.create_draft(document=document, by=person, at=timezone.now()).assessment
    whole, unaudited, written_down, bare = [], [], [], []
    for number in range(1, rounds + 1):  # in turns, so that a slow moment meets all three
        document = documents.from_json(written(number))
        whole.append(seconds(lambda document=document: save(saved.pk, document, person)))
        document = documents.from_json(written(rounds + 1 + number))
        unaudited.append(seconds(lambda document=document: save_unaudited(saved.pk, document, person)))
        for act, times in ((write_bare, bare), (write_with_history_and_ledger, written_down)):
            row = Assessment.objects.get(pk=saved.pk)
            row.document = documents.to_json(documents.from_json(written(-number - rounds * len(times))))
            times.append(seconds(lambda act=act, row=row: act(row, person)))
    stranger = User.objects.get(pk=person.pk)  # whose access roles are not read yet
    with CaptureQueriesContext(connection) as seen:
        save(saved.pk, documents.from_json(written(2 * rounds + 2)), stranger)
    statements = [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(APART)]
    medians = {
        "whole": statistics.median(whole),
        "unaudited": statistics.median(unaudited),
        "written_down": statistics.median(written_down),
        "bare": statistics.median(bare),
    }
    print(json.dumps({"statements": len(statements), **medians, **typing(person, saved.pk, rounds)}))


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def save(draft: int, document: documents.Document, person: User) -> None:
    """The save that people do: lock, access, figures, problems, hash, row, history, contributor, ledger."""
    drafts.save_draft(assessment_id=draft, document=document, content_hash=None, by=person, at=timezone.now())


def save_unaudited(draft: int, document: documents.Document, person: User) -> None:
    """The same save with neither history nor ledger: what they add to it is the difference."""
    with mock.patch.object(audit, "save", save_without_history), mock.patch.object(audit, "record"):
        save(draft, document, person)


def save_without_history(row: Assessment, *, fields: list[str], **said: object) -> None:
    row.skip_history_when_saving = True
    row.save(update_fields=fields)


@transaction.atomic
def write_with_history_and_ledger(row: Assessment, person: User) -> None:
    """The row, its history and its event, without what a save decides before."""
    now = timezone.now()
    audit.save(row, by=person, at=now, reason="Draft saved")
    data: dict[str, object] = {"number": row.number, "content_hash": row.content_hash}
    audit.record("assessment.saved", by=person, at=now, role_held="assessor", about=row, data=data)


@transaction.atomic
def write_bare(row: Assessment, person: User) -> None:
    """The same row written with nothing beside it."""
    row.skip_history_when_saving = True
    row.save(force_update=True)


def typing(person: User, draft: int, rounds: int) -> dict[str, float]:
    """Seconds that a recompute and a keep take from request to answer."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    row = Assessment.objects.get(pk=draft)
    sent = fields(row.document) | {"methodology": "1.0", "content_hash": row.content_hash, "window": "bench"}
    recompute, keep = [], []
    for number in range(1, rounds + 1):
        now = sent | {"quick_screen": f"Typed {number}.", "sequence": str(number)}
        recompute.append(seconds(lambda now=now: answered(client, "/drafts/figures/", now)))
        keep.append(seconds(lambda now=now: answered(client, f"/drafts/{draft}/working-copy/", now)))
    return {"recompute": statistics.median(recompute), "keep": statistics.median(keep)}


def answered(client: Client, address: str, sent: dict[str, str]) -> None:
    status = client.post(address, sent).status_code
    if status != 200:
        raise SystemExit(f"{address} answers {status}")


def written(number: int) -> dict[str, Any]:
    """A whole document of 40 tasks that differs from every other number's."""
    return {
        "role": {"title": "Keeper of Saved Drafts", "seniority": "Mid-level"},
        "definition": {"primary_function": PROSE},
        "growth": {"score": 0, "rationale": PROSE},
        "quick_screen": f"Version {number}.",
        "tasks": [
            {
                "name": f"Task {index}",
                "time_percent": "2.5",
                "score": 1 + (index + number) % 5,
                "involvement": "augmentation",
                "rationale": PROSE,
            }
            for index in range(40)
        ],
        **{
            group: [{"code": code, "score": 1, "rationale": PROSE} for code in codes]
            for group, codes in DIMENSIONS.items()
        },
        "override": {"rationale": PROSE},
    }


def fields(document: dict[str, Any]) -> dict[str, str]:
    """The document as the form sends it."""
    found = {"role.title": document["role"]["title"], "role.seniority": document["role"]["seniority"]}
    for index, task in enumerate(document["tasks"]):
        found |= {f"tasks.{index}.{name}": str(value) for name, value in task.items()}
    for group in DIMENSIONS:
        for row in document[group]:
            found |= {f"{group}.{row['code']}.{name}": str(row[name]) for name in ("score", "rationale")}
    return found | {"growth.score": "0", "growth.rationale": PROSE, "override.rationale": PROSE}


if __name__ == "__main__":
    main(int(sys.argv[1]))
