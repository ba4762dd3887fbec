"""Numbered blank receipts: printed in advance, given out, and each accounted for.

A number is never given out twice, and no form can be used that was not issued. Whoever gives forms out does
not take them.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

from custody import codes, record, regimes
from custody import models as m
from custody.events import blank as events
from custody.record import SYSTEM_STREAM
from custody.terms import BlankState, ProjectState, Text
from custody.transitions import BLANK, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, latest_day, perform
from .entered import entered

MOST = 100
"""Forms of one block."""
_NUMBERS = "SELECT nextval('custody_blank_number') FROM generate_series(1, %s)"
_BECAME: dict[str, Any] = {
    "spoil": events.BlankSpoiled,
    "miss": events.BlankMissing,
    "find": events.BlankFound,
}


def print_block(actor: Actor, *, count: int, project: UUID | None = None) -> Outcome:
    """Number a block of blank receipts, for a project or for any of the installation. Object: the forms.

    Raises ActionError for no form or more than 100, and for a closed project.
    """
    row = m.Project.objects.get(id=project) if project else None
    actor.require("blank.print", owner=row.owner_party_id if row else None)
    _fits(count)

    def work(act: Act) -> Outcome:
        person, block = actor.human(), m.new_id()
        if row:
            locking.share("project", [row.id])
            if m.Project.objects.get(id=row.id).state is not ProjectState.OPEN:
                raise ActionError(Text(en="This project is closed.", zh="该项目已结束。"), "project")
        with connection.cursor() as cursor:
            cursor.execute(_NUMBERS, [count])
            numbers = [codes.blank_number(serial) for (serial,) in cursor.fetchall()]
        forms = [
            m.BlankReceipt(id=m.new_id(), number=number, block=block, project=row, printed_by_id=person)
            for number in numbers
        ]
        entry = act.record(
            events.BlanksPrinted(
                block=str(block),
                project=str(row.id) if row else None,
                count=count,
                first=numbers[0],
                last=numbers[-1],
                forms=[{"form": str(form.id), "number": form.number} for form in forms],
                person=str(person),
            ),
            row.stream if row else SYSTEM_STREAM,
            on_behalf_of=row.owner_party_id if row else None,
        )
        for form in forms:
            form.entry = entry
        m.BlankReceipt.objects.bulk_create(forms)
        return Outcome("done", entry, forms[0])

    return perform(actor, work, verb="blank.print")


def issue(actor: Actor, *, form: UUID, person: UUID, party: UUID, count: int = 1) -> Outcome:
    """Give out a form and those that follow it in its block: the person takes them for a party and answers
    for them. Object: the first.

    Raises ActionError where so many are not left, for a person who does not stand for the party today, for a
    party that has no part in the project, and for whoever gives them out.
    """
    first = m.BlankReceipt.objects.select_related("project").get(id=form)
    actor.require("blank.issue", **_scope(first))
    _fits(count)

    def work(act: Act) -> Outcome:
        by = actor.human()
        if person == by:
            raise ActionError(
                Text(
                    en="Whoever gives blank receipts out does not take them. Let somebody else do it.",
                    zh="发放人不能自行领用空白回执，请由他人发放。",
                ),
                "person",
            )
        project = first.project
        today = regimes.today(project.regime, act.now) if project else latest_day(act.now)
        if not m.Membership.objects.current(today).filter(person=person, party=party).exists():
            raise ActionError(
                Text(en="This person does not stand for the party today.", zh="该人员目前不代表该单位。"),
                "person",
            )
        if project and party not in parties_of(project) | {actor.house}:
            raise ActionError(
                Text(en="This party has no part in the project.", zh="该单位与本项目无关。"), "party"
            )
        block = m.BlankReceipt.objects.filter(block=first.block, number__gte=first.number)
        ids = list(block.order_by("number").values_list("id", flat=True)[:count])
        locking.update("blank", ids)
        rows = list(m.BlankReceipt.objects.filter(id__in=ids).order_by("number"))
        act.unchanged(rows[0])
        if len(rows) < count or any(row.state is not BlankState.PRINTED for row in rows[1:]):
            raise ActionError(
                Text(
                    en="So many forms in a row are not left in this block. Issue fewer.",
                    zh="该批次中可连续领用的空白回执不足，请减少数量。",
                ),
                "count",
            )
        (state,) = {move(BLANK, row.state, "issue") for row in rows}
        entry = act.record(
            events.BlanksIssued(
                block=str(first.block),
                project=str(project.id) if project else None,
                forms=[str(row.id) for row in rows],
                count=count,
                first=rows[0].number,
                last=rows[-1].number,
                to=str(person),
                party=str(party),
                issued_at=record.time_text(act.now),
                person=str(by),
            ),
            _stream(first),
            on_behalf_of=project.owner_party_id if project else None,
        )
        for row in rows:
            row.state, row.entry = state, entry
            row.issued_to_id, row.party_id, row.issued_by_id, row.issued_at = person, party, by, act.now
            row.save()
        return Outcome("done", entry, rows[0])

    return perform(actor, work, verb="blank.issue")


def spoil(actor: Actor, *, form: UUID, reason: str) -> Outcome:
    """Say that a form is spoiled: it can never be used."""
    return _become(actor, "spoil", form=form, reason=reason)


def miss(actor: Actor, *, form: UUID, reason: str) -> Outcome:
    """Say that an issued form is missing: nothing is entered from it until it is found."""
    return _become(actor, "miss", form=form, reason=reason)


def find(actor: Actor, *, form: UUID, reason: str) -> Outcome:
    """Say that a missing form was found: it stands as issued again."""
    return _become(actor, "find", form=form, reason=reason)


@entered(m.BlankReceipt, needed=("reason",))
def _become(actor: Actor, verb: str, *, form: UUID, reason: str) -> Outcome:
    known = m.BlankReceipt.objects.select_related("project").get(id=form)
    actor.require(f"blank.{verb}", **_scope(known))

    def work(act: Act) -> Outcome:
        locking.update("blank", [form])
        row = m.BlankReceipt.objects.get(id=form)
        act.unchanged(row)
        row.state = move(BLANK, row.state, verb)
        row.reason = reason
        row.entry = act.record(
            _BECAME[verb](form=str(form), number=row.number, reason=reason, person=str(actor.human())),
            _stream(known),
            on_behalf_of=row.party_id or (known.project.owner_party_id if known.project else None),
        )
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb=f"blank.{verb}")


def parties_of(project: m.Project) -> set[UUID]:
    """Return the parties between which copies of a project can pass: its owner and those of its
    subcontracts."""
    hops = m.Hop.objects.filter(project=project).values_list("from_party", "to_party")
    return {project.owner_party_id, *(party for ends in hops for party in ends)}


def _scope(row: m.BlankReceipt) -> dict[str, UUID | None]:
    return {"owner": row.project.owner_party_id if row.project else None, "holder": row.party_id}


def _stream(row: m.BlankReceipt) -> str:
    return row.project.stream if row.project else SYSTEM_STREAM


def _fits(count: int) -> None:
    if not 1 <= count <= MOST:
        raise ActionError(Text(en=f"Give a number from 1 to {MOST}.", zh=f"请填写1至{MOST}的数量。"), "count")
