"""Calibration claims over the API: the shapes, the filters, and the refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assessments.models import Assessment, CalibrationClaim, User
from tests.making import published, recomputed
from tests.test_claims import ONE, claimed, moved

Headers = Callable[..., dict[str, str]]


@pytest.fixture
def pair(assessor: User, reviewer: User) -> tuple[Assessment, Assessment]:
    both = published(assessor, reviewer, "Bell Smith"), published(assessor, reviewer, "Harp Maker")
    recomputed()
    return both


def post(client: Client, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    return client.post(f"/api/v1/claims/{path}", body, content_type="application/json", headers=headers)


def test_a_claim_is_declared_checked_accepted_and_withdrawn(
    client: Client, pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, token_of: Headers
) -> None:
    headers = token_of(reviewer)
    body = {"kind": "at_least", "a": "bell-smith", "b": "Harp Maker", "reason": "By common sense."}
    made = post(client, "", body, headers)
    assert made.status_code == 201
    claim = made.json()
    assert (claim["claim"], claim["check"], claim["breach"]) == (
        "Bell Smith (Mid-level) ≥ Harp Maker (Mid-level)",
        "held",
        None,
    )
    moved(assessor, reviewer, "Harp Maker", ONE)
    listed = client.get("/api/v1/claims/?broken=1", headers=headers).json()["results"]
    assert [(each["id"], each["broken_by"], each["b"]) for each in listed] == [
        (claim["id"], "2.1", {"slug": "harp-maker", "title": "Harp Maker", "score": "57.4"})
    ]
    breach = listed[0]["breach"]
    assert (breach["owner"], breach["scores"], breach["raised_at_scores"]) == (
        "deepa",
        ["55.3", "57.4"],
        ["55.3", "57.4"],
    )
    accepted = post(client, f"{claim['id']}/accept/", {"reason": "Fair.", "scores": breach["scores"]}, headers).json()
    assert (accepted["breach"], accepted["accepted"]["reason"], accepted["check"]) == (None, "Fair.", "broken")
    withdrawn = post(client, f"{claim['id']}/withdraw/", {"reason": "Moot."}, headers).json()
    assert (withdrawn["state"], withdrawn["check"], withdrawn["withdrawn"]["reason"]) == ("withdrawn", None, "Moot.")


def test_the_list_shows_what_is_asked_for(
    client: Client, pair: tuple[Assessment, Assessment], reviewer: User, other_reviewer: User, token_of: Headers
) -> None:
    mine, other = claimed(reviewer, *pair), claimed(other_reviewer, *pair, "1.0")
    for query, expected in (
        ("", [other.pk, mine.pk]),
        ("show=held", [other.pk, mine.pk]),
        ("show=standing&mine=1", [mine.pk]),
        ("show=broken", []),
        ("show=withdrawn", []),
        ("show=not_comparable", []),
        ("role=harp-maker", [other.pk, mine.pk]),
        ("role=nobody", []),
    ):
        listed = client.get(f"/api/v1/claims/?{query}", headers=token_of(reviewer)).json()["results"]
        assert (query, [each["id"] for each in listed]) == (query, expected)
    assert client.get("/api/v1/claims/?show=red", headers=token_of(reviewer)).json()["errors"][0]["code"] == "show"


def test_refusals_name_the_field_or_the_state(
    client: Client, pair: tuple[Assessment, Assessment], reviewer: User, admin: User, token_of: Headers
) -> None:
    headers = token_of(reviewer)
    claim = claimed(reviewer, *pair)
    whole = {"kind": "within", "a": "bell-smith", "b": "harp-maker", "distance": "5.0", "reason": "Near."}
    for change, status, code, attr in (
        ({"a": "Nobody At All"}, 400, "a", "a"),
        ({"distance": "0.05"}, 400, "distance", "distance"),
        ({"b": "bell-smith"}, 400, "b", "b"),
        ({"kind": "at_least"}, 409, "claimed_already", None),
    ):
        refused = post(client, "", whole | change, headers)
        error = refused.json()["errors"][0]
        assert (refused.status_code, error["code"], error["attr"]) == (status, code, attr)
    for path, body, who, status in (
        (f"{claim.pk}/accept/", {"reason": "x", "scores": ["1.0", "2.0"]}, reviewer, 409),
        (f"{claim.pk}/reassign/", {"to": "deepa"}, reviewer, 403),
        (f"{claim.pk}/reassign/", {"to": "deepa"}, admin, 409),
        ("0/withdraw/", {"reason": "x"}, reviewer, 404),
    ):
        assert post(client, path, body, token_of(who)).status_code == status
    assert CalibrationClaim.objects.get() == claim


def test_an_administrator_gives_a_breach_to_another_by_name(
    client: Client,
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
    other_reviewer: User,
    admin: User,
    token_of: Headers,
) -> None:
    claim = claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    given = post(client, f"{claim.pk}/reassign/", {"to": "jonas"}, token_of(admin))
    assert given.json()["breach"]["owner"] == "jonas"


def test_the_list_costs_the_same_for_three_and_for_thirty(
    client: Client,
    assessor: User,
    reviewer: User,
    token_of: Headers,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    roles = [published(assessor, reviewer, f"Bell Smith {index}") for index in range(7)]
    recomputed()
    headers = token_of(reviewer)
    pairs = [(a, b) for a in roles for b in roles if a.pk != b.pk]
    client.get("/api/v1/claims/", headers=headers)  # notes when the token was used last
    counts = []
    for count in (3, 30):
        for a, b in pairs[CalibrationClaim.objects.count() : count]:
            claimed(reviewer, a, b)
        with django_assert_max_num_queries(30) as queries:
            listed = client.get("/api/v1/claims/", headers=headers).json()["results"]
        counts.append((len(listed), len(queries)))
    assert counts == [(3, counts[0][1]), (30, counts[0][1])]
