"""Offering copies, and the receiver's answer. Custody moves on acceptance only (rule HND-03)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from custody import gather, regimes, scope
from custody import models as m
from custody.codes import handoff_number
from custody.events import handoff as handoff_events
from custody.events.counter import HandoffAtCounter
from custody.policy import facts as f
from custody.signoff import RECEIPT, NotSigned
from custody.terms import Channel, CopyState, KeyForm, Leg, Text, Verb, Word
from custody.transitions import COPY, HANDOFF, move

from . import (
    holding,
    lapsing,
    locking,
    on_the_way,
    receipts,
    saving,
    sheets,
    signing,
    signing_receipts,
    witnessed,
)
from .base import Act, ActionError, Actor, Outcome, perform
from .classifying import given_out
from .deciding import Ruling, carried, keep, kept, refuse, rule
from .entered import entered
from .legs import Ends, demanded, ends_as_made, ends_of, leg_of, permitted
from .offering import event_of, may_accompany, read_copies, stands_for
from .receipts import Wrong

if TYPE_CHECKING:
    from .counter import Counter

COPIES_PER_HANDOFF = 200
_OFFERED = "UPDATE custody_copy SET state = %s, offered_in_id = %s, entry = %s WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered over a hop or within one party, to whom, for what, and where it will be kept."""

    hop: UUID | None
    copies: Sequence[UUID]
    receiver_person: UUID
    purpose: str
    channel: Channel
    system: UUID
    due_back: dt.date | None = None
    second_carrier: UUID | None = None
    """Who accompanies the copies where two people must carry them (rule HND-04)."""
    leg: Leg | None = None
    """None: a loan where a day of return is named, else a transfer."""
    statement: str = ""
    """What the sender of a return states."""
    answer_by: dt.date | None = None
    """Past this day the offer lapses unless somebody answered it; None: it stands until it is withdrawn."""


def question(
    actor: Actor, offer: Offer, ends: Ends, today: dt.date, verb: Verb, handoff: m.Handoff | None = None
) -> gather.Question:
    """Return the question that rules are asked about an offer, or about accepting it."""
    facts_act = f.Act(
        verb=str(verb),
        today=today,
        actor_person=str(actor.person) if actor.person else None,
        hop=str(ends.hop.id) if ends.hop else None,
        approval=None,
        handoff=str(handoff.id) if handoff else None,
        sender_party=str(ends.sender),
        receiver_party=str(ends.receiver),
        receiver_person=str(offer.receiver_person),
        offered_by=str(handoff.sender_person_id) if handoff else None,
        system=str(offer.system),
        copies=tuple(sorted(str(c) for c in offer.copies)),
        level=None,
        due_back=offer.due_back,
        has_purpose=bool(offer.purpose.strip()),
        channel=str(offer.channel),
        second_carrier=str(offer.second_carrier) if offer.second_carrier else None,
        leg=_stated(offer, handoff),
        entry=None,
    )
    return gather.Question(
        facts_act, ends.project, hops=ends.path, copies=list(offer.copies), system=offer.system
    )


@scope.whole()
def preview(actor: Actor, offer: Offer, now: dt.datetime) -> Ruling:
    """Run the rules on an offer that is being typed. Records nothing."""
    ends = ends_of(offer)
    today = regimes.today(ends.project.regime, now)
    return rule(Verb.HANDOFF_OFFER, question(actor, offer, ends, today, Verb.HANDOFF_OFFER))


