"""The faults. Each is made while publications go on, returns when its cause is over, and says what is certain about
its moment; `survived` waits for the recovery and proves the end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from aijri_site.embedded.addresses import CHECKOUT
from tests.faults.copies import Copy, must
from tests.faults.load import Load

Fault = Callable[[Copy, Load], str]
LONGEST_RECOVERY = 120


@dataclass(frozen=True)
class Outcome:
    """What a fault cost: seconds from the end of its cause until all that was asked for before had been done, and until
    `/readyz` said 200; publications acknowledged and not."""

    said: str
    recovered: float
    ready: float
    acknowledged: int
    unanswered: int


def survived(fault: Fault, copy: Copy, load: Load) -> Outcome:
    """Make a fault under load and wait it out. Raises AssertionError unless, in the end, every publication that was
    acknowledged is reflected in what readers are told and `verify --all` finds nothing."""
    acknowledged, unanswered = load.acknowledged, load.unanswered
    with load.going_on():
        load.more_acknowledged(3)
        said = fault(copy, load)
        began = time.monotonic()
        must(copy.latest_message, 60, "the database answers")
        last = copy.latest_message()
        must(lambda: copy.pending(last) == 0, LONGEST_RECOVERY, "what was asked for is done")
        recovered = time.monotonic() - began
        must(copy.is_ready, LONGEST_RECOVERY, "the copy is ready")
        ready = time.monotonic() - began
        load.more_acknowledged(3)
    must(lambda: copy.pending() == 0, LONGEST_RECOVERY, "the outbox is empty")
    assert load.not_reflected() == []
    proved = ["scores: ok", "audit: ok", "peers: ok", "search: ok"]
    assert copy.manage("verify", "--all").splitlines() == proved
    counted = load.acknowledged - acknowledged, load.unanswered - unanswered
    return Outcome(said, recovered, ready, *counted)


def worker_killed(copy: Copy, load: Load) -> str:
    """kill -9 of the worker and its children in the middle of a recompute."""
    with copy.recomputes_held():
        must(copy.is_in_a_recompute, 30, "a task is in its work")
        copy.send(signal.SIGKILL, copy.all_of("celery"))
    return "certain: a recompute stood before a lock that was held when every process of the worker was killed"


def child_killed(copy: Copy, load: Load) -> str:
    """kill -9 of the worker's children alone, in the middle of a recompute."""
    with copy.recomputes_held():
        must(copy.is_in_a_recompute, 30, "a task is in its work")
        copy.send(signal.SIGKILL, copy.children_of("celery"))
    return "certain: a recompute stood before a lock that was held when the worker's children were killed"


def broker_lost(copy: Copy, load: Load) -> str:
    """kill -9 of the broker with everything it held."""
    with copy.stopped("celery"):
        must(copy.queued, 30, "tasks wait in the broker")
        lost = len(copy.queued())
        copy.send(signal.SIGKILL, copy.all_of("valkey-server"))
        must(copy.broker().ping, 30, "a broker answers")
    return f"certain: {lost} recompute tasks were in the broker, whose worker stood still, and were lost with it"


def broker_away(copy: Copy, load: Load) -> str:
    """No broker for 30 s: killed, and its supervisor kept from starting another."""
    copy.supervisor.send_signal(signal.SIGSTOP)
    copy.send(signal.SIGKILL, copy.all_of("valkey-server"))
    time.sleep(30)
    copy.supervisor.send_signal(signal.SIGCONT)
    must(copy.broker().ping, 30, "a broker answers")
    return "certain: no process of the broker existed for 30 s"


def broker_frozen(copy: Copy, load: Load) -> str:
    """A broker that takes connections and answers nothing for 10 s."""
    with copy.stopped("valkey-server"):
        time.sleep(10)
    return "certain: the broker's process was stopped for 10 s"


