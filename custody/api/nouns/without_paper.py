"""What was received without valid paper."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from custody import models as m
from custody.filters import WithoutPaperFilter
from custody.policy.engine import Finding as Said
from custody.terms import Audience

from ..base import Visible
from ..fields import Shown
from ..problems import findings
from ..schema import Finding


class WithoutPaperShown(Shown):
    """What a party received, and one reason why it had no valid paper; `known_at` is when it could be known.

    `handoff` is null for copies taken over from an old register; `findings` is empty for an officer's advice.
    """

    decided_by = serializers.ListField(child=serializers.UUIDField(), read_only=True)
    findings: Any = serializers.SerializerMethodField()

    class Meta:
        model = m.WithoutPaper
        fields: ClassVar[list[str]] = [
            "id", "handoff", "register", "project", "party", "hop", "at", "known_at", "weakness", "code",
            "findings", "decided_by", "void_from", "entry",
        ]  # fmt: skip

    @extend_schema_field(Finding(many=True))
    def get_findings(self, row: m.WithoutPaper) -> list[dict[str, Any]]:
        """Return what the rule said then, with the articles it rested on."""
        said = [Said.from_json(row.finding)] if row.finding else []
        return findings([one.for_audience(Audience.INTERNAL) for one in said])


class WithoutPapers(Visible):
    """What was received without valid paper; as it was known at a moment by `?known_at=`."""

    queryset = m.WithoutPaper.objects.all()
    serializer_class = WithoutPaperShown
    filterset_class = WithoutPaperFilter
