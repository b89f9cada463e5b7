"""Dry runs over the published catalogue, by the worker's own code, kept with the version they belong to."""

from __future__ import annotations

import csv
import gzip
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.utils import timezone

from assessments import dispatch, dry_runs, long_tasks, outbox
from assessments.actions import methodology as actions
from assessments.errors import Conflict
from assessments.models import Assessment, DryRun, Methodology, OutboxMessage, User
from reviews.demonstration import load
from tests.making import published
from tests.methods import drafted, tried


def killed(*given: object) -> bytes:
    raise SystemExit


def failing(*given: object) -> bytes:
    raise ValueError("no such thing")


def rows(run: DryRun) -> list[dict[str, str]]:
    text = gzip.decompress(bytes(run.moves)).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_green_from_fifty_over_the_demonstration_flips_what_scores_between(db: None) -> None:
    load(at=timezone.now())
    admin = User.objects.get(username="admin")
    run = tried(admin)
    between = Assessment.objects.filter(
        status="published", decision__formula_score__gte=Decimal(48), decision__formula_score__lt=Decimal(50)
    )
    expected = [(each.role.slug, str(each.decision.formula_score)) for each in between.select_related("role")]
    assert expected, "the demonstration has a score between 48 and 50"
    assert [
        (row["role"], row["score_after"]) for row in rows(run) if row["zone_after"] != row["zone_before"]
    ] == expected
    flips = [cell for cell in run.report["zone_moves"] if cell["from"] != cell["to"]]
    assert flips == [{"from": "green", "to": "yellow", "roles": len(expected)}]
    assert (run.report["records"], run.report["scores_moved"]) == (
        Assessment.objects.filter(status="published").count(),
        0,
    )
    assert run.report["rank_correlation"] == "1.0000"


def test_a_run_names_its_roles_and_keeps_the_definition_it_tried(admin: User, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, "=Bell Tuner")
    made = drafted(admin, formula__offset="0.94")
    run = tried(admin)
    assert run.definition == made.definition
    assert (run.done, run.total, run.failure, run.against.version) == (1, 1, "", "1.0")
    [mover] = run.report["movers"]
    assert mover["role"] == {"slug": "bell-tuner", "title": "=Bell Tuner", "seniority": "Mid-level", "number": 1}
    assert (mover["score"], mover["difference"]) == (["55.3", "50.3"], "-5.0")
    [row] = rows(run)
    assert (row["title"], row["difference"]) == ("'=Bell Tuner", "-5.0")


def test_one_run_of_a_draft_at_a_time(admin: User) -> None:
    drafted(admin)
    first = actions.request_dry_run(version="1.1", by=admin, at=timezone.now())
    with pytest.raises(Conflict, match="under way already"):
        actions.request_dry_run(version="1.1", by=admin, at=timezone.now())
    with pytest.raises(IntegrityError):
        DryRun.objects.create(
            methodology=first.methodology,
            definition={},
            against=first.against,
            requested_by=admin,
            requested_at=timezone.now(),
        )


def test_a_message_delivered_twice_runs_once(admin: User) -> None:
    drafted(admin)
    run = actions.request_dry_run(version="1.1", by=admin, at=timezone.now())
    [message] = outbox.claim(lease_seconds=10)[dispatch.DRY_RUN]
    assert [dry_runs.fulfil(message), dry_runs.fulfil(message)] == [True, False]
    run.refresh_from_db()
    assert run.report["records"] == 0


def test_a_run_that_died_half_way_begins_again(
    admin: User, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(assessor, reviewer)
    drafted(admin)
    run = actions.request_dry_run(version="1.1", by=admin, at=timezone.now())
    [message] = outbox.claim(lease_seconds=10)[dispatch.DRY_RUN]
    with monkeypatch.context() as dying:
        dying.setattr(dry_runs, "_as_csv", killed)
        with pytest.raises(SystemExit):
            dry_runs.fulfil(message)
    run.refresh_from_db()
    assert (run.done, run.finished_at) == (1, None)
    assert OutboxMessage.objects.get(pk=message).done_at is None
    long_tasks.dry_run([message])
    run.refresh_from_db()
    assert run.report["records"] == 1
    assert OutboxMessage.objects.get(pk=message).done_at is not None


@pytest.mark.django_db(transaction=True)
def test_a_second_run_waits_for_the_first_and_holds_no_worker(admin: User) -> None:
    drafted(admin)
    actions.request_dry_run(version="1.1", by=admin, at=timezone.now())
    [message] = outbox.claim(lease_seconds=10)[dispatch.DRY_RUN]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [dry_runs.LOCK])
        assert dry_runs.fulfil(message) is False
        cursor.execute("SELECT pg_advisory_unlock(%s)", [dry_runs.LOCK])
    other.close()
    assert dry_runs.fulfil(message) is True


def test_a_run_at_work_does_not_make_the_installation_unready(admin: User) -> None:
    drafted(admin)
    actions.request_dry_run(version="1.1", by=admin, at=timezone.now())
    assert outbox.oldest_pending_seconds() > 0
    outbox.claim(lease_seconds=10)
    assert outbox.oldest_pending_seconds() == 0


def test_progress_is_written_as_it_goes_and_keeps_the_lease(
    admin: User, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("A", "B", "C"):
        published(assessor, reviewer, name)
    seen: list[tuple[int, int | None]] = []
    extend = outbox.extend_lease

    def watched(message_id: int, *, seconds: int) -> None:
        run = DryRun.objects.get()
        seen.append((run.done, run.total))
        extend(message_id, seconds=seconds)

    monkeypatch.setattr(dry_runs, "BATCH", 1)
    monkeypatch.setattr(outbox, "extend_lease", watched)
    drafted(admin, formula__offset="0.94")
    run = tried(admin)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert [row["role"] for row in rows(run)] == ["a", "b", "c"]


def test_a_run_that_fails_says_so_and_is_not_tried_for_ever(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    drafted(admin)
    monkeypatch.setattr(dry_runs, "_as_csv", failing)
    run = tried(admin)
    assert (run.failure, run.report, OutboxMessage.objects.filter(done_at__isnull=True).count()) == (
        "ValueError: no such thing",
        None,
        0,
    )


def test_a_run_whose_report_was_written_before_its_message_was_marked_keeps_it(admin: User) -> None:
    drafted(admin)
    run = tried(admin)
    message = OutboxMessage.objects.get(topic=dispatch.DRY_RUN)
    message.done_at = None
    message.save()
    assert dry_runs.fulfil(message.pk) is True
    again = DryRun.objects.get(pk=run.pk)
    assert again.finished_at == run.finished_at


def test_scores_that_a_narrower_scale_of_tasks_does_not_have_are_not_scored(
    admin: User, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    made = drafted(admin)
    definition = made.definition
    for score in ("1", "5"):
        del definition["tasks"]["score"]["rubric"][score]
    definition["tasks"]["score"] |= {"min": 2, "max": 4}
    hashed = Methodology.objects.get(version="1.1").definition_hash
    actions.edit(version="1.1", definition=definition, note="x", definition_hash=hashed, by=admin, at=timezone.now())
    assert (tried(admin).report["not_scored"], DryRun.objects.get().failure) == (1, "")
