"""Messages of the outbox that fail: tried again after growing pauses, apart from the others, and dead in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments import dispatch, outbox, peers, tasks
from assessments.actions import background as actions
from assessments.actions.roles import request_recompute
from assessments.errors import Conflict, Forbidden, Invisible
from assessments.models import Assessment, AuditEvent, OutboxMessage, User
from assessments.queries import background
from tests.making import published, recomputed

SignedIn = Callable[[User], Client]


@pytest.fixture
def assessment(assessor: User, reviewer: User) -> Assessment:
    """Published, with nothing left to do."""
    made = published(assessor, reviewer, definition={"not_this_role": "It is what it is."})
    recomputed()
    return made


def asked(assessment: Assessment, times: int = 1) -> list[int]:
    """So many messages, claimed once."""
    for _ in range(times):
        request_recompute(assessment.role)
    return outbox.claim(lease_seconds=10)[dispatch.RECOMPUTE]


def waited() -> None:
    """As if every lease and pause were over."""
    past = timezone.now() - timedelta(seconds=1)
    OutboxMessage.objects.filter(claimed_until__isnull=False).update(claimed_until=past)
    OutboxMessage.objects.filter(retry_at__isnull=False).update(retry_at=past)


def poisonous(message: int) -> Callable[[list[int]], None]:
    """Work that fails whenever this message is among what it is asked for."""

    def effect(message_ids: list[int]) -> None:
        with transaction.atomic():
            if message in message_ids:
                raise ValueError("redis://name:secret@host is odd\nand more")
            peers.fulfil(message_ids)

    return effect


def failed(message: int, times: int) -> None:
    for _ in range(times):
        waited()
        outbox.work_off([message], poisonous(message), alone=True)


def pauses_for(message: int, began: datetime, seconds: int) -> bool:
    """Whether a try begun then and ended now left a pause of so many seconds, a fifth more or less."""
    retry_at = OutboxMessage.objects.get(pk=message).retry_at
    assert retry_at is not None
    shortest, longest = timedelta(seconds=seconds * 0.8), timedelta(seconds=seconds * 1.2)
    return began + shortest <= retry_at <= timezone.now() + longest


def test_one_poisonous_message_among_five_hundred_keeps_none_of_them_from_being_done(assessment: Assessment) -> None:
    messages, began = asked(assessment, 500), timezone.now()
    outbox.work_off(messages, poisonous(messages[250]), alone=False)
    left = OutboxMessage.objects.get(done_at__isnull=True)
    assert (left.pk, left.failures, left.claimed_until) == (messages[250], 1, None)
    assert left.last_error == "ValueError: redis://…@host is odd"
    assert pauses_for(left.pk, began, 30)


def test_what_failed_once_is_tried_again_at_once_by_itself(assessment: Assessment) -> None:
    messages, seen = asked(assessment), []

    def effect(message_ids: list[int]) -> None:
        seen.append(message_ids)
        if len(seen) == 1:
            raise OSError("The connection was ended.")
        peers.fulfil(message_ids)

    outbox.work_off(messages, effect, alone=False)
    assert (seen, OutboxMessage.objects.filter(done_at__isnull=True).count()) == ([messages, messages], 0)


def test_pauses_grow_and_after_the_last_try_a_message_is_dead(assessment: Assessment) -> None:
    [message] = asked(assessment)
    for pause in (30, 120, 600, 1800, 3600, 3600, 3600, 3600):
        began = timezone.now()
        failed(message, 1)
        assert pauses_for(message, began, pause)
    waited()
    assert (outbox.claim(lease_seconds=10), outbox.claim_alone(lease_seconds=10)) == ({}, {})
    failed(message, 1)
    assert background.counts() == {"dead": 1, "retrying": 0, "at_work": 0, "waiting": 0}
    assert OutboxMessage.objects.get(pk=message).failures == settings.OUTBOX_TRIES
    assert (outbox.oldest_pending_seconds(), peers.pending_for(assessment.role_id)) == (0, True)


def test_a_message_is_left_alone_while_it_pauses_and_tried_alone_afterwards(assessment: Assessment) -> None:
    [message] = asked(assessment)
    failed(message, 1)
    assert (outbox.claim(lease_seconds=10), outbox.claim_alone(lease_seconds=10)) == ({}, {})
    assert outbox.oldest_pending_seconds() == 0
    waited()
    assert outbox.claim(lease_seconds=10) == {}
    assert outbox.claim_alone(lease_seconds=10) == {dispatch.RECOMPUTE: [message]}
    outbox.work_off([message], peers.fulfil, alone=True)
    done = OutboxMessage.objects.get(pk=message)
    assert (done.done_at is not None, done.failures, done.last_error) == (True, 2, "")


def test_a_try_that_ends_the_worker_without_a_word_counts_and_touches_no_other_message(assessment: Assessment) -> None:
    first, second = asked(assessment, 2)

    def killed(message_ids: list[int]) -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        outbox.work_off([first, second], killed, alone=True)
    found = OutboxMessage.objects.in_bulk([first, second])
    assert (found[first].failures, found[first].last_error) == (1, outbox.SILENT)
    assert (found[second].failures, found[second].last_error) == (0, "")
    # Delivered again at once, it is passed over until its pause is over.
    outbox.work_off([first, second], peers.fulfil, alone=True)
    assert list(OutboxMessage.objects.filter(done_at__isnull=True).values_list("pk", flat=True)) == [first]


def test_a_task_that_was_delivered_again_is_done_message_by_message(
    assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages, seen = asked(assessment, 2), []
    monkeypatch.setattr(peers, "fulfil", seen.append)
    tasks.recompute_peers.push_request(delivery_info={"redelivered": True})
    try:
        tasks.recompute_peers(messages)
    finally:
        tasks.recompute_peers.pop_request()
    assert seen == [[messages[0]], [messages[1]]]


def test_a_task_does_besides_what_waits_of_its_topic_but_nothing_that_failed_or_was_lost_before(
    assessment: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over, failing, lost = asked(assessment, 3)
    failed(failing, 1)
    OutboxMessage.objects.filter(pk=lost).update(attempts=outbox.IN_COMPANY)
    request_recompute(assessment.role)
    outbox.request(dispatch.TELL, payload={"event": "flags", "ids": []})
    waiting = OutboxMessage.objects.filter(topic=dispatch.RECOMPUTE).order_by("-pk")[0]
    seen: list[list[int]] = []
    monkeypatch.setattr(peers, "fulfil", seen.append)
    tasks.recompute_peers([handed_over])
    assert seen == [[handed_over, waiting.pk]]
    tasks.recompute_peers([failing], True)
    assert len(seen) == 1, "its pause is not over, and it is done alone"


@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_connection_from_task_to_task_and_takes_another_when_it_broke(
    assessor: User, reviewer: User
) -> None:
    def of_the_server() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    role = published(assessor, reviewer, definition={"not_this_role": "It is what it is."}).role
    pids = []
    for broken in (False, False, True, False):
        request_recompute(role)
        if broken:
            other = connection.copy()
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [of_the_server()])
            other.close()
        tasks.recompute_peers(outbox.in_company(dispatch.RECOMPUTE, []) if not broken else [])
        pids.append(of_the_server())
    assert (pids[0] == pids[1], pids[1] == pids[2], pids[2] == pids[3]) == (True, False, True)
    assert OutboxMessage.objects.filter(topic=dispatch.RECOMPUTE, done_at=None).count() == 0


def test_hand_overs_that_nobody_finished_lengthen_the_lease_and_kill_nothing(assessment: Assessment) -> None:
    [message] = asked(assessment)
    leases = []
    for _ in range(12):
        stored = OutboxMessage.objects.get(pk=message)
        assert stored.claimed_until is not None
        leases.append(round((stored.claimed_until - timezone.now()).total_seconds()))
        waited()
        outbox.claim(lease_seconds=10)
        outbox.claim_alone(lease_seconds=10)
    assert leases == [10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300, 300]
    assert (stored.failures, background.counts()["dead"]) == (0, 0)


def test_what_was_handed_over_twice_in_company_goes_alone(assessment: Assessment) -> None:
    messages = asked(assessment, 2)
    waited()
    assert outbox.claim(lease_seconds=10) == {dispatch.RECOMPUTE: messages}
    waited()
    request_recompute(assessment.role)
    fresh = OutboxMessage.objects.latest("pk").pk
    assert outbox.claim(lease_seconds=10) == {dispatch.RECOMPUTE: [fresh]}
    assert outbox.claim_alone(lease_seconds=10) == {dispatch.RECOMPUTE: messages}


@pytest.mark.parametrize(("column", "hours"), [("claimed_until", 1), ("retry_at", 2)])
def test_a_clock_that_was_set_back_binds_no_message_longer_than_any_lease_or_pause(
    assessment: Assessment, column: str, hours: int
) -> None:
    [message] = asked(assessment)
    OutboxMessage.objects.update(claimed_until=None)
    OutboxMessage.objects.update(**{column: timezone.now() + timedelta(hours=hours)})
    assert outbox.claim(lease_seconds=10) == {dispatch.RECOMPUTE: [message]}


def test_a_message_put_off_has_not_failed_and_is_overdue_only_afterwards(assessment: Assessment) -> None:
    [message] = asked(assessment)
    OutboxMessage.objects.update(created_at=timezone.now() - timedelta(hours=2))
    outbox.postpone([message], seconds=60, why="The server is away.")
    stored = OutboxMessage.objects.get(pk=message)
    assert (stored.failures, stored.attempts, stored.last_error) == (0, 0, "The server is away.")
    assert outbox.oldest_pending_seconds() == 0
    OutboxMessage.objects.update(retry_at=timezone.now() - timedelta(seconds=5))
    assert 5 <= outbox.oldest_pending_seconds() < 60


@pytest.mark.django_db(transaction=True)
def test_a_message_that_somebody_is_at_is_not_tried_a_second_time(assessor: User, reviewer: User) -> None:
    made = published(assessor, reviewer)
    messages = outbox.claim(lease_seconds=10)[dispatch.RECOMPUTE]
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM assessments_outboxmessage FOR UPDATE")
        outbox.work_off(messages, peers.fulfil, alone=True)
        assert OutboxMessage.objects.get().failures == 0
        other.rollback()
    other.close()
    outbox.work_off(messages, peers.fulfil, alone=True)
    assert OutboxMessage.objects.get(role=made.role).done_at is not None


def test_an_administrator_has_the_dead_tried_again_and_the_ledger_says_so(assessment: Assessment, admin: User) -> None:
    [message] = asked(assessment)
    failed(message, settings.OUTBOX_TRIES)
    actions.retry(message_id=message, by=admin, at=timezone.now())
    stored = OutboxMessage.objects.get(pk=message)
    assert (stored.failures, stored.attempts, stored.retry_at) == (0, 0, None)
    event = AuditEvent.objects.get(verb="outbox.retried")
    assert (event.actor, event.object_id, event.data) == (
        admin,
        str(message),
        {"what": "Compare with the neighbours", "about": "Bell Tuner (Mid-level)", "failures": 8},
    )
    assert outbox.claim(lease_seconds=10) == {dispatch.RECOMPUTE: [message]}


def test_all_that_is_dead_is_tried_again_at_once_and_nothing_else(assessment: Assessment, admin: User) -> None:
    dead, other, pausing = asked(assessment, 3)
    failed(dead, settings.OUTBOX_TRIES)
    failed(other, settings.OUTBOX_TRIES)
    failed(pausing, 1)
    assert actions.retry_the_dead(by=admin, at=timezone.now()) == 2
    assert background.counts() == {"dead": 0, "retrying": 1, "at_work": 0, "waiting": 2}
    assert actions.retry_the_dead(by=admin, at=timezone.now()) == 0
    assert sorted(AuditEvent.objects.filter(verb="outbox.retried").values_list("object_id", flat=True)) == [
        str(dead),
        str(other),
    ]


def test_what_is_done_in_work_or_waiting_is_not_tried_again_by_hand(assessment: Assessment, admin: User) -> None:
    done = OutboxMessage.objects.get().pk
    [in_work] = asked(assessment)
    request_recompute(assessment.role)
    waiting = OutboxMessage.objects.latest("pk").pk
    for message, sentence in ((done, "done meanwhile"), (in_work, "in hand"), (waiting, "has not failed")):
        with pytest.raises(Conflict, match=sentence):
            actions.retry(message_id=message, by=admin, at=timezone.now())
    with pytest.raises(Invisible):
        actions.retry(message_id=waiting + 1, by=admin, at=timezone.now())
    assert AuditEvent.objects.filter(verb="outbox.retried").count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_has_locked_is_refused_at_once_not_waited_for(
    assessor: User, reviewer: User, admin: User
) -> None:
    published(assessor, reviewer)
    message = OutboxMessage.objects.get()
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM assessments_outboxmessage FOR UPDATE")
        with pytest.raises(Conflict, match="in hand"):
            actions.retry(message_id=message.pk, by=admin, at=timezone.now())
        other.rollback()
    other.close()


def test_nobody_but_an_administrator_has_anything_tried_again(assessment: Assessment, reviewer: User) -> None:
    [message] = asked(assessment)
    with pytest.raises(Forbidden):
        actions.retry(message_id=message, by=reviewer, at=timezone.now())
    with pytest.raises(Forbidden):
        actions.retry_the_dead(by=reviewer, at=timezone.now())


def test_the_page_lists_the_worst_first_with_topic_role_tries_and_error(
    assessment: Assessment, admin: User, signed_in: SignedIn
) -> None:
    dead, pausing, in_work = asked(assessment, 3)
    failed(dead, settings.OUTBOX_TRIES)
    failed(pausing, 1)
    OutboxMessage.objects.filter(pk=in_work).update(claimed_until=timezone.now() + timedelta(seconds=9))
    outbox.request("other.topic", payload={"letter": 3})
    page = signed_in(admin).get("/desk/outbox/")
    assert [(each["state"], each["what"], each["about"], each["failures"]) for each in page.context["entries"]] == [
        ("dead", "Compare with the neighbours", "Bell Tuner (Mid-level)", 8),
        ("retrying", "Compare with the neighbours", "Bell Tuner (Mid-level)", 1),
        ("at_work", "Compare with the neighbours", "Bell Tuner (Mid-level)", 0),
        ("waiting", "other.topic", "letter 3", 0),
    ]
    text = page.content.decode()
    assert (text.count('href="/roles/bell-tuner/"'), text.count("redis://…@host is odd")) == (3, 2)
    assert "secret" not in text
    assert [each["id"] for each in signed_in(admin).get("/desk/outbox/?state=dead").context["entries"]] == [dead]


def test_the_page_takes_as_many_statements_for_thirty_messages_as_for_three(
    assessment: Assessment, admin: User, signed_in: SignedIn
) -> None:
    client, taken = signed_in(admin), []
    for more in (3, 27):
        asked(assessment, more)
        client.get("/desk/outbox/")
        with CaptureQueriesContext(connection) as counted:
            client.get("/desk/outbox/")
        taken.append(len(counted))
    assert taken[0] == taken[1]


def test_the_buttons_of_the_page_try_one_or_all_again(assessment: Assessment, admin: User, signed_in: SignedIn) -> None:
    first, second, third = asked(assessment, 3)
    for message in (first, second, third):
        failed(message, settings.OUTBOX_TRIES)
    client = signed_in(admin)
    assert "It is tried again now." in client.post(f"/desk/outbox/{first}/retry/", follow=True).content.decode()
    assert "has not failed" in client.post(f"/desk/outbox/{first}/retry/", follow=True).content.decode()
    assert "2 tried again now." in client.post("/desk/outbox/retry/", follow=True).content.decode()
    assert "Nothing is dead." in client.post("/desk/outbox/retry/", follow=True).content.decode()


def test_a_long_list_is_read_page_by_page_within_its_state(
    assessment: Assessment, admin: User, signed_in: SignedIn
) -> None:
    for _ in range(51):
        request_recompute(assessment.role)
    client = signed_in(admin)
    first = client.get("/desk/outbox/?state=waiting")
    assert (len(first.context["entries"]), first.context["next_url"]) == (50, "?state=waiting&page=2")
    second = client.get("/desk/outbox/?page=2")
    assert (len(second.context["entries"]), second.context["previous_url"]) == (1, "?page=1")


def test_the_api_lists_by_state_and_tries_again(
    assessment: Assessment, admin: User, client: Client, token_of: Callable[..., dict[str, str]]
) -> None:
    dead, _ = asked(assessment, 2)
    failed(dead, settings.OUTBOX_TRIES)
    headers = token_of(admin)
    [found] = client.get("/api/v1/outbox/?state=dead", headers=headers).json()["results"]
    created_at = found.pop("created_at")
    assert created_at is not None
    assert found == {
        "id": dead,
        "state": "dead",
        "topic": "assessments.recompute_peers",
        "what": "Compare with the neighbours",
        "about": "Bell Tuner (Mid-level)",
        "role": {"slug": "bell-tuner", "title": "Bell Tuner"},
        "attempts": 1,
        "failures": 8,
        "next_try_at": None,
        "last_error": "ValueError: redis://…@host is odd",
    }
    assert len(client.get("/api/v1/outbox/", headers=headers).json()["results"]) == 2
    assert client.get("/api/v1/outbox/?state=x", headers=headers).status_code == 400
    again = client.post(f"/api/v1/outbox/{dead}/retry/", headers=headers)
    assert (again.status_code, again.json()["state"]) == (200, "waiting")
    assert client.post(f"/api/v1/outbox/{dead}/retry/", headers=headers).status_code == 409


def test_metrics_say_what_is_dead_what_failed_and_how_long_recomputes_took(
    assessment: Assessment, client: Client
) -> None:
    dead, pausing = asked(assessment, 2)
    failed(dead, settings.OUTBOX_TRIES)
    failed(pausing, 1)
    OutboxMessage.objects.filter(done_at__isnull=False).update(took_seconds=0.25)
    lines = client.get("/metrics").content.decode().splitlines()
    told = dict(line.rsplit(" ", 1) for line in lines if line.startswith(("aijri_outbox", "aijri_recompute")))
    delays = [told.pop(f'aijri_recompute_delay_seconds{{quantile="{each}"}}') for each in ("0.5", "0.99", "1")]
    assert [float(delay) > 0 for delay in delays] == [True] * 3
    assert told == {
        "aijri_outbox_pending": "2.0",
        'aijri_outbox_messages{state="dead"}': "1.0",
        'aijri_outbox_messages{state="retrying"}': "1.0",
        'aijri_outbox_messages{state="at_work"}': "0.0",
        'aijri_outbox_messages{state="waiting"}': "0.0",
        "aijri_outbox_oldest_seconds": "0.0",
        "aijri_outbox_attempts": "2.0",
        "aijri_outbox_failures": "9.0",
        'aijri_recompute_work_seconds{quantile="0.5"}': "0.25",
        'aijri_recompute_work_seconds{quantile="0.99"}': "0.25",
        'aijri_recompute_work_seconds{quantile="1"}': "0.25",
    }