@entered(m.Handoff)
def offer(
    actor: Actor,
    offer: Offer,
    *,
    submission: UUID | None = None,
    took_place_at: dt.datetime | None = None,
    sheet: sheets.Sheet | None = None,
) -> Outcome:
    """Offer numbered copies, by one of the legs. Refused and recorded when a rule blocks. Sent twice, it has
    one effect. What took place on paper has a ``sheet``, and is told as done without leave where a rule
    blocks."""
    ends, leg = ends_of(offer), leg_of(offer)
    project, hop_id = ends.project, ends.hop.id if ends.hop else None
    permitted(actor, leg, project.owner_party_id, ends.sender)
    copies = sorted(set(offer.copies))
    if not 1 <= len(copies) <= COPIES_PER_HANDOFF:
        raise ActionError(Text(en="Choose 1 to 200 copies.", zh="请选择1至200份副本。"), "copies")
    submission_id = submission or m.new_id()

    def work(act: Act) -> Outcome:
        today = regimes.today(project.regime, act.now)
        _lock_facts(actor, ends, offer, copies, today)
        form = sheets.locked(act, sheet, ends) if sheet else None
        ruling = rule(Verb.HANDOFF_OFFER, question(actor, offer, ends, today, Verb.HANDOFF_OFFER))
        goes_on = ruling.allowed or sheet is not None
        next_number, rows = read_copies(project, copies, goes_on)
        if not goes_on:
            return refuse(
                act,
                ruling,
                about=project.stream,
                project=project,
                attempt={
                    "leg": str(leg),
                    "hop": str(hop_id) if hop_id else None,
                    "to_party": str(ends.receiver),
                    "receiver_person": str(offer.receiver_person),
                    "copies": [str(c) for c in copies],
                    "purpose": offer.purpose,
                    "channel": str(offer.channel),
                    "second_carrier": str(offer.second_carrier) if offer.second_carrier else None,
                    "system": str(offer.system),
                    "due_back": offer.due_back.isoformat() if offer.due_back else None,
                    "statement": offer.statement,
                },
                submission=submission_id,
                hop=hop_id,
                to_party=ends.receiver,
                on_behalf_of=ends.sender,
            )
        stands_for(ruling.facts, offer.receiver_person, ends.receiver)
        may_accompany(ruling.facts, offer.second_carrier, ends)
        demanded(offer, regimes.today(project.regime, act.took_place_at))
        if sheet:
            sheets.checked(act, sheet, ends, copies)
        else:
            given_out(leg, ((row.item_state, row.codename) for row in rows))
        (state,) = {move(COPY, CopyState(row.state), "offer") for row in rows}
        decision_id = m.new_id()
        handoff = m.Handoff(
            id=m.new_id(),
            number=handoff_number(next_number),
            project=project,
            hop=ends.hop,
            leg=leg,
            sender_party_id=ends.sender,
            sender_person_id=sheet.handed_over_by if sheet else actor.human(),
            receiver_party_id=ends.receiver,
            receiver_person_id=offer.receiver_person,
            purpose=offer.purpose,
            statement=offer.statement,
            channel=offer.channel,
            second_carrier_id=offer.second_carrier,
            system_id=offer.system,
            due_back=offer.due_back,
            answer_by=offer.answer_by,
            offered_at=act.now,
            submission=submission_id,
        )
        entry = act.record(
            event_of(handoff, copies),
            project.stream,
            on_behalf_of=ends.sender,
            copy_keys=[row.tag_key for row in rows],
            **carried(ruling, decision_id),
        )
        handoff.entry = handoff.offer_entry = entry
        decision = kept(ruling, project, decision_id, entry)
        lines = [m.HandoffCopy(handoff=handoff, copy_id=row.id, from_system_id=row.system_id) for row in rows]
        saving.together([decision, handoff, *lines], (_OFFERED, [str(state), handoff.id, entry, copies]))
        if sheet and form:
            sheets.noted(act, sheet, form, handoff, ruling)
        # Who answers with the offer need not read again what was just saved.
        handoff._prefetched_objects_cache = {  # type: ignore[attr-defined]
            "copies": [m.Copy(id=id) for id in copies]
        }
        return Outcome("done", entry, handoff, decision)

    verb = "paper.enter" if sheet else "handoff.offer"
    return perform(actor, work, took_place_at, submission=submission, verb=verb)


