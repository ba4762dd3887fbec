"""What an acceptance rests on that the receiver signed by hand: its sheet, its witness, and what is told.

See :mod:`by_hand`, where sheets are printed and confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from custody import gather, regimes
from custody import models as m
from custody.events.sheet import HandoffAcceptedByHand
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.terms import Leg, ReceiptSheetState, Text, VoteMethod
from custody.transitions import RECEIPT_SHEET, move

from . import files, receipts
from .base import Act, ActionError, Actor

RULE = "HND-06"


@dataclass(frozen=True, slots=True)
class ByHand:
    """The sheet that was signed, its scan, whose counter, an opaque name of the session there, and what
    identified the witness."""

    sheet: UUID
    custodian: UUID
    session: str
    file: Received
    method: VoteMethod = VoteMethod.PIN


def possible(row: m.Handoff) -> None:
    """Raise ActionError where nobody can sign by hand: copies are only read, the offer was entered from
    paper, the receiver has a sign-in, or the regime lets none be."""
    pack = regimes.pack(row.project.regime)
    setting = pack.rules.get(RULE)
    if setting is None or not setting.enabled:
        raise ActionError(
            Text(
                en=f"The regime of this project lets no receipt be signed on paper (rule {RULE}). The "
                "receiver needs an own sign-in.",
                zh=f"本项目的规则包不允许纸质签收（规则{RULE}）。接收人须使用本人账号。",
            )
        )
    if row.leg is Leg.INSPECTION:
        raise ActionError(
            Text(
                en="Copies that are only read are confirmed with an own sign-in.",
                zh="现场查阅须凭本人账号确认。",
            )
        )
    if m.PaperHandoff.objects.filter(handoff=row).exists():
        raise ActionError(
            Text(
                en="This handoff was entered from paper, so its receiver confirms it with an own sign-in.",
                zh="本次移交由纸质补录，须由接收人凭本人账号确认。",
            )
        )
    if m.User.objects.filter(person=row.receiver_person_id, is_active=True).exists():
        raise ActionError(
            Text(
                en="The receiver has a sign-in. Let them sign with it, here at the counter or at their own "
                "screen.",
                zh="接收人已有账号，请其在本柜台或本人终端凭账号签收。",
            )
        )


def locked(by_hand: ByHand, row: m.Handoff) -> m.ReceiptSheet:
    """Return the sheet of an offer that is locked, if it is the one to be signed. Raises ActionError."""
    possible(row)
    sheet: m.ReceiptSheet | None = m.ReceiptSheet.objects.filter(id=by_hand.sheet, handoff=row).first()
    if sheet is None or sheet.state is not ReceiptSheetState.PRINTED:
        raise ActionError(
            Text(
                en="This sheet may not be used: a newer one was printed, or it is of another handoff.",
                zh="该签收单不能使用：已印制新单，或属于其他移交。",
            )
        )
    return sheet


def asked(question: gather.Question, by_hand: ByHand, witness: Actor) -> gather.Question:
    """Return the question of an acceptance as it is asked where the receiver signed by hand: of the receiver,
    with the witness and the counter beside."""
    act = replace(
        question.act,
        actor_person=question.act.receiver_person,
        witness=str(witness.human()),
        at_counter_of=str(by_hand.custodian),
    )
    return replace(question, act=act)


def accepted(
    row: m.Handoff,
    signed: tuple[ByHand, m.ReceiptSheet],
    witness: Actor,
    copies: list[str],
    note: str,
    wrong: Sequence[m.Discrepancy],
) -> HandoffAcceptedByHand:
    """Return what the witness confirms: that the receiver signed for the copies by hand."""
    by_hand, sheet = signed
    return HandoffAcceptedByHand(
        handoff=str(row.id),
        number=row.number,
        copies=copies,
        custodian_party=str(row.receiver_party_id),
        custodian_person=str(row.receiver_person_id),
        system=str(row.system_id),
        note=note,
        wrong=receipts.told(wrong),
        sheet=str(sheet.id),
        sheet_number=sheet.number,
        scan_sha256=by_hand.file.sha256,
        witness=str(witness.human()),
        at_counter_of=str(by_hand.custodian),
        session=by_hand.session,
        method=str(by_hand.method),
    )


def used(act: Act, signed: tuple[ByHand, m.ReceiptSheet], entry: UUID) -> None:
    """Set a sheet as used, under the entry of the acceptance, and attach its scan."""
    by_hand, sheet = signed
    sheet.state, sheet.entry = move(RECEIPT_SHEET, sheet.state, "use"), entry
    sheet.witness_id, sheet.custodian_id = act.actor.human(), by_hand.custodian
    sheet.save()
    files.add(act, files.subject(EvidenceOf.SHEET, sheet.id), by_hand.file)
