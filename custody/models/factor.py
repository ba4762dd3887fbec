"""What a person signs in with beside a password."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from custody.terms import FactorEnd, FactorKind

from .base import Row, WordField
from .kept import OwnQuerySet


class FactorQuerySet(OwnQuerySet):
    """A user's own factors, and those in force."""

    def live(self) -> Self:
        """Return those that count."""
        return self.filter(ended_at__isnull=True)

    def second(self) -> Self:
        """Return those in force that are a factor by themselves: recovery codes stand in for one."""
        return self.live().exclude(kind=FactorKind.CODES)


class Factor(Row):
    """A passkey, a code app or a set of recovery codes of one sign-in, as the ledger has it.

    Nothing here is secret. What a code app shares with the site, and the digests of recovery codes, lie with
    the packages that check them, and count only while a row here says so.
    """

    user = models.ForeignKey("custody.User", on_delete=models.PROTECT, related_name="factors")
    kind = WordField(FactorKind)
    name = models.CharField(max_length=60)
    credential = models.CharField(
        max_length=1400, blank=True, default="", help_text="Id of a passkey in base64url; else empty."
    )
    public_key = models.CharField(
        max_length=2000, blank=True, default="", help_text="COSE key (RFC 9052) of a passkey in base64url."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = WordField(FactorEnd, null=True, blank=True)
    counter = models.BigIntegerField(
        default=0, help_text="Of a passkey the last count that it sent, of a code app the last step used."
    )
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[FactorQuerySet] = FactorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(ended_at__isnull=True) & ~Q(kind="passkey"),
                name="one_code_app_and_one_set_of_codes",
            ),
            models.UniqueConstraint(
                fields=["credential"],
                condition=Q(ended_at__isnull=True) & ~Q(credential=""),
                name="a_passkey_signs_in_one",
            ),
            models.CheckConstraint(
                condition=Q(kind="passkey", credential__gt="", public_key__gt="")
                | (~Q(kind="passkey") & Q(credential="", public_key="")),
                name="a_passkey_has_its_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.kind.text.en
