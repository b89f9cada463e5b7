"""Large statements that run often: planned by the database once a connection, not at every execution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection


def execute(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run one statement on Django's connection, in its transaction; its rows, none where it returns none.

    Django sends parameters inside the text, so that the database plans each execution anew: for statements of this size
    that takes longer than the work. These are sent apart from it, and prepared.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement.encode(), parameters, prepare=True)
        return cursor.fetchall() if cursor.description else []
