"""Visits, exchanges and joint research: asked for, allowed or refused by the rules, ended.

Who comes is named one by one: registered persons, or guests with all their citizenships and the party for
which they come. A foreign one needs the authority's written approval (FOR-03). What the visitors see they
do not hold: copies change hands by handoffs alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from custody import gather, regimes
from custody import models as m
from custody.events import visit as events
from custody.policy import facts as f
from custody.terms import Text, Verb, VisitKind
from custody.transitions import VISIT, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .deciding import Ruling, blank_act, carried, keep, refuse, rule
from .entered import entered

MOST = 50
"""Visitors and items of one visit."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who comes and is not registered; citizenships ISO 3166-1 alpha-2, empty when not known."""

    name: str
    citizenships: Sequence[str] = ()
    party: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. ``hop``: at the receiving party of a subcontract; None: at the owner."""

    kind: VisitKind
    purpose: str
    level: str
    starts: dt.date
    ends: dt.date
    hop: UUID | None = None
    items: Sequence[UUID] = ()
    people: Sequence[UUID] = ()
    guests: Sequence[Guest] = ()
    approval_reference: str = ""
    approved_on: dt.date | None = None


@entered(m.Visit, needed=("purpose",))
def request(actor: Actor, *, project: UUID, asked: Asked, submission: UUID | None = None) -> Outcome:
    """Ask for a visit. The rules allow it, or it is refused and recorded.

    Raises ActionError for days out of order, nobody or too many named, an item of another project or of a
    higher level than stated, and an approval with a day and no number or the other way round.
    """
    row = m.Project.objects.get(id=project)
    hop = m.Hop.objects.get(id=asked.hop, project=row) if asked.hop else None
    host = hop.to_party_id if hop else row.owner_party_id
    actor.require("visit.request", owner=row.owner_party_id, receiver=host)
    _check(row, asked)

    def work(act: Act) -> Outcome:
        today = regimes.today(row.regime, act.now)
        reached(asked.approved_on, today, "approved_on")
        path = hop.path_ids() if hop else []
        guests = [guest.party for guest in asked.guests if guest.party]
        parties = gather.with_controllers(gather.path_parties(row, (), *guests), today, path)
        locking.together(
            ("share", "party", parties),
            ("share", "person", asked.people),
            ("share", "project", [project]),
            ("share", "hop", path),
        )
        visit = _visit(row, hop, host, asked, actor)
        ruling = _judged(actor, visit, asked, today)
        if not ruling.allowed:
            return refuse(
                act,
                ruling,
                about=row.stream,
                project=row,
                attempt={
                    "hop": str(hop.id) if hop else None,
                    "purpose": asked.purpose,
                    "level": asked.level,
                    "starts": asked.starts.isoformat(),
                    "ends": asked.ends.isoformat(),
                    "visitors": len(asked.people) + len(asked.guests),
                },
                submission=submission or m.new_id(),
                hop=hop.id if hop else None,
                on_behalf_of=host,
            )
        decision_id = m.new_id()
        visit.entry = act.record(
            events.VisitAllowed(
                visit=str(visit.id),
                project=str(row.id),
                hop=str(hop.id) if hop else None,
                host=str(host),
                visit_kind=str(asked.kind),
                purpose=asked.purpose,
                level=asked.level,
                items=[str(item) for item in visit.items],
                starts=asked.starts.isoformat(),
                ends=asked.ends.isoformat(),
                people=[str(person) for person in visit.people],
                guests=visit.guests,
                approval_reference=asked.approval_reference,
                approved_on=asked.approved_on.isoformat() if asked.approved_on else None,
                requested_by=str(actor.human()),
            ),
            row.stream,
            on_behalf_of=host,
            **carried(ruling, decision_id),
        )
        visit.save(force_insert=True)
        return Outcome("done", visit.entry, visit, keep(ruling, row, decision_id, visit.entry))

    return perform(actor, work, submission=submission, verb="visit.request")


@entered(m.Visit)
def end(actor: Actor, *, visit: UUID, ended_on: dt.date, remark: str) -> Outcome:
    """Record that the visitors left, and what they saw. Raises ActionError for a day before it began or one
    that has not come, NotNow for one that has ended."""
    row = m.Visit.objects.select_related("project").get(id=visit)
    actor.require("visit.end", owner=row.project.owner_party_id, receiver=row.host_id)
    if not remark.strip():
        raise ActionError(Text(en="Say what was seen.", zh="请说明所见内容。"), "remark")

    def work(act: Act) -> Outcome:
        reached(ended_on, regimes.today(row.project.regime, act.now), "ended_on")
        locking.update("project", [row.project_id])
        current = m.Visit.objects.get(id=visit)
        act.unchanged(current)
        state = move(VISIT, current.state, "end")
        if ended_on < current.starts:
            raise ActionError(Text(en="It had not begun on this day.", zh="该日来访尚未开始。"), "ended_on")
        entry = act.record(
            events.VisitEnded(visit=str(visit), ended_on=ended_on.isoformat(), remark=remark),
            row.project.stream,
            on_behalf_of=row.host_id,
        )
        current.state, current.ended_on, current.remark, current.entry = state, ended_on, remark, entry
        current.save()
        return Outcome("done", entry, current)

    return perform(actor, work, verb="visit.end")


def _check(project: m.Project, asked: Asked) -> None:
    pack = regimes.pack(project.regime)
    ranks = {level.id: level.rank for level in pack.levels}
    rows = m.Item.objects.filter(id__in=asked.items, project=project)
    if asked.level not in ranks:
        raise ActionError(Text(en="Choose a level of the regime.", zh="请选择规则包所列的密级。"), "level")
    if asked.ends < asked.starts:
        raise ActionError(Text(en="The last day is before the first day.", zh="止日早于起日。"), "ends")
    if max(len(asked.people) + len(asked.guests), len(asked.items)) > MOST:
        raise ActionError(Text(en="Name 50 at most.", zh="最多50项。"), "guests")
    if rows.count() != len(set(asked.items)):
        raise ActionError(Text(en="Choose items of this project.", zh="请选择本项目的成果。"), "items")
    if any(ranks.get(level, 0) > ranks[asked.level] for level in rows.values_list("level", flat=True)):
        raise ActionError(
            Text(en="An item is of a higher level than you state.", zh="所选成果的密级高于填写的密级。"),
            "level",
        )
    if bool(asked.approved_on) is not bool(asked.approval_reference.strip()):
        raise ActionError(
            Text(
                en="Give number and day of the authority's approval, or neither.",
                zh="主管部门批准的文号和日期须同时填写或均不填写。",
            ),
            "approval_reference",
        )
    for guest in asked.guests:
        if not guest.name.strip():
            raise ActionError(Text(en="Name the guest.", zh="请填写来宾姓名。"), "guests")
        if any(not (len(c) == 2 and c.isascii() and c.isupper()) for c in guest.citizenships):
            raise ActionError(
                Text(en="Write countries as two capital letters.", zh="请用两个大写字母填写国家。"), "guests"
            )


def _visit(project: m.Project, hop: m.Hop | None, host: UUID, asked: Asked, actor: Actor) -> m.Visit:
    guests: list[dict[str, Any]] = [
        {
            "name": guest.name,
            "citizenships": sorted(set(guest.citizenships)),
            "party": str(guest.party) if guest.party else None,
        }
        for guest in asked.guests
    ]
    return m.Visit(
        id=m.new_id(),
        project=project,
        hop=hop,
        host_id=host,
        kind=asked.kind,
        purpose=asked.purpose,
        level=asked.level,
        items=sorted(set(asked.items)),
        starts=asked.starts,
        ends=asked.ends,
        people=sorted(set(asked.people)),
        guests=guests,
        approval_reference=asked.approval_reference,
        approved_on=asked.approved_on,
        requested_by_id=actor.human(),
    )


def _judged(actor: Actor, visit: m.Visit, asked: Asked, today: dt.date) -> Ruling:
    visitors = [f.Visitor(person=str(person), citizenships=None, party=None) for person in visit.people]
    visitors += [
        f.Visitor(
            person=None,
            citizenships=tuple(sorted(set(guest.citizenships))) or None,
            party=str(guest.party) if guest.party else None,
        )
        for guest in asked.guests
    ]
    facts = f.Visit(
        id=str(visit.id),
        hop=str(visit.hop_id) if visit.hop_id else None,
        host=str(visit.host_id),
        level=visit.level,
        starts=visit.starts,
        ends=visit.ends,
        approved_on=visit.approved_on,
        visitors=tuple(visitors),
        entry=None,
    )
    asked_of = replace(blank_act(Verb.VISIT_REQUEST, today, actor), hop=facts.hop, visit=facts.id)
    question = gather.Question(
        asked_of,
        visit.project,
        hops=visit.hop.path_ids() if visit.hop else (),
        persons=visit.people,
        beside=[facts],
        parties=[guest.party for guest in asked.guests if guest.party],
    )
    return rule(Verb.VISIT_REQUEST, question)
