"""Somebody of the cast does something, mostly what is theirs to do, and often what is not.

The product answers by its real actions. What went through is written into the book, which says no where a
clerk would; what was turned away must have left everything as it was.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from custody import models as m
from custody import record
from custody.actions import (
    destructions,
    handoffs,
    holds,
    incident_holds,
    incidents,
    losing,
    mistakes,
    on_the_way,
    projects,
    receipts,
    rechecking,
    registers,
    scanning,
    standing,
    stocktaking,
)
from custody.actions.base import ActionError, Actor, NotPermitted, Outcome
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories import destruction as batches
from custody.terms import Channel, HandoffState, Leg, Received, Role, SecondPerson, Source
from custody.transitions import NotNow
from tests.actions.scenes import Scene
from tests.oracle.stage import SHANGHAI, Clock
from tests.walk.book import Book

TURNED_AWAY = (ActionError, NotNow)
AT = {"lakeside": ("lan", "yu"), "westgate": ("tao", "shu"), "harbour": ("bo",)}
"""Who stands for whom on the walk; others are Northfield's, which runs the installation."""
ROOM = {"lakeside": "lakeside_room", "westgate": "westgate_room"}
DOWN = (Leg.ISSUE, Leg.LOAN, Leg.TRANSFER, Leg.DESTRUCTION, Leg.INSPECTION)


