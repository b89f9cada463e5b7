"""Statements that run often: planned by the database once a connection, not at every execution."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.db import connection


class _Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """Sends parameters apart from the statement, and has the statement prepared."""

    def execute(self, query: Any, params: Any = None, **said: Any) -> Any:
        return super().execute(query.encode(), params, prepare=True)


def execute(
    statement: str, parameters: Mapping[str, Any] | Sequence[Any], *, look_first: bool = True
) -> list[tuple[Any, ...]]:
    """Run one statement on Django's connection, in its transaction; its rows, none where it returns none. Whether an
    old connection is still good is looked at first, as Django does, unless the caller meets a dead one themself.

    Django sends parameters inside the text, so that the database plans each execution anew: for most statements here
    that takes longer than the work. The setting `prepare_threshold` lets these be prepared and no others.
    """
    if look_first:
        connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = _Cursor(connection.connection)
    begun = time.perf_counter()
    try:
        # Django's own wrapping, whose errors are Django's.
        with connection.make_cursor(cursor) as wrapped:  # type: ignore[arg-type]
            wrapped.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []
    finally:
        if connection.queries_logged:
            connection.queries_log.append({"sql": statement, "time": f"{time.perf_counter() - begun:.3f}"})
