"""A party in time: it is renamed, who controls it changes, it moves. What was stands in its history with
its days.

A renaming is no correction: the name of before was right in its time. It becomes a former name with its
last day, is searched and screened as before, and a report prints it for what happened before the renaming
was recorded.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from custody import models as m
from custody.events import party_time as events
from custody.terms import AddressKind, NameKind, PartyKind, Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, latest_day, perform, reached
from .correcting import Alteration, needed, save_changed
from .entered import entered
from .registers import party_stream

NAMES = ("name", "other_name")


@entered(m.Party, needed=("name",))
def rename(
    actor: Actor, *, party: UUID, name: str, other_name: str = "", on: dt.date, reason: str
) -> Outcome:
    """Record that a party has another name since a day; the one of before becomes a former name.

    Raises ActionError when nothing changes, for a day that has not come or lies before the last renaming, and
    for a party that was merged.
    """
    actor.require("party.rename")
    needed(reason)

    def work(act: Act) -> Outcome:
        reached(on, latest_day(act.now), "on")
        locking.update("party", [party])
        row = m.Party.objects.get(id=party)
        act.unchanged(row)
        _not_merged(row)
        former = m.PartyName.objects.filter(party=party, kind=NameKind.FORMER)
        last = former.exclude(ends=None).order_by("-ends").values_list("ends", flat=True).first()
        if last is not None and on <= last:
            raise ActionError(
                Text(
                    en="It was renamed after this day already. Give a later day.",
                    zh="该单位在此日之后已更名，请填写更晚的日期。",
                ),
                "on",
            )
        changed = Alteration.of(row, {"name": name, "other_name": other_name})
        human = row.kind is PartyKind.INDIVIDUAL
        known = set(former.values_list("name", flat=True))
        kept = {
            n: m.new_id() for n in NAMES if n in changed.names and changed.old[n] not in ("", None, *known)
        }
        starts, ends = _next_day(last), on - dt.timedelta(days=1)
        entry = act.record(
            events.PartyRenamed(
                party=str(party),
                corrects=str(row.entry),
                on=on.isoformat(),
                starts=starts.isoformat() if starts else None,
                ends=ends.isoformat(),
                former={n: str(id) for n, id in kept.items()},
                reason=reason,
                **changed.split(NAMES if human else ()),
            ),
            party_stream(party),
        )
        for n, id in kept.items():
            m.PartyName.objects.create(
                id=id,
                entry=entry,
                party_id=party,
                kind=NameKind.FORMER,
                name=changed.old[n],
                starts=starts,
                ends=ends,
            )
        return save_changed(act, row, changed, entry, reason, NAMES if human else ())

    return perform(actor, work, verb="party.rename")


@entered(m.PartyControl)
def end_control(actor: Actor, *, control: UUID, ends: dt.date, reason: str) -> Outcome:
    """Record the last day on which one party owned or controlled another; rules walk it up to that day.

    Raises ActionError for one that has ended, and for a day that has not come.
    """
    actor.require("party.end_control")
    needed(reason)
    found = m.PartyControl.objects.get(id=control)

    def work(act: Act) -> Outcome:
        reached(ends, latest_day(act.now), "ends")
        locking.update("party", [found.party_id, found.controller_id])
        row = m.PartyControl.objects.get(id=control)
        act.unchanged(row)
        if row.ends is not None:
            raise ActionError(Text(en="This control has ended already.", zh="该控制关系已终止。"), "control")
        entry = act.record(
            events.PartyControlEnded(
                control=str(control),
                party=str(row.party_id),
                controller=str(row.controller_id),
                ends=ends.isoformat(),
                reason=reason,
            ),
            party_stream(row.party_id),
        )
        row.ends, row.entry = ends, entry
        row.save()
        return Outcome("done", entry, row)

    return perform(actor, work, verb="party.end_control")


@entered(m.PartyAddress, needed=("address",))
def locate(
    actor: Actor, *, party: UUID, kind: AddressKind, address: str, country: str, starts: dt.date | None = None
) -> Outcome:
    """Record where a party is registered or takes its post since a day; its address of that kind of before
    ends with the day before.

    Raises ActionError for a day that has not come or lies before the address of before began.
    """
    actor.require("party.locate")

    def work(act: Act) -> Outcome:
        reached(starts, latest_day(act.now), "starts")
        locking.update("party", [party])
        owner = m.Party.objects.get(id=party)
        _not_merged(owner)
        before = m.PartyAddress.objects.filter(party=party, kind=kind, ends=None).first()
        if before and (starts is None or (before.starts and starts <= before.starts)):
            raise ActionError(
                Text(
                    en="The party has such an address already. Give the first day of the new one.",
                    zh="该单位已有此类地址，请填写新地址的起始日期。",
                ),
                "starts",
            )
        human, id = owner.kind is PartyKind.INDIVIDUAL, m.new_id()
        entry = act.record(
            events.PartyLocated(
                address_id=str(id),
                party=str(party),
                address_kind=str(kind),
                address=None if human else address,
                individual_address=address if human else None,
                country=country,
                starts=starts.isoformat() if starts else None,
                replaces=str(before.id) if before else None,
                replaced_ends=(starts - dt.timedelta(days=1)).isoformat() if before and starts else None,
            ),
            party_stream(party),
        )
        if before and starts:
            before.ends, before.entry = starts - dt.timedelta(days=1), entry
            before.save()
        row = m.PartyAddress.objects.create(
            id=id, entry=entry, party_id=party, kind=kind, address=address, country=country, starts=starts
        )
        return Outcome("done", entry, row)

    return perform(actor, work, verb="party.locate")


def _next_day(day: dt.date | None) -> dt.date | None:
    return day + dt.timedelta(days=1) if day else None


def _not_merged(row: m.Party) -> None:
    if row.merged_into_id:
        raise ActionError(
            Text(
                en="This party was merged into another. Record it with the one that stays.",
                zh="该单位已并入另一条记录，请在保留的记录上登记。",
            )
        )
