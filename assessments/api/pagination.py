"""Cursor pagination in the contract's envelope, by the values of every ordering field, so that ties are no trouble."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldError, ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

SMALLEST, USUAL, LARGEST = 1, 50, 200


class Cursor(BasePagination):
    """`{"next", "previous", "results"}`; `page_size` from 1 to 200, 50 unless said.

    A cursor holds the ordering values of the row it stands beside; the last ordering field is unique.
    """

    ordering: Sequence[str] = ("-id",)

    def get_ordering(self, request: Request) -> Sequence[str]:
        """The fields in order; a minus turns one round."""
        return self.ordering

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.fields = self.get_ordering(request)
        size = _size(request.query_params.get("page_size", ""))
        backwards, values = _read(request.query_params.get("cursor", ""), len(self.fields))
        order = [_turned(field) for field in self.fields] if backwards else list(self.fields)
        found = queryset.order_by(*order)
        try:
            rows = list((found if values is None else found.filter(_beyond(order, values)))[: size + 1])
        except (DataError, FieldError, ValidationError, ValueError, TypeError, ArithmeticError) as error:
            raise NotFound("This cursor leads nowhere.") from error
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self.has_next, self.has_previous = (True, more) if backwards else (more, values is not None)
        self.first, self.last = (rows[0], rows[-1]) if rows else (None, None)
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        following = self._link(self.last, backwards=False) if self.has_next else None
        before = self._link(self.first, backwards=True) if self.has_previous else None
        return Response({"next": following, "previous": before, "results": data})

    def _link(self, row: Model | None, *, backwards: bool) -> str | None:
        if row is None:
            return None
        values = [_plain(getattr(row, field.lstrip("-"))) for field in self.fields]
        cursor = base64.urlsafe_b64encode(json.dumps([backwards, values]).encode()).decode()
        query = {**self.request.query_params.dict(), "cursor": cursor}
        return f"{self.request.build_absolute_uri(self.request.path)}?{urlencode(query)}"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        properties = {"next": link, "previous": link, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        text, number = {"type": "string"}, {"type": "integer"}
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "schema": text,
                "description": "From next or previous.",
            },
            {"name": "page_size", "in": "query", "required": False, "schema": number, "description": "1 to 200."},
        ]


def _size(text: str) -> int:
    """A page size within the limits; what is no number is as if it were not said."""
    digits = text if text.isascii() and text.isdigit() and len(text) < 8 else str(USUAL)
    return min(max(int(digits), SMALLEST), LARGEST)


def _read(text: str, fields: int) -> tuple[bool, list[Any] | None]:
    """Direction and values of a cursor; none at all for the beginning. NotFound for what no `next` ever said."""
    if not text:
        return False, None
    try:
        backwards, values = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
    except (ValueError, TypeError, RecursionError) as error:
        raise NotFound("This cursor leads nowhere.") from error
    scalar = isinstance(values, list) and all(isinstance(value, str | int) for value in values)
    if not isinstance(backwards, bool) or not scalar or len(values) != fields:
        raise NotFound("This cursor leads nowhere.")
    return backwards, values


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after these values: beyond the first field, or equal there and beyond the second, and so on."""
    beyond, equal = Q(pk__in=[]), Q()
    for field, value in zip(order, values, strict=True):
        name = field.lstrip("-")
        beyond |= equal & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return beyond


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _plain(value: object) -> str | int:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value  # type: ignore[return-value]
