"""Custody passed on within one party, in the middle of an act: offered and accepted at once, as any handoff.

All rules are asked twice, of the offer by who hands over and of the receipt by who takes over. Where a rule
bars some copies of a group only, the others pass; what is barred is recorded as a refused attempt.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from custody import models as m
from custody import regimes
from custody.codes import handoff_number
from custody.policy import engine
from custody.terms import Channel, CopyState, HandoffState, Leg, Verb

from . import holding, receipts, saving
from .base import Act, Actor
from .deciding import Ruling, carried, keep, kept, rule, turned_down
from .handoffs import COPIES_PER_HANDOFF, Offer, question
from .legs import Ends
from .offering import event_of, read_copies

_OFFERED = "UPDATE custody_copy SET state = %s, offered_in_id = %s, entry = %s WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of some copies: they passed by a handoff, or a rule barred it."""

    copies: Sequence[m.Copy]
    handoff: m.Handoff | None = None
    refusal: m.Refusal | None = None


class _Barred(Exception):
    """Takes back an offer that the rules let be made and would not let be accepted."""

    def __init__(self, ruling: Ruling) -> None:
        self.ruling = ruling
        super().__init__()


def pass_on(act: Act, row: m.Handover, copies: Sequence[m.Copy]) -> Iterator[Passed]:
    """Pass copies that are locked and free from the outgoing to the incoming person of a handover, each where
    it lies; yield what came of them, by project and place, at most 200 at a time."""
    for group in _groups(copies):
        yield from _some(act, row, group)


def barred_today(
    actor: Actor, row: m.Handover, copies: Sequence[m.Copy], now: dt.datetime
) -> list[tuple[Sequence[m.Copy], Ruling]]:
    """Return which of the copies a rule would bar from passing now, and what the rules say of them. Records
    nothing, and asks of the offer alone."""
    found: list[tuple[Sequence[m.Copy], Ruling]] = []
    for group in _groups(copies):
        ruling = _ruling(actor, row, group, now)
        if not ruling.allowed:
            barred = [copy for copy in group if not _alone(ruling, copy)]
            found.append((barred or group, ruling))
    return found


def _groups(copies: Sequence[m.Copy]) -> Iterator[list[m.Copy]]:
    """Yield copies of one project and place, at most 200 at a time."""
    in_order = sorted(copies, key=lambda c: (c.item.project_id, str(c.system_id), c.id))
    for _, group in itertools.groupby(in_order, key=lambda c: (c.item.project_id, c.system_id)):
        found = list(group)
        for at in range(0, len(found), COPIES_PER_HANDOFF):
            yield found[at : at + COPIES_PER_HANDOFF]


def _some(act: Act, row: m.Handover, copies: Sequence[m.Copy]) -> Iterator[Passed]:
    made = _handed(act, row, copies)
    if isinstance(made, m.Handoff):
        yield Passed(copies, handoff=made)
        return
    free = [copy for copy in copies if _alone(made, copy)]
    if free and len(free) < len(copies):
        again = _handed(act, row, free)
        if isinstance(again, m.Handoff):
            yield Passed(free, handoff=again)
            copies = [copy for copy in copies if copy not in free]
            left = _ruling(act.actor, row, copies, act.now)
            made = made if left.allowed else left
    yield Passed(copies, refusal=_refused(act, row, copies, made))


def _alone(ruling: Ruling, copy: m.Copy) -> bool:
    """Return whether the rules would let one copy pass by itself, on the facts of all."""
    facts = ruling.facts.asked(replace(ruling.facts.act, copies=(str(copy.id),)))
    pack = regimes.pack(facts.project.regime, facts.act.today)
    return engine.decide(Verb(facts.act.verb), facts, pack).allowed


def _offer(row: m.Handover, copies: Sequence[m.Copy]) -> tuple[Offer, Ends]:
    project, place = copies[0].item.project, copies[0].system_id
    if place is None:
        raise ValueError("a copy without a place cannot be handed over")
    stands = m.Membership.objects.current().filter(person=row.supervisor_id, party=row.party_id).exists()
    offer = Offer(
        hop=None,
        copies=sorted(copy.id for copy in copies),
        receiver_person=row.incoming_id,
        purpose=f"Custodian handover 保管人交接: {row.reason}"[:300],
        channel=Channel.IN_PERSON,
        system=place,
        # Where two must carry (HND-04), the third was there.
        second_carrier=row.supervisor_id if stands else None,
        leg=Leg.INTERNAL,
    )
    return offer, Ends(project, None, row.party_id, row.party_id)


