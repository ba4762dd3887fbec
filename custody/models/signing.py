"""Which passkeys and smart cards sign decisions, for whom, and what was signed with them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from custody.terms import KeyForm, SignedType, SigningKeyEnd, SigningKeyState

from .base import Row, VisibleQuerySet, WordField


class SigningKeyQuerySet(VisibleQuerySet):
    """Keys that sign, as far as a user may see them, and those in force."""

    def seen_outside(self, user: Any) -> Self:
        """Return the user's own."""
        return self.filter(person=user.person_id)

    def in_force(self) -> Self:
        """Return those whose signatures count."""
        return self.filter(state=SigningKeyState.CONFIRMED)

    def live(self) -> Self:
        """Return those that sign, and those that wait to."""
        return self.exclude(state=SigningKeyState.ENDED)


class SigningKey(Row):
    """A passkey or smart card of one person that signs decisions from when another person has confirmed it
    until its end.

    Its public key stands in the entry ``confirmed``, and a signature is judged by that one.
    """

    form = WordField(KeyForm, default=KeyForm.PASSKEY)
    factor = models.ForeignKey(
        "custody.Factor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="signing",
        help_text="The passkey; null: a card.",
    )
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="signing_keys")
    credential = models.CharField(
        max_length=1400, help_text="Id of the passkey in base64url, or SHA-256 of the public key of the card."
    )
    public_key = models.CharField(
        max_length=2000,
        help_text="COSE key (RFC 9052), of a card SubjectPublicKeyInfo (RFC 5280), in base64url.",
    )
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the public key, in hex.")
    origin = models.CharField(max_length=300, help_text="Origin of the pages on which it signs.")
    rp_id = models.CharField(max_length=260, help_text="Host name to which it is bound.")
    state = WordField(SigningKeyState)
    confirmed_by = models.ForeignKey(
        "custody.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed = models.UUIDField(
        null=True, blank=True, help_text="Entry that confirmed it; null: nobody did."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = WordField(SigningKeyEnd, null=True, blank=True)

    objects: ClassVar[SigningKeyQuerySet] = SigningKeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential"], condition=~Q(state="ended"), name="a_passkey_signs_for_one"
            ),
            models.CheckConstraint(
                condition=Q(form="passkey", factor__isnull=False)
                | Q(form="certificate", factor__isnull=True),
                name="a_signing_key_is_of_one_form",
            ),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("person")), name="nobody_confirms_their_own_signing_key"
            ),
            models.CheckConstraint(
                condition=Q(state="asked", confirmed__isnull=True, ended_at__isnull=True)
                | Q(state="confirmed", confirmed__isnull=False, ended_at__isnull=True)
                | Q(state="ended", ended_at__isnull=False),
                name="a_signing_key_is_in_one_state",
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint[:16]


class Signature(Row):
    """That a person signed one statement with a passkey, whatever was decided with it. Append-only.

    Statement and signature stand in ``entry``; here is what keeps a statement from being signed twice, and a
    passkey from signing for two people.
    """

    type = WordField(SignedType)
    object = models.UUIDField(help_text="Id of what is decided on.")
    decision_entry = models.UUIDField(unique=True, help_text="Ledger entry of the decision that is signed.")
    person = models.ForeignKey("custody.Person", on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="signatures")
    statement_sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.type} {self.statement_sha256[:16]}"
