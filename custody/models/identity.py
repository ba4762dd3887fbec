"""Accounts at the house's sign-in provider that sign somebody in."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from custody.terms import IdentityEnd, IdentityState

from .base import Row, WordField
from .kept import OwnQuerySet

PROPOSED_FOR = dt.timedelta(days=14)


class IdentityQuerySet(OwnQuerySet):
    """A user's own accounts, those in force, and those that are to be."""

    def live(self) -> Self:
        """Return those that sign somebody in."""
        return self.filter(state=IdentityState.LINKED)

    def proposed(self) -> Self:
        """Return those that wait to be confirmed."""
        return self.filter(state=IdentityState.PROPOSED)

    def to_judge(self, user: Any) -> Self:
        """Return what the house may see that others confirm: the accounts of everybody."""
        return self if getattr(user, "is_authenticated", False) and user.in_house else self.none()

    def signing(self) -> Self:
        """Return those that sign somebody in, or did."""
        return self.filter(Q(proposed_by__isnull=True) | Q(confirmed_by__isnull=False))

    def open(self) -> Self:
        """Return those that sign somebody in or are to."""
        return self.filter(ended_at__isnull=True)


class Identity(Row):
    """One account at a provider, named as OpenID Connect names it: by issuer and subject, which it gives to
    nobody else. A mail address or a name says nothing here: whoever keeps the provider changes it. One of
    before two people were asked for has nobody who proposed it."""

    user = models.ForeignKey("custody.User", on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=400, help_text="Address under which the provider signs.")
    subject = models.CharField(max_length=255, help_text="What the provider calls the account.")
    state = WordField(IdentityState, default=IdentityState.LINKED)
    proposed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = WordField(IdentityEnd, null=True, blank=True)

    objects: ClassVar[IdentityQuerySet] = IdentityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=Q(ended_at__isnull=True) & ~Q(subject__startswith="ERASED-"),
                name="an_account_signs_in_one",
            ),
            models.UniqueConstraint(
                fields=["user", "issuer"],
                condition=Q(state="linked"),
                name="one_account_for_a_sign_in",
            ),
            models.UniqueConstraint(
                fields=["user", "issuer"],
                condition=Q(state="proposed"),
                name="one_proposed_account_for_a_sign_in",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")), name="nobody_confirms_their_own_account"
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", proposed_by__isnull=False, confirmed_by__isnull=True)
                | Q(state="linked", proposed_by__isnull=True, confirmed_by__isnull=True)
                | Q(state="linked", proposed_by__isnull=False, confirmed_by__isnull=False)
                | Q(state="ended"),
                name="an_account_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_at__isnull=False)
                | (~Q(state="ended") & Q(ended_at__isnull=True)),
                name="an_account_is_in_one_state",
            ),
        ]

    @property
    def run_out(self) -> bool:
        """Return whether it was proposed too long ago to be confirmed."""
        waits = self.state is IdentityState.PROPOSED
        return waits and timezone.now() - self.created_at > PROPOSED_FOR

    def __str__(self) -> str:
        return self.subject
