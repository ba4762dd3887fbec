"""A receiver without a sign-in signs a numbered sheet by hand, before a witness, at a custodian's counter.

The form is weaker than a receipt with an own sign-in, and is told as such wherever the receipt is shown. It
rests on a sheet printed for this handoff alone, its scan, and a witness of the sender who has no other part
in the handoff and types the own counter PIN. Rule HND-06 names the level up to which it counts, and the rules
on who receives are asked of whoever signed by hand. Nothing here lets anybody receive who may not.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from custody import models as m
from custody.events import sheet as events
from custody.terms import ReceiptSheetState, Source
from custody.transitions import HANDOFF, RECEIPT_SHEET, move

from . import files, handoffs, locking
from .base import Act, Actor, Outcome, perform
from .receipts import Wrong
from .witnessed import ByHand, possible


def print_sheet(actor: Actor, *, handoff: UUID) -> Outcome:
    """Number a sheet for one offer, to be signed by hand; one printed before may not be used any more.
    Object: the sheet.

    Raises NotNow unless the offer stands; ActionError as :func:`possible` does.
    """
    row = m.Handoff.objects.select_related("project").get(id=handoff)
    actor.require("handoff.print_sheet", sender=row.sender_party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        locking.together(("share", "project", [row.project_id]), ("update", "handoff", [row.id]))
        current = m.Handoff.objects.get(id=row.id)
        move(HANDOFF, current.state, "accept")
        possible(current)
        before = m.ReceiptSheet.objects.filter(handoff=current)
        old = before.filter(state=ReceiptSheetState.PRINTED).first()
        sheet = m.ReceiptSheet(
            id=m.new_id(),
            number=f"{current.number}/{before.count() + 1}",
            handoff=current,
            printed_by_id=person,
        )
        sheet.entry = act.record(
            events.ReceiptSheetPrinted(
                sheet=str(sheet.id),
                sheet_number=sheet.number,
                handoff=str(current.id),
                number=current.number,
                receiver=str(current.receiver_person_id),
                replaces=str(old.id) if old else None,
                person=str(person),
            ),
            row.project.stream,
            on_behalf_of=row.sender_party_id,
        )
        if old:
            old.state, old.entry = move(RECEIPT_SHEET, old.state, "replace"), sheet.entry
            old.save()
        sheet.save(force_insert=True)
        return Outcome("done", sheet.entry, sheet)

    return perform(actor, work, verb="handoff.print_sheet")


def confirm(
    custodian: Actor,
    witness: Actor,
    *,
    handoff: UUID,
    by_hand: ByHand,
    note: str = "",
    wrong: tuple[Wrong, ...] = (),
    submission: UUID | None = None,
) -> Outcome:
    """Confirm as witness that the receiver signed the sheet by hand; custody moves now. Object: the handoff.
    Refused and recorded as any acceptance, above the level of the regime with rule HND-06.

    Raises NotPermitted for a custodian or a witness who does not stand for the sender; ActionError for a
    sheet that is not the one to be signed, and as :func:`possible` does.
    """
    with files.settled(by_hand.file):
        row = m.Handoff.objects.get(id=handoff)
        custodian.require("handoff.print_sheet", sender=row.sender_party_id)
        return handoffs.accept(
            replace(witness, source=Source.PAPER),
            handoff=handoff,
            note=note,
            wrong=wrong,
            submission=submission,
            by_hand=by_hand,
        )
