"""Parties: organisations, government units, individuals."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import corrections, registers
from custody.actions.base import Outcome
from custody.filters import PartyFilter
from custody.terms import ControlKind, PartyKind

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Share, Shown, Words


class IdentifierShown(Shown):
    """A registration number."""

    class Meta:
        model = m.PartyIdentifier
        fields: ClassVar[list[str]] = ["scheme", "value"]


class PartyShown(Shown):
    """A party."""

    identifiers = IdentifierShown(many=True, read_only=True)

    class Meta:
        model = m.Party
        fields: ClassVar[list[str]] = [
            "id", "kind", "name", "other_name", "country", "identifiers", "state", "entry",
        ]  # fmt: skip


class PartyAsked(Asked):
    """A party to register."""

    kind = Words(PartyKind)
    name = Line(max_length=300)
    other_name = Line(max_length=300, required=False, allow_blank=True)
    country = Line(max_length=2, required=False, allow_blank=True)
    identifiers = serializers.DictField(child=Line(max_length=64), required=False)


class PartyCorrected(Asked):
    """The right name and country, and why the old ones were wrong."""

    name = Line(max_length=300)
    other_name = Line(max_length=300, required=False, allow_blank=True)
    country = Line(max_length=2, required=False, allow_blank=True)
    reason = Line(max_length=1000)


class ControlShown(Shown):
    """Who controls a party."""

    class Meta:
        model = m.PartyControl
        fields: ClassVar[list[str]] = ["id", "party", "controller", "kind", "share", "ends", "entry"]


class ControlAsked(Asked):
    """A party that owns or controls this one."""

    controller = Seen(m.Party)
    kind = Words(ControlKind)
    share = Share(5, max_value=100, required=False, allow_null=True)


class Parties(mixins.CreateModelMixin, Visible):
    """Parties, with their registration numbers."""

    queryset = m.Party.objects.prefetch_related("identifiers")
    serializer_class = PartyShown
    filterset_class = PartyFilter

    @act(PartyAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Register a party."""
        return registers.register_party(self.actor(), **asked)

    @act(ControlAsked, gives=ControlShown, status=201)
    def controls(self, row: m.Party, **asked: Any) -> Outcome:
        """Record who owns or controls the party."""
        return registers.record_control(self.actor(), party=row.id, **asked)

    @act(PartyCorrected)
    def correct(self, row: m.Party, **asked: Any) -> Outcome:
        """Put a wrong name or country right; what was there before stays in the history."""
        return corrections.correct_party(self.actor(), party=row.id, **asked)
