"""Objections: a regulator says what is wrong and by when an answer is due; the owner's side answers; the
answer is accepted, or sent back with a reason and another day.

Nothing is stopped by one: what stops copies is an incident, a hold or a rule.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import objection as events
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.terms import SampleFound, Text
from custody.transitions import OBJECTION, move

from . import files, granted, locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered

PAST = Text(en="This day is past. Give a day from today on.", zh="该日期已过，请填写今天或以后的日期。")


def scope(actor: Actor, row: m.Objection, verb: str) -> dict[str, UUID | None]:
    """Return for whom an actor goes on with an objection, as the table of permissions names it."""
    if verb == "answer":
        return {"owner": row.project.owner_party_id}
    return {"grant": granted.authority(actor, row.project, row.authority_id)}


@entered(m.Objection, needed=("text", "basis"))
def lodge(
    actor: Actor,
    *,
    project: UUID,
    text: str,
    basis: str,
    due: dt.date,
    line: UUID | None = None,
    submission: UUID | None = None,
) -> Outcome:
    """Say what is wrong with a project, or with a copy of a random sample. Object: the objection.

    Raises ActionError for a day that is past, and for a copy of another project's sample, or one of which it
    was not entered how it was found.
    """
    row = m.Project.objects.get(id=project)
    authority = granted.authority(actor, row)
    actor.require("objection.lodge", grant=authority)
    if authority is None:  # the installation itself regulates nobody
        raise NotPermitted("objection.lodge")
    found = m.SampleLine.objects.select_related("copy").filter(id=line, sample__project=row).first()
    if line and (found is None or found.found is SampleFound.OPEN):
        raise ActionError(
            Text(
                en="Choose a copy of a random sample of this project of which you entered how it was found.",
                zh="请选择本项目随机抽样中已填写查验情况的副本。",
            ),
            "line",
        )

    def work(act: Act) -> Outcome:
        today = regimes.today(row.regime, act.now)
        if due < today:
            raise ActionError(PAST, "due")
        locking.update("project", [project])
        serial = m.Objection.objects.filter(project=row).count() + 1
        made = m.Objection(
            id=m.new_id(),
            number=f"{row.code}-O{serial}",
            serial=serial,
            project=row,
            authority_id=authority,
            line=found,
            text=text,
            basis=basis,
            due=due,
            lodged_by_id=actor.human(),
            lodged_on=today,
        )
        made.entry = act.record(
            events.ObjectionLodged(
                objection=str(made.id),
                number=made.number,
                serial=serial,
                project=str(project),
                authority=str(authority),
                line=str(found.id) if found else None,
                copies=[str(found.copy_id)] if found else [],
                text=text,
                basis=basis,
                due=due.isoformat(),
                lodged_by=str(made.lodged_by_id),
                lodged_on=today.isoformat(),
            ),
            row.stream,
            copy_keys=[found.copy.tag_key] if found else [],
        )
        made.save(force_insert=True)
        return Outcome("done", made.entry, made)

    return perform(actor, work, submission=submission, verb="objection.lodge")


@entered(m.Objection, needed=("answer",))
def answer(actor: Actor, *, objection: UUID, answer: str, file: Received | None = None) -> Outcome:
    """Answer for the owner, with a file that shows it if there is one. Object: the objection.

    A late answer is taken, and is told to be late.
    """
    row = m.Objection.objects.select_related("project").get(id=objection)
    actor.require("objection.answer", **scope(actor, row, "answer"))

    def work(act: Act) -> Outcome:
        current, today = _locked(act, row, "answer")
        current.answer, current.answered_by_id, current.answered_on = answer, actor.human(), today
        current.late = today > current.due
        current.entry = act.record(
            events.ObjectionAnswered(
                objection=str(row.id),
                text=answer,
                answered_by=str(current.answered_by_id),
                answered_on=today.isoformat(),
                late=current.late,
            ),
            row.project.stream,
            on_behalf_of=row.project.owner_party_id,
        )
        current.save()
        return Outcome("done", current.entry, current)

    both = files.also(file, EvidenceOf.OBJECTION, objection, work)
    with files.settled(file):
        return perform(actor, both, verb="objection.answer")


@entered(m.Objection)
def accept(actor: Actor, *, objection: UUID, remark: str = "") -> Outcome:
    """Accept the answer: nothing more is asked for. Object: the objection."""
    row = m.Objection.objects.select_related("project").get(id=objection)
    actor.require("objection.accept", **scope(actor, row, "accept"))

    def work(act: Act) -> Outcome:
        current, today = _locked(act, row, "accept")
        current.remark, current.ended_by_id, current.ended_on = remark, actor.human(), today
        event = events.ObjectionAccepted(
            objection=str(row.id), remark=remark, ended_by=str(actor.human()), ended_on=today.isoformat()
        )
        return _kept(current, act.record(event, row.project.stream))

    return perform(actor, work, verb="objection.accept")


@entered(m.Objection, needed=("reason",))
def send_back(actor: Actor, *, objection: UUID, reason: str, due: dt.date) -> Outcome:
    """Say why the answer is not enough, and by when another is due. Object: the objection.

    Raises ActionError for a day that is past.
    """
    row = m.Objection.objects.select_related("project").get(id=objection)
    actor.require("objection.send_back", **scope(actor, row, "send_back"))

    def work(act: Act) -> Outcome:
        current, today = _locked(act, row, "send_back")
        if due < today:
            raise ActionError(PAST, "due")
        current.remark, current.due = reason, due
        event = events.ObjectionSentBack(
            objection=str(row.id), reason=reason, due=due.isoformat(), sent_back_by=str(actor.human())
        )
        return _kept(current, act.record(event, row.project.stream))

    return perform(actor, work, verb="objection.send_back")


@entered(m.Objection, needed=("reason",))
def withdraw(actor: Actor, *, objection: UUID, reason: str) -> Outcome:
    """Withdraw an objection that was made in error. Object: the objection."""
    row = m.Objection.objects.select_related("project").get(id=objection)
    actor.require("objection.withdraw", **scope(actor, row, "withdraw"))

    def work(act: Act) -> Outcome:
        current, today = _locked(act, row, "withdraw")
        current.remark, current.ended_by_id, current.ended_on = reason, actor.human(), today
        event = events.ObjectionWithdrawn(
            objection=str(row.id), reason=reason, ended_by=str(actor.human()), ended_on=today.isoformat()
        )
        return _kept(current, act.record(event, row.project.stream))

    return perform(actor, work, verb="objection.withdraw")


def _locked(act: Act, row: m.Objection, verb: str) -> tuple[m.Objection, dt.date]:
    """Keep an objection for this act alone, moved on by a verb, and return it with today's date."""
    locking.update("project", [row.project_id])
    current: m.Objection = m.Objection.objects.select_related("project").get(id=row.id)
    act.unchanged(current)
    current.state = move(OBJECTION, current.state, verb)
    return current, regimes.today(row.project.regime, act.now)


def _kept(row: m.Objection, entry: UUID) -> Outcome:
    row.entry = entry
    row.save()
    return Outcome("done", entry, row)
