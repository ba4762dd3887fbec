"""Old registers: read as a dry run, mapped, called off; and their lines."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import opening, opening_compare, opening_confirm, opening_enter, opening_findings
from custody.actions.base import ActionError, Outcome
from custody.filters import (
    HopTakenOverFilter,
    OpeningFindingFilter,
    OpeningLineFilter,
    OpeningRegisterFilter,
)
from custody.importers.register_sheet import MOST_BYTES
from custody.terms import PaperMatch, RegisterKind, Text

from ..base import Visible, act
from ..fields import Asked, Count, Line, Seen, SeenMany, Shown, Words

LONGEST_FILE = MOST_BYTES * 4 // 3 + 4
"""Characters of a file in Base64."""


class OpeningRegisterShown(Shown):
    """An old register; `mapping` tells for each field its column, counted from 0 among `headings`."""

    class Meta:
        model = m.OpeningRegister
        fields: ClassVar[list[str]] = [
            "id", "project", "kind", "name", "sha256", "headings", "mapping", "from_1904", "state",
            "lines_read", "opened_by", "reason", "entered", "left_out", "due", "entry",
        ]  # fmt: skip


class RegisterFile(Asked):
    """What stands on its cover, and its file (.xlsx or .csv) in Base64; a mapping left out is guessed."""

    project = Seen(m.Project)
    kind = Words(RegisterKind, required=False)
    name = Line(max_length=200)
    filename = Line(max_length=200)
    content = Line(max_length=LONGEST_FILE)
    mapping = serializers.DictField(child=Count(min_value=0, max_value=100), required=False)


class RegisterMapping(Asked):
    """For each field its column, counted from 0."""

    mapping = serializers.DictField(child=Count(min_value=0, max_value=100))


class RegisterDue(Asked):
    """By when what breaks a rule is to be settled."""

    due = serializers.DateField()


class RegisterCounted(Asked):
    """The opening stocktake."""

    stocktake = Seen(m.Stocktake)


class RegisterCompared(Asked):
    """Taken-over subcontracts that are as on the paper, and by id in what others differ; neither: confirm a
    register of which no line waits any more."""

    agree = SeenMany(m.HopTakenOver, required=False)
    differ = serializers.DictField(child=Line(max_length=500), required=False)


class RegisterReason(Asked):
    """Why it is called off."""

    reason = Line(max_length=2000)


class OpeningRegisters(mixins.CreateModelMixin, Visible):
    """Old registers of paper that are taken over."""

    queryset = m.OpeningRegister.objects.all()
    serializer_class = OpeningRegisterShown
    filterset_class = OpeningRegisterFilter

    @act(RegisterFile, status=201, detail=False)
    def create(self, project: UUID, name: str, filename: str, content: str, **more: Any) -> Outcome:
        """Read an old register as a dry run: nothing of it is entered."""
        try:
            raw = base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ActionError(Text("This is no Base64.", "这不是Base64编码。"), "content") from error
        return opening.open_register(
            self.actor(), project=project, name=name, filename=filename, content=raw, **more
        )

    @act(RegisterMapping)
    def map(self, row: m.OpeningRegister, mapping: dict[str, int]) -> Outcome:
        """Say which column tells what; every line is judged anew."""
        return opening.map_columns(self.actor(), register=row.id, mapping=mapping)

    @act(RegisterDue)
    def enter(self, row: m.OpeningRegister, due: dt.date) -> Outcome:
        """Enter every line that can be read; what breaks a rule becomes a finding that is due on a day."""
        return opening_enter.enter(self.actor(), register=row.id, due=due)

    @act(RegisterCounted)
    def confirm(self, row: m.OpeningRegister, stocktake: UUID) -> Outcome:
        """Confirm what a signed stocktake saw, in which two people counted."""
        return opening_confirm.confirm(self.actor(), register=row.id, stocktake=stocktake)

    @act(RegisterCompared)
    def compare(
        self, row: m.OpeningRegister, agree: Sequence[UUID] = (), differ: Mapping[str, str] | None = None
    ) -> Outcome:
        """Say of taken-over subcontracts whether they are as on the paper; two people compare each."""
        lines = [opening_compare.Seen(id, PaperMatch.AGREES) for id in agree]
        try:
            lines += [
                opening_compare.Seen(UUID(id), PaperMatch.DIFFERS, note)
                for id, note in (differ or {}).items()
            ]
        except ValueError as error:
            raise ActionError(Text("This is no id.", "这不是标识。"), "differ") from error
        return opening_compare.compare(self.actor(), register=row.id, lines=lines)

    @act()
    def close(self, row: m.OpeningRegister) -> Outcome:
        """Close the taking over: each finding is settled, or has somebody and a day."""
        return opening_confirm.close(self.actor(), register=row.id)

    @act(RegisterReason)
    def withdraw(self, row: m.OpeningRegister, reason: str) -> Outcome:
        """Call a register off of which nothing is entered."""
        return opening.withdraw(self.actor(), register=row.id, reason=reason)


class OpeningLineShown(Shown):
    """A line of an old register; `problems` name field, value and reason."""

    problems = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))

    class Meta:
        model = m.OpeningLine
        fields: ClassVar[list[str]] = [
            "id", "register", "place", "sheet", "row", "page", "line", "number", "cells", "state", "problems",
        ]  # fmt: skip


class OpeningLines(Visible):
    """Lines of old registers, as they were read and judged."""

    queryset = m.OpeningLine.objects.all()
    serializer_class = OpeningLineShown
    filterset_class = OpeningLineFilter


class OpeningSubcontractShown(Shown):
    """Where a subcontract stood in an old register, and which approval the paper names: what a paper says."""

    class Meta:
        model = m.HopTakenOver
        fields: ClassVar[list[str]] = [
            "id", "register", "hop", "number", "page", "line", "approval", "approver", "approved_on",
            "scan_sha256", "entry",
        ]  # fmt: skip


class OpeningSubcontracts(Visible):
    """Subcontracts that were taken over from old registers, each a request that officers decide anew."""

    queryset = m.HopTakenOver.objects.all()
    serializer_class = OpeningSubcontractShown
    filterset_class = HopTakenOverFilter


class OpeningFindingShown(Shown):
    """A rule that would have barred what was taken over: of an item, of copies with one holder, or of a
    subcontract."""

    class Meta:
        model = m.OpeningFinding
        fields: ClassVar[list[str]] = [
            "id", "register", "code", "version", "outcome", "item", "party", "person", "system", "hop",
            "copies", "due", "state", "owner", "resolution", "settled_by", "entry",
        ]  # fmt: skip


class FindingSettled(Asked):
    """What was done."""

    resolution = Line(max_length=2000)


class FindingAssigned(Asked):
    """Who sees to it, and by when."""

    owner = Seen(m.Person)
    due = serializers.DateField()


class OpeningFindings(Visible):
    """What breaks a rule of what stood on paper."""

    queryset = m.OpeningFinding.objects.all()
    serializer_class = OpeningFindingShown
    filterset_class = OpeningFindingFilter

    @act(FindingSettled)
    def settle(self, row: m.OpeningFinding, resolution: str) -> Outcome:
        """Say what was done about a finding."""
        return opening_findings.settle(self.actor(), finding=row.id, resolution=resolution)

    @act(FindingAssigned)
    def assign(self, row: m.OpeningFinding, owner: UUID, due: dt.date) -> Outcome:
        """Name who sees to a finding, and by when."""
        return opening_findings.assign(self.actor(), finding=row.id, owner=owner, due=due)