@scope.whole()
def preview_accept(actor: Actor, handoff: m.Handoff, now: dt.datetime, form: KeyForm | None = None) -> Ruling:
    """Run the rules on accepting an offer, as its page does; ``form``: of the key with which it is to be
    signed. Records nothing."""
    made = offer_of(handoff, sorted(handoff.lines.values_list("copy_id", flat=True)))
    today = regimes.today(handoff.project.regime, now)
    asked = question(actor, made, ends_as_made(handoff), today, Verb.HANDOFF_ACCEPT, handoff=handoff)
    return rule(Verb.HANDOFF_ACCEPT, signing_receipts.asked(asked, form))


def begin(
    actor: Actor,
    row: m.Handoff,
    now: dt.datetime,
    form: KeyForm = KeyForm.PASSKEY,
    *,
    note: str = "",
    wrong: Sequence[Wrong] = (),
    hashes: Mapping[UUID, str] | None = None,
) -> str:
    """Return a new statement of a receipt for its receiver to sign with a key of a form. Records nothing.

    Raises ActionError as :func:`accept` for what is said to be wrong.
    """
    copies = list(m.Copy.objects.filter(lines__handoff=row).order_by("id"))
    faults = receipts.sorted_out(row, copies, wrong, hashes or {})
    ruling = preview_accept(actor, row, now, form)
    said = signing_receipts.members(row, copies, faults, note, ruling)
    return signing.begin(RECEIPT, said, actor.human(), now, form)


@entered(m.Handoff, note="answer")
def accept(
    actor: Actor,
    *,
    handoff: UUID,
    note: str = "",
    wrong: Sequence[Wrong] = (),
    hashes: Mapping[UUID, str] | None = None,
    submission: UUID | None = None,
    counter: Counter | None = None,
    by_hand: witnessed.ByHand | None = None,
    signed: signing.Signed | None = None,
) -> Outcome:
    """Sign for the copies: custody moves to the receiver now, or, where they are only read, the reading is
    recorded and custody stays. Refused and recorded when a rule blocks by now.

    What is ``wrong``, or has another hash than its item is registered with, stays with the sender.
    ``by_hand``: the receiver signed on paper, and the actor is the witness (:mod:`witnessed`). ``signed``:
    with the receiver's own key (:mod:`signing_receipts`); one that does not count is recorded.
    """
    row = m.Handoff.objects.select_related("project", "hop").get(id=handoff)
    if by_hand:
        actor.require("handoff.witness", sender=row.sender_party_id)
    else:
        actor.require("handoff.accept", receiver=row.receiver_party_id)

    def work(act: Act) -> Outcome:
        today = regimes.today(row.project.regime, act.now)
        made, current, copies = _lock_handoff(actor, row, today, signs=signed is not None)
        act.unchanged(current)
        faults = receipts.sorted_out(current, copies, wrong, hashes or {})
        verb = "accept_part" if faults else "accept"
        state = move(HANDOFF, current.state, verb)
        lapsing.answerable(current, today)
        by_sheet = (by_hand, witnessed.locked(by_hand, current)) if by_hand else None
        asked = question(actor, made, ends_as_made(row), today, Verb.HANDOFF_ACCEPT, handoff=current)
        asked = signing_receipts.asked(asked, signing.form_of(signed) if signed else None)
        ruling = rule(Verb.HANDOFF_ACCEPT, witnessed.asked(asked, by_hand, actor) if by_hand else asked)
        said = signing_receipts.members(current, copies, faults, note, ruling) if signed else {}
        try:
            held = signing.wanted(act, RECEIPT, said, signed)
        except NotSigned as fault:
            return signing.refuse(act, RECEIPT, said, signed, fault.why)
        ids = [str(c.id) for c in copies]
        paper = sheets.of(current)
        if sheets.stops(paper, ruling):
            return refuse(
                act,
                ruling,
                about=row.project.stream,
                project=row.project,
                attempt={
                    "handoff": str(handoff),
                    "hop": str(row.hop_id) if row.hop_id else None,
                    "to_party": str(row.receiver_party_id),
                    "copies": ids,
                    **({"receipt_sheet": by_sheet[1].number} if by_sheet else {}),
                },
                submission=submission or m.new_id(),
                hop=row.hop_id,
                to_party=row.receiver_party_id,
                on_behalf_of=row.receiver_party_id,
            )
        if not paper:
            given_out(current.leg, ((copy.item.state, copy.item.codename) for copy in copies))
        custodian = current.receiver_person_id if by_hand else actor.human()
        decision_id = m.new_id()
        found = receipts.discrepancies(current, faults)
        taken = [str(c.id) for c in copies if c.id not in faults]
        entry = act.record(
            witnessed.accepted(current, by_sheet, actor, taken, note, found)
            if by_sheet
            else receipts.signed_for(current, custodian, taken, note, found),
            row.project.stream,
            on_behalf_of=current.receiver_party_id,
            copy_keys=[c.tag_key for c in copies],
            **carried(ruling, decision_id),
        )
        decision = keep(ruling, row.project, decision_id, entry)
        signing.give(act, RECEIPT, said, held, entry, row.project.stream)
        if counter:
            act.record(_at_counter(current, custodian, counter), row.project.stream)
        if by_sheet:
            witnessed.used(act, by_sheet, entry)
        if paper:
            sheets.confirmed(act, paper, current, ruling)
        moved: dict[str, Any] = {}
        if current.leg is not Leg.INSPECTION:
            moved = {
                "custodian_party": current.receiver_party_id,
                "custodian_person": custodian,
                "system": current.system_id,
                "unconfirmed": None,
            }
        free = {"state": _together(copies, verb), "offered_in": None, "entry": entry}
        m.Copy.objects.filter(id__in=taken).update(**free, **moved)
        m.Copy.objects.filter(id__in=faults).update(**free)
        holding.signed(current, custodian, [c.id for c in copies if c.id not in faults], entry)
        for row_ in found:
            row_.entry = entry
        m.Discrepancy.objects.bulk_create(found)
        _answer(current, state, act.now, note, entry)
        return Outcome("done", entry, current, decision)

    verb = "handoff.witness" if by_hand else "handoff.accept"
    return perform(actor, work, submission=submission, verb=verb)


