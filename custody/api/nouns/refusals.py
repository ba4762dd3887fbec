"""Refused attempts."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from custody import models as m
from custody.actions import refusals
from custody.actions.base import Outcome
from custody.filters import RefusalFilter
from custody.stored import judgement, reader_of
from custody.terms import Audience

from ..base import Visible, act
from ..fields import Asked, Line, Shown
from ..problems import findings
from ..schema import Finding


class RefusalShown(Shown):
    """A blocked attempt that was submitted, with the findings that bar it, as far as this reader may have
    them."""

    findings: Any = serializers.SerializerMethodField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin without knowing what the reader may have of which project."""
        super().__init__(*args, **kwargs)
        self._readers: dict[Any, tuple[Audience, str | None]] = {}

    class Meta:
        model = m.Refusal
        fields: ClassVar[list[str]] = [
            "id", "verb", "project", "hop", "parent_hop", "to_party", "attempted_by", "attempted_at",
            "reason", "findings", "entry",
        ]  # fmt: skip

    def get_findings(self, row: m.Refusal) -> Finding(many=True):  # type: ignore[valid-type]
        """Return the findings that bar it."""
        user, known = self.context["request"].user, self._readers
        place = (row.project_id, row.to_party_id)
        if place not in known:  # the same for every refusal of one project to one party
            inside = (Audience.INTERNAL, None)
            known[place] = reader_of(user, row.project, row.to_party_id) if row.project else inside
        audience, party = known[place]
        return findings(judgement(row.decision).for_audience(audience, party).barring)


class Explained(Asked):
    """The person's own words."""

    reason = Line(max_length=2000)


class Refusals(Visible):
    """Refused attempts."""

    queryset = m.Refusal.objects.all()
    serializer_class = RefusalShown
    filterset_class = RefusalFilter
    related = ("decision", "project")

    @act(Explained)
    def explain(self, row: m.Refusal, reason: str) -> Outcome:
        """Add the reason of the person who was refused, once, within 24 hours."""
        return refusals.explain(self.actor(), refusal=row.id, reason=reason)