def postgres_killed(copy: Copy, load: Load) -> str:
    """kill -9 of the database server under load; the supervisor starts it again."""
    (first, *_) = copy.all_of("bin/postgres")
    copy.send(signal.SIGKILL, [first])
    return "certain: the first process of the server was killed, the others end by themselves"


def connections_ended(copy: Copy, load: Load) -> str:
    """Every connection to the database is ended, five times within two seconds."""
    ended = 0
    for _ in range(5):
        found = copy.ask(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        ended += int(found[0][0])
        time.sleep(0.4)
    return f"certain: {ended} connections ended"


def relay_killed_before_sending(copy: Copy, load: Load) -> str:
    """kill -9 of the relay after its claim was committed and before anything reached the broker."""
    for tries in range(1, 11):
        with copy.stopped("valkey-server"):
            # Asked for in SQL: the web server would wait for the frozen broker before it publishes.
            message = copy.ask(
                "INSERT INTO assessments_outboxmessage (topic, role_id, payload, attempts)"
                " SELECT topic, role_id, '{}', 0 FROM assessments_outboxmessage WHERE role_id IS NOT NULL LIMIT 1"
                " RETURNING id, pg_notify('aijri_outbox', '')"
            )[0][0]
            claimed = "SELECT 1 FROM assessments_outboxmessage WHERE id = %s AND claimed_until IS NOT NULL"
            with suppress(AssertionError):
                must(lambda: copy.ask(claimed, message), 1.5, "the relay claims")  # noqa: B023
                copy.send(signal.SIGKILL, copy.all_of("relay"))
                # What the relay may have written into the socket goes with the broker that never read it.
                copy.send(signal.SIGKILL, copy.all_of("valkey-server"))
                return (
                    f"certain (at the {tries}. attempt): the claim was committed and the send hung at a broker that"
                    " stood still; relay and broker were killed, so that the task reached nobody"
                )
    raise AssertionError("the relay never claimed while the broker stood still")


def relay_killed_after_sending(copy: Copy, load: Load) -> str:
    """kill -9 of the relay when its task is in the broker and nobody has marked the message done."""
    with copy.stopped("celery"):
        must(copy.queued, 30, "tasks wait in the broker")
        copy.send(signal.SIGKILL, copy.all_of("relay"))
        pending = copy.pending()
    return f"certain: tasks were in the broker and {pending} messages not done when the relay was killed"


def delivered_twice_and_reversed(copy: Copy, load: Load) -> str:
    """Every task that waits is put into the broker twice, the last one first."""
    with copy.stopped("celery"):
        must(lambda: len(copy.queued()) >= 3, 60, "three tasks wait in the broker")
        broker = copy.broker()
        tasks = copy.queued()
        for task in tasks:
            broker.lrem("celery", 1, task.decode())
        # A worker takes from the right; the broker's list has the oldest there.
        doubled = [_again(task) for task in reversed(tasks) for _ in range(2)]
        broker.lpush("celery", *doubled)
    return f"certain: {len(tasks)} recompute tasks were delivered twice each, newest first"


def _again(task: bytes) -> str:
    """The same task as another delivery."""
    envelope = json.loads(task)
    envelope["properties"]["delivery_tag"] = str(uuid.uuid4())
    return json.dumps(envelope)


def clock_set_forward(copy: Copy, load: Load) -> str:
    """As if the database's clock had leapt an hour ahead while tasks wait: every lease is over at once.

    Simulated: the leases are moved an hour back, the clock stays.
    """
    with copy.stopped("celery"):
        must(copy.queued, 30, "tasks wait in the broker")
        moved = len(_leases_moved(copy, "- interval '1 hour'"))
        must(lambda: len(copy.queued()) >= 2, 30, "they are claimed and sent again")
    return f"simulated: the leases of {moved} messages ended an hour early; they were sent a second time"


def clock_set_back(copy: Copy, load: Load) -> str:
    """As if the database's clock had been set back an hour after the claim, and the tasks were lost.

    Simulated: the leases are moved an hour ahead, the clock stays.
    """
    with copy.stopped("celery"), copy.stopped("relay"):
        must(lambda: copy.queued() or _let_run(copy, "relay"), 30, "tasks wait in the broker")
        copy.broker().delete("celery")
        moved = len(_leases_moved(copy, "+ interval '1 hour'"))
    return f"simulated: {moved} messages were leased for another hour, and their tasks lost"


def _leases_moved(copy: Copy, by: str) -> list[tuple[object, ...]]:
    return copy.ask(
        f"UPDATE assessments_outboxmessage SET claimed_until = claimed_until {by}"
        " WHERE done_at IS NULL AND claimed_until IS NOT NULL RETURNING id"
    )


def _let_run(copy: Copy, word: str) -> bool:
    """A stopped part goes on for a moment; no answer."""
    copy.send(signal.SIGCONT, copy.all_of(word))
    time.sleep(0.5)
    copy.send(signal.SIGSTOP, copy.all_of(word))
    return False


def two_relays(copy: Copy, load: Load) -> str:
    """A second relay works beside the first for five seconds, and is killed."""
    command = [sys.executable, "manage.py", "relay"]
    environ = {**copy.environ, "PGAPPNAME": "second-relay"}
    second = subprocess.Popen(command, cwd=CHECKOUT, env=environ, stderr=subprocess.DEVNULL)
    try:
        connected = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'second-relay'"
        must(lambda: copy.ask(connected), 60, "the second relay is connected")
        first = copy.latest_message()
        load.more_acknowledged(5, 60)
        time.sleep(3)
        assert second.poll() is None, "the second relay ended by itself"
        found = copy.ask("SELECT count(*), sum(attempts) FROM assessments_outboxmessage WHERE id > %s", first)
    finally:
        second.kill()
        second.wait()
    return f"certain: two relays; {found[0][0]} messages were handed over {found[0][1]} times"


def poisonous_message(copy: Copy, load: Load) -> str:
    """Twenty notices to nobody in one transaction, with one among them of a kind that nobody knows."""
    found = copy.ask(
        "WITH asked AS (INSERT INTO assessments_outboxmessage (topic, payload, attempts)"
        " SELECT 'reviews.tell', CASE n WHEN 11 THEN '{\"event\": \"nonsense\"}'::jsonb"
        ' ELSE \'{"event": "flags", "ids": []}\'::jsonb END, 0 FROM generate_series(1, 21) n'
        " RETURNING id, payload->>'event' AS event)"
        " SELECT array_agg(id), max(id) FILTER (WHERE event = 'nonsense'), pg_notify('aijri_outbox', '') FROM asked"
    )
    every, poison, _ = found[0]
    state = "SELECT failures, last_error FROM assessments_outboxmessage WHERE id = ANY(%s) AND done_at IS NULL"
    must(lambda: copy.ask(state, every) == [(1, "KeyError: 'nonsense'")], 60, "all the others are done")
    copy.ask("UPDATE assessments_outboxmessage SET done_at = now() WHERE id = %s", poison)
    return "certain: one of 21 messages failed with its error noted, the other 20 were done"


FAULTS: dict[str, Fault] = {
    each.__name__: each
    for each in (
        worker_killed,
        child_killed,
        broker_lost,
        broker_away,
        broker_frozen,
        postgres_killed,
        connections_ended,
        relay_killed_before_sending,
        relay_killed_after_sending,
        delivered_twice_and_reversed,
        clock_set_forward,
        clock_set_back,
        two_relays,
        poisonous_message,
    )
}
# Those that `make test` makes: short, and nowhere else tested with real processes.
SHORT = (
    worker_killed,
    child_killed,
    broker_lost,
    connections_ended,
    relay_killed_before_sending,
    relay_killed_after_sending,
    delivered_twice_and_reversed,
)
