"""What a party states of itself as a contractor (rule QUA-08), and that it inspected itself (monitor QUA-09).

A statement is recorded with the paper that it stands on, by somebody who does not belong to the party. The
party that runs the installation is the exception: nobody else can record anything here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from custody import models as m
from custody.events import party as events
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.terms import PartyKind, Text

from . import files, locking
from .base import Act, ActionError, Actor, Outcome, latest_day, perform, reached
from .entered import entered
from .registers import party_stream


@entered(m.Party, needed=("evidence",), evidence="conditions_evidence")
def state_conditions(
    actor: Actor,
    *,
    party: UUID,
    stated_on: dt.date,
    evidence: str,
    established_on: dt.date | None = None,
    clean_record: bool | None = None,
    prc_staff: bool | None = None,
    remark: str = "",
    file: Received | None = None,
) -> Outcome:
    """Record a party's statement of ``stated_on``; ``evidence`` names the paper with it.

    It takes the place of the one before, what it leaves open included; when the party was established is
    kept unless another day is given. Raises ActionError for an individual, for a member of the party, for a
    day that has not come or lies before the statement on record, and for nothing new.
    """
    actor.require("party.state_conditions")

    def work(act: Act) -> Outcome:
        latest = latest_day(act.now)
        reached(stated_on, latest, "stated_on")
        reached(established_on, latest, "established_on")
        row = _locked(act, party)
        _another(actor, row)
        _not_before(stated_on, row.conditions_on, "stated_on")
        given: dict[str, Any] = {
            "established_on": established_on or row.established_on,
            "conditions_on": stated_on,
            "clean_record": clean_record,
            "prc_staff": prc_staff,
            "conditions_evidence": evidence,
        }
        event = events.PartyConditionsStated(
            party=str(row.id),
            stated_on=stated_on.isoformat(),
            established_on=given["established_on"].isoformat() if given["established_on"] else None,
            clean_record=clean_record,
            prc_staff=prc_staff,
            evidence=evidence,
            remark=remark,
        )
        return _kept(act, row, given, event)

    with files.settled(file):
        return perform(
            actor, files.also(file, EvidenceOf.STATEMENT, party, work), verb="party.state_conditions"
        )


@entered(m.Party, needed=("evidence",), evidence="inspection_evidence")
def record_inspection(
    actor: Actor,
    *,
    party: UUID,
    inspected_on: dt.date,
    evidence: str,
    remark: str = "",
    file: Received | None = None,
) -> Outcome:
    """Record that a party inspected itself; ``evidence`` names the paper that shows it.

    Raises ActionError for an individual, for a day that has not come or lies before the last on record, and
    for nothing new.
    """
    actor.require("party.inspect")

    def work(act: Act) -> Outcome:
        reached(inspected_on, latest_day(act.now), "inspected_on")
        row = _locked(act, party)
        _not_before(inspected_on, row.inspected_on, "inspected_on")
        given = {"inspected_on": inspected_on, "inspection_evidence": evidence}
        event = events.PartyInspected(
            party=str(row.id), inspected_on=inspected_on.isoformat(), evidence=evidence, remark=remark
        )
        return _kept(act, row, given, event)

    with files.settled(file):
        return perform(actor, files.also(file, EvidenceOf.INSPECTION, party, work), verb="party.inspect")


def _locked(act: Act, party: UUID) -> m.Party:
    locking.update("party", [party])
    row = m.Party.objects.filter(id=party).first()
    if row is None:
        raise ActionError(Text(en="There is no such party.", zh="没有此单位。"), "party")
    act.unchanged(row)
    if row.kind is PartyKind.INDIVIDUAL:
        raise ActionError(
            Text(
                en="This is recorded of organisations and government units only.",
                zh="仅登记企业、组织和机关单位的此项信息。",
            ),
            "party",
        )
    return row


def _another(actor: Actor, row: m.Party) -> None:
    if row.id != actor.house and actor.stands_for(row.id):
        raise ActionError(
            Text(
                en="You belong to this party, so somebody else must record its statement.",
                zh="您属于该单位，其声明须由他人登记。",
            )
        )


def _not_before(day: dt.date, last: dt.date | None, about: str) -> None:
    if last is not None and day < last:
        raise ActionError(
            Text(
                en=f"A later one, of {last.isoformat()}, is recorded already.",
                zh=f"已登记更晚的记录（{last.isoformat()}）。",
            ),
            about,
        )


def _kept(act: Act, row: m.Party, given: Mapping[str, Any], event: Any) -> Outcome:
    """Record what is given and lay it over the row. Raises ActionError when all of it is recorded already."""
    if all(getattr(row, name) == value for name, value in given.items()):
        raise ActionError(Text(en="This is recorded already.", zh="该内容已登记。"))
    row.entry = act.record(event, party_stream(row.id))
    for name, value in given.items():
        setattr(row, name, value)
    row.save()
    return Outcome("done", row.entry, row)
