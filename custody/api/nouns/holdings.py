"""Who had which copy from when."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from custody import models as m
from custody.filters import HoldingFilter

from ..base import Visible
from ..fields import Shown


class HoldingShown(Shown):
    """Somebody held a copy from `since` until `until` (null: still does), or read it on site then."""

    since = serializers.DateTimeField(source="created_at", read_only=True)
    until = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = m.Holding
        fields: ClassVar[list[str]] = [
            "id", "project", "copy", "how", "party", "person", "system", "since", "until", "entry",
        ]  # fmt: skip


class Holdings(Visible):
    """Who had which copy: on a day of the site's calendar by `?on=`, at a moment by `?at=`."""

    queryset = m.Holding.objects.with_until()
    serializer_class = HoldingShown
    filterset_class = HoldingFilter
