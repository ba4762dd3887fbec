"""Parties: organisations, government units, individuals."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody.actions import contractors, corrections, parties, party_time, registers, screening
from custody.actions.base import ActionError, Outcome
from custody.filters import PartyFilter
from custody.terms import AddressKind, ControlKind, NameKind, PartyKind, PartyState

from ..base import Visible, act
from ..fields import NOT_THERE, Asked, Line, Pattern, Seen, Share, Shown, Truth, Words


class IdentifierShown(Shown):
    """A registration number."""

    class Meta:
        model = m.PartyIdentifier
        fields: ClassVar[list[str]] = ["scheme", "value"]


class NameShown(Shown):
    """What else a party is or was called."""

    class Meta:
        model = m.PartyName
        fields: ClassVar[list[str]] = ["id", "party", "kind", "name", "language", "starts", "ends", "entry"]


class AddressShown(Shown):
    """Where a party is registered or takes its post, from when to when."""

    class Meta:
        model = m.PartyAddress
        fields: ClassVar[list[str]] = ["id", "party", "kind", "address", "country", "starts", "ends", "entry"]


class PartyShown(Shown):
    """A party; ``merged_into`` is the record that stays where it turned out to be a duplicate."""

    names = NameShown(many=True, read_only=True)
    identifiers = IdentifierShown(many=True, read_only=True)

    class Meta:
        model = m.Party
        fields: ClassVar[list[str]] = [
            "id", "kind", "name", "other_name", "country", "names", "identifiers", "state", "merged_into",
            "established_on", "conditions_on", "clean_record", "prc_staff", "conditions_evidence",
            "inspected_on", "inspection_evidence", "entry",
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


class ControlEnded(Asked):
    """Which ownership or control of the party ended, on which last day, and from where that is known."""

    control = serializers.UUIDField()
    ends = serializers.DateField()
    reason = Line(max_length=1000)


class RenameAsked(Asked):
    """The name since a day; the one of before becomes a former name."""

    name = Line(max_length=300)
    other_name = Line(max_length=300, required=False, allow_blank=True)
    on = serializers.DateField()
    reason = Line(max_length=1000)


class AddressAsked(Asked):
    """An address, and since when; the one of that kind of before ends with the day before."""

    kind = Words(AddressKind)
    address = Line(max_length=500)
    country = Pattern(r"^[A-Z]{2}$")
    starts = serializers.DateField(required=False, allow_null=True)


class NameAsked(Asked):
    """A further name; ``language`` is a tag of BCP 47, such as zh-Hans."""

    kind = Words(NameKind)
    name = Line(max_length=300)
    language = Line(max_length=35, required=False, allow_blank=True)
    starts = serializers.DateField(required=False, allow_null=True)
    ends = serializers.DateField(required=False, allow_null=True)


class NumberAsked(Asked):
    """A registration number and the scheme of the register that gave it."""

    scheme = Line(max_length=16)
    value = Line(max_length=64)


class StandingAsked(Asked):
    """The standing of a party from now on, and why."""

    state = Words(PartyState)
    reason = Line(max_length=1000)


class MergeAsked(Asked):
    """The record that stays, and why both are one party."""

    into = Seen(m.Party)
    reason = Line(max_length=1000)


class AlikeShown(serializers.Serializer[Any]):
    """A party that may be the same; ``score`` is 0 to 100."""

    party = serializers.UUIDField()
    score = serializers.IntegerField()
    by = serializers.CharField()


class Parties(mixins.CreateModelMixin, Visible):
    """Parties, with their registration numbers."""

    queryset = m.Party.objects.prefetch_related("identifiers", "names")
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

    @act(ControlEnded, gives=ControlShown)
    def end_control(self, row: m.Party, control: UUID, **asked: Any) -> Outcome:
        """Record the last day on which somebody owned or controlled the party."""
        if not m.PartyControl.objects.filter(id=control, party=row).exists():
            raise ActionError(NOT_THERE, "control")
        return party_time.end_control(self.actor(), control=control, **asked)

    @act(RenameAsked)
    def rename(self, row: m.Party, **asked: Any) -> Outcome:
        """Record that the party has another name since a day. To put a wrong name right, correct it."""
        return party_time.rename(self.actor(), party=row.id, **asked)

    @act(AddressAsked, gives=AddressShown, status=201)
    def addresses(self, row: m.Party, **asked: Any) -> Outcome:
        """Record where the party is registered or takes its post."""
        return party_time.locate(self.actor(), party=row.id, **asked)

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

    @act(NameAsked, gives=NameShown, status=201)
    def names(self, row: m.Party, **asked: Any) -> Outcome:
        """Record what else the party is or was called."""
        return parties.add_name(self.actor(), party=row.id, **asked)

    @act(NumberAsked, gives=IdentifierShown, status=201)
    def identifiers(self, row: m.Party, **asked: Any) -> Outcome:
        """Record a registration number; its check digits are proved where the scheme has some."""
        return parties.add_identifier(self.actor(), party=row.id, **asked)

    @act(StandingAsked)
    def standing(self, row: m.Party, **asked: Any) -> Outcome:
        """Change the standing of the party; a barred or closed one gets nothing handed over."""
        return parties.set_state(self.actor(), party=row.id, **asked)

    @act(MergeAsked)
    def merge(self, row: m.Party, **asked: Any) -> Outcome:
        """Close the party as a duplicate of another; each keeps its history."""
        return parties.merge(self.actor(), party=row.id, **asked)

    @act()
    def screen(self, row: m.Party) -> Outcome:
        """Hold the party against the newest lists of barred parties."""
        return screening.screen(self.actor(), parties=[row.id])

    @extend_schema(responses=AlikeShown(many=True), filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def alike(self, request: Request, pk: UUID) -> Response:
        """List the parties that may be the same, the likest first. Nothing is recorded."""
        row = self.get_object()
        [who] = parties.named(m.Party.objects.filter(id=row.id))
        found = parties.alike(who, m.Party.objects.visible_to(request.user))
        return Response([{"party": a.party.id, "score": a.score, "by": a.by} for a in found])
