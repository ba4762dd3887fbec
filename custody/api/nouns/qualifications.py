"""Certificates of parties."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from custody import models as m
from custody import recall
from custody.actions import corrections, qualifications, registers
from custody.actions.base import Outcome
from custody.filters import QualificationFilter

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Shown

LISTED = 200
"""Ids of each kind that a preview of a recall gives."""


class QualificationShown(Shown):
    """A certificate."""

    class Meta:
        model = m.Qualification
        fields: ClassVar[list[str]] = [
            "id", "party", "type", "grade", "categories", "number", "issuer", "valid_from", "valid_to",
            "state", "recorded_by", "verified_by", "verified_on", "verified_how", "entry",
        ]  # fmt: skip


class QualificationAsked(Asked):
    """A certificate to record."""

    party = Seen(m.Party)
    type = Line(max_length=40)
    grade = Line(max_length=40)
    categories = serializers.ListField(
        child=Line(max_length=40), required=False, default=list, max_length=100
    )
    number = Line(max_length=100)
    issuer = Line(max_length=200)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()


class QualificationCorrected(Asked):
    """The certificate as it is, and why the record was wrong."""

    type = Line(max_length=40)
    grade = Line(max_length=40)
    categories = serializers.ListField(child=Line(max_length=40), max_length=100)
    number = Line(max_length=100)
    issuer = Line(max_length=200)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField()
    reason = Line(max_length=1000)


class Verified(Asked):
    """When and how a certificate was checked with its issuer."""

    on = serializers.DateField()
    how = Line(max_length=300)


class Rejected(Asked):
    """Why a certificate did not stand up to the check."""

    reason = Line(max_length=1000)


class Standing(Asked):
    """Why the standing of a certificate changes."""

    reason = Line(max_length=1000)


class PaperRevoked(Standing):
    """Why a certificate is revoked, and from which day on it turned out not to have counted."""

    void_from = serializers.DateField(required=False, allow_null=True, default=None)


class Downgraded(Standing):
    """The lower grade of the certificate's type that holds from now on, and why."""

    grade = Line(max_length=40)


class Recall(serializers.Serializer[Any]):
    """What rests on a certificate, as far as the caller may see it: how many, and the first 200 ids."""

    copies_held = serializers.IntegerField(help_text="Copies that its holder has.")
    offers_open = serializers.IntegerField(help_text="Offers that its holder has not answered.")
    hops_active = serializers.IntegerField(help_text="Subcontracts in force to its holder.")
    copies = serializers.ListField(child=serializers.UUIDField())
    offers = serializers.ListField(child=serializers.UUIDField())
    hops = serializers.ListField(child=serializers.UUIDField())


class Qualifications(mixins.CreateModelMixin, Visible):
    """Certificates: recorded by one person, verified by another."""

    queryset = m.Qualification.objects.all()
    serializer_class = QualificationShown
    filterset_class = QualificationFilter

    @act(QualificationAsked, status=201, detail=False)
    def create(self, **asked: Any) -> Outcome:
        """Record a certificate; it counts once somebody else has verified it."""
        return registers.record_qualification(self.actor(), **asked)

    @act(Verified)
    def verify(self, row: m.Qualification, on: dt.date, how: str) -> Outcome:
        """Say that the certificate was checked with its issuer."""
        return registers.verify_qualification(self.actor(), qualification=row.id, on=on, how=how)

    @act(Rejected)
    def reject(self, row: m.Qualification, reason: str) -> Outcome:
        """Say that the certificate did not stand up to the check."""
        return registers.reject_qualification(self.actor(), qualification=row.id, reason=reason)

    @act(QualificationCorrected)
    def correct(self, row: m.Qualification, **asked: Any) -> Outcome:
        """Put a wrong record right; somebody else must verify it again."""
        return corrections.correct_qualification(self.actor(), qualification=row.id, **asked)

    @act(Standing)
    def suspend(self, row: m.Qualification, reason: str) -> Outcome:
        """Stop the certificate from counting at once, until it is reinstated, downgraded or revoked."""
        return qualifications.suspend(self.actor(), qualification=row.id, reason=reason)

    @act(Standing)
    def reinstate(self, row: m.Qualification, reason: str) -> Outcome:
        """End the suspension; not by whoever recorded or corrected the certificate."""
        return qualifications.reinstate(self.actor(), qualification=row.id, reason=reason)

    @act(Downgraded)
    def downgrade(self, row: m.Qualification, grade: str, reason: str) -> Outcome:
        """Cut the certificate to a lower grade; it counts once somebody else has verified it at that."""
        return qualifications.downgrade(self.actor(), qualification=row.id, grade=grade, reason=reason)

    @act(PaperRevoked)
    def revoke(self, row: m.Qualification, **asked: Any) -> Outcome:
        """Stop the certificate from counting at once and for good."""
        return qualifications.revoke(self.actor(), qualification=row.id, **asked)

    @extend_schema(responses=Recall, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def recall(self, request: Request, pk: UUID) -> Response:
        """List what rests on the certificate and would be called back. Nothing is recorded."""
        found = recall.resting(self.get_object()).visible_to(request.user)
        listed = {"copies": found.copies, "offers": found.offers, "hops": found.hops}
        counts = {"copies_held": found.copies, "offers_open": found.offers, "hops_active": found.hops}
        return Response(
            {name: rows.count() for name, rows in counts.items()}
            | {name: list(rows.values_list("id", flat=True)[:LISTED]) for name, rows in listed.items()}
        )
