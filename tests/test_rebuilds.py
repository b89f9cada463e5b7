"""The full rebuild: the same rows as step by step, beside what is in use, whoever takes its steps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import outbox, rebuilds
from assessments.actions import claims, rebuilding, roles
from assessments.dispatch import REBUILD
from assessments.enums import RebuildState, StepKind
from assessments.errors import Conflict, Forbidden, Invisible
from assessments.models import (
    Assessment,
    AuditEvent,
    ClaimBreach,
    OutboxMessage,
    PeerComparison,
    PeerRebuild,
    RebuildStep,
    Role,
    ScoreCount,
    Standing,
    User,
)
from assessments.queries import integrity
from assessments.queries.rebuilding import latest, progress
from tests.making import published, recomputed

ALONE = {"definition": {"not_this_role": "It is what it is."}}


@pytest.fixture
def four(admin: User, assessor: User, reviewer: User) -> list[Role]:
    """Four published roles in a ring, their comparisons up to date."""
    made = [
        published(assessor, reviewer, f"Bell {letter}", evidence=(1, 1, 1, 1, low), **ALONE).role
        for letter, low in zip("ABCD", (0, 1, 2, 2), strict=True)
    ]
    for source, target, kind in zip(made, made[1:] + made[:1], ("peer", "senior_of", "junior_of", "peer"), strict=True):
        roles.relate(source=source, target=target, kind=kind, note="", by=admin, at=timezone.now())
    recomputed()
    return made


def rows() -> set[tuple[object, ...]]:
    names = [field.attname for field in PeerComparison._meta.fields if field.attname not in {"pk", "computed_at"}]
    return set(PeerComparison.objects.values_list(*names))


def standing() -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    counted = ScoreCount.objects.exclude(roles=0).values_list("scope", "key", "score", "roles")
    return set(Standing.objects.values_list("role", "score", "family", "zone")), set(counted)


def take_all(rebuild: PeerRebuild) -> int:
    taken = 0
    while rebuilds.take_step(rebuild):
        taken += 1
    rebuild.refresh_from_db()
    return taken


def test_a_rebuild_makes_what_the_recompute_made(four: list[Role]) -> None:
    compared, stood = rows(), standing()
    assert (len(compared), len(stood[0])) == (8, 4)
    PeerComparison.objects.filter(role=four[0]).update(difference=0)
    PeerComparison.objects.filter(role=four[1]).delete()
    Standing.objects.filter(role=four[2]).update(score=1)
    ScoreCount.objects.filter(scope="all").update(roles=7)
    ScoreCount.objects.create(scope="zone", key="blue", score=3, roles=2)
    rebuild = rebuilds.begin(by=None, at=timezone.now(), roles_a_step=2)
    assert take_all(rebuild) == rebuild.steps.count()
    assert (rebuild.state, rows(), standing()) == (RebuildState.DONE, compared, stood)
    assert list(integrity.peer_breaches()) == []


def test_a_rebuild_holds_the_claims_against_the_scores(four: list[Role], reviewer: User) -> None:
    below, above = four[0], four[3]
    claims.declare(kind="at_least", a=below, b=above, distance="", reason="Mine.", by=reviewer, at=timezone.now())
    take_all(rebuilds.begin(by=None, at=timezone.now()))
    assert ClaimBreach.objects.get().claim.a == below
    assert list(integrity.claim_breaches()) == []


def test_the_table_in_use_has_the_same_key_and_indexes_after_every_rebuild(four: list[Role]) -> None:
    def indexes() -> list[tuple[str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s ORDER BY 1", [rebuilds.TABLE]
            )
            return list(cursor.fetchall())

    before = indexes()
    for _ in range(2):
        take_all(rebuilds.begin(by=None, at=timezone.now()))
        assert indexes() == before


def test_readers_see_the_old_rows_until_the_swap(four: list[Role]) -> None:
    PeerComparison.objects.all().update(difference=0)
    rebuild = rebuilds.begin(by=None, at=timezone.now())
    while rebuild.steps.filter(kind__lt=StepKind.SWAP, done_at=None).exists():
        rebuilds.take_step(rebuild)
    assert {each.difference for each in PeerComparison.objects.all()} == {0}
    rebuilds.take_step(rebuild)
    assert PeerComparison.objects.exclude(difference=0).count() == 6


def test_what_is_published_during_a_rebuild_is_in_it(
    four: list[Role], admin: User, assessor: User, reviewer: User
) -> None:
    rebuild = rebuilds.begin(by=None, at=timezone.now())
    while rebuild.steps.filter(kind=StepKind.RANGE, done_at=None).exists():
        rebuilds.take_step(rebuild)
    published(assessor, reviewer, "Bell A", evidence=(2, 2, 2, 2, 2), **ALONE)
    fifth = published(assessor, reviewer, "Bell E", **ALONE).role
    roles.relate(source=fifth, target=four[1], kind="peer", note="", by=admin, at=timezone.now())
    recomputed()
    now, stood = rows(), standing()
    assert len(now) == 10
    take_all(rebuild)
    assert (rows(), standing()) == (now, stood)


def test_what_is_asked_for_during_a_rebuild_is_done_after_it(four: list[Role], assessor: User, reviewer: User) -> None:
    rebuild = rebuilds.begin(by=None, at=timezone.now())
    take_all_but_swap = rebuild.steps.filter(kind__lt=StepKind.SWAP).count()
    for _ in range(take_all_but_swap):
        rebuilds.take_step(rebuild)
    published(assessor, reviewer, "Bell A", evidence=(2, 2, 2, 2, 2), **ALONE)
    take_all(rebuild)
    recomputed()
    assert list(integrity.peer_breaches()) == []
    assert (
        PeerComparison.objects.get(role=four[0], peer=four[1]).score
        == Assessment.objects.get(role=four[0], status="published").published_score
    )


def test_a_step_that_fails_is_left_for_the_next_worker(four: list[Role], monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild = rebuilds.begin(by=None, at=timezone.now())
    with monkeypatch.context() as broken:
        broken.setitem(rebuilds.DOES, StepKind.RANGE, lambda step: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            rebuilds.take_step(rebuild)
    assert rebuild.steps.filter(done_at=None).count() == rebuild.steps.count()
    take_all(rebuild)
    assert rebuild.state == RebuildState.DONE


def test_a_second_rebuild_waits_for_the_first(four: list[Role]) -> None:
    rebuild = rebuilds.begin(by=None, at=timezone.now())
    with pytest.raises(Conflict):
        rebuilds.begin(by=None, at=timezone.now())
    take_all(rebuild)
    rebuilds.begin(by=None, at=timezone.now())


def test_workers_go_on_by_turns_until_it_is_done(four: list[Role], admin: User) -> None:
    PeerComparison.objects.all().update(difference=0)
    rebuild = rebuilding.request(by=admin, at=timezone.now())
    assert AuditEvent.objects.filter(verb="peers.rebuild_asked", object_id=str(rebuild.pk)).count() == 1
    for _ in range(20):
        messages = outbox.claim(lease_seconds=0).get(REBUILD, [])
        if not messages:
            break
        assert [rebuilds.fulfil(message) for message in messages] == [True] * len(messages)
        assert [rebuilds.fulfil(message) for message in messages] == [False] * len(messages)
    rebuild.refresh_from_db()
    assert (rebuild.state, OutboxMessage.objects.filter(done_at=None).count()) == (RebuildState.DONE, 0)
    assert list(integrity.peer_breaches()) == []


def test_a_turn_that_ends_asks_for_the_rest(
    four: list[Role], admin: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REBUILD_LANES = 2
    monkeypatch.setattr(rebuilds, "TURN_SECONDS", -1)
    rebuilding.request(by=admin, at=timezone.now())
    before = outbox.claim(lease_seconds=10)[REBUILD]
    assert [rebuilds.fulfil(message) for message in before] == [True, True]
    after = OutboxMessage.objects.filter(topic=REBUILD, done_at=None).order_by("pk")
    assert [message.payload["lane"] for message in after] == [0, 1]


def test_a_rebuild_is_given_up_and_leaves_nothing_behind(four: list[Role], admin: User) -> None:
    before = rows()
    rebuild = rebuilding.request(by=admin, at=timezone.now())
    rebuilds.take_step(rebuild)
    rebuilding.give_up(rebuild_id=rebuild.pk, by=admin, at=timezone.now())
    assert not rebuilds.take_step(rebuild)
    for message in outbox.claim(lease_seconds=10)[REBUILD]:
        rebuilds.fulfil(message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [rebuilds.NEXT])
        assert cursor.fetchone() == (None,)
    assert (rows(), OutboxMessage.objects.filter(done_at=None).count()) == (before, 0)
    with pytest.raises(Conflict):
        rebuilding.give_up(rebuild_id=rebuild.pk, by=admin, at=timezone.now())


def test_what_ends_a_given_up_rebuild_leaves_the_next_one_alone(four: list[Role], admin: User) -> None:
    given_up = rebuilding.request(by=admin, at=timezone.now())
    rebuilding.give_up(rebuild_id=given_up.pk, by=admin, at=timezone.now())
    before, rebuild = rows(), rebuilds.begin(by=None, at=timezone.now())
    for message in outbox.claim(lease_seconds=10)[REBUILD]:
        rebuilds.fulfil(message)
    take_all(rebuild)
    assert (rebuild.state, rows()) == (RebuildState.DONE, before)


def test_ranges_without_a_role_are_passed_over(four: list[Role], assessor: User, reviewer: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('assessments_role', 'id'))")
    published(assessor, reviewer, "Bell E", **ALONE)
    recomputed()
    before, rebuild = rows(), rebuilds.begin(by=None, at=timezone.now(), roles_a_step=1, roles_a_flag_step=1)
    take_all(rebuild)
    assert (rebuild.steps.filter(kind=StepKind.FLAGS).count(), rows()) == (6, before)


def test_a_range_with_too_many_relations_is_halved_until_it_has_few_or_one_role(
    four: list[Role], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilds, "RELATIONS_A_STEP", 2)
    before, rebuild = rows(), rebuilds.begin(by=None, at=timezone.now())
    low, high = rebuild.steps.filter(kind=StepKind.RANGE).values_list("low", "high").get()
    take_all(rebuild)
    ranges = list(rebuild.steps.filter(kind=StepKind.RANGE).order_by("low").values_list("low", "high"))
    assert [end for _, end in ranges] == [begin for begin, _ in ranges[1:]] + [high]
    assert ranges[0][0] == low
    assert len(ranges) > 2
    assert rows() == before


def test_a_standing_that_is_missing_or_wrong_is_right_after_a_rebuild(four: list[Role]) -> None:
    stood = standing()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assessments_standing WHERE role_id = %s", [four[0].pk])
        cursor.execute("UPDATE assessments_scorecount SET roles = roles + 1")
    take_all(rebuilds.begin(by=None, at=timezone.now()))
    assert standing() == stood


def test_what_is_given_up_at_the_last_moment_is_not_brought_into_use(four: list[Role]) -> None:
    rebuild = rebuilds.begin(by=None, at=timezone.now())
    while rebuild.steps.filter(kind__lt=StepKind.SWAP, done_at=None).exists():
        rebuilds.take_step(rebuild)
    swap = rebuild.steps.get(kind=StepKind.SWAP)
    PeerRebuild.objects.filter(pk=rebuild.pk).update(state=RebuildState.ABANDONED)
    with pytest.raises(Conflict):
        rebuilds.DOES[StepKind.SWAP](swap)


def test_only_administrators_ask_and_give_up(four: list[Role], assessor: User, admin: User) -> None:
    with pytest.raises(Forbidden):
        rebuilding.request(by=assessor, at=timezone.now())
    rebuild = rebuilding.request(by=admin, at=timezone.now())
    with pytest.raises(Forbidden):
        rebuilding.give_up(rebuild_id=rebuild.pk, by=assessor, at=timezone.now())
    with pytest.raises(Invisible):
        rebuilding.give_up(rebuild_id=0, by=admin, at=timezone.now())


def test_progress_is_said_in_steps_rows_and_words(four: list[Role], admin: User) -> None:
    rebuild = rebuilding.request(by=admin, at=timezone.now())
    now = progress(rebuild)
    assert (now.done, now.steps, now.rows, now.doing) == (0, 6, 0, "Compare the roles of a range")
    rebuilds.take_step(rebuild)
    now = progress(rebuild)
    assert (now.done, now.rows, now.doing) == (1, 8, "Index by pair")
    take_all(rebuild)
    now = progress(rebuild)
    assert (now.done, now.steps, now.rows, now.doing) == (6, 6, 8, "")
    assert [each.pk for each in latest()] == [rebuild.pk]


def test_an_empty_catalogue_is_rebuilt(admin: User) -> None:
    rebuild = rebuilds.begin(by=admin, at=timezone.now())
    assert take_all(rebuild) == 4
    assert (rebuild.state, PeerComparison.objects.count()) == (RebuildState.DONE, 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_every_step_once_while_a_reader_reads(four: list[Role]) -> None:
    before = rows()
    rebuild = rebuilds.begin(by=None, at=timezone.now(), roles_a_step=1)
    taken, seen, done = [], [], threading.Event()

    def work() -> None:
        try:
            count = 0
            while PeerRebuild.objects.filter(pk=rebuild.pk, state=RebuildState.RUNNING).exists():
                count += rebuilds.take_step(rebuild)
            taken.append(count)
        finally:
            connection.close()

    def read() -> None:
        try:
            while not done.is_set():
                seen.append(PeerComparison.objects.count())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    reader = threading.Thread(target=read)
    for thread in (*workers, reader):
        thread.start()
    for thread in workers:
        thread.join()
    done.set()
    reader.join()
    assert (sum(taken), RebuildStep.objects.filter(done_at=None).count()) == (rebuild.steps.count(), 0)
    assert (set(seen), rows()) == ({8}, before)


def test_the_page_asks_shows_how_far_it_is_and_gives_up(
    four: list[Role], admin: User, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(admin)
    assert "No rebuild is under way." in client.get("/desk/rebuilds/").content.decode()
    client.post("/desk/rebuilds/")
    rebuild = PeerRebuild.objects.get()
    rebuilds.take_step(rebuild)
    fragment = client.get("/desk/rebuilds/", headers={"HX-Request": "true"}).content.decode()
    assert "Index by pair: 1 of 6 steps, 8 comparisons so far" in fragment
    assert client.post("/desk/rebuilds/").status_code == 409
    client.post(f"/desk/rebuilds/{rebuild.pk}/give-up/")
    page = client.get("/desk/rebuilds/").content.decode()
    assert ('<span class="badge">given up</span>' in page, "Rebuild all comparisons" in page) == (True, True)


def test_a_worker_leaves_a_part_to_the_one_that_is_in_it(four: list[Role], admin: User, settings: Any) -> None:
    settings.REBUILD_LANES = 2
    rebuilding.request(by=admin, at=timezone.now())
    first, _ = outbox.claim(lease_seconds=60)[REBUILD]
    # Another connection holds the lane: `connection` itself could take its own lock again.
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, 0)", [rebuilds.LOCK])
        assert not rebuilds.fulfil(first)
        message = OutboxMessage.objects.get(pk=first)
        assert (message.done_at, message.last_error) == (None, "Another worker is at this part of the rebuild.")
    finally:
        other.close()


def test_a_worker_with_nothing_to_take_waits_for_the_others(
    four: list[Role], admin: User, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REBUILD_LANES = 2
    monkeypatch.setattr(rebuilds, "take_step", lambda rebuild: False)
    monkeypatch.setattr(rebuilds, "TURN_SECONDS", 0.1)
    rebuilding.request(by=admin, at=timezone.now())
    first, _ = outbox.claim(lease_seconds=60)[REBUILD]
    assert rebuilds.fulfil(first)
    waiting = OutboxMessage.objects.filter(topic=REBUILD, done_at=None)
    assert sorted(waiting.values_list("payload__lane", flat=True)) == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_a_swap_waits_for_a_long_reader_without_holding_up_the_others(four: list[Role]) -> None:
    before, rebuild = rows(), rebuilds.begin(by=None, at=timezone.now())
    while rebuild.steps.filter(kind__lt=StepKind.SWAP, done_at=None).exists():
        rebuilds.take_step(rebuild)
    reading, looked, seen = threading.Event(), threading.Event(), []

    def read_long() -> None:
        try:
            with transaction.atomic():
                seen.append(PeerComparison.objects.count())
                reading.set()
                looked.wait()
        finally:
            connection.close()

    def look_meanwhile() -> None:
        try:
            time.sleep(0.15)
            seen.append(PeerComparison.objects.count())
            looked.set()
        finally:
            connection.close()

    readers = [threading.Thread(target=read_long), threading.Thread(target=look_meanwhile)]
    readers[0].start()
    reading.wait()
    readers[1].start()
    while rebuilds.take_step(rebuild):
        pass
    for reader in readers:
        reader.join()
    assert (seen, rows()) == ([8, 8], before)