class Walker:
    """Walks about on a scene: Lakeside's project, passed on to Westgate and from there to Harbour."""

    def __init__(self, scene: Scene, seed: int, clock: Clock) -> None:
        self.cast, self.scene, self.random, self.book = scene.cast, scene, Random(seed), Book()
        self.clock, self.done = clock, Counter[str]()
        self.people = {row.id: key for key, row in self.cast.people.items()}
        self.parties = {row.id: key for key, row in self.cast.parties.items()}
        self.last = "nothing yet"
        batches.certified(self.cast)
        for key, party in (("yu", "lakeside"), ("shu", "westgate")):
            registers.give_membership(
                Actor.setup(), person=self._id(key), party=self.cast.party(party), role=Role.RECIPIENT,
                starts=self.cast.today)  # fmt: skip
            people.admit(self.cast, self.scene.item.id, key)
        self._begin()

    def _begin(self) -> None:
        """Write down what is there: copies minted, and one on its way to Harbour."""
        book, scene = self.book, self.scene
        for copy in m.Copy.objects.order_by("code"):
            book.mint(
                [str(copy.id)], self.parties[copy.custodian_party_id], self._name(copy.custodian_person_id)
            )
        deal = scene.handoff
        for id in [str(c) for c in deal.lines.values_list("copy_id", flat=True)]:
            book.copies[id].state = "held"
        book.offer(str(deal.id), "tao", [str(scene.moved.id)], "westgate", "harbour", "bo", "issue")
        self.turn()

    def turn(self) -> None:
        """Keep a page of the book; whatever comes next is later."""
        self.book.turn(self.clock.moment)
        self.clock.moment += dt.timedelta(milliseconds=1)

    # --- the means of it ---

    def _name(self, person: UUID | None) -> Any:
        return self.people[person] if person else None

    def _id(self, key: str) -> UUID:
        return self.cast.people[key].id

    def actor(self, key: str) -> Actor:
        """Return somebody with every role that moves copies at the party that they stand for."""
        if key in ("heng", "qiao"):
            return Actor(self._id(key), ((self.cast.party("northfield"), Role.OFFICER),), Source.SCREEN,
                         self.cast.site.operator_id)  # fmt: skip
        if key == "an":
            return self.cast.actor("an")
        party = self.party_of(key)
        roles = tuple(
            (self.cast.party(party), role) for role in (Role.MANAGER, Role.CUSTODIAN, Role.RECIPIENT)
        )
        return Actor(self._id(key), roles, Source.SCREEN, self.cast.site.operator_id)

    def party_of(self, key: str) -> str:
        return next((party for party, keys in AT.items() if key in keys), "northfield")

    def any(self, things: Sequence[Any]) -> Any:
        return self.random.choice(things) if things else None

    def mostly(self, usual: Any, *other: Any) -> Any:
        return usual if self.random.random() < 0.85 else self.any(other)

    def somebody(self, usual: str | None = None) -> str:
        everybody = [key for keys in AT.values() for key in keys] + ["mei", "heng", "qiao", "an"]
        return self.mostly(usual or self.any(everybody), *everybody)

    def tried(self, what: str, act: Callable[[], Outcome]) -> Outcome | None:
        """Do it; return the answer where it went through."""
        self.last = what
        try:
            outcome = act()
        except NotPermitted:
            how = "not theirs"
        except TURNED_AWAY:
            how = "turned away"
        else:
            if outcome.state != "refused":
                self.done[what] += 1
                return outcome
            barring = {
                f["code"] for f in outcome.decision.findings if f["outcome"] in ("block", "cannot_tell")
            }
            how = f"refused by {' '.join(sorted(barring))}"
        self.done[f"{what}: {how}"] += 1
        return None

    def open(self, papers: dict[str, Any], *states: str) -> Any:
        return self.any([p for p in papers.values() if p.state in states])

    def mine(self, party: str) -> list[str]:
        """Return copies that a party has and that lie still; sometimes any copies at all."""
        own = [c.id for c in self.book.copies.values() if c.party == party and c.state == "held"]
        return own if own and self.random.random() < 0.85 else list(self.book.copies)

    def some(self, ids: list[str], most: int = 3) -> list[str]:
        return self.random.sample(ids, min(len(ids), self.random.randint(1, most)))

    # --- one step ---

    def step(self) -> None:
        """Do one thing."""
        moves: dict[Callable[[], None], int] = {
            self.mint: 1, self.offer: 20, self.accept: 14, self.end: 3, self.settle: 5, self.doubt: 4,
            self.send: 4, self.lose: 2, self.night: 2,
            self.answer_doubt: 5,
            self.ask: 7, self.let: 5, self.give_back: 3, self.destroy: 7, self.certify: 1,
            self.report: 1, self.hold: 2, self.free: 7, self.dismiss: 1, self.legal: 1, self.lift: 3,
            self.begin_count: 3, self.scan: 4, self.end_count: 3, self.find: 5, self.pause: 1, self.resume: 6,
            self.wait: 2,
        }  # fmt: skip
        self.random.choices(list(moves), list(moves.values()))[0]()

    def mint(self) -> None:
        if len(self.book.copies) > 30:
            return
        by, holder = self.somebody("mei"), self.mostly("lan", "mei", "tao")
        leave.permitted(self.cast, self.scene.item.id, 5)
        made = self.tried("mint", lambda: projects.mint_copies(
            self.actor(by), item=self.scene.item.id, count=self.random.randint(2, 5),
            custodian_person=self._id(holder), system=self.cast.systems["lakeside_room"].id))  # fmt: skip
        if made:
            self.book.mint([str(copy.id) for copy in made.object], "lakeside", holder)

    def offer(self) -> None:
        first, second = (self.scene.first, "lakeside", "westgate"), (self.scene.second, "westgate", "harbour")
        ways: list[tuple[Any, str, str, Leg]] = [(*way, leg) for way in (first, second) for leg in DOWN]
        ways += [(hop, taker, giver, Leg.RETURN) for hop, giver, taker in (first, second)] * 4
        ways += [(None, party, party, Leg.INTERNAL) for party in ("lakeside", "westgate")]
        having = {c.party for c in self.book.copies.values() if c.state == "held"}
        hop, giver, taker, leg = self.any(self.mostly([w for w in ways if w[1] in having] or ways, ways))
        to = self.any([*AT[taker], self.any(AT[taker])]) if self.random.random() < 0.95 else self.somebody()
        by, copies = self.somebody(self.any(AT[giver])), self.some(self.mine(giver))
        room = giver if leg is Leg.INSPECTION else taker
        system = self.scene.room if room == "harbour" else self.cast.systems[ROOM[room]]
        asked = handoffs.Offer(
            hop=hop.id if hop else None,
            copies=[UUID(c) for c in copies],
            receiver_person=self._id(to),
            purpose="" if leg is Leg.RETURN and self.random.random() < 0.9 else "Survey 测绘",
            channel=self.mostly(Channel.IN_PERSON, Channel.COURIER_CLASSIFIED, Channel.POST),
            system=system.id,
            due_back=self.cast.today + dt.timedelta(days=40) if leg in (Leg.LOAN, Leg.ISSUE) else None,
            leg=leg,
            answer_by=self.today() if self.random.random() < 0.3 else None,
            statement="Deleted 已删除" if leg is Leg.RETURN else "",
        )
        made = self.tried(f"offer {leg}", lambda: handoffs.offer(self.actor(by), asked))
        if made:
            row = made.object
            names = self.parties[row.sender_party_id], self.parties[row.receiver_party_id]
            self.book.offer(str(row.id), by, copies, *names, to, str(leg), row.answer_by)

    def accept(self) -> None:
        paper = self.open(self.book.papers, "open")
        if not paper:
            return
        by = self.somebody(paper.to)
        wrong = self.some(paper.copies, len(paper.copies)) if self.random.random() < 0.4 else []
        faults = [receipts.Wrong(UUID(c), self.any(list(Received)), "Seen so") for c in wrong]
        what = "accept in part" if wrong else "accept"
        act = partial(handoffs.accept, self.actor(by), handoff=UUID(paper.id), wrong=faults)
        if self.tried(what, act):
            self.book.accept(paper.id, by, wrong, self.today())

    def today(self) -> dt.date:
        """Return the day by the regime's clock."""
        return self.clock.moment.astimezone(SHANGHAI).date()

    def send(self) -> None:
        paper = self.open(self.book.papers, *self.mostly(("open",), ("signed", "withdraw")))
        if not paper:
            return
        by, today = self.somebody(self.any(AT[paper.giver])), self.today()
        people_ = [self._id(self.any(AT[paper.giver]))]
        sent = on_the_way.Sent(today, today + dt.timedelta(days=1), 1, carrier="Post", carriers=people_)
        act = partial(on_the_way.dispatch, self.actor(by), handoff=UUID(paper.id), sent=sent)
        if self.tried("send off", act):
            self.book.send(paper.id, today)

    def lose(self) -> None:
        sent = [p for p in self.book.papers.values() if p.sent and p.state == "open"]
        paper = self.any(self.mostly(sent, list(self.book.papers.values())))
        if not paper:
            return
        by = self.somebody(self.any(AT[paper.giver]))
        act = partial(losing.lose, self.actor(by), handoff=UUID(paper.id), reason="Not delivered")
        if self.tried("lose", act):
            self.book.lose(paper.id)

    def night(self) -> None:
        """Let the nightly re-check tell which offers lapsed, and what is late."""
        self.clock.moment += dt.timedelta(hours=self.random.choice((0, 24)))
        told = m.Handoff.objects.filter(state=HandoffState.LAPSED)
        before = set(told.values_list("id", flat=True))
        rechecking.tell_passed(self.clock.moment)
        lapsed = {str(id) for id in set(told.values_list("id", flat=True)) - before}
        assert lapsed == self.book.night(self.today())
        self.done["lapse"] += len(lapsed)
        self.last = "night"

    def end(self) -> None:
        paper = self.open(self.book.papers, *self.mostly(("open",), ("signed", "withdraw", "undone")))
        if not paper:
            return
        verb = self.any(("decline", "withdraw"))
        by = self.somebody(paper.to if verb == "decline" else self.any(AT[paper.giver]))
        act, more = getattr(handoffs, verb), {}
        if verb == "withdraw" and self.mostly(paper.sent, not paper.sent):
            more = {"came_back": on_the_way.CameBack(self.today(), "Seals whole")}
        ended = partial(act, self.actor(by), handoff=UUID(paper.id), reason="Not now", **more)
        if self.tried(verb, ended):
            self.book.end(paper.id, verb, self.party_of(by), bool(more))

    def settle(self) -> None:
        rows = m.Discrepancy.objects.select_related("handoff").order_by("id")
        row = self.any(list(self.mostly(rows.unsettled(), rows)))
        if row is None:
            return
        by, how = self.somebody(self.any(AT[self.parties[row.handoff.sender_party_id]])), self.any(
            ("find", "find", "replace", "report"))  # fmt: skip
        if self.tried(f"settle: {how}", lambda: receipts.settle(
                self.actor(by), discrepancy=row.id, how=how, resolution="Looked into")):  # fmt: skip
            self.book.settle(str(row.handoff_id), str(row.copy_id), how)

    def doubt(self) -> None:
        copies = self.book.copies.values()
        fresh = {c.since for c in copies if c.state == "held" and c.since.endswith(" signed")}
        signed = [p for p in self.book.papers.values() if f"{p.id} signed" in fresh]
        paper = self.any(self.mostly(signed, list(self.book.papers.values())))
        if not paper:
            return
        by = self.somebody(paper.signed_by or paper.to)
        if self.tried("mistaken", lambda: mistakes.accepted_by_mistake(
                self.actor(by), handoff=UUID(paper.id), reason="Wrong parcel")):  # fmt: skip
            self.book.doubt(paper.id, by, self.party_of(by))

    def answer_doubt(self) -> None:
        paper = self.open(self.book.papers, *self.mostly(("doubted",), ("signed", "open")))
        if not paper:
            return
        by = self.somebody(self.any(AT[paper.giver]))
        if self.random.random() < 0.5:
            if self.tried(
                "agree", lambda: mistakes.agree(self.actor(by), handoff=UUID(paper.id), note="So it was")
            ):
                self.book.undo(paper.id, by, self.party_of(by))
        elif self.tried("disagree", lambda: mistakes.disagree(
                self.actor(by), handoff=UUID(paper.id), reason="It was right")):  # fmt: skip
            self.book.uphold(paper.id, self.party_of(by))

    # --- destruction ---

    def ask(self) -> None:
        holder = self.mostly("lakeside", "westgate", "harbour")
        by, copies = self.somebody(self.any(AT[holder])), self.some(self.mine(holder))
        asked = batches.asked(self.cast, list(m.Copy.objects.filter(id__in=copies)),
                              count=len(copies) + self.mostly(0, 1))  # fmt: skip
        made = self.tried("ask to destroy", lambda: destructions.request(
            self.actor(by), project=self.scene.project.id, asked=asked))  # fmt: skip
        if made:
            self.book.ask(str(made.object.id), by, copies, self.parties[made.object.holder_id])

    def let(self) -> None:
        batch = self.open(self.book.batches, *self.mostly(("open",), ("let", "withdraw", "destroyed")))
        by = self.somebody("heng")
        if batch and self.tried("let destroy", lambda: destructions.approve(
                self.actor(by), destruction=UUID(batch.id), reason="In order")):  # fmt: skip
            self.book.let(batch.id, by)

    def give_back(self) -> None:
        verb = self.any(("refuse", "withdraw", "fail"))
        batch = self.open(self.book.batches, *self.mostly(("open", "let"), ("destroyed", "withdraw")))
        if not batch:
            return
        act = {
            "refuse": destructions.refuse_batch,
            "withdraw": destructions.withdraw,
            "fail": destructions.fail,
        }
        by = self.somebody("heng" if verb == "refuse" else batch.by)
        if self.tried(f"{verb} batch", lambda: act[verb](
                self.actor(by), destruction=UUID(batch.id), reason="Still needed")):  # fmt: skip
            self.book.give_back(batch.id, verb)

    def destroy(self) -> None:
        batch = self.open(self.book.batches, *self.mostly(("let",), ("open", "destroyed", "fail")))
        if not batch:
            return
        row = m.Destruction.objects.get(id=batch.id)
        saw = self.mostly(["qiao", "an"], ["qiao", "lan"], [], ["an"], ["lan", "tao"])
        count = len(batch.copies) - self.mostly(0, 1)
        by = self.somebody(batch.by)
        said = batches.done(self.cast, row, witnesses=[self._id(key) for key in saw], counted=count)
        if self.tried("destroy", lambda: destructions.record_done(
                self.actor(by), destruction=row.id, done=said)):  # fmt: skip
            self.book.destroy(batch.id, count, saw)

    def certify(self) -> None:
        batch = self.open(self.book.batches, *self.mostly(("destroyed",), ("let", "open")))
        if batch and self.tried("certify", lambda: destructions.certify(
                self.actor(self.somebody(batch.by)), destruction=UUID(batch.id),
                certificate_number="C-7", certified_on=self.cast.today)):  # fmt: skip
            assert batch.state == "destroyed", "there is nothing to certify"
            batch.state = "certified"

    # --- incidents and legal holds ---

    def report(self) -> None:
        if m.Incident.objects.exclude(state__in=["closed", "false_alarm"]).count() > 2:
            return
        copies = [UUID(c) for c in self.some(list(self.book.copies))]
        now = self.clock.moment - dt.timedelta(minutes=1)
        by = self.somebody("tao")
        told = incidents.Told(what="Seal broken 封签破损", noticed_at=now, copies=copies)
        project = self.scene.project.id
        self.tried("report", lambda: incidents.report(self.actor(by), project=project, told=told))

    def _incident(self) -> Any:
        return self.any(list(m.Incident.objects.order_by("number")))

    def hold(self) -> None:
        row = self._incident()
        if row is None:
            return
        by, party = self.somebody("heng"), self.mostly(None, "westgate", "harbour", "lakeside")
        copies = [] if party else [UUID(c) for c in self.some(list(self.book.copies), 2)]
        if self.tried("hold", lambda: incident_holds.hold(
                self.actor(by), incident=row.id, copies=copies,
                party=self.cast.party(party) if party else None, reason="Until it is clear")):  # fmt: skip
            for one in m.IncidentHold.objects.live().filter(incident=row):
                copy = str(one.copy_id) if one.copy_id else None
                self.book.hold(str(one.id), str(row.id), copy, self.parties.get(one.party_id))

    def free(self) -> None:
        id = self.any(list(self.book.holds))
        if id is None:
            return
        by, incident = self.somebody("heng"), UUID(self.book.holds[id].incident)
        if self.tried("release", lambda: incident_holds.release(
                self.actor(by), incident=incident, holds=[UUID(id)], reason="It is clear")):  # fmt: skip
            self.book.free([id])

    def dismiss(self) -> None:
        row = self._incident()
        if row and self.tried("dismiss", lambda: incidents.dismiss(
                self.actor(self.somebody("heng")), incident=row.id, reason="It was nothing")):  # fmt: skip
            held = [id for id, hold in self.book.holds.items() if hold.incident == str(row.id)]
            assert not held, "what is held is let go by name before an incident ends"

    def legal(self) -> None:
        key = self.any(["lan", "tao", "bo"])
        act = partial(holds.hold, person=self._id(key), reason="Court", ordered_by="Court")
        if self.tried("legal hold", lambda: act(self.actor(self.somebody("an")))):
            self.book.legal.add(key)

    def lift(self) -> None:
        key = self.any(self.mostly(sorted(self.book.legal), ["lan", "tao", "bo"]))
        if not key:
            return
        act = partial(holds.lift, person=self._id(key), reason="Court", ordered_by="Court")
        if self.tried("lift legal hold", lambda: act(self.actor(self.somebody("an")))):
            self.book.legal.remove(key)

    # --- counting ---

    def begin_count(self) -> None:
        party = self.any(list(AT))
        if any(c.state == "open" and c.giver == party for c in self.book.counts.values()):
            return
        one = self.any(AT[party])
        asked = stocktaking.Asked(
            self.cast.party(party), self._id(one), self._id(self.mostly("heng", "mei")), SecondPerson.COUNTER,
            self.scene.project.id)  # fmt: skip
        made = self.tried("begin count", lambda: stocktaking.open_stocktake(self.actor(one), asked=asked))
        if made:
            self.book.count(str(made.object.id), party)

    def scan(self, count: Any = None, chance: float = 0.7) -> None:
        count = count or self.open(self.book.counts, *self.mostly(("open",), ("closed",)))
        if not count:
            return
        seen = [c for c in self.book.copies if self.random.random() < (chance if c in count.copies else 0.1)]
        codes = list(m.Copy.objects.filter(id__in=seen).values_list("code", flat=True))
        if codes:
            by = self.somebody(self.any(AT[count.giver]))
            self.tried("count", lambda: scanning.count(self.actor(by), stocktake=UUID(count.id), codes=codes))

    def end_count(self) -> None:
        count = self.open(self.book.counts, "open")
        if not count:
            return
        id, by = UUID(count.id), self.actor(self.any(AT[count.giver]))
        self.scan(count)
        self.tried("recount", lambda: stocktaking.recount(by, stocktake=id))
        self.scan(count, 0.9)
        row = m.Stocktake.objects.get(id=id)
        seen = set(
            row.lines.filter(expected=True).exclude(found="not_seen").values_list("copy_id", flat=True)
        )
        sha256 = record.digest_of_text(stocktaking.statement(row, stocktaking.result(row)))
        if self.tried("end count", lambda: stocktaking.close(by, stocktake=id, statement_sha256=sha256)):
            reads = self.book.counted(count.id, {str(c) for c in seen})
            lines = row.lines.filter(found__in=["missing", "moved"])
            assert reads == {str(line.copy_id): str(line.found) for line in lines}

    def find(self) -> None:
        lines = m.StocktakeLine.objects.exclude(difference=None).order_by("id")
        line = self.any(list(self.mostly(lines.filter(difference="open"), lines)))
        if line is None:
            return
        how = self.any(("find", "put_right", "report", "destroy"))
        count = self.book.counts[str(line.stocktake_id)]
        by = self.somebody(self.any(AT[count.giver]))
        act = partial(stocktaking.settle, line=line.id, how=how, resolution="Looked into")
        settled = self.tried(f"difference: {how}", lambda: act(self.actor(by)))
        if settled and how in ("find", "put_right") and str(line.found) == "missing":
            self.book.found(count.id, str(line.copy_id))

    # --- around it ---

    def pause(self) -> None:
        approval = self.any([a for hop in (self.scene.first, self.scene.second) for a in hop.approvals.all()])
        self.tried("suspend", lambda: standing.suspend(
            self.actor(self.somebody("heng")), approval=approval.id, reason="Under review"))  # fmt: skip

    def resume(self) -> None:
        approval = self.any([a for hop in (self.scene.first, self.scene.second) for a in hop.approvals.all()])
        self.tried("lift", lambda: standing.lift(
            self.actor(self.somebody("qiao")), approval=approval.id, reason="Reviewed"))  # fmt: skip

    def wait(self) -> None:
        self.clock.moment += dt.timedelta(hours=self.random.choice((1, 5, 11)))
        self.done["wait"] += 1
