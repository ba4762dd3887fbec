"""Papers of subcontracts: consents from above, and agreements on what flows down."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from custody import models as m
from custody.actions.papers import LONGEST, Agreed, ConsentPaper
from custody.terms import ConsentKind

from ..fields import Asked, Line, Pattern, Shown, Words

_SHA256 = r"^[0-9a-f]{64}$"


class ConsentShown(Shown):
    """A written consent to a subcontract; of one kind the latest counts."""

    class Meta:
        model = m.Consent
        fields: ClassVar[list[str]] = [
            "id", "hop", "kind", "reference", "given_on", "document_sha256", "recorded_by", "entry",
        ]  # fmt: skip


class AgreementShown(Shown):
    """An agreement on the clauses that flow down to a subcontract; the latest counts."""

    class Meta:
        model = m.Agreement
        fields: ClassVar[list[str]] = [
            "id", "hop", "reference", "clauses", "giver_signed_on", "receiver_signed_on", "document_sha256",
            "recorded_by", "entry",
        ]  # fmt: skip


class ConsentAsked(Asked):
    """A written consent: whose, number and day of the paper, and the SHA-256 of its file if one is kept."""

    kind = Words(ConsentKind)
    reference = Line(max_length=LONGEST)
    given_on = serializers.DateField()
    document_sha256 = Pattern(_SHA256, required=False, allow_blank=True)


class TermsAgreed(Asked):
    """The clauses agreed, by their ids in the rule pack, and the days on which each side signed."""

    clauses = serializers.ListField(child=Line(max_length=80), max_length=100)
    reference = Line(max_length=LONGEST)
    giver_signed_on = serializers.DateField(required=False, allow_null=True)
    receiver_signed_on = serializers.DateField(required=False, allow_null=True)
    document_sha256 = Pattern(_SHA256, required=False, allow_blank=True)


class Besides(serializers.Serializer[Any]):
    """What the giver of a subcontract passes on besides it, and altogether."""

    sum = serializers.DecimalField(
        max_digits=9,
        decimal_places=2,
        allow_null=True,
        help_text="Per cent passed on altogether by the shares stated; null while one is not known.",
    )
    hops = serializers.ListField(child=serializers.UUIDField())


class LikeShown(serializers.Serializer[Any]):
    """A subcontract of the same project that a request looks like."""

    hop = serializers.UUIDField()
    why = serializers.CharField()


def papers_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return the terms of a request with its papers as the action takes them."""
    consents, agreed = given.pop("consents", None) or (), given.pop("agreed", None)
    return {
        **given,
        "consents": [ConsentPaper(**paper) for paper in consents],
        "agreed": Agreed(**agreed) if agreed else None,
    }