def _at_counter(row: m.Handoff, receiver: UUID, counter: Counter) -> HandoffAtCounter:
    return HandoffAtCounter(
        handoff=str(row.id),
        number=row.number,
        receiver=str(receiver),
        custodian=str(counter.custodian),
        session=counter.session,
        method=str(counter.method),
    )


def _stated(offer: Offer, handoff: m.Handoff | None) -> str | None:
    """Return the leg as a fact: of an offer of before legs were stated it is not known."""
    leg = leg_of(offer) if handoff is None else handoff.leg
    return str(leg) if leg else None


@entered(m.Handoff, reason="answer")
def decline(actor: Actor, *, handoff: UUID, reason: str) -> Outcome:
    """Refuse the copies as receiver; custody has not moved and the sender is free to offer them again."""
    row = m.Handoff.objects.select_related("project", "hop").get(id=handoff)
    actor.require("handoff.decline", receiver=row.receiver_party_id)
    event = handoff_events.HandoffDeclined
    return _end_offer(actor, row, "decline", reason, event, row.receiver_party_id)


@entered(m.Handoff, reason="answer")
def withdraw(
    actor: Actor, *, handoff: UUID, reason: str, came_back: on_the_way.CameBack | None = None
) -> Outcome:
    """Take back an offer that was not answered; of copies that were sent off only once they ``came_back``."""
    row = m.Handoff.objects.select_related("project", "hop").get(id=handoff)
    permitted(actor, row.leg, row.project.owner_party_id, row.sender_party_id, verb="withdraw")
    event = handoff_events.HandoffWithdrawn
    return _end_offer(actor, row, "withdraw", reason, event, row.sender_party_id, came_back)


