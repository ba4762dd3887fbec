"""The end of a subcontract and of a project: the work is done, the copies are asked back, it is closed.

Once the work is done nothing more goes down (HOP-09), while copies come back up. Closed is what has no copy
out, no offer open and no request waiting, with all below it (HOP-10); else the attempt is refused and
recorded, and says what is where. Asking copies back moves none: custody moves by the holders' returns.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from custody import gather, locks, out, regimes, scope
from custody import models as m
from custody.events import ending as events
from custody.policy import facts as f
from custody.terms import HopState, Verb
from custody.transitions import HOP, PROJECT, move

from . import cascading, locking, recalling
from .base import Act, Actor, Outcome, perform
from .correcting import keep_correction, needed
from .deciding import Ruling, blank_act, carried, keep, refuse, rule
from .entered import entered

NAMED = 200
"""Copies that are out which a decision names; it counts all."""


@scope.whole()
def preview(actor: Actor, row: m.Hop | m.Project, verb: Verb, now: dt.datetime) -> Ruling:
    """Run the rules on a step that somebody is about to take. Records nothing."""
    project = _project(row)
    return _ruling(actor, row, verb, regimes.today(project.regime, now))


@entered(m.Correction)
def complete(actor: Actor, *, hop: UUID, reason: str) -> Outcome:
    """Say that the work of a subcontract is done, with all below it where the regime has it so."""
    return _end(actor, hop, Verb.HOP_COMPLETE, reason)


@entered(m.Correction)
def close(actor: Actor, *, hop: UUID, reason: str) -> Outcome:
    """Close a subcontract whose work is done. Refused and recorded while copies are out below it."""
    return _end(actor, hop, Verb.HOP_CLOSE, reason)


def _end(actor: Actor, hop: UUID, verb: Verb, reason: str) -> Outcome:
    row = m.Hop.objects.select_related("project").get(id=hop)
    project = row.project
    if verb is Verb.HOP_COMPLETE:
        actor.require("hop.complete", owner=project.owner_party_id, sender=row.from_party_id)
    else:
        actor.require("hop.close", owner=project.owner_party_id, sender=row.from_party_id)
    needed(reason)
    step = verb.value.partition(".")[2]

    def work(act: Act) -> Outcome:
        today = regimes.today(project.regime, act.now)
        under = cascading.lock(row, today)
        current = m.Hop.objects.select_related("project").get(id=hop)
        act.unchanged(current)
        move(HOP, current.state, step)
        ruling = _ruling(actor, current, verb, today)
        if not ruling.allowed:
            return _refused(act, ruling, current)
        decision_id = m.new_id()
        entry = _step(act, current, step, None, reason, ruling, decision_id)
        for one in reversed(under):
            _with(act, one, step, current.id, reason)
        return Outcome("done", entry, current, keep(ruling, project, decision_id, entry))

    return perform(actor, work, verb=str(verb))


def _with(act: Act, hop: m.Hop, step: str, above: UUID | None, reason: str) -> None:
    """Let one below come as far: what is still worked on is completed before it is closed."""
    if hop.state in out.GOING:
        _step(act, hop, "complete", above, reason)
    if step == "close" and (hop.state, step) in HOP:
        _step(act, hop, "close", above, reason)


def _step(
    act: Act,
    hop: m.Hop,
    step: str,
    above: UUID | None,
    reason: str,
    ruling: Ruling | None = None,
    decision_id: UUID | None = None,
) -> UUID:
    was, corrects = hop.state, hop.entry
    became = move(HOP, was, step)
    kind = events.HopCompleted if step == "complete" else events.HopClosed
    entry = act.record(
        kind(
            hop=str(hop.id),
            above=str(above) if above else None,
            corrects=str(corrects),
            was=str(was),
            reason=reason,
        ),
        hop.project.stream,
        on_behalf_of=hop.from_party_id,
        **(carried(ruling, decision_id) if ruling and decision_id else {}),
    )
    hop.state, hop.entry = HopState(became), entry
    hop.save()
    changes = {"state": [str(was), str(became)]}
    keep_correction(act, entry, hop, corrects=corrects, changes=changes, reason=reason)
    return entry


@entered(m.Correction)
def close_project(actor: Actor, *, project: UUID, reason: str) -> Outcome:
    """Close a project with all its subcontracts. Refused and recorded while copies are out."""
    row = m.Project.objects.get(id=project)
    actor.require("project.close", owner=row.owner_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        today = regimes.today(row.regime, act.now)
        under, current = _lock_project(row, today)
        act.unchanged(current)
        state = move(PROJECT, current.state, "close")
        ruling = _ruling(actor, current, Verb.PROJECT_CLOSE, today)
        if not ruling.allowed:
            return _refused(act, ruling, current)
        decision_id, was, corrects = m.new_id(), current.state, current.entry
        entry = act.record(
            events.ProjectClosed(project=str(project), corrects=str(corrects), reason=reason),
            current.stream,
            on_behalf_of=current.owner_party_id,
            **carried(ruling, decision_id),
        )
        current.state, current.entry = state, entry
        current.save()
        changes = {"state": [str(was), str(state)]}
        keep_correction(act, entry, current, corrects=corrects, changes=changes, reason=reason)
        for one in reversed(under):
            _with(act, one, "close", None, reason)
        return Outcome("done", entry, current, keep(ruling, current, decision_id, entry))

    return perform(actor, work, verb="project.close")


@entered(m.Recall)
def recall(
    actor: Actor, *, hop: UUID | None = None, project: UUID | None = None, reason: str,
    due: dt.date | None = None,
) -> Outcome:  # fmt: skip
    """Ask the holders of all copies that are out below a subcontract, or in a project, to give them back, by
    a day, in 14 days where none is given.

    Each holder is asked by itself. Object: the first recall of several. Raises ActionError when none is out
    or the day has passed.
    """
    of_hop = m.Hop.objects.select_related("project").get(id=hop) if hop else None
    whole = of_hop.project if of_hop else m.Project.objects.get(id=cast(UUID, project))
    if of_hop:
        actor.require("hop.recall", owner=whole.owner_party_id, sender=of_hop.from_party_id)
    else:
        actor.require("project.recall", owner=whole.owner_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        today = regimes.today(whole.regime, act.now)
        current: Any
        asked = recalling.Asked(reason, recalling.by_day(due, today), actor.human())
        if of_hop:
            cascading.lock(of_hop, today)
            current = m.Hop.objects.select_related("project").get(id=hop)
            act.unchanged(current)
            state = HopState(move(HOP, current.state, "recall"))
            asked = replace(asked, hop=current, state=state)
        else:
            _, current = _lock_project(whole, today)
            act.unchanged(current)
            move(PROJECT, current.state, "recall")
        made = recalling.keep(act, _out(current), asked)
        if of_hop:
            current.state, current.entry = asked.state, made[-1].entry
            current.save()
        return Outcome("done", made[0].entry, made[0])

    return perform(actor, work, verb="hop.recall" if of_hop else "project.recall")


def _lock_project(project: m.Project, today: dt.date) -> tuple[list[m.Hop], m.Project]:
    """Lock a project with all its subcontracts and approvals; return both as they stand. Whoever asks for a
    subcontract keeps the project's row, so none comes in between."""
    hops = m.Hop.objects.filter(project=project.id).order_by("depth", "id")
    ids = list(hops.values_list("id", flat=True))
    asked = m.Approval.objects.filter(hop__in=ids).values_list("id", flat=True)
    parties = gather.with_controllers(gather.path_parties(project, ()), today, ids)
    locking.together(
        ("share", "party", parties),
        ("update", "project", [project.id]),
        ("update", "hop", ids),
        ("update", "approval", asked),
    )
    found = list(hops.select_related("project"))
    locks.check("hop", [row.id for row in found])
    return found, m.Project.objects.get(id=project.id)


