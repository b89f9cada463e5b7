"""Accounts, access roles and tokens: who may give what to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from assessments import access
from assessments.actions import people
from assessments.errors import Forbidden, Invalid
from assessments.models import AuditEvent, User
from tests.conftest import PASSWORD


def test_only_an_administrator_creates_an_account(assessor: User, now: datetime) -> None:
    with pytest.raises(Forbidden, match="Only an administrator may do this"):
        people.create_person(
            username="eve", display_name="Eve", password=PASSWORD, roles=["admin"], by=assessor, at=now
        )
    assert not User.objects.filter(username="eve").exists()


def test_the_first_account_is_made_by_nobody_and_only_the_first(admin: User, now: datetime) -> None:
    with pytest.raises(Forbidden, match="Only an administrator may create an account"):
        people.create_person(username="eve", display_name="Eve", password=PASSWORD, roles=[], by=None, at=now)


def test_a_weak_password_is_refused_with_what_is_wrong(admin: User, now: datetime) -> None:
    with pytest.raises(Invalid, match="at least 12 characters") as caught:
        people.create_person(username="eve", display_name="Eve", password="short", roles=[], by=admin, at=now)
    assert caught.value.code == "password"


def test_a_role_is_granted_once(admin: User, assessor: User, now: datetime) -> None:
    people.grant_role(person=assessor, code="reviewer", by=admin, at=now)
    people.grant_role(person=assessor, code="reviewer", by=admin, at=now)
    assert assessor.roles == ["assessor", "reviewer"]
    assert AuditEvent.objects.filter(verb="person.role_granted", data__code="reviewer").count() == 1


def test_nobody_grants_themselves_a_role(assessor: User, now: datetime) -> None:
    with pytest.raises(Forbidden):
        people.grant_role(person=assessor, code="admin", by=assessor, at=now)
    assert assessor.roles == ["assessor"]


def test_a_deactivated_person_holds_nothing_and_their_tokens_end(admin: User, assessor: User, now: datetime) -> None:
    people.issue_token(person=assessor, name="t", write=True, days=1, by=assessor, at=now)
    people.deactivate(person=assessor, by=admin, at=now)
    assert User.objects.get(pk=assessor.pk).roles == []
    assert assessor.api_tokens.get().revoked_at == now


def test_nobody_deactivates_themselves(admin: User, now: datetime) -> None:
    with pytest.raises(Forbidden, match="ask another administrator"):
        people.deactivate(person=admin, by=admin, at=now)


def test_only_its_owner_and_administrators_make_and_end_a_token(
    admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        people.issue_token(person=assessor, name="t", write=True, days=1, by=reviewer, at=now)
    people.issue_token(person=assessor, name="t", write=True, days=1, by=admin, at=now)
    token = assessor.api_tokens.get()
    with pytest.raises(Forbidden):
        people.revoke_token(token=token, by=reviewer, at=now)
    people.revoke_token(token=token, by=admin, at=now)
    people.revoke_token(token=token, by=admin, at=now + timedelta(days=1))
    token.refresh_from_db()
    assert token.revoked_at == now


def test_what_is_stored_of_a_token_is_not_the_token(assessor: User, now: datetime) -> None:
    text = people.issue_token(person=assessor, name="t", write=False, days=1, by=assessor, at=now)
    stored = assessor.api_tokens.values().get()
    assert text not in str(stored)
    assert stored["digest"] == people.digest_of(text)


def test_an_answer_says_which_role_is_missing(assessor: User, make_person: Callable[..., User]) -> None:
    assert access.may_administer(assessor).reason == "Only an administrator may do this."
    assert access.holds(assessor, "reviewer").reason == "Only a reviewer may do this."
    assert access.may_write_drafts(AnonymousUser()).reason == "Only an assessor may do this."
    assert bool(access.may_write_drafts(assessor)) is True
