"""Copies on their way: what the sender says of what was sent off, and that it came back.

Custody stays with the sender until the receiver signs, so nothing moves here and no rule is asked: what is
recorded is where the copies are meanwhile, and by when somebody is to look for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events.dispatch import HandoffCameBack, HandoffDispatched
from custody.terms import Channel, HandoffState, Leg, Text
from custody.transitions import HANDOFF, move

from . import lapsing, locking
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .entered import entered
from .legs import permitted

CARRIED = (Channel.COURIER_CLASSIFIED, Channel.POST, Channel.COURIER, Channel.IN_PERSON)
"""Channels by which something is carried; the others send what can be read at once."""
PACKAGES, SEALS, PEOPLE = 200, 200, 2


@dataclass(frozen=True, slots=True)
class Sent:
    """What left, with whom, and by when it is to be there."""

    left_on: dt.date
    expected_on: dt.date
    packages: int
    carrier: str = ""
    """The service that carries it; empty: own people do."""
    carriers: Sequence[UUID] = ()
    """The people who carry it, two where they go together."""
    waybill: str = ""
    seals: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CameBack:
    """When copies that were on their way came back to the sender, and how they were found."""

    on: dt.date
    condition: str


def goes(row: m.Handoff) -> bool:
    """Return whether copies may be sent off by a handoff: they are carried, and not only read."""
    return row.channel in CARRIED and row.leg is not Leg.INSPECTION


@entered(m.Dispatch)
def dispatch(actor: Actor, *, handoff: UUID, sent: Sent) -> Outcome:
    """Say as sender that the copies of an open offer were sent off, or put right what was said of it."""
    row = m.Handoff.objects.select_related("project").get(id=handoff)
    permitted(actor, row.leg, row.project.owner_party_id, row.sender_party_id, verb="dispatch")

    def work(act: Act) -> Outcome:
        person = actor.human()
        locking.together(
            ("share", "person", sent.carriers),
            ("share", "project", [row.project_id]),
            ("update", "handoff", [handoff]),
        )
        current = m.Handoff.objects.get(id=handoff)
        act.unchanged(current)
        move(HANDOFF, current.state, "dispatch")
        today = regimes.today(row.project.regime, act.now)
        lapsing.answerable(current, today)
        _fits(current, sent, today)
        before = m.Dispatch.objects.filter(handoff=current).first()
        made = before or m.Dispatch(id=m.new_id(), handoff=current)
        corrects = str(before.entry) if before else None
        made.left_on, made.expected_on, made.packages = sent.left_on, sent.expected_on, sent.packages
        made.carrier, made.waybill = sent.carrier.strip(), sent.waybill.strip()
        made.carriers, made.seals, made.late_since = list(sent.carriers), list(sent.seals), None
        copies = list(m.Copy.objects.filter(lines__handoff=current).order_by("id"))
        made.entry = act.record(
            HandoffDispatched(
                dispatch=str(made.id),
                handoff=str(current.id),
                number=current.number,
                copies=[str(copy.id) for copy in copies],
                left_on=made.left_on.isoformat(),
                carrier=made.carrier,
                carriers=[str(id) for id in made.carriers],
                waybill=made.waybill,
                packages=made.packages,
                seals=list(sent.seals),
                expected_on=made.expected_on.isoformat(),
                corrects=corrects,
                person=str(person),
            ),
            row.project.stream,
            on_behalf_of=row.sender_party_id,
            copy_keys=[copy.tag_key for copy in copies],
        )
        made.save()
        current.entry = made.entry
        current.save(update_fields=["entry"])
        return Outcome("done", made.entry, current)

    return perform(actor, work, verb="handoff.dispatch")


def _fits(row: m.Handoff, sent: Sent, today: dt.date) -> None:
    """Raise ActionError for what cannot be sent off, and for what is said of it that cannot be."""
    if not goes(row):
        raise ActionError(
            Text(
                en="Nothing is sent off here: these copies are read on site, or go between systems.",
                zh="此移交无需发出：副本现场查阅，或经系统传输。",
            )
        )
    reached(sent.left_on, today, "left_on")
    if sent.expected_on < sent.left_on:
        raise ActionError(
            Text(en="They would be there before they left.", zh="预计到达日期早于发出日期。"), "expected_on"
        )
    if not 1 <= sent.packages <= PACKAGES:
        raise ActionError(Text(en="Give 1 to 200 packages.", zh="件数须为1至200。"), "packages")
    if len(sent.seals) > SEALS or len(set(sent.seals)) < len(sent.seals) or not all(sent.seals):
        raise ActionError(
            Text(en="Name each seal once, 200 at most.", zh="每个封签号只填一次，最多200个。"), "seals"
        )
    people = list(sent.carriers)
    if len(people) > PEOPLE or len(set(people)) < len(people):
        raise ActionError(
            Text(en="Name one person or two different ones.", zh="请填写一人，或两名不同的人员。"), "carriers"
        )
    if row.channel is Channel.IN_PERSON and not people:
        raise ActionError(Text(en="Say who carries the copies.", zh="请填写携带人。"), "carriers")
    if not people and not sent.carrier.strip():
        raise ActionError(Text(en="Say who carries the copies.", zh="请填写承运单位或携带人。"), "carrier")
    ends = {row.sender_party_id, row.receiver_party_id}
    known = m.Membership.objects.current().filter(person__in=people, party__in=ends)
    if set(people) - set(known.values_list("person_id", flat=True)):
        raise ActionError(
            Text(
                en="This person stands neither for the sending nor for the receiving party today. Choose one "
                "of their people.",
                zh="该人员目前既不代表移交方，也不代表接收方，请从双方人员中选择。",
            ),
            "carriers",
        )


def returned(act: Act, row: m.Handoff, came_back: CameBack | None) -> m.Dispatch | None:
    """Return what is on its way by an offer that is withdrawn, with what is said of its return; None where
    nothing was sent off. Raises ActionError where a return is not said, or said of what never left."""
    way: m.Dispatch | None = m.Dispatch.objects.filter(handoff=row).first()
    if way is None:
        if came_back is not None:
            raise ActionError(
                Text(
                    en="The copies were not sent off. Leave the return out.",
                    zh="副本尚未发出，请勿填写退回情况。",
                ),
                "came_back_on",
            )
        return None
    if came_back is None or not came_back.condition.strip():
        raise ActionError(
            Text(
                en="The copies are on their way. Say when they came back and how they were found, or say "
                "that they were lost.",
                zh="副本已在途。请填写退回日期和状况；如已丢失，请登记途中丢失。",
            ),
            "condition" if came_back else "came_back_on",
        )
    reached(came_back.on, regimes.today(row.project.regime, act.now), "came_back_on")
    if came_back.on < way.left_on:
        raise ActionError(
            Text(en="They would have come back before they left.", zh="退回日期早于发出日期。"),
            "came_back_on",
        )
    way.came_back_on, way.condition = came_back.on, came_back.condition.strip()
    return way


def came(way: m.Dispatch, copies: list[str], told: dict[str, str]) -> HandoffCameBack:
    """Return what the ledger is told of a withdrawn offer of which the copies came back."""
    day = way.came_back_on.isoformat() if way.came_back_on else ""
    return HandoffCameBack(
        copies=copies, dispatch=str(way.id), came_back_on=day, condition=way.condition, **told
    )


def is_on_the_way(row: m.Handoff) -> bool:
    """Return whether copies were sent off by an open offer and neither arrived nor came back."""
    return row.state is HandoffState.OFFERED and m.Dispatch.objects.filter(handoff=row).exists()
