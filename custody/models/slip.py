"""Printed one-time slips that two people hand over."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from custody.terms import SlipEnd, SlipPurpose, SlipState

from .base import Row, VisibleQuerySet, WordField


class SlipQuerySet(VisibleQuerySet):
    """Slips as far as a user may see them, and those that can still be used."""

    def seen_outside(self, user: Any) -> Self:
        """Return those for the user's own sign-in."""
        return self.filter(sign_in__person=user.person_id)

    def open(self) -> Self:
        """Return those that nobody has used or ended; some have run out."""
        return self.filter(state__in=[SlipState.ASKED, SlipState.CONFIRMED])

    def live(self) -> Self:
        """Return those that are open and have not run out."""
        return self.open().filter(expires_at__gt=timezone.now())


class Slip(Row):
    """Two codes for one sign-in, one with whoever asked, one with whoever confirmed: both together open it.

    Of a code only its digest is kept, which is in the entry too: nobody changes it here unseen.
    """

    sign_in = models.ForeignKey("custody.User", on_delete=models.PROTECT, related_name="slips")
    purpose = WordField(SlipPurpose)
    reason = models.CharField(max_length=1000)
    state = WordField(SlipState)
    asked_by = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    first_sha256 = models.CharField(max_length=64, help_text="Digest of the asker's code.")
    second_sha256 = models.CharField(
        max_length=64, blank=True, default="", help_text="Digest of the confirmer's code; empty: none yet."
    )
    first_printed = models.UUIDField(null=True, blank=True, help_text="Entry of its printing.")
    second_printed = models.UUIDField(null=True, blank=True, help_text="Entry of its printing.")
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, help_text="Wrong tries so far.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was used or ended.")
    ended_how = WordField(SlipEnd, null=True, blank=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="When its use was told at a sign-in; no entry tells it."
    )

    objects: ClassVar[SlipQuerySet] = SlipQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sign_in"], condition=Q(state__in=["asked", "confirmed"]), name="one_open_slip"
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("asked_by")), name="nobody_confirms_their_own_slip"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", confirmed_by__isnull=True, second_sha256="", ended_at__isnull=True)
                | Q(
                    state="confirmed",
                    confirmed_by__isnull=False,
                    second_sha256__gt="",
                    ended_at__isnull=True,
                )
                | Q(
                    state="used",
                    confirmed_by__isnull=False,
                    second_sha256__gt="",
                    ended_at__isnull=False,
                    ended_how__isnull=True,
                )
                | Q(state="ended", ended_at__isnull=False, ended_how__isnull=False),
                name="a_slip_is_in_one_state",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose.text.en

    @property
    def run_out(self) -> bool:
        """Whether its time is over although nobody has used or ended it."""
        return self.ended_at is None and self.expires_at <= timezone.now()
