"""Pages by cursor: stable while rows are added, and as fast at the end as at the beginning."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class Newest(CursorPagination):
    """The newest first; ids are made in order of time (RFC 9562, version 7)."""

    ordering = "-id"
    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"

    def decode_cursor(self, request: Request) -> Any:
        """Return the place to go on from. Raises NotFound for one that no page gave."""
        cursor = super().decode_cursor(request)
        if cursor is None:
            return None
        try:
            if cursor.position is not None:
                UUID(str(cursor.position))
            elif not (cursor.offset or cursor.reverse):
                raise ValueError
        except ValueError:
            raise NotFound(self.invalid_cursor_message) from None
        return cursor
