"""The API keeps what its own schema promises, and no input gives a 500."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from assessments.models import User
from tests.making import in_review, published

schema: Any = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """The application closes old connections around a request; here they are the test's own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def populated(assessor: User, reviewer: User) -> User:
    published(assessor, reviewer)
    in_review(assessor, "Harp Maker")
    return assessor


@pytest.mark.django_db(transaction=False)
@schema.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
def test_answers_are_those_of_the_schema(case: Any, populated: User, token_of: Any) -> None:
    headers = token_of(populated)
    case.call_and_validate(
        headers={"Authorization": headers["authorization"]},
        checks=[not_a_server_error, response_schema_conformance, status_code_conformance],
    )
