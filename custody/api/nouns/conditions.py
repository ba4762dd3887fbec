"""Conditions of approvals."""

from __future__ import annotations

from typing import Any, ClassVar

from custody import models as m
from custody.actions import conditions
from custody.actions.base import Outcome
from custody.filters import ConditionFilter

from ..base import Visible, act
from ..fields import Asked, Line, Pattern, Shown


class ConditionShown(Shown):
    """A condition under which an approval was granted."""

    class Meta:
        model = m.Condition
        fields: ClassVar[list[str]] = [
            "id", "approval", "number", "type", "text", "due", "set_on", "set_by", "state", "evidence",
            "paper", "sha256", "shown_by", "settled_by", "reason", "entry",
        ]  # fmt: skip


class Evidence(Asked):
    """What shows that a condition is met: words, and the paper's number and SHA-256 where there is one."""

    evidence = Line(max_length=2000)
    paper = Line(max_length=200, required=False, allow_blank=True, default="")
    sha256 = Pattern(r"^([0-9a-f]{64})?$", required=False, allow_blank=True, default="")


class Settled(Asked):
    """Why a condition is settled so."""

    reason = Line(max_length=2000)


class Conditions(Visible):
    """Conditions of approvals: shown to be met by those who ask, settled by an officer."""

    queryset = m.Condition.objects.all()
    serializer_class = ConditionShown
    filterset_class = ConditionFilter

    @act(Evidence)
    def show(self, row: m.Condition, **shown: Any) -> Outcome:
        """Show that a condition is met; an officer has to confirm it."""
        return conditions.show(self.actor(), condition=row.id, **shown)

    @act(Settled)
    def confirm(self, row: m.Condition, reason: str) -> Outcome:
        """Confirm that a condition is met; not by who showed it or is concerned."""
        return conditions.confirm(self.actor(), condition=row.id, reason=reason)

    @act(Settled)
    def send_back(self, row: m.Condition, reason: str) -> Outcome:
        """Say why what was shown is not enough; the condition is open again."""
        return conditions.send_back(self.actor(), condition=row.id, reason=reason)

    @act(Settled)
    def waive(self, row: m.Condition, reason: str) -> Outcome:
        """Let a condition go; not by who showed it or is concerned."""
        return conditions.waive(self.actor(), condition=row.id, reason=reason)
