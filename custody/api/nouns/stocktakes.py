"""Stocktakes: opened, counted, signed; their lines, and what became of differences."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody import record
from custody.actions import scanning, stocktaking
from custody.actions.base import ActionError, Outcome
from custody.filters import StocktakeFilter, StocktakeLineFilter
from custody.passwords import NOT_YOURS, own_password
from custody.terms import Scanned, SecondPerson

from ..base import Visible, act
from ..fields import Asked, Line, Pattern, Seen, Shown, Truth, Words

_HOW = ["find", "put_right", "destroy", "report"]


class StocktakeShown(Shown):
    """A stocktake; ``counts`` and ``lines_sha256`` are of its signed result. ``keeper`` is whose copies alone
    are counted, for a handover."""

    class Meta:
        model = m.Stocktake
        fields: ClassVar[list[str]] = [
            "id", "party", "project", "system", "keeper", "counter", "second", "second_as", "opened_by",
            "opened_on", "state", "expected", "list_sha256", "ledger_size", "head", "closed_on", "closed_by",
            "counts", "lines_sha256", "reason", "entry",
        ]  # fmt: skip


class ResultShown(serializers.Serializer[Any]):
    """The RFC 8785 text that is signed, as it stands now; ``counts`` says how many are found how."""

    statement = serializers.CharField()
    statement_sha256 = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())


class ScanShown(serializers.Serializer[Any]):
    """What is said of one scan; ``line`` is null where nothing stands in the list for it."""

    typed = serializers.CharField()
    code = serializers.CharField()
    said = serializers.ChoiceField(choices=[str(word) for word in Scanned])
    line = serializers.SerializerMethodField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_line(self, scan: scanning.Scan) -> str | None:
        """Return the line that the scan is about."""
        return str(scan.line.id) if scan.line else None


class CountShown(serializers.Serializer[Any]):
    """What came of scans, one by one in their order; empty where they had been sent before."""

    id = serializers.UUIDField()
    scans = ScanShown(many=True)


class StocktakeAsked(Asked):
    """What is to be counted, and by which two people."""

    party = Seen(m.Party)
    counter = Seen(m.Person)
    second = Seen(m.Person)
    second_as = Words(SecondPerson)
    project = Seen(m.Project, required=False, allow_null=True)
    system = Seen(m.System, required=False, allow_null=True)


class ScansAsked(Asked):
    """Codes as they were typed or scanned, in their order; ``damaged`` holds for all of them."""

    codes = serializers.ListField(
        child=Line(max_length=300, allow_blank=True), min_length=1, max_length=scanning.MOST
    )
    damaged = Truth(required=False, default=False)
    place = Seen(m.System, required=False, allow_null=True)


class SignatureAsked(Asked):
    """The statement that was read, by its SHA-256; the password is one's own, once more."""

    statement_sha256 = Pattern(r"^[0-9a-f]{64}$")
    password = Line(max_length=200, write_only=True, trim_whitespace=False)


class CancelAsked(Asked):
    """Why a stocktake is called off."""

    reason = Line(max_length=2000)


class Stocktakes(mixins.CreateModelMixin, Visible):
    """Stocktakes: the list of what a party is to hold is frozen, counted twice, and the result signed."""

    queryset = m.Stocktake.objects.all()
    serializer_class = StocktakeShown
    filterset_class = StocktakeFilter

    @act(StocktakeAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Freeze the list of what a party is to hold, and begin to count it."""
        return stocktaking.open_stocktake(self.actor(), asked=stocktaking.Asked(**asked))

    @act(ScansAsked, gives=CountShown)
    def count(
        self, row: m.Stocktake, codes: list[str], damaged: bool = False, place: UUID | None = None
    ) -> Outcome:
        """Count up to 5,000 codes; each is judged at once."""
        return scanning.count(self.actor(), stocktake=row.id, codes=codes, damaged=damaged, place=place)

    @extend_schema(responses=ResultShown, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def result(self, request: Request, pk: UUID) -> Response:
        """Show what would be signed now, or what was."""
        row = self.get_object()
        found = stocktaking.result(row)
        text = stocktaking.statement(row, found)
        told = {"statement": text, "statement_sha256": record.digest_of_text(text), "counts": found.counts}
        return Response(ResultShown(told).data)

    @act()
    def recount(self, row: m.Stocktake) -> Outcome:
        """Begin the second count, of what was not seen."""
        return stocktaking.recount(self.actor(), stocktake=row.id)

    @act(SignatureAsked)
    def close(self, row: m.Stocktake, statement_sha256: str, password: str) -> Outcome:
        """Sign the result that was read; each difference is then settled on its own."""
        if not own_password(self.request, password):
            raise ActionError(NOT_YOURS, "password")
        return stocktaking.close(self.actor(), stocktake=row.id, statement_sha256=statement_sha256)

    @act(CancelAsked)
    def cancel(self, row: m.Stocktake, reason: str) -> Outcome:
        """Call a stocktake off; nothing counts as counted by it."""
        return stocktaking.cancel(self.actor(), stocktake=row.id, reason=reason)


class StocktakeLineShown(Shown):
    """One copy in a stocktake, expected or met while counting; a label that names no copy has none."""

    class Meta:
        model = m.StocktakeLine
        fields: ClassVar[list[str]] = [
            "id", "stocktake", "copy", "code", "expected", "found", "round", "place", "counted_by",
            "difference", "resolution", "settled_by", "entry",
        ]  # fmt: skip


class LineSettled(Asked):
    """What became of a difference: found in order, put right, destroyed earlier, or reported; and in
    words."""

    how = serializers.ChoiceField(choices=_HOW)
    resolution = Line(max_length=2000)


class StocktakeLines(Visible):
    """Lines of stocktakes, one for each copy."""

    queryset = m.StocktakeLine.objects.all()
    serializer_class = StocktakeLineShown
    filterset_class = StocktakeLineFilter

    @act(LineSettled)
    def settle(self, row: m.StocktakeLine, how: str, resolution: str) -> Outcome:
        """Say what became of a difference; a missing copy that was found may be offered again."""
        return stocktaking.settle(self.actor(), line=row.id, how=how, resolution=resolution)