def _ruling(actor: Actor, row: m.Handover, copies: Sequence[m.Copy], now: dt.datetime) -> Ruling:
    offer, ends = _offer(row, copies)
    today = regimes.today(ends.project.regime, now)
    asked = question(replace(actor, person=row.outgoing_id), offer, ends, today, Verb.HANDOFF_OFFER)
    return rule(Verb.HANDOFF_OFFER, asked)


def _handed(act: Act, row: m.Handover, copies: Sequence[m.Copy]) -> m.Handoff | Ruling:
    """Pass copies by one handoff and return it, or what the rules said where they bar it: nothing is saved
    then."""
    ruling = _ruling(act.actor, row, copies, act.now)
    if not ruling.allowed:
        return ruling
    drafts = len(act.drafts)
    try:
        with transaction.atomic():
            handoff = _offered(act, row, copies, ruling)
            _accepted(act, row, copies, handoff)
    except _Barred as barred:
        del act.drafts[drafts:]
        return barred.ruling
    return handoff


def _offered(act: Act, row: m.Handover, copies: Sequence[m.Copy], ruling: Ruling) -> m.Handoff:
    offer, ends = _offer(row, copies)
    number, rows = read_copies(ends.project, offer.copies, number=True)
    handoff = m.Handoff(
        id=m.new_id(),
        number=handoff_number(number),
        project=ends.project,
        leg=offer.leg,
        sender_party_id=ends.sender,
        sender_person_id=row.outgoing_id,
        receiver_party_id=ends.receiver,
        receiver_person_id=row.incoming_id,
        purpose=offer.purpose,
        channel=offer.channel,
        second_carrier_id=offer.second_carrier,
        system_id=offer.system,
        offered_at=act.now,
        submission=m.new_id(),
    )
    decision_id = m.new_id()
    entry = act.record(
        event_of(handoff, offer.copies),
        ends.project.stream,
        on_behalf_of=row.party_id,
        copy_keys=[one.tag_key for one in rows],
        **carried(ruling, decision_id),
    )
    handoff.entry = handoff.offer_entry = entry
    saving.together(
        [
            kept(ruling, ends.project, decision_id, entry),
            handoff,
            *(m.HandoffCopy(handoff=handoff, copy_id=c.id, from_system_id=c.system_id) for c in rows),
        ],
        (_OFFERED, [str(CopyState.OFFERED), handoff.id, entry, list(offer.copies)]),
    )
    return handoff


def _accepted(act: Act, row: m.Handover, copies: Sequence[m.Copy], handoff: m.Handoff) -> None:
    """Accept an offer that was just saved. Raises _Barred."""
    offer, ends = _offer(row, copies)
    today = regimes.today(ends.project.regime, act.now)
    receiver = replace(act.actor, person=row.incoming_id)
    asked = question(receiver, offer, ends, today, Verb.HANDOFF_ACCEPT, handoff=handoff)
    ruling = rule(Verb.HANDOFF_ACCEPT, asked)
    if not ruling.allowed:
        raise _Barred(ruling)
    decision_id = m.new_id()
    entry = act.record(
        receipts.signed_for(handoff, row.incoming_id, [str(id) for id in offer.copies], "", ()),
        ends.project.stream,
        on_behalf_of=row.party_id,
        copy_keys=[copy.tag_key for copy in copies],
        **carried(ruling, decision_id),
    )
    keep(ruling, ends.project, decision_id, entry)
    m.Copy.objects.filter(id__in=offer.copies).update(
        state=CopyState.HELD, offered_in=None, entry=entry, custodian_person=row.incoming_id
    )
    holding.signed(handoff, row.incoming_id, offer.copies, entry)
    handoff.state, handoff.answered_at = HandoffState.ACCEPTED, act.now
    handoff.entry = handoff.answer_entry = entry
    handoff.save()


def _refused(act: Act, row: m.Handover, copies: Sequence[m.Copy], ruling: Ruling) -> m.Refusal:
    offer, ends = _offer(row, copies)
    outcome = turned_down(
        act,
        ruling,
        about=ends.project.stream,
        project=ends.project,
        attempt={
            "leg": str(offer.leg),
            "hop": None,
            "to_party": str(row.party_id),
            "receiver_person": str(row.incoming_id),
            "copies": [str(id) for id in offer.copies],
            "purpose": offer.purpose,
            "channel": str(offer.channel),
            "second_carrier": str(offer.second_carrier) if offer.second_carrier else None,
            "system": str(offer.system),
            "due_back": None,
            "statement": "",
        },
        submission=m.new_id(),
        to_party=row.party_id,
        on_behalf_of=row.party_id,
    )
    refusal: m.Refusal = outcome.object
    return refusal
