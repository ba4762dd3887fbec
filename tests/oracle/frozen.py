"""Moves on incidents: reported, and what they freeze and let go."""

from __future__ import annotations

from hypothesis import strategies as st

from custody import models as m
from custody.actions import incident_holds, incidents
from tests.oracle import world as w
from tests.oracle.machine import ANY, mostly, move, who
from tests.oracle.moving import Moving


class Freezing(Moving):
    """Incidents are reported, hold copies and parties, and let them go."""

    @move(1, by=who("tao", "mei", "heng"), number=ANY)
    def report(self, by: str, number: int) -> None:
        project = self.pick(self.world.projects, number)
        told = incidents.Told("Seal broken 封条破损", self.stage.clock.moment, unknown=True)
        made = self.tried(
            "report", lambda: incidents.report(self.actor(by), project=self.id(project), told=told)
        )
        if made:
            self.world.incidents[self.stage.next("x", made.object.id)] = project

    @move(
        7,
        by=who("heng", "qiao", "mei"),
        number=ANY,
        other=ANY,
        what=st.sampled_from(["copy", "copy", "party"]),
    )
    def freeze(self, by: str, number: int, other: int, what: str) -> None:
        hop = self.pick([h for h in self.world.hops.values() if h.state == "active"], number)
        if not hop:
            return
        project = hop.project
        incident = self.pick([x for x, where in self.world.incidents.items() if where == project], other)
        if not incident:
            self.report(by, [*self.world.projects].index(project))
            return
        copies = [c.id for c in self.world.copies.values() if c.project == project]
        copy = self.pick(copies, other) if what == "copy" else None
        party = hop.taker if what == "party" else None
        if not (copy or party):
            return
        made = self.tried(
            "freeze",
            lambda: incident_holds.hold(
                self.actor(by),
                incident=self.id(incident),
                copies=[self.id(copy)] if copy else [],
                party=self.id(party) if party else None,
                reason="Evidence 证据",
            ),
        )
        if made:
            row = m.IncidentHold.objects.filter(incident=self.id(incident)).order_by("id").last()
            assert row
            hold = w.Hold(self.stage.next("y", row.id), incident, project, copy, party)
            self.world.holds.append(hold)

    @move(3, by=mostly("heng", "qiao", "mei", "tao"), number=ANY)
    def release(self, by: str, number: int) -> None:
        hold = self.pick(self.world.holds, number)
        if not hold:
            return
        made = self.tried(
            "release",
            lambda: incident_holds.release(
                self.actor(by), incident=self.id(hold.incident), holds=[self.id(hold.id)], reason="Seen 已查"
            ),
        )
        if made:
            assert self.world.people[by].is_(
                w.OFFICER, self.world.house, self.world.projects[hold.project].owner
            ), "released by somebody who decides on nothing there"
            self.world.holds.remove(hold)
