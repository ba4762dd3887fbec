"""Sheets on which a receiver without a sign-in signs for one handoff by hand, before a witness."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import ReceiptSheetState

from .base import Row, VisibleQuerySet, WordField
from .handoff import Handoff


class ReceiptSheetQuerySet(VisibleQuerySet):
    """Sheets a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of visible handoffs."""
        return self.filter(handoff__in=Handoff.objects.seen_outside(user).values("id"))


class ReceiptSheet(Row):
    """A numbered sheet of one handoff: who printed it, and before whom the receiver signed it."""

    number = models.CharField(max_length=30, unique=True, help_text="The handoff's, a slash, and which one.")
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="receipt_sheets")
    printed_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    state = WordField(ReceiptSheetState, default=ReceiptSheetState.PRINTED)
    witness = models.ForeignKey(
        "custody.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Before whom it was signed; null: it was not, as far as recorded.",
    )
    custodian = models.ForeignKey(
        "custody.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="At whose counter; null with the witness.",
    )

    objects: ClassVar[ReceiptSheetQuerySet] = ReceiptSheetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handoff"], condition=Q(state="printed"), name="one_sheet_of_a_handoff_to_sign"
            ),
            models.UniqueConstraint(
                fields=["handoff"], condition=Q(state="used"), name="one_signed_sheet_of_a_handoff"
            ),
            models.CheckConstraint(
                condition=Q(state="used", witness__isnull=False, custodian__isnull=False)
                | Q(witness__isnull=True, custodian__isnull=True) & ~Q(state="used"),
                name="a_used_sheet_names_its_witness",
            ),
        ]

    def __str__(self) -> str:
        return self.number
