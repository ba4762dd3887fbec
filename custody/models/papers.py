"""Papers of a subcontract: written consents from above, and agreements on the terms that flow down."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from custody.terms import ConsentKind

from .base import Row, VisibleQuerySet, WordField
from .hop import Hop


class PaperQuerySet(VisibleQuerySet):
    """Papers a user may see: those of the hops that the user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return the visible papers."""
        return self.filter(hop__in=Hop.objects.seen_outside(user).values("id"))


class Paper(Row):
    """What a paper of a subcontract has: its number, and the file it may be kept as. Append-only."""

    reference = models.CharField(max_length=200, help_text="Number of the paper.")
    document_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the paper as a file; empty: not recorded."
    )
    recorded_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[PaperQuerySet] = PaperQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True


class Consent(Paper):
    """The client's or an authority's written consent to one subcontract; of one kind the latest counts."""

    hop = models.ForeignKey(Hop, on_delete=models.PROTECT, related_name="consents")
    kind = WordField(ConsentKind)
    given_on = models.DateField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Agreement(Paper):
    """Which clauses giver and receiver of a subcontract agreed, and when each signed; the latest counts."""

    hop = models.ForeignKey(Hop, on_delete=models.PROTECT, related_name="agreements")
    clauses = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    giver_signed_on = models.DateField(null=True, blank=True)
    receiver_signed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"agreement {self.reference}"
