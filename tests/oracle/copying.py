"""Moves on the making of copies: leave asked for and approved, copies numbered."""

from __future__ import annotations

from custody.actions import copying, projects
from tests.oracle import leave
from tests.oracle import world as w
from tests.oracle.frozen import Freezing
from tests.oracle.machine import ANY, DAY, mostly, move, who


class Copying(Freezing):
    """More copies of an item."""

    @move(3, by=who("yu", "mei", "lan"), number=ANY, count=mostly(1, 2, 3), lasts=mostly(30, 2, -1))
    def ask_leave(self, by: str, number: int, count: int, lasts: int) -> None:
        item = self.pick(self.world.items.values(), number)
        permit = w.Permit("new", item.id, count, self.today + lasts * DAY, by)
        made = self.judged(
            "ask leave",
            leave.asked(self.world, permit),
            lambda: copying.request(
                self.actor(by),
                item=self.id(item.id),
                asked=copying.Asked(count, "Second team 第二组", permit.until, place="Copy room 复印室"),
            ),
        )
        if made:
            permit.id = self.stage.next("z", made.object.id)
            self.world.permits.append(permit)

    @move(4, by=who("heng", "qiao", "heng", "mei"), number=ANY)
    def give_leave(self, by: str, number: int) -> None:
        permit = self.pick([p for p in self.world.permits if p.state == "requested"], number)
        if not permit:
            return
        made = self.judged(
            "give leave",
            leave.approved(self.world, self.world.people[by], permit),
            lambda: copying.approve(self.actor(by), permit=self.id(permit.id), reason="Needed 工作需要"),
        )
        if made:
            assert by != permit.requester, "nobody gives themselves leave"
            permit.state = "approved"

    @move(4, by=who("mei", "yu"), number=ANY, count=mostly(1, 2))
    def copy_out(self, by: str, number: int, count: int) -> None:
        world = self.world
        wanted = {p.item for p in world.permits if p.state == "approved"}
        item = self.pick([world.items[id] for id in sorted(wanted)] or world.items.values(), number)
        made = self.judged(
            "copy",
            leave.copied(world, item, count),
            lambda: projects.mint_copies(self.actor(by), item=self.id(item.id), count=count),
        )
        if not made:
            return
        project = world.projects[item.project]
        for row in made.object:
            name = self.stage.next("c", row.id)
            keeper = self.stage.name(row.custodian_person_id)
            world.copies[name] = w.Copy(name, project.id, item.id, item.level, project.owner, keeper)
        fit = [p for p in world.permits if leave.counts(world, p, item, count)]
        if fit:
            min(fit, key=lambda permit: permit.count).state = "used"  # approved for once
