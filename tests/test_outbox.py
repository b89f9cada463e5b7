"""The outbox: claimed once, claimed again when its lease ends, done once however often it is delivered."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
import redis
from celery import Celery, current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from aijri_site import relay
from aijri_site.celery import app
from assessments import dispatch, outbox, peers, tasks
from assessments.actions.roles import request_recompute
from assessments.models import OutboxMessage, PeerComparison, Standing, User
from assessments.queries import integrity
from tests.embedded.rig import eventually
from tests.making import published

NOBODY = {"not_this_role": "It is what it is."}


def claimed(lease_seconds: int = 10) -> list[int]:
    """The recompute messages that one claim leases."""
    return outbox.claim(lease_seconds=lease_seconds).get(dispatch.RECOMPUTE, [])


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    """The real broker, with an empty queue."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete("celery")
    yield client
    client.delete("celery")


def test_two_relays_never_claim_the_same_message(assessor: User, reviewer: User) -> None:
    for name in ("A", "B"):
        published(assessor, reviewer, name, definition=NOBODY)
    first, second = claimed(), claimed()
    assert (len(first), second) == (2, [])


@pytest.mark.django_db(transaction=True)
def test_a_message_that_another_relay_holds_is_skipped_not_waited_for(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    seen: list[list[int]] = []

    def elsewhere() -> None:
        seen.append(claimed())
        connection.close()

    with transaction.atomic():
        held = claimed()
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(5)
    assert (len(held), seen) == (1, [[]])


def test_a_claim_that_was_never_finished_is_claimed_again_after_its_lease(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    lost = claimed(settings.OUTBOX_LEASE_SECONDS)
    past = timezone.now() - timedelta(seconds=1)
    OutboxMessage.objects.update(claimed_until=past)
    again = claimed(settings.OUTBOX_LEASE_SECONDS)
    assert again == lost
    assert OutboxMessage.objects.get().attempts == 2
    assert settings.OUTBOX_LEASE_SECONDS + settings.OUTBOX_TICK_SECONDS < 15


def test_a_message_delivered_twice_does_its_work_once(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    messages = claimed()
    assert peers.fulfil(messages) == [assessment.role_id]
    assert peers.fulfil(messages) == []
    assert Standing.objects.get().score == assessment.published_score


def test_a_burst_for_one_role_is_one_recompute(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    for _ in range(20):
        request_recompute(assessment.role)
    messages = claimed()
    assert (len(messages), peers.fulfil(messages)) == (21, [assessment.role_id])
    assert outbox.oldest_pending_seconds() == 0


def test_an_effect_that_fails_leaves_the_message_to_be_claimed_again(
    assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(assessor, reviewer)
    messages = claimed()
    monkeypatch.setattr(peers, "STANDING", "SELECT 1/0")
    with pytest.raises(Exception, match="division by zero"), transaction.atomic():
        peers.fulfil(messages)
    assert list(OutboxMessage.objects.values_list("done_at", flat=True)) == [None]
    assert (PeerComparison.objects.count(), Standing.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_relay_hands_a_committed_message_to_the_broker(assessor: User, reviewer: User, broker: redis.Redis) -> None:
    assert current_app.main == app.main
    published(assessor, reviewer)
    assert (relay.pass_on(), relay.pass_on()) == (1, 0)
    assert broker.llen("celery") == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_a_lease_and_no_message(
    assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(assessor, reviewer)
    nowhere = Celery("nowhere", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    nowhere.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(dispatch, "current_app", nowhere)
    with pytest.raises(relay.TROUBLE):
        relay.pass_on()
    message = OutboxMessage.objects.get()
    assert (message.done_at, message.attempts) == (None, 1)
    assert message.claimed_until > timezone.now()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_or_sent_when_the_transaction_is_undone(
    assessor: User, reviewer: User, broker: redis.Redis
) -> None:
    assessment = published(assessor, reviewer)
    relay.pass_on()
    broker.delete("celery")
    with transaction.atomic():
        request_recompute(assessment.role)
        dispatch.send_on_commit(dispatch.BEAT)
        transaction.set_rollback(True)
    assert (OutboxMessage.objects.count(), broker.llen("celery")) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_the_relay_wakes_on_commit_and_not_before(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    heard: list[str] = []

    def elsewhere() -> None:
        relay.listen()
        ready.set()
        heard.extend(note.channel for note in connection.connection.notifies(timeout=5, stop_after=1))
        connection.close()

    ready = threading.Event()
    thread = threading.Thread(target=elsewhere)
    thread.start()
    ready.wait(5)
    with transaction.atomic():
        request_recompute(assessment.role)
        thread.join(0.3)
        assert heard == []
    thread.join(5)
    assert heard == [dispatch.CHANNEL]


@pytest.mark.django_db(transaction=True)
def test_the_beat_goes_through_the_broker_to_a_worker(broker: redis.Redis) -> None:
    cache.delete(tasks.WORKER_MARK)
    relay.tick()
    assert broker.llen("celery") == 1
    assert cache.get(tasks.RELAY_MARK) is not None
    tasks.beat()
    assert cache.get(tasks.WORKER_MARK) is not None


@pytest.mark.django_db(transaction=True)
def test_two_relays_as_processes_of_their_own_hand_over_every_message_once(
    assessor: User, reviewer: User, broker: redis.Redis
) -> None:
    assessment = published(assessor, reviewer)
    relays = [a_relay(f"relay-{number}") for number in (1, 2)]
    try:
        assert eventually(lambda: connected() == {"relay-1", "relay-2"}, 60)
        for _ in range(60):
            request_recompute(assessment.role)
        handed_over = partial(OutboxMessage.objects.filter(attempts__gt=0).count)
        assert eventually(lambda: handed_over() == 61 and len(delivered(broker)) >= 61, 60)
    finally:
        for each in relays:
            each.kill()
            each.wait()
    messages = OutboxMessage.objects.order_by("pk")
    assert sorted(delivered(broker)) == [message.pk for message in messages]
    assert {message.attempts for message in messages} == {1}


def a_relay(name: str) -> subprocess.Popen[bytes]:
    """`manage.py relay` on the database and broker of this test, with leases that do not end meanwhile."""
    database = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    environ = {**os.environ, "DATABASE_URL": database, "PGAPPNAME": name, "OUTBOX_LEASE_SECONDS": "300"}
    environ["DUMP_HOUR"] = "24"  # the dump of the day would be one message more
    command = [sys.executable, "manage.py", "relay"]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environ, stderr=subprocess.DEVNULL)


def connected() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE 'relay-%'"
        )
        return {name for (name,) in cursor.fetchall()}


def delivered(broker: redis.Redis) -> list[int]:
    """The recompute messages that the tasks in the broker name."""
    envelopes = [json.loads(each) for each in broker.lrange("celery", 0, -1)]
    tasks_of = [each for each in envelopes if each["headers"]["task"] == dispatch.RECOMPUTE]
    return [message for each in tasks_of for message in json.loads(base64.b64decode(each["body"]))[0][0]]


def test_messages_delivered_twice_each_and_in_reverse_order_end_where_one_pass_would(
    assessor: User, reviewer: User
) -> None:
    for name, other in (("Bell Founder", "Bell Hanger"), ("Bell Hanger", "Bell Tuner"), ("Bell Tuner", "Bell Founder")):
        published(assessor, reviewer, name, definition={"not_this_role": f"NOT a {other} (who does something else)."})
    for message in reversed(claimed()):
        tasks.recompute_peers([message])
        tasks.recompute_peers([message], True)
    assert (PeerComparison.objects.count(), Standing.objects.count()) == (6, 3)
    assert list(integrity.peer_breaches()) == []


def test_the_task_fulfils_its_messages(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    tasks.recompute_peers(claimed())
    assert OutboxMessage.objects.filter(done_at__isnull=True).count() == 0
