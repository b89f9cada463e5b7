"""Retracting and reaffirming over HTTP: the doors of the pages, with their rules, refusals and conflicts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from assessments.models import Assessment, AuditEvent, Retraction, ReviewFlag, User
from reviews import actions
from tests.making import published
from tests.test_flags import moved, quoting

Headers = Callable[..., dict[str, str]]
API = "/api/v1"
REASON = {"reason": "The counts were made up."}


def post(client: Client, address: str, headers: dict[str, str], body: object, **more: str) -> Any:
    return client.post(f"{API}/{address}", body, content_type="application/json", headers={**headers, **more})


def said(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["detail"]


@pytest.fixture
def version(assessor: User, reviewer: User) -> Assessment:
    return published(assessor, reviewer)


@pytest.fixture
def flagged(assessor: User, reviewer: User) -> Assessment:
    """A published version that quotes a role whose score moved since."""
    published(assessor, reviewer, "Bell Smith")
    found = quoting(assessor, reviewer)
    moved(assessor, reviewer)
    return found


def test_two_administrators_retract_a_version(
    client: Client, version: Assessment, admin: User, other_admin: User, token_of: Headers
) -> None:
    first, second = token_of(admin), token_of(other_admin)
    made = post(client, f"assessments/{version.pk}/retraction/", first, REASON)
    proposal = Retraction.objects.get()
    assert (made.status_code, made.json()) == (
        201,
        {
            "id": proposal.pk,
            "assessment": version.pk,
            "role": {"slug": "bell-tuner", "title": "Bell Tuner", "seniority": "Mid-level"},
            "number": 1,
            "status": "published",
            "state": "open",
            "reason": "The counts were made up.",
            "proposed_by": "Ada",
            "proposed_at": made.json()["proposed_at"],
            "answer": "",
            "closed_by": None,
            "closed_at": None,
        },
    )
    listed = client.get(f"{API}/retractions/", headers=second).json()
    assert listed == {"next": None, "previous": None, "results": [made.json()]}
    done = post(client, f"retractions/{proposal.pk}/confirm/", second, {"reason": "I checked."})
    fields = ("status", "state", "answer", "closed_by")
    assert (done.status_code, [done.json()[name] for name in fields]) == (
        200,
        ["retracted", "confirmed", "I checked.", "Noor"],
    )
    assert client.get(f"{API}/retractions/", headers=second).json()["results"] == []
    assert client.get(f"{API}/roles/bell-tuner/assessments/1/").status_code == 410


def test_what_the_rules_refuse_is_refused_with_the_sentence_of_the_page(
    client: Client, version: Assessment, assessor: User, admin: User, other_admin: User, token_of: Headers
) -> None:
    first = token_of(admin)
    address = f"assessments/{version.pk}/retraction/"
    assert said(post(client, address, token_of(assessor), REASON)) == (403, "Only an administrator may do this.")
    assert said(post(client, address, first, {"reason": " "})) == (
        400,
        "Give the reason: it will stand on the page in place of the assessment.",
    )
    assert said(post(client, address, first, {})) == (400, "This field is required.")
    assert post(client, address, first, REASON).status_code == 201
    assert said(post(client, address, token_of(other_admin), REASON)) == (
        409,
        "The retraction of this version is proposed already.",
    )
    proposal = Retraction.objects.get()
    for verb, sentence in (
        ("confirm", "You proposed this; another administrator must confirm it."),
        ("burn", None),
    ):
        answer = post(client, f"retractions/{proposal.pk}/{verb}/", first, REASON)
        assert answer.status_code == (409 if sentence else 404)
        assert sentence in {None, answer.json()["errors"][0]["detail"]}
    assert said(post(client, "retractions/0/confirm/", first, REASON)) == (404, "There is no such proposal.")
    for verb in ("confirm", "withdraw"):
        answer = post(client, f"retractions/{proposal.pk}/{verb}/", token_of(assessor), REASON)
        assert said(answer) == (403, "Only an administrator may do this.")
    assert client.get(f"{API}/retractions/", headers=token_of(assessor)).status_code == 403
    assert Retraction.objects.get().state == "open"


def test_a_contributor_who_administers_neither_proposes_nor_withdraws(
    client: Client, reviewer: User, admin: User, make_person: Any, token_of: Headers
) -> None:
    wrote = make_person("sami", "assessor", "admin")
    version = published(wrote, reviewer)
    barred = "You contributed to this version, so two other administrators must retract it."
    headers = token_of(wrote)
    assert said(post(client, f"assessments/{version.pk}/retraction/", headers, REASON)) == (403, barred)
    proposal = post(client, f"assessments/{version.pk}/retraction/", token_of(admin), REASON).json()["id"]
    assert said(post(client, f"retractions/{proposal}/withdraw/", headers, REASON)) == (403, barred)


def test_a_proposal_is_withdrawn_once(client: Client, version: Assessment, admin: User, token_of: Headers) -> None:
    headers = token_of(admin)
    proposal = post(client, f"assessments/{version.pk}/retraction/", headers, REASON).json()["id"]
    done = post(client, f"retractions/{proposal}/withdraw/", headers, {"reason": "I erred."})
    assert (done.status_code, done.json()["state"], done.json()["status"]) == (200, "withdrawn", "published")
    again = post(client, f"retractions/{proposal}/withdraw/", headers, {"reason": "I erred."})
    assert said(again) == (409, "This proposal is closed: it was withdrawn.")


def test_the_same_key_proposes_once_and_another_body_under_it_is_refused(
    client: Client, version: Assessment, admin: User, token_of: Headers
) -> None:
    headers, address = token_of(admin), f"assessments/{version.pk}/retraction/"
    answers = [post(client, address, headers, REASON, **{"Idempotency-Key": "once"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert AuditEvent.objects.filter(verb="retraction.proposed").count() == 1
    assert post(client, address, headers, {"reason": "Else."}, **{"Idempotency-Key": "once"}).status_code == 422


def test_a_token_that_may_only_read_proposes_nothing(
    client: Client, version: Assessment, admin: User, token_of: Headers
) -> None:
    answer = post(client, f"assessments/{version.pk}/retraction/", token_of(admin, write=False), REASON)
    assert (answer.status_code, Retraction.objects.count()) == (403, 0)


def test_a_reviewer_reaffirms_what_they_read(
    client: Client, flagged: Assessment, reviewer: User, token_of: Headers
) -> None:
    read = client.get(f"{API}/roles/bell-tuner/").json()["requires_review"]
    body = {"flags": [flag["id"] for flag in read], "reason": "It holds."}
    answer = post(client, f"assessments/{flagged.pk}/reaffirm/", token_of(reviewer), body)
    assert (answer.status_code, answer.json()) == (
        200,
        {"assessment": flagged.pk, "cleared": body["flags"], "requires_review": []},
    )
    assert [flag.clearance for flag in ReviewFlag.objects.all()] == ["reaffirmed"]
    again = post(client, f"assessments/{flagged.pk}/reaffirm/", token_of(reviewer), body)
    assert said(again) == (409, "What moved is not what you read: look at it as it is now.")


def test_nobody_reaffirms_what_they_may_not_decide(
    client: Client,
    flagged: Assessment,
    assessor: User,
    reviewer: User,
    make_person: Any,
    now: datetime,
    token_of: Headers,
) -> None:
    body = {"flags": [ReviewFlag.objects.get().pk], "reason": "It holds."}
    kin = make_person("lena", "reviewer")
    actions.declare_interest(role=flagged.role, family="", reason="Kin.", expires_at=None, by=kin, at=now)
    address = f"assessments/{flagged.pk}/reaffirm/"
    assert [said(post(client, address, token_of(person), body)) for person in (assessor, kin)] == [
        (403, "Only a reviewer may do this."),
        (403, f"You declared an interest in {flagged.role}: Kin."),
    ]
    assert said(post(client, address, token_of(reviewer), {**body, "reason": ""})) == (400, "Say why it stands.")
    assert post(client, address, token_of(reviewer), {**body, "flags": ["x"]}).status_code == 400
    assert [flag.clearance for flag in ReviewFlag.objects.all()] == [""]
