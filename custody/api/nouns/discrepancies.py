"""Copies that a receiver did not find in order."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from custody import models as m
from custody.actions import receipts
from custody.actions.base import Outcome
from custody.filters import DiscrepancyFilter

from ..base import Visible, act
from ..fields import Asked, Line, Shown

_HOW = ["find", "replace", "report"]


class DiscrepancyShown(Shown):
    """A copy that a receiver did not find in order."""

    class Meta:
        model = m.Discrepancy
        fields: ClassVar[list[str]] = [
            "id", "handoff", "copy", "found", "note", "state", "resolution", "settled_by", "entry",
        ]  # fmt: skip


class Settling(Asked):
    """What became of the copy: found in order, put right by a correction, or reported; and in words."""

    how = serializers.ChoiceField(choices=_HOW)
    resolution = Line(max_length=2000)


class Discrepancies(Visible):
    """Copies that receivers did not find in order; custody of them stayed with the senders."""

    queryset = m.Discrepancy.objects.all()
    serializer_class = DiscrepancyShown
    filterset_class = DiscrepancyFilter

    @act(Settling)
    def settle(self, row: m.Discrepancy, how: str, resolution: str) -> Outcome:
        """Say what became of the copy; once found or put right it may be offered again."""
        return receipts.settle(self.actor(), discrepancy=row.id, how=how, resolution=resolution)
