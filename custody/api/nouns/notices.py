"""What its owner was told. Reading a notice changes nobody's records, so no entry is made of it."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody.actions import notices
from custody.actions.base import ActionError
from custody.terms import Text

from ..base import Visible
from ..fields import Shown


class NoticeShown(Shown):
    """A notice: its kind, what it is about (`noun` and `object`), the day it is due, the days left then."""

    class Meta:
        model = m.Notice
        fields: ClassVar[list[str]] = [
            "id", "kind", "noun", "object", "about", "due", "stage", "created_at", "read_at",
        ]  # fmt: skip


class Notices(Visible):
    """One's own notices."""

    queryset = m.Notice.objects.all()
    serializer_class = NoticeShown

    @extend_schema(request=None, responses=NoticeShown)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, **_: Any) -> Response:
        """Mark a notice as read."""
        if request.data not in ({}, None, ""):
            raise ActionError(Text("This takes no content.", "此操作不接受内容。"))
        row = self.get_object()
        notices.mark_read(cast(m.User, request.user), [row.id])
        row.refresh_from_db()
        return Response(self.get_serializer(row).data)
