"""Need-to-know lists: who may learn an item."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from custody import models as m
from custody.actions import need
from custody.actions.base import Outcome
from custody.filters.need import NeedToKnowFilter

from ..base import Visible, act
from ..fields import Asked, Id, Line, Shown


class NeedToKnowShown(Shown):
    """A person's place on the need-to-know list of an item; ``ended_on`` is null while it stands."""

    class Meta:
        model = m.NeedToKnow
        fields: ClassVar[list[str]] = [
            "id", "item", "person", "since", "decided_by", "basis", "ended_on", "entry",
        ]  # fmt: skip


class Admitted(Asked):
    """Who may learn the item, since when, by whose decision, on which written basis."""

    person = Id()
    since = serializers.DateField()
    decided_by = Id()
    basis = Line(max_length=300)


class Dismissed(Asked):
    """Why the person is taken off the list."""

    reason = Line(max_length=1000)


class NeedsToKnow(Visible):
    """Places on need-to-know lists, those that ended too."""

    queryset = m.NeedToKnow.objects.all()
    serializer_class = NeedToKnowShown
    filterset_class = NeedToKnowFilter

    @act(Dismissed)
    def dismiss(self, row: m.NeedToKnow, reason: str) -> Outcome:
        """Take the person off the list, from today on."""
        return need.dismiss(self.actor(), listing=row.id, reason=reason)
