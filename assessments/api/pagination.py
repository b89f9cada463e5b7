"""Cursor pagination in the contract's envelope."""

from rest_framework.pagination import CursorPagination


class Cursor(CursorPagination):
    """`{"next", "previous", "results"}`; `page_size` from 1 to 200, 50 unless said."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "-id"
