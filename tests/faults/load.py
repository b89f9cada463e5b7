"""Publications over the HTTP API, one after another, each acknowledged or not; and whether readers see them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from assessments.documents.shape import EVIDENCE_CODES
from tests.documents.specimen import dimensions, specimen
from tests.faults.copies import Copy

# Sums of evidence from 5 to 9: scores that take one verdict.
SCORES = ((1, 1, 1, 1, 1), (2, 1, 1, 1, 1), (2, 2, 1, 1, 1), (2, 2, 2, 1, 1), (2, 2, 2, 2, 1))
PAUSE_SECONDS = 0.2
MOST = 400
TROUBLE = (OSError, HTTPException, ValueError, KeyError)


class Refused(ValueError):
    """The API answered, and not with yes."""


@dataclass
class Role:
    """A role whose publication was acknowledged: its latest assessment and score; what its document names."""

    slug: str
    title: str
    assessment: int
    score: str
    names: str


@dataclass
class Load:
    """Somebody who publishes: an assessor's and a reviewer's token, and what was acknowledged by title."""

    copy: Copy
    assessor: str
    reviewer: str
    acknowledged: int = 0
    unanswered: int = 0
    published: dict[str, Role] = field(default_factory=dict)
    # Roles of which a later version may or may not have been published: nobody said so.
    uncertain: set[str] = field(default_factory=set)
    made: int = 0

    @classmethod
    def on(cls, copy: Copy) -> Load:
        """With tokens of the demonstration's people."""
        tokens = [copy.manage("issue_token", who, "--name", "faults", "--write") for who in ("assessor", "reviewer")]
        return cls(copy, *tokens)

    def call(self, method: str, path: str, token: str = "", body: Any = None) -> Any:
        """The answer's body. Raises Refused, or what the connection raises."""
        connection = HTTPConnection("127.0.0.1", self.copy.port, timeout=15)
        headers = {"Content-Type": "application/json", "If-Match": "*"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, f"/api/v1/{path}", None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise Refused(f"{answer.status} {text[:300]!r}")
        return json.loads(text)

    def publish_one(self) -> None:
        """A new role that names the one before it or, every third time, the next version of one that stands."""
        self.made += 1
        standing = [role for title, role in self.published.items() if title not in self.uncertain]
        revised = standing[self.made % len(standing)] if standing and self.made % 3 == 0 else None
        try:
            if revised is None:
                self._publish_new(standing[-1].title if standing else "Bell Founder")
            else:
                self._publish_next(revised)
        except TROUBLE:
            self.unanswered += 1
            if revised is not None:
                self.uncertain.add(revised.title)
        else:
            self.acknowledged += 1

    def _publish_new(self, names: str) -> None:
        title = f"Bell Ringer {self.made:03}"
        draft = self.call("POST", "assessments/", self.assessor, {"document": self._document(title, names)})
        score = self._decided(draft)
        self.published[title] = Role(draft["role"]["slug"], title, draft["id"], score, names)

    def _publish_next(self, role: Role) -> None:
        reason = {"kind": "revision", "change_reason": "new_evidence"}
        draft = self.call("POST", f"assessments/{role.assessment}/revise/", self.assessor, reason)
        body = {"document": self._document(role.title, role.names)}
        draft = self.call("PUT", f"assessments/{draft['id']}/", self.assessor, body)
        role.score = self._decided(draft)
        role.assessment = draft["id"]

    def _document(self, title: str, names: str) -> dict[str, Any]:
        return specimen(
            role={"title": title, "seniority": "Mid-level"},
            definition={"not_this_role": f"NOT a {names} (who does something else)."},
            evidence=dimensions(EVIDENCE_CODES, SCORES[self.made % len(SCORES)]),
            override={"rationale": "Nothing to add."},
        )

    def _decided(self, draft: Any) -> str:
        """Submitted and accepted; the score that was published."""
        submitted = self.call("POST", f"assessments/{draft['id']}/submit/", self.assessor)
        verdict = {"outcome": "formula_accepted", "rationale": "Checked.", "content_hash": submitted["content_hash"]}
        given = self.call("POST", f"assessments/{draft['id']}/verdicts/", self.reviewer, verdict)
        if given["assessment"] != "published":
            raise Refused("one verdict was not enough")
        return str(submitted["figures"]["formula_score"])

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Publications go on in the background while the block runs."""
        over = threading.Event()

        def publish() -> None:
            while not over.is_set() and self.made < MOST:
                self.publish_one()
                over.wait(PAUSE_SECONDS)

        thread = threading.Thread(target=publish, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(120)

    def more_acknowledged(self, by: int, seconds: float = 30) -> None:
        """Wait until so many more publications were acknowledged. Raises AssertionError."""
        wanted, deadline = self.acknowledged + by, time.monotonic() + seconds
        while self.acknowledged < wanted:
            assert time.monotonic() < deadline, f"publishing does not go on: {self.unanswered} unanswered"
            time.sleep(0.05)

    def not_reflected(self) -> list[str]:
        """What readers do not see of what was acknowledged: the score, the standing, and the comparison with the role
        that the document names, each with the scores of today."""
        return [fault for role in self.published.values() for fault in self._faults_of(role)]

    def _faults_of(self, role: Role) -> Iterator[str]:
        peers = self.call("GET", f"roles/{role.slug}/peers/")
        score = self.call("GET", f"roles/{role.slug}/")["published_score"]
        if role.title not in self.uncertain and score != role.score:
            yield f"{role.title}: {score}, not the acknowledged {role.score}"
        if peers["pending"] or peers["standing"] is None:
            yield f"{role.title}: still pending, or without a standing"
        compared = {each["peer"]["title"]: each for each in peers["results"]}
        peer = self.published.get(role.names)
        if peer is None:
            return
        found = compared.get(role.names)
        if found is None or found["score"] != score:
            yield f"{role.title}: not compared with {role.names} at {score}"
        elif peer.title not in self.uncertain and found["peer_score"] != peer.score:
            yield f"{role.title}: compared with {role.names} at {found['peer_score']}, not {peer.score}"
