"""Registers that were printed: the question, and the file that answered it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from custody.terms import PrintedKind

from .base import Row, VisibleQuerySet, WordField
from .project import Project


class RegisterPrintQuerySet(VisibleQuerySet):
    """Printed registers a user may see."""

    def seen_outside(self, user: Any) -> Self:
        """Return those of projects seen whole, and those that tell the lines of an own party alone."""
        return self.filter(
            Q(project__in=Project.objects.whole_for(user).values("id")) | Q(party__in=user.party_ids())
        )


class RegisterPrint(Row):
    """One printing of a register. It is never changed: whoever needs another paper prints another number."""

    number = models.CharField(max_length=20, unique=True)
    address = models.CharField(
        max_length=40, unique=True, help_text="What its QR code leads to; drawn at random."
    )
    register = WordField(PrintedKind)
    project = models.ForeignKey(
        Project,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="register_prints",
        help_text="Null: of all projects in which the party has a part.",
    )
    party = models.ForeignKey(
        "custody.Party",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Whose lines alone it has; null: all lines of the project.",
    )
    starts = models.DateField(help_text="First day of the period.")
    ends = models.DateField(help_text="Last day of the period.")
    zone = models.CharField(max_length=64, help_text="In which its days are reckoned.")
    language = models.CharField(max_length=8)
    ledger_size = models.BigIntegerField(help_text="Entries of the ledger that it was told from.")
    ledger_head = models.CharField(
        max_length=64, blank=True, help_text="Root of the tree at that size, in hex."
    )
    lines = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="Of the PDF.")
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[RegisterPrintQuerySet] = RegisterPrintQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(project__isnull=False) | Q(party__isnull=False), name="printed_of_something"
            ),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="printed_period_in_order"),
        ]

    def __str__(self) -> str:
        return self.number