def _project(row: m.Hop | m.Project) -> m.Project:
    return row.project if isinstance(row, m.Hop) else row


def _out(row: m.Hop | m.Project) -> Any:
    return out.of_hop(row) if isinstance(row, m.Hop) else out.of_project(row)


def _ruling(actor: Actor, row: m.Hop | m.Project, verb: Verb, today: dt.date) -> Ruling:
    """Ask the rules about a step on a subcontract or project, with what is open at it and below."""
    hop = row if isinstance(row, m.Hop) else None
    project = _project(row)
    hops = out.at_and_below(hop) if hop else m.Hop.objects.filter(project=project)
    under = hops.exclude(id=hop.id) if hop else hops
    open_ones = out.GOING if verb is Verb.HOP_COMPLETE else out.NOT_CLOSED
    copies = _out(row)
    some = list(copies.order_by("id").values_list("id", flat=True)[:NAMED])
    facts_act: f.Act = replace(
        blank_act(verb, today, actor),
        hop=str(hop.id) if hop else None,
        copies=tuple(map(str, some)),
        copies_out=copies.count(),
        offers_open=out.offers(hops).count(),
        below_open=under.filter(state__in=open_ones).count(),
        requests_open=under.filter(state=HopState.REQUESTED).count(),
    )
    path = hop.path_ids() if hop else ()
    return rule(verb, gather.Question(facts_act, project, hops=path, copies=some))


def _refused(act: Act, ruling: Ruling, row: m.Hop | m.Project) -> Outcome:
    """Record that it cannot be closed yet, with the copies that are out."""
    hop = row if isinstance(row, m.Hop) else None
    project = _project(row)
    return refuse(
        act,
        ruling,
        about=project.stream,
        project=project,
        attempt={
            "hop": str(hop.id) if hop else None,
            "to_party": str(hop.to_party_id) if hop else None,
            "copies": list(ruling.facts.act.copies),
        },
        submission=m.new_id(),
        hop=hop.id if hop else None,
        to_party=hop.to_party_id if hop else None,
        on_behalf_of=hop.from_party_id if hop else project.owner_party_id,
    )
