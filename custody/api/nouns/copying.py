"""Copy permits: leave to make more copies of an item."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import copying
from custody.actions.base import Outcome
from custody.filters import CopyPermitFilter

from ..base import Visible, act
from ..fields import Asked, Count, Line, Pattern, Seen, Shown

_HASH = r"^[0-9a-f]{64}$"


class CopyPermitShown(Shown):
    """A copy permit; ``asked_for`` is the party that asks, ``copy`` the one that copies are made from, null
    for the original. Of the copies made those are listed that the caller may see."""

    made = serializers.SerializerMethodField()

    class Meta:
        model = m.CopyPermit
        fields: ClassVar[list[str]] = [
            "id", "project", "item", "asked_for", "copy", "place", "count", "purpose", "until", "state",
            "subject_sha256", "approved_sha256", "requested_by", "decided_by", "reason", "made", "entry",
        ]  # fmt: skip

    def get_made(self, row: m.CopyPermit) -> list[UUID]:
        """Return the copies made under it."""
        rows = m.Copy.objects.visible_to(self.context["request"].user).filter(id__in=row.made)
        return sorted(rows.order_by().values_list("id", flat=True))


class CopyPermitAsked(Asked):
    """More copies of an item to be made, from one that there is or from the original."""

    item = Seen(m.Item)
    count = Count(min_value=1, max_value=copying.MOST)
    purpose = Line(max_length=2000)
    until = serializers.DateField()
    copy = Seen(m.Copy, required=False, allow_null=True)
    place = Line(max_length=200, required=False, allow_blank=True)


class CopyPermitApproved(Asked):
    """Why a copy permit is approved, and the digest of what was read."""

    reason = Line(max_length=2000)
    subject_sha256 = Pattern(_HASH)


class CopyPermitReason(Asked):
    """Why a copy permit is not approved, or is withdrawn."""

    reason = Line(max_length=2000)


class CopyPermits(mixins.CreateModelMixin, Visible):
    """Leave to make more copies of an item: asked for by one, approved by another, used up by numbering."""

    queryset = m.CopyPermit.objects.all()
    serializer_class = CopyPermitShown
    filterset_class = CopyPermitFilter
    related = ("project", "item")

    @act(CopyPermitAsked, status=201, detail=False)
    def create(self, item: UUID, **asked: Any) -> Outcome:
        """Ask for leave to make more copies of an item."""
        return copying.request(self.actor(), item=item, asked=copying.Asked(**asked))

    @act(CopyPermitApproved)
    def approve(self, row: m.CopyPermit, reason: str, subject_sha256: str) -> Outcome:
        """Approve exactly the copy permit that has this digest."""
        return copying.approve(self.actor(), permit=row.id, reason=reason, subject_sha256=subject_sha256)

    @act(CopyPermitReason)
    def refuse(self, row: m.CopyPermit, reason: str) -> Outcome:
        """Do not approve a copy permit."""
        return copying.refuse_permit(self.actor(), permit=row.id, reason=reason)

    @act(CopyPermitReason)
    def withdraw(self, row: m.CopyPermit, reason: str) -> Outcome:
        """Take a copy permit back under which no copy was made."""
        return copying.withdraw(self.actor(), permit=row.id, reason=reason)
