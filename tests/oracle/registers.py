"""What changes under the acts: certificates, people, parties, systems, and the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from custody.actions import contractors, need, parties, people, qualifications, registers, systems
from custody.actions.base import Actor, Outcome
from custody.terms import ControlKind, PartyState, ResultOfTest, VettingClass
from tests.oracle import stage as staging
from tests.oracle.copying import Copying
from tests.oracle.machine import ANY, DAY, mostly, move, moves, who

FIRMS = st.sampled_from(["westgate", "westgate", "harbour", "lakeside", "annex"])
RECEIVERS = st.sampled_from(["tao", "tao", "bo", "lan", "shu"])


class Machine(Copying):
    """The whole of it: acts, and what they rest on."""

    @move(
        2,
        by=who("mei", "an"),
        party=FIRMS,
        grade=mostly("B", "A"),
        category=mostly("engineering", "gis"),
        starts=mostly(-10, 0, 5),
        lasts=mostly(600, 15),
    )
    def record_paper(self, by: str, party: str, grade: str, category: str, starts: int, lasts: int) -> None:
        first = self.today + starts * DAY
        made = self.tried(
            "record paper",
            lambda: registers.record_qualification(
                self.actor(by),
                party=self.id(party),
                type="survey",
                grade=grade,
                categories=[category],
                number=f"OR-{len(self.world.papers)}",
                issuer="Issuer 发证机关",
                valid_from=first,
                valid_to=first + lasts * DAY,
            ),
        )
        if made:
            staging.paper_of(self.stage, made.object)

    @move(
        6,
        by=who("heng", "an"),
        number=ANY,
        verb=st.sampled_from(
            ["verify"] * 3 + ["reinstate", "suspend", "reinstate", "downgrade", "revoke", "reject"]
        ),
    )
    def change_paper(self, by: str, number: int, verb: str) -> None:
        states = {
            "verify": ["submitted", "downgraded"],
            "reject": ["submitted"],
            "suspend": ["verified"],
            "reinstate": ["suspended"],
            "downgrade": ["verified", "suspended"],
            "revoke": ["verified", "suspended", "downgraded"],
        }[verb]
        paper = self.pick([p for p in self.world.papers.values() if p.state in states], number)
        if not paper:
            return
        id, actor = self.id(paper.id), self.actor(by)
        act: Callable[[], Outcome] = {
            "verify": lambda: registers.verify_qualification(
                actor, qualification=id, on=self.today, how="Register"
            ),
            "reject": lambda: registers.reject_qualification(actor, qualification=id, reason="Forged"),
            "suspend": lambda: qualifications.suspend(actor, qualification=id, reason="Notice"),
            "reinstate": lambda: qualifications.reinstate(actor, qualification=id, reason="Notice"),
            "downgrade": lambda: qualifications.downgrade(
                actor, qualification=id, grade="B", reason="Notice"
            ),
            "revoke": lambda: qualifications.revoke(actor, qualification=id, reason="Notice"),
        }[verb]
        if not self.tried(f"{verb} paper", act):
            return
        if verb in ("verify", "reinstate"):
            assert by != paper.recorded_by, "let count by who recorded it (QUA-06)"
        ends = {"verify": "verified", "reject": "rejected", "suspend": "suspended", "reinstate": "verified",
                "downgrade": "downgraded", "revoke": "revoked"}  # fmt: skip
        paper.state = ends[verb]
        if verb == "verify":
            paper.verified_on = self.today
        if verb == "downgrade":
            paper.grade = "B"

    @move(
        2,
        by=who("heng", "an"),
        party=FIRMS,
        state=mostly(PartyState.ACTIVE, PartyState.BARRED, PartyState.CLOSED),
    )
    def change_standing(self, by: str, party: str, state: PartyState) -> None:
        if self.tried(
            "standing",
            lambda: parties.set_state(self.actor(by), party=self.id(party), state=state, reason="Known"),
        ):
            self.world.parties[party].state = str(state)

    @move(
        1,
        party=st.sampled_from(["westgate", "annex", "bureau", "harbour"]),
        controller=mostly("bureau", "meridian", "annex"),
        rare=st.integers(0, 3),
    )
    def control(self, party: str, controller: str, rare: int) -> None:
        if rare:
            return  # what it stops is stopped for good
        made = self.tried(
            "control",
            lambda: registers.record_control(
                Actor.setup(), party=self.id(party), controller=self.id(controller), kind=ControlKind.OWNER
            ),
        )
        if made:
            self.world.parties[party].controllers.append(controller)

    @move(
        2,
        party=FIRMS,
        established=mostly(4000, 364, 366, 10),
        clean=mostly(True, False, None),
        staff=mostly(True, False, None),
    )
    def state_conditions(self, party: str, established: int, clean: bool | None, staff: bool | None) -> None:
        day = self.today - established * DAY
        made = self.tried(
            "conditions",
            lambda: contractors.state_conditions(
                self.actor("mei"),
                party=self.id(party),
                stated_on=self.today,
                established_on=day,
                clean_record=clean,
                prc_staff=staff,
                evidence="Statement 声明",
            ),
        )
        if made:
            row = self.world.parties[party]
            row.established, row.clean, row.prc_staff, row.stated = day, clean, staff, self.today

    @move(
        4,
        person=RECEIVERS,
        what=st.sampled_from(["vetting", "training", "undertaking", "leaving"]),
        vetting=mostly(VettingClass.CORE, VettingClass.GENERAL, VettingClass.IMPORTANT),
        starts=mostly(-5, 3),
        lasts=mostly(800, 4),
        ago=mostly(0, 364, 365, 366),
        leaves=mostly(None, 0, 5),
    )
    def clear(
        self,
        person: str,
        what: str,
        vetting: VettingClass,
        starts: int,
        lasts: int,
        ago: int,
        leaves: int | None,
    ) -> None:
        row, an, id = self.world.people[person], self.actor("an"), self.id(person)
        first, day = self.today + starts * DAY, self.today - ago * DAY
        last = None if leaves is None else self.today + leaves * DAY
        acts: dict[str, tuple[Callable[[], Outcome], dict[str, Any]]] = {
            "vetting": (
                lambda: people.record_vetting(
                    an,
                    person=id,
                    vetting=vetting,
                    vetted_from=first,
                    vetted_to=first + lasts * DAY,
                    vetting_evidence="V",
                ),
                {"vetting": str(vetting), "vetted_from": first, "vetted_to": first + lasts * DAY},
            ),
            "training": (
                lambda: people.record_training(an, person=id, trained_on=day, training_evidence="T"),
                {"trained": day},
            ),
            "undertaking": (
                lambda: people.record_undertaking(
                    an, person=id, undertaking_on=day, undertaking_evidence="U"
                ),
                {"undertaking": day},
            ),
            "leaving": (
                lambda: people.record_leaving(an, person=id, leaves_on=last, leaving_evidence="L"),
                {"leaves": last},
            ),
        }
        act, effect = acts[what]
        if self.tried(what, act):
            for name, value in effect.items():
                setattr(row, name, value)

    @move(3, by=who("mei", "lan"), person=RECEIVERS, number=ANY)
    def admit(self, by: str, person: str, number: int) -> None:
        item = self.pick(sorted({c.item for c in self.world.copies.values()}), number)
        made = self.tried(
            "admit",
            lambda: need.admit(
                self.actor(by),
                item=self.id(item),
                person=self.id(person),
                since=self.today,
                decided_by=self.id("heng"),
                basis="Order 令",
            ),
        )
        if made:
            assert by != person, "nobody admits themselves"
            self.stage.call(f"n {item} {person}", made.object.id)
            self.world.need_to_know[item, person] = True

    @move(1, by=who("mei", "lan"), number=ANY)
    def dismiss(self, by: str, number: int) -> None:
        listed = self.pick([key for key, stands in self.world.need_to_know.items() if stands], number)
        if listed and self.tried(
            "dismiss",
            lambda: need.dismiss(self.actor(by), listing=self.id("n {} {}".format(*listed)), reason="Done"),
        ):
            self.world.need_to_know[listed] = False

    @move(
        2,
        system=st.sampled_from(["westgate_room", "harbour_room", "lakeside_room"]),
        result=mostly(ResultOfTest.PASSED, ResultOfTest.FAILED),
    )
    def test_system(self, system: str, result: ResultOfTest) -> None:
        made = self.tried(
            "test",
            lambda: systems.record_test(
                self.actor("an"),
                system=self.id(system),
                tested_on=self.today,
                tested_by="Centre 测评中心",
                result=result,
            ),
        )
        if made:
            self.world.systems[system].failed = result is ResultOfTest.FAILED

    @move(3, days=st.sampled_from([1, 1, 3, 3, 20, 100, 366]), hours=st.sampled_from([0, 5, 11]))
    def wait(self, days: int, hours: int) -> None:
        self.stage.clock.moment += dt.timedelta(days=days, hours=hours)
        self.world.today = self.today


MOVES = moves(Machine)


class Play(Machine):
    """One play: any move after any other."""

    @rule(name=st.sampled_from(MOVES), data=st.data())
    def play(self, name: str, data: st.DataObject) -> None:
        method = getattr(self, name)
        method(**data.draw(method.move[1]))
