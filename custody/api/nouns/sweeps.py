"""Sweeps of computers: lists, results, and files found where no copy is registered."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from custody import models as m
from custody.actions import sweeps
from custody.actions.base import Outcome
from custody.filters import StrayFilter, SweepFilter

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Shown
from .reports import AsItIs

_HOW = ["report", "remove", "allow"]
LONGEST_RESULT = 4_000_000
"""Characters of a result in a request; a larger one is brought in on the page."""


class SweepListShown(Shown):
    """A sweep list: how many items are on it."""

    class Meta:
        model = m.SweepList
        fields: ClassVar[list[str]] = ["id", "items", "made_by", "entry"]


class Nothing(Asked):
    """Nothing is asked."""


class SweepLists(mixins.CreateModelMixin, Visible):
    """Lists of keyed digests of all items, for the house alone."""

    queryset = m.SweepList.objects.all()
    serializer_class = SweepListShown

    @act(Nothing, status=201, detail=False)
    def create(self) -> Outcome:
        """Make a list of the items of today."""
        return sweeps.make_list(self.actor())

    @extend_schema(responses={(200, "application/json"): OpenApiTypes.OBJECT})
    @action(detail=True, filter_backends=[], pagination_class=None, renderer_classes=[AsItIs])
    def file(self, request: Request, pk: UUID) -> HttpResponse:
        """Take the list as a file for `python -m custody.sweep`."""
        raw = sweeps.listing(self.get_object()).written()
        answer = HttpResponse(raw, content_type="application/json")
        answer["Content-Disposition"] = 'attachment; filename="sweep-list.json"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer


class SweepShown(Shown):
    """What a computer was looked through for, by that computer's clock; `unread` names the first 200."""

    class Meta:
        model = m.Sweep
        fields: ClassVar[list[str]] = [
            "id", "sweep_list", "system", "folder", "began_at", "ended_at", "files", "size", "links",
            "unread", "unread_count", "registered", "unknown", "sha256", "imported_by", "entry",
        ]  # fmt: skip


class SweepAsked(Asked):
    """The system that was swept, and the text of the result file."""

    system = Seen(m.System)
    result = serializers.CharField(max_length=LONGEST_RESULT, trim_whitespace=False)


class Sweeps(mixins.CreateModelMixin, Visible):
    """Results of sweeps, for the house alone."""

    queryset = m.Sweep.objects.all()
    serializer_class = SweepShown
    filterset_class = SweepFilter

    @act(SweepAsked, status=201, detail=False)
    def create(self, system: UUID, result: str) -> Outcome:
        """Bring in a result; files of items that have no copy registered there become findings."""
        return sweeps.bring_in(self.actor(), system=system, raw=result.encode("utf-8", "replace"))


class StrayShown(Shown):
    """A file with the content of an item on a system where no copy of it is registered."""

    class Meta:
        model = m.Stray
        fields: ClassVar[list[str]] = [
            "id", "sweep", "project", "item", "system", "path", "size", "state", "resolution", "settled_by",
            "entry",
        ]  # fmt: skip


class StraySettled(Asked):
    """What became of the file: reported, removed, or rightly there; and in words."""

    how = serializers.ChoiceField(choices=_HOW)
    resolution = Line(max_length=2000)


class Strays(Visible):
    """Files found where no copy is registered."""

    queryset = m.Stray.objects.all()
    serializer_class = StrayShown
    filterset_class = StrayFilter

    @act(StraySettled)
    def settle(self, row: m.Stray, **asked: Any) -> Outcome:
        """Say what became of the file."""
        return sweeps.settle(self.actor(), stray=row.id, **asked)
