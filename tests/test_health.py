"""What machines ask."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from assessments import tasks
from assessments.models import OutboxMessage, User
from tests.making import published


@pytest.fixture(autouse=True)
def _all_parts_live() -> None:
    cache.set(tasks.WORKER_MARK, time.time(), 60)
    cache.set(tasks.RELAY_MARK, time.time(), 60)


def checks(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["checks"]


def test_alive_says_so(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


def test_ready_when_every_part_is(client: Client, db: None) -> None:
    status, said = checks(client)
    assert (status, set(said.values())) == (200, {"ok"})


@pytest.mark.parametrize(("mark", "part"), [(tasks.WORKER_MARK, "worker"), (tasks.RELAY_MARK, "relay")])
def test_a_part_that_fell_silent_is_named(mark: str, part: str, client: Client, db: None) -> None:
    cache.set(mark, time.time() - 40, 60)
    status, said = checks(client)
    assert (status, said.pop(part)) == (503, "last heard of 40 s ago")
    assert set(said.values()) == {"ok"}


def test_an_outbox_that_waits_too_long_is_named(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    OutboxMessage.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    status, said = checks(client)
    assert (status, said["outbox"]) == (503, "oldest message waits for 300 s")


def test_a_broker_that_is_away_is_named_and_pages_are_served(
    client: Client, assessor: User, reviewer: User, settings: Any
) -> None:
    published(assessor, reviewer)
    nowhere = {**settings.CACHES["default"], "LOCATION": "unix:///nowhere/valkey.sock"}
    settings.CACHES = {"default": nowhere}
    status, said = checks(client)
    assert (status, said["broker"]) == (503, "failed: ConnectionError")
    assert client.get("/roles/bell-tuner/").status_code == 200
    assert client.get("/api/v1/roles/").status_code == 200


def test_metrics_are_for_this_machine(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    text = client.get("/metrics").content.decode()
    assert "aijri_outbox_pending 1.0" in text.splitlines()
    assert 'aijri_assessments{status="published"} 1.0' in text.splitlines()
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 403
    assert client.get("/metrics", headers={"x-forwarded-for": "10.1.2.3"}).status_code == 403


def test_every_answer_carries_a_request_id(client: Client) -> None:
    assert len(client.get("/healthz")["X-Request-ID"]) == 32
    assert client.get("/healthz", headers={"x-request-id": "from-the-proxy"})["X-Request-ID"] == "from-the-proxy"
    assert len(client.get("/healthz", headers={"x-request-id": "a b\n"})["X-Request-ID"]) == 32
