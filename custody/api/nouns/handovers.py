"""Custodian handovers: opened, counted as a stocktake, signed by three; what passed and what stayed."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody import record
from custody.actions import handing_over, stocktaking
from custody.actions.base import ActionError, Outcome
from custody.filters import HandoverFilter, HandoverLineFilter
from custody.passwords import NOT_YOURS, own_password

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Shown
from .stocktakes import ResultShown, SignatureAsked


class HandoverSignatureShown(Shown):
    """Who signed, as what, and when."""

    class Meta:
        model = m.HandoverSignature
        fields: ClassVar[list[str]] = ["person", "signs_as", "signed_on", "statement_sha256", "entry"]


class HandoverShown(Shown):
    """A handover; ``stocktake`` is the joint count, ``passed`` and ``stayed`` say how many copies did."""

    signatures = HandoverSignatureShown(many=True)

    class Meta:
        model = m.Handover
        fields: ClassVar[list[str]] = [
            "id", "party", "stocktake", "outgoing", "incoming", "supervisor", "reason", "due", "opened_by",
            "opened_on", "state", "statement_sha256", "completed_on", "passed", "stayed",
            "abandoned_because", "signatures", "entry",
        ]  # fmt: skip


class HandoverAsked(Asked):
    """Who hands over all that they keep for a party, to whom, and before whom; what stays is to be settled by
    ``due``, in 14 days where none is given."""

    party = Seen(m.Party)
    outgoing = Seen(m.Person)
    incoming = Seen(m.Person)
    supervisor = Seen(m.Person)
    reason = Line(max_length=2000)
    due = serializers.DateField(required=False, allow_null=True)


class AbandonAsked(Asked):
    """Why a handover is abandoned."""

    reason = Line(max_length=2000)


class Handovers(mixins.CreateModelMixin, Visible):
    """Custodian handovers: all that a person keeps is put on one list, counted together, and signed by three.

    The copies are counted, and looked for once more, as those of its stocktake."""

    queryset = m.Handover.objects.prefetch_related("signatures")
    serializer_class = HandoverShown
    filterset_class = HandoverFilter

    @act(HandoverAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Freeze the list of what a person keeps for a party, to be counted and handed over."""
        return handing_over.open_handover(self.actor(), asked=handing_over.Asked(**asked))

    @extend_schema(responses=ResultShown, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def result(self, request: Request, pk: UUID) -> Response:
        """Show what the three sign, as it stands now."""
        row = self.get_object()
        found = stocktaking.result(row.stocktake)
        text = handing_over.statement(row, found)
        told = {"statement": text, "statement_sha256": record.digest_of_text(text), "counts": found.counts}
        return Response(ResultShown(told).data)

    @act(SignatureAsked)
    def sign(self, row: m.Handover, statement_sha256: str, password: str) -> Outcome:
        """Sign the text that was read, as one of the three; custody passes with the third signature."""
        if not own_password(self.request, password):
            raise ActionError(NOT_YOURS, "password")
        return handing_over.sign(self.actor(), handover=row.id, statement_sha256=statement_sha256)

    @act(AbandonAsked)
    def abandon(self, row: m.Handover, reason: str) -> Outcome:
        """Give a handover up; nothing passes."""
        return handing_over.abandon(self.actor(), handover=row.id, reason=reason)


class HandoverLineShown(Shown):
    """What became of one copy: it passed by ``handoff``, or stayed, and why."""

    class Meta:
        model = m.HandoverLine
        fields: ClassVar[list[str]] = [
            "id",
            "handover",
            "copy",
            "code",
            "handoff",
            "stays",
            "refusal",
            "entry",
        ]


class HandoverLines(Visible):
    """Lines of custodian handovers, one for each copy that the person kept."""

    queryset = m.HandoverLine.objects.all()
    serializer_class = HandoverLineShown
    filterset_class = HandoverLineFilter
