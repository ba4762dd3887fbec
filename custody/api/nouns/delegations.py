"""Officers' votes in other hands."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import mixins, serializers

from custody import models as m
from custody.actions import delegations
from custody.actions.base import Outcome
from custody.filters import DelegationFilter

from ..base import Visible, act
from ..fields import Asked, Line, Seen, Shown


class DelegationShown(Shown):
    """Who votes in an officer's place, on what and when; without a project on all of them."""

    class Meta:
        model = m.Delegation
        fields: ClassVar[list[str]] = [
            "id", "party", "delegator", "delegate", "project", "level", "starts", "ends", "state",
            "proposed_by", "confirmed_by", "reason", "entry",
        ]  # fmt: skip


class DelegationAsked(Asked):
    """The own vote to put into another person's hands."""

    party = Seen(m.Party)
    delegate = Seen(m.Person)
    project = Seen(m.Project, required=False, allow_null=True)
    level = Line(max_length=40)
    starts = serializers.DateField()
    ends = serializers.DateField()
    reason = Line(max_length=2000)


class DeputyAsked(DelegationAsked):
    """Who is to vote in an absent officer's place."""

    delegator = Seen(m.Person)


class Ended(Asked):
    """Why a delegation ends before its day."""

    reason = Line(max_length=2000)


class Delegations(mixins.CreateModelMixin, Visible):
    """Officers' votes in other hands, never handed on."""

    queryset = m.Delegation.objects.all()
    serializer_class = DelegationShown
    filterset_class = DelegationFilter

    @act(DelegationAsked, status=201, detail=False)
    def create(self, party: UUID, delegate: UUID, reason: str, **scope: Any) -> Outcome:
        """Delegate the own vote to another person of the party."""
        return delegations.give(
            self.actor(), party=party, delegate=delegate, scope=_scope(**scope), reason=reason
        )

    @act(DeputyAsked, status=201, detail=False)
    def propose(self, party: UUID, delegator: UUID, delegate: UUID, reason: str, **scope: Any) -> Outcome:
        """Propose a deputy for an absent officer; it counts once somebody else has confirmed it."""
        return delegations.propose(
            self.actor(),
            party=party,
            delegator=delegator,
            delegate=delegate,
            scope=_scope(**scope),
            reason=reason,
        )

    @act()
    def confirm(self, row: m.Delegation) -> Outcome:
        """Confirm a deputy whom somebody else proposed."""
        return delegations.confirm(self.actor(), delegation=row.id)

    @act(Ended)
    def revoke(self, row: m.Delegation, reason: str) -> Outcome:
        """End a delegation or a deputy at once; votes that were cast stand."""
        return delegations.revoke(self.actor(), delegation=row.id, reason=reason)


def _scope(level: str, starts: dt.date, ends: dt.date, project: UUID | None = None) -> delegations.Scope:
    return delegations.Scope(level, starts, ends, project)
