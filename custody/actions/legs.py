"""Between whom an offer runs, and what each leg of it demands beside the rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from custody import models as m
from custody.terms import Leg, Text

from .base import ActionError, Actor, NotPermitted

if TYPE_CHECKING:
    from .handoffs import Offer

INSIDE = (Leg.INTERNAL, Leg.INSPECTION)
"""Legs that may use no subcontract."""


@dataclass(frozen=True, slots=True)
class Ends:
    """The two parties of an offer, and the subcontract between them; None within one party."""

    project: m.Project
    hop: m.Hop | None
    sender: UUID
    receiver: UUID

    @property
    def path(self) -> list[UUID]:
        """The subcontracts from the root to the one that is used."""
        return self.hop.path_ids() if self.hop else []


def leg_of(offer: Offer) -> Leg:
    """Return the leg of an offer: as stated, else a loan where a day of return is named and a transfer where
    none is."""
    return offer.leg or (Leg.LOAN if offer.due_back else Leg.TRANSFER)


def ends_of(offer: Offer) -> Ends:
    """Return between whom an offer runs: down its hop, up it for a return, within the party that holds the
    first copy where no hop is named. Raises ActionError where there is no such way."""
    leg = leg_of(offer)
    if offer.hop is not None:
        if leg is Leg.INTERNAL:
            raise ActionError(
                Text(
                    en="A handoff within one party uses no subcontract. Take it off.",
                    zh="单位内部交接不涉及分包，请勿指定分包。",
                ),
                "hop",
            )
        hop = m.Hop.objects.select_related("project").get(id=offer.hop)
        down = (hop.from_party_id, hop.to_party_id)
        return Ends(hop.project, hop, *(reversed(down) if leg is Leg.RETURN else down))
    if leg not in INSIDE:
        raise ActionError(
            Text(en="Choose the subcontract to hand over on.", zh="请选择据以移交的分包。"), "hop"
        )
    copies = m.Copy.objects.select_related("item__project").filter(id__in=list(offer.copies))
    first = copies.order_by("id").first()
    if first is None:
        raise ActionError(Text(en="Choose 1 to 200 copies.", zh="请选择1至200份副本。"), "copies")
    return Ends(first.item.project, None, first.custodian_party_id, first.custodian_party_id)


def ends_as_made(row: m.Handoff) -> Ends:
    """Return between whom a saved offer runs."""
    return Ends(row.project, row.hop, row.sender_party_id, row.receiver_party_id)


def permitted(actor: Actor, leg: Leg | None, owner: UUID, sender: UUID, *, verb: str = "offer") -> None:
    """Raise NotPermitted unless the actor may offer by a leg, or do what else is its sender's: what a party
    gives back, and what it moves between its people, is for its own people alone."""
    if leg is Leg.RETURN:
        actor.require("handoff.return", sender=sender)
    elif leg is Leg.INTERNAL:
        actor.require("handoff.move", sender=sender)
    else:
        actor.require(
            {"offer": "handoff.offer", "withdraw": "handoff.withdraw", "dispatch": "handoff.dispatch"}[verb],
            owner=owner,
            sender=sender,
        )


def may(actor: Actor, leg: Leg | None, owner: UUID, sender: UUID, *, verb: str = "offer") -> bool:
    """Return whether an actor may do so."""
    try:
        permitted(actor, leg, owner, sender, verb=verb)
    except NotPermitted:
        return False
    return True


def demanded(offer: Offer, took_place_on: dt.date) -> None:
    """Raise ActionError for an offer that lacks what its leg demands, or has what does not go with it.

    A loan has a day of return and a return its own statement; nothing else has a statement. A day of return
    goes with what may come back: an issue, a loan, and a transfer of before legs were stated.
    """
    leg, about = leg_of(offer), "due_back"
    if leg is not Leg.RETURN and not offer.purpose.strip():
        raise ActionError(Text(en="Say what the copies are for.", zh="请填写用途。"), "purpose")
    if leg is Leg.LOAN and offer.due_back is None:
        raise ActionError(
            Text(en="Say by when the loan is to be returned.", zh="借用须填写归还期限。"), about
        )
    if offer.due_back and leg not in (Leg.LOAN, Leg.ISSUE):
        raise ActionError(
            Text(
                en="Only an issue or a loan has a day of return. Leave it empty, or choose another kind.",
                zh="仅发放或借用填写归还期限。请留空，或改选种类。",
            ),
            about,
        )
    if offer.due_back and offer.due_back < took_place_on:
        raise ActionError(
            Text(en="The copies would be due back before they are offered.", zh="归还日期早于发起移交之日。"),
            about,
        )
    if offer.answer_by and offer.answer_by < took_place_on:
        raise ActionError(
            Text(en="This day has passed. Give a later one.", zh="该日期已过，请另填。"), "answer_by"
        )
    if leg is Leg.RETURN and not offer.statement.strip():
        raise ActionError(
            Text(
                en="State what goes with the return, for instance that data was deleted from your systems.",
                zh="请填写归还说明，例如已从本单位系统中删除数据。",
            ),
            "statement",
        )
    if leg is not Leg.RETURN and offer.statement.strip():
        raise ActionError(Text(en="Only a return has a statement.", zh="仅归还须填写归还说明。"), "statement")
