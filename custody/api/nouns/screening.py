"""Likenesses of parties to lines of barred-party lists, and their verdicts."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters as filters

from custody import models as m
from custody.actions import screening
from custody.actions.base import Outcome
from custody.filters.base import Among, Questions, WordIs
from custody.terms import HitState

from ..base import Visible, act
from ..fields import Asked, Line, Shown, Words


class HitShown(Shown):
    """A party that looks like a line of a list; ``by`` is a scheme or which of its names was alike."""

    class Meta:
        model = m.ScreeningHit
        fields: ClassVar[list[str]] = [
            "id", "party", "source", "barred_list", "line", "by", "score", "state", "reason", "judged_by",
            "judged_on", "entry",
        ]  # fmt: skip


class HitFilter(Questions):
    """By party, state and score."""

    party = Among(field_name="party")
    state = WordIs(HitState)
    least = filters.NumberFilter(field_name="score", lookup_expr="gte", min_value=0, max_value=100)


class Verdict(Asked):
    """Whether it is the same party, and why."""

    verdict = Words(HitState)
    reason = Line(max_length=1000)


class Hits(Visible):
    """Parties that look like barred ones; for the house and for regulators."""

    queryset = m.ScreeningHit.objects.all()
    serializer_class = HitShown
    filterset_class = HitFilter

    @act(Verdict)
    def judge(self, row: m.ScreeningHit, **asked: Any) -> Outcome:
        """Say whether it is the same party; if it is, the party is barred at once."""
        return screening.judge(self.actor(), hit=row.id, **asked)
