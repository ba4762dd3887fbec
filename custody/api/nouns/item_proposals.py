"""What is proposed of items and determined by somebody else."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from custody import models as m
from custody.actions import classifying
from custody.actions.base import Outcome
from custody.filters import ItemProposalFilter

from ..base import Visible, act
from ..fields import Asked, Line, Pattern, Shown

_HASH = r"^[0-9a-f]{64}$"


class ItemProposalShown(Shown):
    """A proposal about an item. ``values`` are what its columns would be, ``was`` what stood before of those
    that were changed; of items that it was made from those are listed that the caller may see."""

    values = serializers.SerializerMethodField()
    was = serializers.SerializerMethodField()

    class Meta:
        model = m.ItemProposal
        fields: ClassVar[list[str]] = [
            "id", "project", "item", "kind", "level", "values", "effective_on", "change_basis", "reason",
            "state", "subject_sha256", "determined_sha256", "proposed_by", "decided_by", "decided_on",
            "decision_reason", "was", "entry",
        ]  # fmt: skip

    @extend_schema_field(serializers.DictField())
    def get_values(self, row: m.ItemProposal) -> dict[str, Any]:
        """Return what is proposed, column by column."""
        return self._seen(row.values)

    @extend_schema_field(serializers.DictField())
    def get_was(self, row: m.ItemProposal) -> dict[str, Any]:
        """Return what stood before, of what was changed."""
        return self._seen(row.was)

    def _seen(self, values: dict[str, Any]) -> dict[str, Any]:
        ids = values.get("sources")
        if not ids:
            return dict(values)
        seen = m.Item.objects.visible_to(self.context["request"].user).filter(id__in=ids)
        return {**values, "sources": [str(id) for id in seen.order_by("id").values_list("id", flat=True)]}


class ItemDetermined(Asked):
    """Why a proposal is determined, and the digest of what was read."""

    reason = Line(max_length=2000)
    subject_sha256 = Pattern(_HASH)


class ItemProposalReason(Asked):
    """Why a proposal is sent back or taken back."""

    reason = Line(max_length=2000)


class ItemProposals(Visible):
    """Proposals about items: made by one, determined by an officer who did not make them."""

    queryset = m.ItemProposal.objects.all()
    serializer_class = ItemProposalShown
    filterset_class = ItemProposalFilter
    related = ("project", "item")

    @act(ItemDetermined)
    def determine(self, row: m.ItemProposal, reason: str, subject_sha256: str) -> Outcome:
        """Determine exactly the proposal that has this digest: the item stands so at once."""
        return classifying.determine(
            self.actor(), proposal=row.id, reason=reason, subject_sha256=subject_sha256
        )

    @act(ItemProposalReason)
    def send_back(self, row: m.ItemProposal, reason: str) -> Outcome:
        """Send a proposal back: nothing of the item changes."""
        return classifying.send_back(self.actor(), proposal=row.id, reason=reason)

    @act(ItemProposalReason)
    def take_back(self, row: m.ItemProposal, reason: str) -> Outcome:
        """Take a proposal back that waits: nothing of the item changes."""
        return classifying.take_back(self.actor(), proposal=row.id, reason=reason)
