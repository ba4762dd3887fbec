"""Certificates of parties."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import corrections, registers
from custody.actions.base import Outcome
from custody.filters import QualificationFilter

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Shown


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
