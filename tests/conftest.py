"""People, clients, and the one fixture that may lift the guards against TRUNCATE."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from assessments import scoring
from assessments.actions import people
from assessments.models import Methodology, User

PASSWORD = "a long enough password"
GUARDED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'no_truncate'"


@pytest.fixture(autouse=True, scope="session")
def _flush_between_the_guards(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests that commit are followed by a flush, which TRUNCATE guards refuse: lift them for it, and put back what
    migrations had put in."""
    original = TransactionTestCase._fixture_teardown

    def teardown(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute(GUARDED)
            tables = [row[0] for row in cursor.fetchall()]
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER no_truncate")
            original(case)
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate")
            cursor.execute("TRUNCATE assessments_storedpart, assessments_pagechange")
        now = timezone.now()
        Methodology(
            version="1.0", status="active", definition=scoring.definition("1.0"), created_at=now, activated_at=now
        ).save_without_historical_record()

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = original  # type: ignore[method-assign]


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def make_person(db: None) -> Callable[..., User]:
    """A person with access roles: `make_person("maren", "assessor")`."""

    def make(username: str, *roles: str) -> User:
        first = User.objects.filter(access_roles__code="admin").first()
        return people.create_person(
            username=username,
            display_name=username.capitalize(),
            password=PASSWORD,
            roles=roles,
            by=first,
            at=timezone.now(),
        )

    return make


@pytest.fixture
def admin(make_person: Callable[..., User]) -> User:
    return make_person("ada", "admin")


@pytest.fixture
def other_admin(admin: User, make_person: Callable[..., User]) -> User:
    return make_person("noor", "admin")


@pytest.fixture
def assessor(admin: User, make_person: Callable[..., User]) -> User:
    return make_person("maren", "assessor")


@pytest.fixture
def other_assessor(admin: User, make_person: Callable[..., User]) -> User:
    return make_person("ilse", "assessor")


@pytest.fixture
def reviewer(admin: User, make_person: Callable[..., User]) -> User:
    return make_person("deepa", "reviewer")


@pytest.fixture
def other_reviewer(admin: User, make_person: Callable[..., User]) -> User:
    return make_person("jonas", "reviewer")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser of somebody who signed in."""

    def client_of(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return client_of


@pytest.fixture
def token_of() -> Callable[..., dict[str, str]]:
    """Headers of a script: `token_of(person, write=True)`."""

    def headers(person: User, *, write: bool = True) -> dict[str, str]:
        token = people.issue_token(person=person, name="t", write=write, days=1, by=person, at=timezone.now())
        return {"authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def later(now: datetime) -> datetime:
    return now + timedelta(hours=1)
