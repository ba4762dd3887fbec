"""Requests for copies to be given back."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers

from custody import models as m
from custody import out
from custody.filters.recalls import RecallFilter

from ..base import Visible
from ..fields import Asked, Line, Shown


class RecallShown(Shown):
    """Copies asked back from a holder; of ``copies`` and ``outstanding`` those that the caller may see."""

    holders = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    copies = serializers.SerializerMethodField()
    outstanding = serializers.SerializerMethodField()

    class Meta:
        model = m.Recall
        fields: ClassVar[list[str]] = [
            "id", "project", "hop", "system", "leaver", "holders", "copies", "due", "reason", "person",
            "outstanding", "entry",
        ]  # fmt: skip

    def get_copies(self, row: m.Recall) -> list[UUID]:
        """Return the ids of the copies that were asked back."""
        user: Any = self.context["request"].user
        rows = m.Copy.objects.visible_to(user).filter(id__in=row.copies)
        return list(rows.order_by("id").values_list("id", flat=True))

    def get_outstanding(self, row: m.Recall) -> list[UUID]:
        """Return the ids of the copies that are still out."""
        user: Any = self.context["request"].user
        return list(out.outstanding(row).visible_to(user).order_by("id").values_list("id", flat=True))


class AskedBack(Asked):
    """Why copies are asked back, and by which day; in 14 days without one."""

    reason = Line(max_length=2000)
    due = serializers.DateField(required=False, allow_null=True, default=None)


class WorkEnded(Asked):
    """Why it ends."""

    reason = Line(max_length=2000)


class Recalls(Visible):
    """Requests for copies to be given back."""

    queryset = m.Recall.objects.select_related("project", "hop__project", "system", "leaver")
    serializer_class = RecallShown
    filterset_class = RecallFilter
