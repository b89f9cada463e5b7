"""`python -m bench.publishing_timed ROUNDS`: publications of second versions in the database that the environment
names, in turns with saves of a relational parent and 17 children; JSON on stdout."""

from __future__ import annotations

import json
import os
import random
import statistics
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
django.setup()

from django.db import connection, models, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import documents  # noqa: E402
from assessments.actions import drafts, publication  # noqa: E402
from assessments.models import Assessment, User  # noqa: E402
from bench.importing import value  # noqa: E402
from bench.saving_timed import APART, seconds  # noqa: E402
from reviews import actions  # noqa: E402

CHILDREN = 17


class Parent(models.Model):
    """An assessment as a parent row: the columns that stand beside our document."""

    title = models.CharField(max_length=200)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=20)
    saved_at = models.DateTimeField()
    formula_score = models.DecimalField(max_digits=4, decimal_places=1)
    published_score = models.DecimalField(max_digits=4, decimal_places=1)
    label = models.CharField(max_length=60)
    commentary = models.TextField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.title


class Child(models.Model):
    """One scored row of it: a task, an evidence line, a barrier."""

    parent = models.ForeignKey(Parent, on_delete=models.CASCADE)
    code = models.CharField(max_length=60)
    score = models.SmallIntegerField()
    time_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rationale = models.TextField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.code


def main(rounds: int) -> None:
    assessor, reviewer = (User.objects.get(username=name) for name in ("assessor", "reviewer"))
    with connection.schema_editor() as editor:
        editor.create_model(Parent)
        editor.create_model(Child)
    waiting = [second_version(number, assessor, reviewer) for number in range(2 * rounds + 1)]
    publishing, verdicts, relational = [], [], []
    for number in range(rounds):  # in turns, so that a slow moment meets all three
        row = waiting.pop()
        publishing.append(seconds(lambda row=row: publish(row, reviewer)))
        relational.append(seconds(lambda number=number: save_relational(number)))
        row = waiting.pop()
        verdicts.append(seconds(lambda row=row: decide(row, reviewer)))
    row = waiting.pop()
    with CaptureQueriesContext(connection) as seen:
        publish(row, reviewer)
    statements = [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(APART)]
    if os.environ.get("SHOW"):
        for statement in statements:
            print(statement[:200].replace("\n", " "), file=sys.stderr)
    medians = {
        "publish": statistics.median(publishing),
        "verdict": statistics.median(verdicts),
        "relational": statistics.median(relational),
    }
    with connection.schema_editor() as editor:
        editor.delete_model(Child)
        editor.delete_model(Parent)
    print(json.dumps({"statements": len(statements), **medians}))


def second_version(number: int, assessor: User, reviewer: User) -> Assessment:
    """A revision in review whose predecessor is published: 12 tasks, 18 KB, eight quotes, far from every edge."""
    luck, now = random.Random(number), timezone.now
    while True:
        written = value(number, luck)
        figures = documents.figures_of(documents.from_json(written), drafts.active_methodology().method)
        if figures is not None and not figures.borderline:
            break
    first = drafts.create_draft(document=documents.from_json(written), by=assessor, at=now()).assessment
    actions.submit(assessment_id=first.pk, by=assessor, at=now())
    decide(first, reviewer)
    second = drafts.revise(
        role=first.role, kind="revision", change_reason="new_evidence", by=assessor, at=now()
    ).assessment
    actions.submit(assessment_id=second.pk, by=assessor, at=now())
    return second


def decide(row: Assessment, reviewer: User) -> None:
    """The verdict as a reviewer gives it: lock, access, verdict, publication, review closed, notification asked for."""
    given = actions.give_verdict(
        assessment_id=row.pk,
        outcome="formula_accepted",
        rationale="It fits its sources.",
        content_hash=row.content_hash,
        by=reviewer,
        at=timezone.now(),
    )
    if given.assessment != "published":
        raise SystemExit(f"a verdict led to {given}")


@transaction.atomic
def publish(row: Assessment, reviewer: User) -> None:
    """The row locked and read, the decision, the predecessor superseded, history, ledger, quotes, relations, outbox."""
    assessment = drafts.lock(row.pk, by=reviewer)
    publication.publish(
        assessment=assessment,
        outcome="formula_accepted",
        reason="It fits its sources.",
        by=reviewer,
        concurring=None,
        at=timezone.now(),
    )


@transaction.atomic
def save_relational(number: int) -> None:
    """One parent and its children, each by `save()`, as a form with a formset does."""
    prose = "Most of it is judged case by case, with tools that draft, sort and compare while people decide. " * 4
    parent = Parent(
        title=f"Role {number}",
        number=2,
        status="published",
        saved_at=timezone.now(),
        formula_score="55.3",
        published_score="55.3",
        label="Green (Transforming)",
        commentary=prose * 4,
    )
    parent.save()
    for index in range(CHILDREN):
        Child(parent=parent, code=f"row-{index}", score=index % 5, time_percent="5.5", rationale=prose).save()


if __name__ == "__main__":
    main(int(sys.argv[1]))
