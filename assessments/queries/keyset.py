"""Where a page begins, as one word of an address: the values of the order at the row that it stands beside."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any


class Nowhere(Exception):
    """A cursor that no page ever gave."""


def write(values: Sequence[object], *, backwards: bool) -> str:
    """The cursor beside a row of these values, the last of which is unique."""
    return base64.urlsafe_b64encode(json.dumps([backwards, [_plain(value) for value in values]]).encode()).decode()


def read(text: str, fields: int) -> tuple[bool, list[Any] | None]:
    """Direction and values of a cursor; no values for the beginning. Nowhere for what `write` never wrote."""
    if not text:
        return False, None
    try:
        backwards, values = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, TypeError, RecursionError) as error:
        raise Nowhere from error
    scalar = isinstance(values, list) and all(isinstance(value, str | int) for value in values)
    if not isinstance(backwards, bool) or not scalar or len(values) != fields:
        raise Nowhere
    return backwards, values


def _plain(value: object) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value  # type: ignore[return-value]
