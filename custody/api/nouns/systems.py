"""Registered computers, vaults, media and sites."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import corrections, recalling, registers, systems
from custody.actions.base import Outcome
from custody.filters import SystemFilter
from custody.terms import Network, Provision, ResultOfTest, SystemKind

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Shown, Words
from .recalls import AskedBack, RecallShown


class SystemShown(Shown):
    """A system; ``levels`` maps a regime's family to the level it is accredited for."""

    levels: Any = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = m.System
        fields: ClassVar[list[str]] = [
            "id", "name", "kind", "owner_party", "levels", "network", "tested_on", "tested_by", "state",
            "is_installation",
            "inventory_number", "accreditation", "country", "provision", "entry",
        ]  # fmt: skip


class Device(Asked):
    """What tells a registered device: its number (empty: it has none), paper, country, and whose it is."""

    inventory_number = Line(max_length=100, required=False, allow_blank=True, allow_null=True)
    accreditation = Line(max_length=200, required=False, allow_blank=True)
    country = Line(max_length=2, required=False, allow_blank=True)
    provision = Words(Provision, required=False)


class SystemAsked(Device):
    """A system to register."""

    name = Line(max_length=200)
    kind = Words(SystemKind)
    owner_party = Seen(m.Party)
    levels = serializers.DictField(child=Line(max_length=40))
    network = Words(Network)
    tested_on = serializers.DateField(required=False, allow_null=True)


class SystemCorrected(Device):
    """The system as it is, and why the record was wrong; number, paper, country and whose it is stay when
    they are left out."""

    name = Line(max_length=200)
    levels = serializers.DictField(child=Line(max_length=40))
    network = Words(Network)
    tested_on = serializers.DateField(allow_null=True)
    tested_by = Line(max_length=200, required=False, allow_blank=True)
    reason = Line(max_length=1000)


class SystemTest(Asked):
    """A test of a system: when, by which body, and what it came to."""

    tested_on = serializers.DateField()
    tested_by = Line(max_length=200)
    result = Words(ResultOfTest)
    remark = Line(max_length=1000, required=False, allow_blank=True, default="")


class SystemRetired(Asked):
    """Why a system is taken out of use."""

    reason = Line(max_length=1000)


class Systems(mixins.CreateModelMixin, Visible):
    """Where copies are kept."""

    queryset = m.System.objects.all()
    serializer_class = SystemShown
    filterset_class = SystemFilter

    @act(SystemAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Register a system."""
        return registers.register_system(self.actor(), **asked)

    @act(SystemCorrected)
    def correct(self, row: m.System, **asked: Any) -> Outcome:
        """Put a wrong record of a system right; its kind and owner stay."""
        return corrections.correct_system(self.actor(), system=row.id, **asked)

    @act(SystemTest)
    def test(self, row: m.System, **asked: Any) -> Outcome:
        """Record a test; a system that failed takes no copies until it has passed again."""
        return systems.record_test(self.actor(), system=row.id, **asked)

    @act(SystemRetired)
    def retire(self, row: m.System, reason: str) -> Outcome:
        """Take a system out of use for good; 422 while copies are on it."""
        return systems.retire(self.actor(), system=row.id, reason=reason)

    @act(AskedBack, gives=RecallShown, status=201)
    def recall(self, row: m.System, **asked: Any) -> Outcome:
        """Ask the holders of all copies on the system to take them off it; answers the first request."""
        return recalling.off_system(self.actor(), system=row.id, **asked)
