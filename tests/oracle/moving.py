"""Moves on copies: offered, signed for, declined, taken back."""

from __future__ import annotations

from hypothesis import strategies as st

from custody.actions import (
    handoffs,
)
from custody.terms import Channel
from tests.oracle import law
from tests.oracle import world as w
from tests.oracle.machine import ANY, DAY, mostly, move, who
from tests.oracle.subcontracts import Subcontracts


class Moving(Subcontracts):
    """Handing over."""

    # --- the handoff ---

    @move(
        14,
        by=who("yu", "mei", "lan", "tao"),
        number=ANY,
        copies=st.lists(ANY, min_size=1, max_size=2),
        right=mostly(True, False),
        receiver=mostly(None, "tao", "bo", "lan", "shu", "yifei"),
        system=mostly(None, "westgate_room", "harbour_room", "lakeside_room", "office_pc"),
        channel=mostly(
            Channel.IN_PERSON, Channel.POST, Channel.SYSTEM, Channel.CLOUD, Channel.COURIER_CLASSIFIED
        ),
        second=mostly(None, "mei", "tao"),
        due=mostly(30, 1, 1000),
    )
    def offer(
        self, by: str, number: int, copies: list[int], right: bool, receiver: str | None, system: str | None,
        channel: Channel, second: str | None, due: int,
    ) -> None:  # fmt: skip
        world = self.world
        hop = self.pick([h for h in world.hops.values() if h.state not in ("rejected", "withdrawn")], number)
        theirs = [c for c in world.copies.values() if c.project == hop.project]
        mine = [c for c in theirs if c.holder == hop.giver and c.state == "held"] if right else theirs
        chosen = sorted({self.pick(mine, n).id for n in copies}) if mine else []
        if not chosen:
            return
        people_ = {"westgate": "tao", "harbour": "bo", "lakeside": "lan", "annex": "shu", "pilot": "yifei"}
        rooms = {"westgate": "westgate_room", "harbour": "harbour_room", "lakeside": "lakeside_room"}
        deal = w.Handoff(
            id="new",
            hop=hop.id,
            copies=chosen,
            sender=by,
            receiver=receiver or people_.get(hop.taker, "tao"),
            channel=str(channel),
            second=second,
            system=system or rooms.get(hop.taker, "workstation"),
            due_back=self.today + due * DAY,
        )
        asked = handoffs.Offer(
            hop=self.id(hop.id),
            copies=[self.id(c) for c in chosen],
            receiver_person=self.id(deal.receiver),
            purpose="Survey 测绘",
            channel=channel,
            second_carrier=self.id(second) if second else None,
            system=self.id(deal.system),
            due_back=deal.due_back,
        )
        made = self.judged(
            "offer",
            law.handoff(world, deal, None),
            lambda: handoffs.offer(self.actor(by), asked),
            permitted=world.people[by].is_("manager", hop.giver)
            or world.people[by].is_("custodian", hop.giver),
        )
        if made:
            assert world.people[deal.receiver].of(hop.taker), "offered to somebody who cannot sign for it"
            deal.id = self.stage.next("o", made.object.id)
            world.handoffs[deal.id] = deal
            for id in chosen:
                world.copies[id].state, world.copies[id].offered_in = "offered", deal.id

    @move(10, by=mostly(None, "tao", "bo", "lan", "yu"), number=ANY)
    def accept(self, by: str | None, number: int) -> None:
        deal = self.pick([d for d in self.world.handoffs.values() if d.state == "offered"], number)
        if not deal:
            return
        taker, by = self.world.hops[deal.hop].taker, by or deal.receiver
        made = self.judged(
            "accept",
            law.handoff(self.world, deal, self.world.people[by]),
            lambda: handoffs.accept(self.actor(by), handoff=self.id(deal.id)),
            permitted=by == deal.receiver and self.world.people[by].of(taker),
        )
        if made:
            assert self.world.people[by].of(taker), "signed for by an outsider"
            deal.state, deal.accepted = "accepted", self.world.today
            for id in deal.copies:
                copy = self.world.copies[id]
                copy.state, copy.offered_in, copy.holder, copy.keeper = "held", None, taker, by

    @move(2, by=who("tao", "bo", "yu", "mei"), number=ANY, verb=st.sampled_from(["decline", "withdraw"]))
    def end_offer(self, by: str, number: int, verb: str) -> None:
        deal = self.pick([d for d in self.world.handoffs.values() if d.state == "offered"], number)
        if not deal:
            return
        act = {"decline": handoffs.decline, "withdraw": handoffs.withdraw}[verb]
        if self.tried(verb, lambda: act(self.actor(by), handoff=self.id(deal.id), reason="Not now")):
            deal.state = {"decline": "declined", "withdraw": "withdrawn"}[verb]
            for id in deal.copies:
                self.world.copies[id].state, self.world.copies[id].offered_in = "held", None
