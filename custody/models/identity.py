"""Accounts at the house's sign-in provider that sign somebody in."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import IdentityEnd

from .base import Row, WordField
from .kept import OwnQuerySet


class IdentityQuerySet(OwnQuerySet):
    """A user's own accounts, and those in force."""

    def live(self) -> Self:
        """Return those that count."""
        return self.filter(ended_at__isnull=True)


class Identity(Row):
    """One account at a provider, named as OpenID Connect names it: by issuer and subject, which it gives to
    nobody else. A mail address or a name says nothing here: whoever keeps the provider changes it."""

    user = models.ForeignKey("custody.User", on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=400, help_text="Address under which the provider signs.")
    subject = models.CharField(max_length=255, help_text="What the provider calls the account.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = WordField(IdentityEnd, null=True, blank=True)

    objects: ClassVar[IdentityQuerySet] = IdentityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"],
                condition=Q(ended_at__isnull=True),
                name="an_account_signs_in_one",
            ),
            models.UniqueConstraint(
                fields=["user", "issuer"],
                condition=Q(ended_at__isnull=True),
                name="one_account_for_a_sign_in",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
