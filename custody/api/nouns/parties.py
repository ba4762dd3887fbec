"""Parties: organisations, government units, individuals."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import contractors, corrections, registers
from custody.actions.base import Outcome
from custody.filters import PartyFilter
from custody.terms import ControlKind, PartyKind

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Share, Shown, Truth, Words


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
            "id", "kind", "name", "other_name", "country", "identifiers", "state", "established_on",
            "conditions_on", "clean_record", "prc_staff", "conditions_evidence", "inspected_on",
            "inspection_evidence", "entry",
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


class ConditionsAsked(Asked):
    """What a party states of itself as a contractor, when, and the paper with it; null: not stated."""

    stated_on = serializers.DateField()
    established_on = serializers.DateField(required=False, allow_null=True)
    clean_record = Truth(required=False, allow_null=True)
    prc_staff = Truth(required=False, allow_null=True)
    evidence = Line(max_length=300)
    remark = Line(max_length=1000, required=False, allow_blank=True)


class InspectionAsked(Asked):
    """When a party inspected itself, and the paper that shows it."""

    inspected_on = serializers.DateField()
    evidence = Line(max_length=300)
    remark = Line(max_length=1000, required=False, allow_blank=True)


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

    @act(ConditionsAsked)
    def conditions(self, row: m.Party, **asked: Any) -> Outcome:
        """Record a party's statement on the conditions of a contractor; not by a member of that party."""
        return contractors.state_conditions(self.actor(), party=row.id, **asked)

    @act(InspectionAsked)
    def inspection(self, row: m.Party, **asked: Any) -> Outcome:
        """Record that the party inspected itself."""
        return contractors.record_inspection(self.actor(), party=row.id, **asked)
