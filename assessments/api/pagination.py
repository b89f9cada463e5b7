"""Cursor pagination in the contract's envelope, by the values of every ordering field, so that ties are no trouble."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import FieldError, ValidationError
from django.db import DataError
from django.db.models import Model, Q, QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.queries import keyset

SMALLEST, USUAL, LARGEST = 1, 50, 200
NOWHERE = "This cursor leads nowhere."


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
        size = size_of(request)
        try:
            backwards, values = keyset.read(request.query_params.get("cursor", ""), len(self.fields))
        except keyset.Nowhere as error:
            raise NotFound(NOWHERE) from error
        order = [_turned(field) for field in self.fields] if backwards else list(self.fields)
        found = queryset.order_by(*order)
        try:
            rows = list((found if values is None else found.filter(_beyond(order, values)))[: size + 1])
        except (DataError, FieldError, ValidationError, ValueError, TypeError, ArithmeticError) as error:
            raise NotFound(NOWHERE) from error
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        self.has_next, self.has_previous = (True, more) if backwards else (more, values is not None)
        self.first, self.last = (rows[0], rows[-1]) if rows else (None, None)
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        following = self._cursor(self.last, backwards=False) if self.has_next else ""
        before = self._cursor(self.first, backwards=True) if self.has_previous else ""
        return enveloped(self.request, data, following=following, before=before)

    def _cursor(self, row: Model | None, *, backwards: bool) -> str:
        if row is None:
            return ""
        return keyset.write([getattr(row, field.lstrip("-")) for field in self.fields], backwards=backwards)

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


def enveloped(request: Request, data: Any, *, following: str, before: str) -> Response:
    """A page in the contract's envelope, with links to the pages at these cursors, none where one is empty."""
    address = request.build_absolute_uri(request.path)
    links = [
        f"{address}?{urlencode({**request.query_params.dict(), 'cursor': cursor})}" if cursor else None
        for cursor in (following, before)
    ]
    return Response({"next": links[0], "previous": links[1], "results": data})


def size_of(request: Request) -> int:
    """The page size that is asked for, within the limits; what is no number is as if it were not said."""
    text = request.query_params.get("page_size", "")
    digits = text if text.isascii() and text.isdigit() and len(text) < 8 else str(USUAL)
    return min(max(int(digits), SMALLEST), LARGEST)


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after these values: beyond the first field, or equal there and beyond the second, and so on."""
    first, value = order[0], values[0]
    # Said by itself too: what holds for each of the alternatives lets an index begin at the row.
    start = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": value})
    beyond, equal = Q(pk__in=[]), Q()
    for field, value in zip(order, values, strict=True):
        name = field.lstrip("-")
        beyond |= equal & Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return start & beyond


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"
