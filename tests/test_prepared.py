"""Statements that the database plans once a connection."""

from __future__ import annotations

import pytest
from django.db import DataError, connection
from django.test.utils import CaptureQueriesContext

from assessments import prepared
from assessments.models import AccessRole

STATEMENT = "SELECT code FROM assessments_accessrole WHERE user_id = %(user)s AND 100 / %(by)s > 0"


def times_prepared(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{statement}%"])
        return int(cursor.fetchone()[0])


def test_what_asks_for_it_is_prepared_once_and_nothing_else_however_often(db: None) -> None:
    for _ in range(3):
        assert prepared.execute(STATEMENT, {"user": 1, "by": 3}) == []
    for _ in range(20):
        assert not AccessRole.objects.filter(code="nobody has this").exists()
    assert (times_prepared("assessments_accessrole WHERE user_id = $1"), times_prepared("nobody has")) == (1, 0)


def test_its_statements_are_counted_and_its_errors_are_those_of_django(db: None) -> None:
    with CaptureQueriesContext(connection) as seen:
        prepared.execute(STATEMENT, {"user": 1, "by": 3})
    assert [query["sql"] for query in seen.captured_queries] == [STATEMENT]
    with pytest.raises(DataError):
        prepared.execute("SELECT 1 / %(by)s", {"by": 0})
