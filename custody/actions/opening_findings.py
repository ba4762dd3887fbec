"""Findings of an old register: somebody sees to each by a day, and says in the end what was done."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import opening as events
from custody.terms import Settled, Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered
from .opening_enter import LATEST


@entered(m.OpeningFinding, needed=("resolution",))
def settle(actor: Actor, *, finding: UUID, resolution: str) -> Outcome:
    """Say what was done about a finding. Object: the finding. Raises ActionError for one that is settled."""
    project = _project(finding)
    actor.require("register.settle", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        row = _locked(act, project, finding)
        row.entry = act.record(
            events.RegisterSettled(
                register=str(row.register_id),
                finding=str(finding),
                resolution=resolution,
                person=str(actor.human()),
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        row.state, row.resolution, row.settled_by_id = Settled.SETTLED, resolution, actor.human()
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="register.settle")


@entered(m.OpeningFinding)
def assign(actor: Actor, *, finding: UUID, owner: UUID, due: dt.date) -> Outcome:
    """Name who sees to a finding, and by when. Object: the finding.

    Raises ActionError for somebody who does not stand for the project's owner or the house today, for a day
    that is past or over a year ahead, and for a finding that is settled.
    """
    project = _project(finding)
    actor.require("register.assign", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        today = regimes.today(project.regime, act.now)
        if not today <= due <= today + dt.timedelta(days=LATEST):
            raise ActionError(
                Text(en="Give a day from today to a year ahead.", zh="请填写今日起一年以内的日期。"), "due"
            )
        parties = {project.owner_party_id, actor.house} - {None}
        if not m.Membership.objects.current(today).filter(person=owner, party__in=parties).exists():
            raise ActionError(
                Text(en="This person stands neither for the owner nor for the house today.",
                     zh="该人员目前既不代表项目单位，也不代表本单位。"),
                "owner",
            )  # fmt: skip
        row = _locked(act, project, finding)
        row.entry = act.record(
            events.RegisterAssigned(
                register=str(row.register_id),
                finding=str(finding),
                owner=str(owner),
                due=due.isoformat(),
                person=str(actor.human()),
            ),
            project.stream,
            on_behalf_of=project.owner_party_id,
        )
        row.owner_id, row.due = owner, due
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="register.assign")


def _project(finding: UUID) -> m.Project:
    return m.OpeningFinding.objects.select_related("register__project").get(id=finding).register.project


def _locked(act: Act, project: m.Project, finding: UUID) -> m.OpeningFinding:
    """Return a finding that is open, while its register is kept for this act alone."""
    register = m.OpeningFinding.objects.values_list("register", flat=True).get(id=finding)
    locking.together(("share", "project", [project.id]), ("update", "register", [register]))
    row: m.OpeningFinding = m.OpeningFinding.objects.get(id=finding)
    act.unchanged(row)
    if row.state is not Settled.OPEN:
        raise ActionError(Text(en="This finding is settled already.", zh="该问题已处理。"))
    return row
