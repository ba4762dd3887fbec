"""Blank receipts, and handoffs that took place on paper."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import mixins

from custody import models as m
from custody.actions import blanks, files, handoffs, on_paper
from custody.actions.base import ActionError, Outcome
from custody.evidence.store import Received, TooLarge
from custody.filters import BlankReceiptFilter, PaperHandoffFilter
from custody.terms import Text

from ..base import Visible, act
from ..fields import Asked, Count, Id, Line, Moment, Seen, Shown
from .handoffs import HandoffAsked, HandoffShown

LONGEST_SCAN = 12_000_000
"""Characters of a scan in Base64."""


class BlankReceiptShown(Shown):
    """A numbered blank receipt; forms printed together have one `block`."""

    class Meta:
        model = m.BlankReceipt
        fields: ClassVar[list[str]] = [
            "id", "number", "block", "project", "state", "printed_by", "issued_to", "party", "issued_by",
            "issued_at", "handoff", "reason", "entry",
        ]  # fmt: skip


class BlockAsked(Asked):
    """How many forms, and for which project; null for any."""

    count = Count(min_value=1, max_value=blanks.MOST)
    project = Seen(m.Project, required=False, allow_null=True, default=None)


class BlanksTaken(Asked):
    """Who takes the form, for which party, and how many from it on."""

    person = Id()
    party = Id()
    count = Count(min_value=1, max_value=blanks.MOST, required=False, default=1)


class BlankReason(Asked):
    """Why, or where it was found."""

    reason = Line(max_length=2000)


class BlankReceipts(mixins.CreateModelMixin, Visible):
    """Numbered blank receipts for handoffs on paper, each accounted for."""

    queryset = m.BlankReceipt.objects.all()
    serializer_class = BlankReceiptShown
    filterset_class = BlankReceiptFilter

    @act(BlockAsked, status=201, detail=False)
    def create(self, count: int, project: UUID | None) -> Outcome:
        """Number a block of blank receipts. Answers with the first; the others have its `block`."""
        return blanks.print_block(self.actor(), count=count, project=project)

    @act(BlanksTaken)
    def issue(self, row: m.BlankReceipt, person: UUID, party: UUID, count: int) -> Outcome:
        """Give out a form and those that follow it in its block."""
        return blanks.issue(self.actor(), form=row.id, person=person, party=party, count=count)

    @act(BlankReason)
    def spoil(self, row: m.BlankReceipt, reason: str) -> Outcome:
        """Say that a form is spoiled: it can never be used."""
        return blanks.spoil(self.actor(), form=row.id, reason=reason)

    @act(BlankReason)
    def miss(self, row: m.BlankReceipt, reason: str) -> Outcome:
        """Say that an issued form is missing."""
        return blanks.miss(self.actor(), form=row.id, reason=reason)

    @act(BlankReason)
    def find(self, row: m.BlankReceipt, reason: str) -> Outcome:
        """Say that a missing form was found: it stands as issued again."""
        return blanks.find(self.actor(), form=row.id, reason=reason)


class PaperHandoffShown(Shown):
    """That a handoff took place on paper: when as the paper says, and whether the rules allowed it."""

    class Meta:
        model = m.PaperHandoff
        fields: ClassVar[list[str]] = [
            "id", "handoff", "form", "took_place_at", "reason", "entered_by", "state", "due", "resolution",
            "settled_by", "entry",
        ]  # fmt: skip


class PaperAsked(HandoffAsked):
    """A handoff that took place on paper: an offer, with the number of the form and its scan in Base64."""

    form = Line(max_length=20)
    handed_over_by = Id()
    took_place_at = Moment()
    reason = Line(max_length=2000)
    scan = Line(max_length=LONGEST_SCAN)


class LeaveSettled(Asked):
    """What was done."""

    resolution = Line(max_length=2000)


_SHEET = ("form", "handed_over_by", "took_place_at", "reason")


class PaperHandoffs(mixins.CreateModelMixin, Visible):
    """Handoffs that took place on paper and were entered later."""

    queryset = m.PaperHandoff.objects.all()
    serializer_class = PaperHandoffShown
    filterset_class = PaperHandoffFilter

    @act(PaperAsked, gives=HandoffShown, status=201, detail=False)
    def create(self, scan: str, took_place_at: dt.datetime, **asked: Any) -> Outcome:
        """Enter a handoff that took place on paper; what a rule bars is recorded as done without leave. The
        receiver confirms it by accepting the handoff."""
        sheet = {name: asked.pop(name) for name in _SHEET if name in asked}
        return on_paper.enter(
            self.actor(),
            offer=handoffs.Offer(**asked),
            took_place_at=took_place_at,
            file=_received(scan),
            **sheet,
        )

    @act(LeaveSettled)
    def settle(self, row: m.PaperHandoff, resolution: str) -> Outcome:
        """Say what was done about a handoff that took place without leave."""
        return on_paper.settle(self.actor(), paper=row.id, resolution=resolution)


def _received(scan: str) -> Received:
    """Read a scan into a sealed file. Raises ActionError for what is no Base64, empty or too large."""
    try:
        raw = base64.b64decode(scan, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ActionError(Text("This is no Base64.", "这不是Base64编码。"), "scan") from error
    if not raw:
        raise ActionError(Text("The file is empty.", "文件为空。"), "scan")
    incoming = files.begin()
    try:
        incoming.write(raw)
        return incoming.finish()
    except TooLarge as error:
        raise ActionError(files.too_large(), "scan") from error
    except OSError as error:
        incoming.discard()
        raise ActionError(files.NOT_KEPT, "scan") from error