def _end_offer(
    actor: Actor,
    row: m.Handoff,
    verb: str,
    reason: str,
    event: type[handoff_events.HandoffDeclined] | type[handoff_events.HandoffWithdrawn],
    party: UUID,
    came_back: on_the_way.CameBack | None = None,
) -> Outcome:
    if not reason.strip():
        raise ActionError(Text(en="Say what is wrong.", zh="请说明原因。"), "reason")

    def work(act: Act) -> Outcome:
        _, current, copies = _lock_handoff(actor, row, regimes.today(row.project.regime, act.now))
        act.unchanged(current)
        state = move(HANDOFF, current.state, verb)
        told = {"handoff": str(current.id), "number": current.number, "reason": reason}
        ids = [str(c.id) for c in copies]
        way = on_the_way.returned(act, current, came_back) if verb == "withdraw" else None
        entry = act.record(
            on_the_way.came(way, ids, told) if way else event(copies=ids, **told),
            row.project.stream,
            on_behalf_of=party,
            copy_keys=[c.tag_key for c in copies],
        )
        if way:
            way.entry = entry
            way.save()
        m.Copy.objects.filter(id__in=[c.id for c in copies]).update(
            state=_together(copies, verb), offered_in=None, entry=entry
        )
        _answer(current, state, act.now, reason, entry)
        return Outcome("done", entry, current)

    return perform(actor, work, verb=f"handoff.{verb}")


def _answer(handoff: m.Handoff, state: Word, now: dt.datetime, text: str, entry: UUID) -> None:
    handoff.state, handoff.answered_at, handoff.answer = state, now, text
    handoff.entry = handoff.answer_entry = entry
    handoff.save()


def _together(copies: Sequence[m.Copy], verb: str) -> Word:
    """Return the one state that all copies move to. Raises NotNow when one of them does not fit."""
    (state,) = {move(COPY, copy.state, verb) for copy in copies}
    return state


def _lock_facts(
    actor: Actor,
    ends: Ends,
    offer: Offer,
    copies: Sequence[UUID],
    today: dt.date,
    handoff: UUID | None = None,
    *,
    signs: bool = False,
) -> None:
    path = ends.path
    limited = m.UseLimit.objects.filter(approval__hop__in=path[-1:], uses__isnull=False).exists()
    concerned = gather.path_parties(ends.project, (), ends.sender, ends.receiver)
    parties = gather.with_controllers(concerned, today, path)
    people = [person for person in (offer.receiver_person, actor.person) if person]
    locking.together(
        ("share", "party", parties),
        ("update" if signs else "share", "person", people),
        ("share", "system", [offer.system]),
        ("share", "project", [ends.project.id]),
        ("share", "hop", path[:-1]),
        # Where the approval allows so many uses, two offers at once would each take the last one.
        ("update" if limited else "share", "hop", path[-1:]),
        ("update", "copy", copies),
        ("update", "handoff", [handoff] if handoff else []),
    )


def _lock_handoff(
    actor: Actor, row: m.Handoff, today: dt.date, *, signs: bool = False
) -> tuple[Offer, m.Handoff, list[m.Copy]]:
    """Lock all that an answer rests on, and the count of the key of who signs it; return the offer as made,
    the handoff as it stands, and its copies."""
    copies = sorted(row.lines.values_list("copy_id", flat=True))
    made = offer_of(row, copies)
    _lock_facts(actor, ends_as_made(row), made, copies, today, row.id, signs=signs)
    current = m.Handoff.objects.select_related("on_paper").get(id=row.id)
    made = replace(made, due_back=current.due_back)  # the one term that can be corrected
    return made, current, list(m.Copy.objects.filter(id__in=copies).select_related("item").order_by("id"))


def offer_of(row: m.Handoff, copies: Sequence[UUID]) -> Offer:
    """Return an offer as it was made."""
    return Offer(
        hop=row.hop_id,
        copies=copies,
        receiver_person=row.receiver_person_id,
        purpose=row.purpose,
        channel=row.channel,
        system=row.system_id,
        due_back=row.due_back,
        second_carrier=row.second_carrier_id,
        leg=row.leg,
        statement=row.statement,
        answer_by=row.answer_by,
    )
