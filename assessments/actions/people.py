"""Accounts, access roles and tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from assessments import access, audit
from assessments.enums import Access
from assessments.errors import Forbidden, Invalid
from assessments.models import AccessRole, ApiToken, User


@transaction.atomic
def create_person(
    *,
    username: str,
    display_name: str,
    password: str,
    roles: Iterable[str],
    by: User | None,
    at: datetime,
) -> User:
    """A new account with its access roles. `by` is None only for the very first ones of an installation."""
    if by is not None:
        access.require(access.may_administer(by))
    elif User.objects.filter(access_roles__code=Access.ADMIN).exists():
        raise Forbidden("Only an administrator may create an account.")
    person = User(username=username, display_name=display_name, date_joined=at)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="password") from error
    person.set_password(password)
    person.save()
    audit.record(
        "person.created",
        by=by,
        at=at,
        role_held=Access.ADMIN if by else "",
        about=person,
        data={"username": username},
    )
    for code in roles:
        _grant(person, code=code, by=by, at=at)
    return person


@transaction.atomic
def grant_role(*, person: User, code: str, by: User, at: datetime) -> None:
    """Give a person an access role they do not hold yet."""
    access.require(access.may_administer(by))
    _grant(person, code=code, by=by, at=at)


def _grant(person: User, *, code: str, by: User | None, at: datetime) -> None:
    _, created = AccessRole.objects.get_or_create(
        user=person, code=Access(code), defaults={"granted_at": at, "granted_by": by}
    )
    if not created:
        return
    if code == Access.ADMIN:
        person.is_staff = True
        person.save(update_fields=["is_staff"])
    person.__dict__.pop("roles", None)
    audit.record(
        "person.role_granted",
        by=by,
        at=at,
        role_held=Access.ADMIN if by else "",
        about=person,
        data={"username": person.username, "code": code},
    )


@transaction.atomic
def deactivate(*, person: User, by: User, at: datetime) -> None:
    """Close an account: its sessions and tokens stop working at once; nothing it wrote goes."""
    access.require(access.may_administer(by))
    if person.pk == by.pk:
        raise Forbidden("Nobody deactivates their own account; ask another administrator.")
    person.is_active = False
    person.save(update_fields=["is_active"])
    ApiToken.objects.filter(user=person, revoked_at__isnull=True).update(revoked_at=at)
    audit.record(
        "person.deactivated",
        by=by,
        at=at,
        role_held=Access.ADMIN,
        about=person,
        data={"username": person.username},
    )


def digest_of(token: str) -> str:
    """How a token is stored: SHA-256, hex. Tokens have 256 random bits, so no salt or stretching is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue_token(*, person: User, name: str, write: bool, days: int, by: User, at: datetime) -> str:
    """A new bearer token, returned this once; only its digest is kept. `days` 1…3650 until it expires."""
    if by.pk != person.pk:
        access.require(access.may_administer(by))
    name = name.strip()
    if not name or len(name) > 80:
        raise Invalid("Give the token a name of 1 to 80 characters.", code="token_name")
    if not 1 <= days <= 3650:
        raise Invalid("A token lasts from 1 to 3650 days.", code="token_days")
    text = "aijri_" + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=person,
        name=name,
        digest=digest_of(text),
        may_write=write,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    audit.record("token.issued", by=by, at=at, role_held="", about=token, data={"name": name, "write": write})
    return text


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, at: datetime) -> None:
    """Make a token useless from now on. A second call changes nothing."""
    if token.user_id != by.pk:
        access.require(access.may_administer(by))
    token = ApiToken.objects.select_for_update(no_key=True).get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        audit.record("token.revoked", by=by, at=at, role_held="", about=token, data={"name": token.name})
