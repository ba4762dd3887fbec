"""Pages by cursor: stable while rows are added, and as fast at the end as at the beginning."""

from __future__ import annotations

from rest_framework.pagination import CursorPagination


class Newest(CursorPagination):
    """The newest first; ids are made in order of time (RFC 9562, version 7)."""

    ordering = "-id"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
