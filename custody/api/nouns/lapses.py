"""What the nightly re-check found."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from custody import models as m
from custody.filters import LapseFilter
from custody.policy.engine import Finding as Said
from custody.stored import reader_of
from custody.terms import Audience

from ..base import Visible
from ..fields import Shown
from ..problems import findings
from ..schema import Finding


class LapseShown(Shown):
    """A rule that does not hold any more for what was allowed; ended when `ended_on` is a day."""

    finding: Any = serializers.SerializerMethodField()

    class Meta:
        model = m.Lapse
        fields: ClassVar[list[str]] = [
            "id", "noun", "object", "project", "hop", "party", "code", "version", "outcome", "finding",
            "since", "ended_on", "ended", "entry",
        ]  # fmt: skip

    def get_finding(self, row: m.Lapse) -> Finding:
        """Return what the rule said, as far as this reader may have it."""
        user = self.context["request"].user
        inside: tuple[Audience, str | None] = (Audience.INTERNAL, None)
        if row.project is not None:
            ends = (row.hop.from_party_id, row.hop.to_party_id) if row.hop else ()
            inside = reader_of(user, row.project, *ends)
        elif not user.in_house:
            inside = Audience.ALL, str(row.party_id) if row.party_id in user.party_ids() else None
        return findings([Said.from_json(row.finding).for_audience(*inside)])[0]  # type: ignore[return-value]


class Lapses(Visible):
    """Findings of the re-check; those that stand now by `?state=open`."""

    queryset = m.Lapse.objects.all()
    serializer_class = LapseShown
    filterset_class = LapseFilter
    related = ("project", "party", "hop")
