"""The main job on everything real: `make run`'s own supervisor, over HTTP alone, through a killed worker too."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import pytest
import redis

from aijri_site.embedded.addresses import redis_url
from assessments import demonstration
from tests.embedded.rig import eventually
from tests.embedded.test_run import Run, running

pytestmark = [pytest.mark.enable_socket, pytest.mark.xdist_group("main-job")]

SEED = Path(os.environ.get("AIJRI_SHARED", "../shared")) / "seeds" / "llm-engineer.txt"
PASSWORD = "demo-only-password"


class Person:
    """Somebody with a browser and, from their account page, a token."""

    def __init__(self, run: Run, username: str) -> None:
        self.base = f"http://127.0.0.1:{run.port}"
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.submit("/accounts/login/", username=username, password=PASSWORD)
        page = self.submit("/account/", name="the main job", days="1", write="1")
        found = re.search(r'id="new-token">([A-Za-z0-9_.-]+)<', page)
        assert found, page
        self.token = found[1]

    def submit(self, address: str, **fields: str) -> str:
        """Fill in the form of a page, as a browser does."""
        page = self.opener.open(self.base + address).read().decode()
        secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert secret, page
        body = urlencode({"csrfmiddlewaretoken": secret[1], **fields}).encode()
        request = Request(self.base + address, body, {"Referer": self.base + address})
        return str(self.opener.open(request).read().decode())

    def api(self, method: str, address: str, body: object = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.base}/api/v1/{address}", data, headers, method=method)
        try:
            answer = build_opener().open(request)
        except HTTPError as refused:
            return refused.code, json.loads(refused.read())
        return answer.status, json.loads(answer.read())


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with running() as started:
        yield started


def a_text_with_one_score_changed() -> str:
    """The seed with its tool maturity one step up; where it is absent, the demonstration's own text."""
    text = SEED.read_text() if SEED.exists() else demonstration.text_of("llm-engineer")
    changed, count = re.subn(r"\| AI Tool Maturity \| 1 \|", "| AI Tool Maturity | 2 |", text)
    assert count == 1
    return changed


def to_neighbour(person: Person, neighbour: str, slug: str) -> dict[str, Any]:
    status, body = person.api("GET", f"roles/{neighbour}/peers/")
    assert status == 200
    found: dict[str, Any] = next(row for row in body["results"] if row["peer"]["slug"] == slug)
    return found


def published(assessor: Person, reviewer: Person, text: str) -> dict[str, Any]:
    """From a text to a published version, with the refusal of one's own verdict on the way."""
    status, draft = assessor.api("POST", "assessments/", {"text": text})
    assert status == 201, draft
    assert assessor.api("POST", f"assessments/{draft['id']}/submit/")[0] == 200
    verdict = {"outcome": "formula_accepted", "rationale": "The sources agree.", "content_hash": draft["content_hash"]}
    status, refused = assessor.api("POST", f"assessments/{draft['id']}/verdicts/", verdict)
    assert (status, refused["errors"][0]["code"]) == (403, "forbidden")
    status, given = reviewer.api("POST", f"assessments/{draft['id']}/verdicts/", verdict)
    assert (status, given["assessment"]) == (201, "published"), given
    return dict(draft)


def test_from_a_document_to_a_published_page_with_its_neighbours_recomputed(run: Run) -> None:
    assessor, reviewer = Person(run, "assessor"), Person(run, "reviewer")
    before = to_neighbour(assessor, "ml-ai-engineer", "llm-engineer")
    assert (before["score"], before["peer_score"], before["difference"]) == ("68.2", "69.2", "-1.0")
    draft = published(assessor, reviewer, a_text_with_one_score_changed())
    decided = time.monotonic()
    moved = eventually(
        lambda: (
            to_neighbour(assessor, "ml-ai-engineer", "llm-engineer")["peer_score"] == draft["figures"]["formula_score"]
        ),
        5,
    )
    assert moved, "the neighbour's comparison did not change within 5 s"
    print(f"neighbours right after {time.monotonic() - decided:.2f} s")
    _, role = assessor.api("GET", "roles/llm-engineer/")
    assert (role["number"], role["published_score"]) == (2, "71.4")
    assert role["decision"]["statement"] == "None — formula score accepted"
    page = build_opener().open(f"{assessor.base}/roles/llm-engineer/").read().decode()
    assert "71.4" in page
    assert "None — formula score accepted" in page


def test_comparisons_are_right_after_the_worker_was_killed_and_the_broker_flushed(run: Run) -> None:
    assessor, reviewer = Person(run, "assessor2"), Person(run, "reviewer2")
    text = demonstration.text_of("ai-security-engineer")
    score = re.compile(r"\| Cultural/Ethical \| (\d) \|")
    found = score.search(text)
    assert found
    changed = score.sub(f"| Cultural/Ethical | {(int(found[1]) + 1) % 3} |", text)
    run.process.send_signal(signal.SIGSTOP)  # so that it does not restart the worker before we say so
    try:
        worker = run.part("celery")
        assert worker is not None
        os.killpg(os.getpgid(worker), signal.SIGKILL)
        draft = published(assessor, reviewer, changed)
        time.sleep(1.5)
        redis.Redis.from_url(redis_url(run.data)).flushall()
        row = to_neighbour(assessor, "llm-engineer", "ai-security-engineer")
        assert row["peer_score"] == "79.3", "nobody was there to recompute"
    finally:
        run.process.send_signal(signal.SIGCONT)
    returned = time.monotonic()
    right = eventually(
        lambda: (
            to_neighbour(assessor, "llm-engineer", "ai-security-engineer")["peer_score"]
            == draft["figures"]["formula_score"]
        ),
        30,
    )
    assert right, "the comparisons were not right within 30 s of the worker's return"
    print(f"right {time.monotonic() - returned:.2f} s after the worker could return")
