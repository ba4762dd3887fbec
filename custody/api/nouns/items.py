"""Data items and their numbered copies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import corrections, counting, need, projects
from custody.actions.base import Outcome
from custody.filters import CopyFilter, ItemFilter

from ..base import Visible, act
from ..fields import Asked, Count, Line, Pattern, Seen, Shown
from .need import Admitted, NeedToKnowShown


class ItemShown(Shown):
    """A data item."""

    class Meta:
        model = m.Item
        fields: ClassVar[list[str]] = ["id", "project", "codename", "level", "sha256", "state", "entry"]


class ItemAsked(Asked):
    """An item to register; its content stays outside."""

    project = Seen(m.Project)
    codename = Line(max_length=100)
    level = Line(max_length=40)
    sha256 = Pattern(r"^[0-9a-f]{64}$", required=False, allow_blank=True)


class ItemCorrected(Asked):
    """The right codename and level, and why the old ones were wrong."""

    codename = Line(max_length=100)
    level = Line(max_length=40)
    reason = Line(max_length=1000)


class CopyShown(Shown):
    """A numbered copy and who answers for it."""

    codename = serializers.CharField(source="item.codename", read_only=True)
    level = serializers.CharField(source="item.level", read_only=True)
    project = serializers.UUIDField(source="item.project_id", read_only=True)

    class Meta:
        model = m.Copy
        fields: ClassVar[list[str]] = [
            "id", "code", "project", "item", "codename", "level", "number", "state", "custodian_party",
            "custodian_person", "system", "offered_in", "unconfirmed", "entry",
        ]  # fmt: skip


class CopiesAsked(Asked):
    """How many copies to number, who holds them and where."""

    count = Count(min_value=1, max_value=projects.COPIES_PER_ACT)
    custodian_person = Seen(m.Person, required=False, allow_null=True)
    system = Seen(m.System, required=False, allow_null=True)


class Counted(Asked):
    """How a copy in doubt was counted."""

    how = Line(max_length=1000)


class Items(mixins.CreateModelMixin, Visible):
    """Data items, by codename and hash."""

    queryset = m.Item.objects.all()
    serializer_class = ItemShown
    filterset_class = ItemFilter

    @act(ItemAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Register an item. 409 when the rules refuse it; that is recorded."""
        return projects.register_item(self.actor(), **asked)

    @act(CopiesAsked, gives=CopyShown, status=201)
    def copies(self, row: m.Item, **asked: Any) -> Outcome:
        """Number new copies of the item."""
        return projects.mint_copies(self.actor(), item=row.id, **asked)

    @act(Admitted, gives=NeedToKnowShown, status=201)
    def need_to_know(self, row: m.Item, **asked: Any) -> Outcome:
        """Put a person on the need-to-know list of the item; nobody does so for themselves."""
        return need.admit(self.actor(), item=row.id, **asked)

    @act(ItemCorrected)
    def correct(self, row: m.Item, **asked: Any) -> Outcome:
        """Put a wrong level or codename right. Copies do not move by themselves."""
        return corrections.correct_item(self.actor(), item=row.id, **asked)


class Copies(Visible):
    """Numbered copies."""

    queryset = m.Copy.objects.all()
    serializer_class = CopyShown
    filterset_class = CopyFilter
    related = ("item",)

    @act(Counted)
    def confirm(self, row: m.Copy, how: str) -> Outcome:
        """Say that a copy in doubt since a restore was counted and is where the record says."""
        done = counting.confirm(self.actor(), copies=[row.id], how=how)
        return replace(done, object=done.object[0])
