# ruff: noqa: E501  (tables of hostile input read better in long lines)
"""Hostile input at every door: a refusal with a sentence, never a 500, and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client

from assessments.models import AuditEvent, User
from reviews.models import Review
from tests.making import a_draft, in_review

SignedIn = Callable[[User], Client]
NASTY = [
    "\x00",
    "\ud7ff\ufffe",
    "\u202e",
    "'; DROP TABLE x; --",
    "%s %(a)s {0} {x}",
    "a" * 70_000,
    "½",
    "1e9",
    "-0",
    "NaN",
]
FIELDS = (
    "definition.primary_function", "tasks.0.name", "tasks.0.time_percent", "tasks.0.score", "tasks.0.involvement",
    "evidence.wage_trends.score", "override.proposed_score", "override.reason_code", "commentary.outlook_year",
    "tasks.99999999999999999999.name", "tasks.x.name", "tasks..name", "commentary.not_captured.0.lead", "rearrange", "then",
    "content_hash", "growth.score", "methodology",
)  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=[repr(text[:8]) for text in NASTY])
def test_the_draft_form_survives_every_field(text: str, assessor: User, signed_in: SignedIn) -> None:
    draft, client = a_draft(assessor), signed_in(assessor)
    for name in FIELDS:
        for address in (f"/drafts/{draft.pk}/", "/drafts/figures/"):
            assert client.post(address, {name: text}).status_code < 500, (name, address)


@pytest.mark.parametrize("text", NASTY, ids=[repr(text[:8]) for text in NASTY])
def test_the_other_forms_survive_every_field(
    text: str, admin: User, assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    in_review(assessor)
    review = f"/reviews/{Review.objects.get().pk}/"
    forms = {
        review: (reviewer, ("rationale", "outcome", "content_hash")),
        "/drafts/new/": (assessor, ("title", "seniority", "role", "kind", "change_reason")),
        "/desk/import/": (assessor, ("text", "then", "checked_path", "checked_text", "files")),
        "/account/": (assessor, ("name", "days")),
        "/accounts/login/": (None, ("username", "password", "next")),
    }
    for address, (person, names) in forms.items():
        client = signed_in(person) if person else Client()
        for name in names:
            whole = {"rationale": "x", "outcome": "returned", "content_hash": "0" * 64, "name": "x", "days": "1"}
            assert client.post(address, {**whole, name: text}).status_code < 500, (address, name)


@pytest.mark.parametrize("text", NASTY[:-6], ids=[repr(text[:8]) for text in NASTY[:-6]])
def test_queries_and_addresses_are_survived(text: str, admin: User, signed_in: SignedIn) -> None:
    client = signed_in(admin)
    for address in (
        "/roles/",
        "/audit/",
        "/drafts/new/",
        "/desk/import/",
        "/api/v1/roles/",
        "/api/v1/audit/events/",
        "/api/v1/assessments/",
    ):
        for name in ("q", "page", "actor", "verb", "object", "since", "role", "cursor", "status", "ordering"):
            assert client.get(address, {name: text}).status_code < 500, (address, name)
    for address in ("/roles/{}/", "/methodology/{}/", "/api/v1/methodologies/{}/", "/roles/{}.json"):
        assert client.get(address.format(text[:200])).status_code in {400, 404}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options", "trace"])
def test_no_method_on_any_address_is_a_500(method: str, admin: User, signed_in: SignedIn) -> None:
    client = signed_in(admin)
    for address in ("/", "/roles/", "/desk/", "/desk/import/", "/drafts/new/", "/drafts/1/", "/reviews/1/", "/account/", "/api/v1/score/",
                    "/api/v1/assessments/", "/api/v1/assessments/1/", "/api/v1/assessments/1/verdicts/", "/healthz"):  # fmt: skip
        assert getattr(client, method)(address).status_code < 500, address


def test_numbers_beyond_every_column_are_404(admin: User, signed_in: SignedIn) -> None:
    client, beyond = signed_in(admin), "9" * 30
    for address in ("/drafts/{}/", "/reviews/{}/", "/api/v1/assessments/{}/", "/roles/x/v{}/"):
        assert client.get(address.format(beyond)).status_code == 404


def test_a_refused_request_leaves_no_event(assessor: User, signed_in: SignedIn) -> None:
    before = AuditEvent.objects.count()
    client = signed_in(assessor)
    client.post("/desk/import/", {"text": "no document at all", "then": "import"})
    client.post("/drafts/new/", {"title": "  "})
    assert AuditEvent.objects.count() == before


@pytest.mark.parametrize("name", ["tasks.{}.name", "commentary.not_captured.{}.lead"])
def test_a_row_number_of_thousands_of_digits_is_no_row(name: str, assessor: User, signed_in: SignedIn) -> None:
    draft, client = a_draft(assessor), signed_in(assessor)
    body = urlencode({name.format("9" * 5000): "x", "rearrange": "remove tasks " + "9" * 5000})
    for address in (f"/drafts/{draft.pk}/", "/drafts/figures/"):
        answer = client.post(address, body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
