"""The PIN with which a person signs at somebody else's counter."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import PinEnd

from .base import Row, WordField
from .kept import OwnQuerySet


class CounterPinQuerySet(OwnQuerySet):
    """A user's own PINs, and those in force."""

    def live(self) -> Self:
        """Return those that count."""
        return self.filter(ended_at__isnull=True)


class CounterPin(Row):
    """A PIN of one sign-in, good for one signature at a counter and for nothing else: it is no factor."""

    user = models.ForeignKey("custody.User", on_delete=models.PROTECT, related_name="counter_pins")
    digest = models.CharField(
        max_length=400,
        blank=True,
        default="",
        help_text="Argon2, sealed for this row alone; once ended, empty.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = WordField(PinEnd, null=True, blank=True)

    objects: ClassVar[CounterPinQuerySet] = CounterPinQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="one_pin_for_a_sign_in"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(digest=""), name="an_ended_pin_keeps_no_digest"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
