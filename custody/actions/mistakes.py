"""An acceptance that was a mistake, undone with the sender's agreement, and a request that is taken back.

Custody moved when the receiver signed, so the receiver alone cannot send it back: the copies stand still
while the sender is asked, and go back when somebody of the sender agrees. No rule is asked: the copies go
where they were, and what was recorded stays.
"""

from __future__ import annotations

from uuid import UUID

from custody import models as m
from custody.events import handoff as handoff_events
from custody.events import hop as hop_events
from custody.terms import Leg, Text, Word
from custody.transitions import APPROVAL, COPY, HANDOFF, HOP, move

from . import holding, locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import keep_correction, needed
from .entered import entered


@entered(m.Correction)
def accepted_by_mistake(actor: Actor, *, handoff: UUID, reason: str) -> Outcome:
    """Say as receiver that a handoff was accepted by mistake; its copies stand still until the sender
    answers.

    Raises ActionError once a copy was moved, offered or disputed since it was accepted.
    """
    row = m.Handoff.objects.select_related("project").get(id=handoff)
    actor.require("handoff.mistaken", receiver=row.receiver_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        actor.human()
        current, copies = _lock(row)
        act.unchanged(current)
        state = move(HANDOFF, current.state, "mistaken")
        if current.leg is Leg.INSPECTION:
            raise ActionError(
                Text(
                    en="The copies were only read: custody has not moved, and there is nothing to undo.",
                    zh="副本仅供查阅，保管责任未转移，无需撤销。",
                )
            )
        moved = [c.code for c in copies if c.entry != current.answer_entry]
        if moved or current.answer_entry is None:
            raise ActionError(_moved(moved))
        copy_state = _together(copies, "mistaken")
        entry = act.record(
            handoff_events.HandoffMistaken(
                handoff=str(current.id),
                number=current.number,
                corrects=str(current.answer_entry),
                copies=[str(c.id) for c in copies],
                reason=reason,
            ),
            row.project.stream,
            on_behalf_of=row.receiver_party_id,
            copy_keys=[c.tag_key for c in copies],
        )
        _set_copies(copies, state=copy_state, offered_in=current, entry=entry)
        return _settle(act, current, state, entry, current.answer_entry, reason)

    return perform(actor, work, verb="handoff.mistaken")


@entered(m.Correction, note="reason")
def agree(actor: Actor, *, handoff: UUID, note: str = "") -> Outcome:
    """Agree as sender that it was a mistake: custody goes back to the sender now, to the person who agrees,
    and each copy to the system in which it stood before the offer.

    Raises ActionError for the very person who said that it was a mistake.
    """
    row = m.Handoff.objects.select_related("project").get(id=handoff)
    actor.require("handoff.agree", sender=row.sender_party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        current, copies = _lock(row)
        act.unchanged(current)
        state = move(HANDOFF, current.state, "agree")
        if _said_by(current) == person:
            raise ActionError(
                Text(
                    en="You said that it was accepted by mistake, so somebody else of the sender must agree.",
                    zh="“误签收”由您提出，须由移交方其他人员同意。",
                )
            )
        copy_state = _together(copies, "agree")
        places = dict(row.lines.values_list("copy_id", "from_system_id"))
        corrects = current.entry
        entry = act.record(
            handoff_events.HandoffUndone(
                handoff=str(current.id),
                number=current.number,
                corrects=str(corrects),
                copies=[str(c.id) for c in copies],
                custodian_party=str(row.sender_party_id),
                custodian_person=str(person),
                systems={str(c.id): _text(places[c.id]) for c in copies},
                reason=note,
            ),
            row.project.stream,
            on_behalf_of=row.sender_party_id,
            copy_keys=[c.tag_key for c in copies],
        )
        for copy in copies:
            copy.state, copy.offered_in, copy.entry = copy_state, None, entry
            copy.custodian_party_id, copy.custodian_person_id = row.sender_party_id, person
            copy.system_id = places[copy.id]
        m.Copy.objects.bulk_update(
            copies, ["state", "offered_in", "entry", "custodian_party", "custodian_person", "system"]
        )
        holding.note(
            {c.id: places[c.id] for c in copies},
            entry=entry,
            project=row.project_id,
            party=row.sender_party_id,
            person=person,
        )
        return _settle(act, current, state, entry, corrects, note)

    return perform(actor, work, verb="handoff.agree")


@entered(m.Correction)
def disagree(actor: Actor, *, handoff: UUID, reason: str) -> Outcome:
    """Say as sender that it was no mistake: the acceptance stands, and custody stays with the receiver."""
    row = m.Handoff.objects.select_related("project").get(id=handoff)
    actor.require("handoff.disagree", sender=row.sender_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        actor.human()
        current, copies = _lock(row)
        act.unchanged(current)
        state = move(HANDOFF, current.state, "disagree")
        copy_state = _together(copies, "disagree")
        corrects = current.entry
        entry = act.record(
            handoff_events.HandoffUpheld(
                handoff=str(current.id),
                number=current.number,
                corrects=str(corrects),
                copies=[str(c.id) for c in copies],
                reason=reason,
            ),
            row.project.stream,
            on_behalf_of=row.sender_party_id,
            copy_keys=[c.tag_key for c in copies],
        )
        _set_copies(copies, state=copy_state, offered_in=None, entry=entry)
        return _settle(act, current, state, entry, corrects, reason)

    return perform(actor, work, verb="handoff.disagree")


@entered(m.Correction)
def withdraw_request(actor: Actor, *, hop: UUID, reason: str) -> Outcome:
    """Take back a subcontract request that no officer has decided on; nobody can vote on it any more."""
    row = m.Hop.objects.select_related("project").get(id=hop)
    actor.require("hop.withdraw", owner=row.project.owner_party_id, sender=row.from_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        asked = m.Approval.objects.filter(hop=hop).order_by("-created_at").values_list("id", flat=True)
        locking.together(
            ("share", "project", [row.project_id]), ("update", "hop", [hop]), ("update", "approval", asked)
        )
        current = m.Hop.objects.get(id=hop)
        act.unchanged(current)
        state = move(HOP, current.state, "withdraw")
        approval = m.Approval.objects.get(id=asked[0])
        approval_state = move(APPROVAL, approval.state, "withdraw")
        corrects, was = current.entry, current.state
        entry = act.record(
            hop_events.HopWithdrawn(
                hop=str(hop), approval=str(approval.id), corrects=str(corrects), reason=reason
            ),
            row.project.stream,
            on_behalf_of=row.from_party_id,
        )
        current.state, current.entry = state, entry
        current.save()
        approval.state, approval.entry, approval.decided_at = approval_state, entry, act.now
        approval.save()
        changes = {"state": [str(was), str(state)]}
        keep_correction(act, entry, current, corrects=corrects, changes=changes, reason=reason)
        return Outcome("done", entry, current)

    return perform(actor, work, verb="hop.withdraw")


def _lock(row: m.Handoff) -> tuple[m.Handoff, list[m.Copy]]:
    """Lock a handoff with its copies and return both as they stand."""
    ids = list(row.lines.values_list("copy_id", flat=True))
    locking.together(
        ("share", "project", [row.project_id]), ("update", "copy", ids), ("update", "handoff", [row.id])
    )
    return m.Handoff.objects.get(id=row.id), list(m.Copy.objects.filter(id__in=ids).order_by("id"))


def _settle(act: Act, handoff: m.Handoff, state: Word, entry: UUID, corrects: UUID, reason: str) -> Outcome:
    changes = {"state": [str(handoff.state), str(state)]}
    handoff.state, handoff.entry = state, entry
    handoff.save()
    keep_correction(act, entry, handoff, corrects=corrects, changes=changes, reason=reason)
    return Outcome("done", entry, handoff)


def _set_copies(copies: list[m.Copy], *, state: Word, offered_in: m.Handoff | None, entry: UUID) -> None:
    m.Copy.objects.filter(id__in=[c.id for c in copies]).update(
        state=state, offered_in=offered_in, entry=entry
    )


def _together(copies: list[m.Copy], verb: str) -> Word:
    """Return the one state that all copies move to. Raises NotNow when one of them does not fit."""
    (state,) = {move(COPY, copy.state, verb) for copy in copies}
    return state


def _said_by(handoff: m.Handoff) -> UUID | None:
    return m.Correction.objects.values_list("person_id", flat=True).get(entry=handoff.entry)


def _moved(codes: list[str]) -> Text:
    some = ", ".join(codes[:10])
    return Text(
        en=f"Since it was accepted, something else has happened to these copies: {some}. "
        "Hand them back with a new handoff instead.",
        zh=f"签收之后，以下副本又有新的记录：{some}。请改用新的移交将其退回。",
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
