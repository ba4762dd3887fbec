"""Moves on subcontracts: asked for, amended, decided on, stopped; conditions and deputies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from custody import models as m
from custody.actions import (
    amending,
    conditioning,
    conditions,
    delegations,
    hops,
    mistakes,
    papers,
    standing,
)
from custody.actions.base import Outcome
from custody.stories.told import agreed, consent, terms
from custody.terms import ConditionType, VoteChoice
from tests.oracle import law
from tests.oracle import stage as staging
from tests.oracle import world as w
from tests.oracle.machine import ANY, DAY, Played, mostly, move, who


class Subcontracts(Played):
    """Asking and deciding."""

    # --- the subcontract ---

    @move(
        8,
        by=who("mei", "lan", "tao"),
        project=ANY,
        under=st.one_of(st.none(), st.none(), ANY),
        to=mostly("westgate", "harbour", "lakeside", "annex", "meridian", "pilot", "bureau"),
        level=mostly("mimi", "jimi", "juemi", "neibu"),
        share=mostly("5.00", "0.50", "35.00", "40.00", "40.01", "99.99", "100.00", None),
        core=mostly(True, False, None),
        paper=mostly("both", "consent", "terms"),
        category=mostly("engineering", "geodesy"),
        starts=mostly(-1, 0, 3),
        lasts=mostly(200, 20, 400, None),
        performer=mostly("itself", "annex"),
    )
    def request(
        self, by: str, project: int, under: int | None, to: str, level: str, share: str | None,
        core: bool | None, paper: str, category: str, starts: int, lasts: int | None, performer: str,
    ) -> None:  # fmt: skip
        world = self.world
        place = self.pick(world.projects.values(), project)
        parent = (
            None
            if under is None
            else self.pick([h for h in world.hops.values() if h.project == place.id], under)
        )
        first = self.today + starts * DAY
        hop = w.Hop(
            id="new",
            project=place.id,
            parent=parent.id if parent else None,
            giver=parent.taker if parent else place.owner,
            taker=to,
            level=level,
            categories={category},
            starts=first,
            ends=None if lasts is None else first + lasts * DAY,
            share=None if share is None else Decimal(share),
            core=core,
            consent=paper in ("both", "consent"),
            agreed=paper in ("both", "terms"),
            performer=to if performer == "itself" else performer,
        )
        asked = terms(
            self.stage.cast,
            to,
            "Work 作业",
            level=level,
            starts=hop.starts,
            ends=hop.ends,
            categories=[category],
            share=hop.share,
            amount=None,
            currency="",
            keeps_core=core,
            performer="itself" if performer == "itself" else self.id(performer),
            client_consent=hop.consent,
            consents=[consent(self.stage.cast)] if hop.consent else [],
            agreed=agreed(self.stage.cast) if hop.agreed else None,
            awarded_on=None,
            reported_on=None,
        )
        made = self.judged(
            "request",
            law.request(world, hop),
            lambda: hops.request(
                self.actor(by),
                project=self.id(place.id),
                parent=self.id(hop.parent) if parent else None,
                terms=asked,
            ),
            permitted=world.people[by].is_("manager", place.owner, "northfield", hop.giver),
        )
        if made:
            hop.id = self.stage.next("h", made.object.id)
            world.hops[hop.id] = hop
            staging.approval_of(self.stage, hop, made.decision).requester = by

    @move(
        3,
        by=who("mei", "lan", "tao"),
        number=ANY,
        change=st.sampled_from(["share", "level", "ends", "core"]),
        share=st.sampled_from(["2.00", "40.00", "45.00"]),
        level=st.sampled_from(["mimi", "neibu", "jimi"]),
        lasts=st.sampled_from([10, 100, 500]),
    )
    def amend(self, by: str, number: int, change: str, share: str, level: str, lasts: int) -> None:
        hop = self.pick(self.world.hops.values(), number)
        row = m.Hop.objects.select_related("project").get(id=self.id(hop.id))
        kinds: dict[str, dict[str, Any]] = {
            "share": {"share": Decimal(share)},
            "level": {"level": level},
            "ends": {"ends": hop.starts + lasts * DAY},
            "core": {"keeps_core": False},
        }
        given = kinds[change]
        put = {"keeps_core": "core"}
        new = w.Hop(**{**vars(hop), **{put.get(k, k): v for k, v in given.items()}})
        old = amending.terms_of(row)
        made = self.judged(
            "amend",
            law.request(self.world, new),
            lambda: amending.amend(
                self.actor(by), hop=row.id, terms=replace(old, **given), reason="Changed 变更"
            ),
        )
        if made:
            if hop.approval.state in ("requested", "granted"):
                hop.approval.state = "superseded"
            for name, value in given.items():
                setattr(hop, put.get(name, name), value)
            hop.state = "requested"
            staging.approval_of(self.stage, hop, made.decision).requester = by

    @move(1, by=who("mei", "lan", "tao"), number=ANY)
    def take_back(self, by: str, number: int) -> None:
        hop = self.pick([h for h in self.world.hops.values() if h.state == "requested"], number)
        if hop and self.tried(
            "withdraw request",
            lambda: mistakes.withdraw_request(self.actor(by), hop=self.id(hop.id), reason="Not needed"),
        ):
            hop.state = hop.approval.state = "withdrawn"

    @move(3, by=who("mei", "lan", "tao"), number=ANY, what=st.sampled_from(["consent", "terms"]))
    def bring(self, by: str, number: int, what: str) -> None:
        """Papers may come while a request waits."""
        lacking = [h for h in self.world.hops.values() if not {"consent": h.consent, "terms": h.agreed}[what]]
        hop = self.pick([h for h in lacking if h.state in ("requested", "active")], number)
        if not hop:
            return
        id, actor, cast = self.id(hop.id), self.actor(by), self.stage.cast
        act: Callable[[], Outcome] = {
            "consent": lambda: papers.record_consent(actor, hop=id, paper=consent(cast)),
            "terms": lambda: papers.record_terms(actor, hop=id, agreed=agreed(cast)),
        }[what]
        if self.tried(f"bring {what}", act):
            hop.consent, hop.agreed = hop.consent or what == "consent", hop.agreed or what == "terms"

    # --- its decision ---

    @move(
        10,
        by=who("heng", "qiao"),
        number=ANY,
        choice=mostly(VoteChoice.APPROVE, VoteChoice.DENY),
        condition=mostly(None, "before", "running"),
        due=st.sampled_from([0, 2, 40]),
    )
    def vote(self, by: str, number: int, choice: VoteChoice, condition: str | None, due: int) -> None:
        asked = self.pick([(h, a) for h, a in self.world.approvals() if a.state == "requested"], number)
        if not asked:
            return
        hop, approval = asked
        put = []
        if condition and choice is VoteChoice.APPROVE:
            kind = ConditionType.PRECONDITION if condition == "before" else ConditionType.RUNNING
            put = [conditioning.Asked(kind, "Seal the room 封闭", self.today + due * DAY)]
        may, behind = law.may_vote(self.world, self.world.people[by], hop)
        verdict = law.Verdict()
        if choice is VoteChoice.APPROVE:
            verdict = law.approve(self.world, self.world.people[by], hop, approval)
        elif not may:
            verdict.no("APR-05", "neither officer nor deputy")
        made = self.judged(
            f"{choice}",
            verdict,
            lambda: hops.vote(
                self.actor(by), approval=self.id(approval.id), choice=choice, reason="As seen", conditions=put
            ),
            permitted=may and choice is VoteChoice.APPROVE,
        )
        if not made:
            return
        before = approval.heads()
        approval.votes.append((behind, str(choice)))
        if choice is VoteChoice.DENY:
            approval.state, hop.state = "denied", "rejected"
        elif approval.heads() >= law.votes_for(hop.level):
            approval.state, hop.state = "granted", "active"
        else:
            assert approval.heads() > before or any(
                person in b for b, _ in approval.votes[:-1] for person in behind
            )
        for row in m.Condition.objects.filter(approval=self.id(approval.id)):
            if row.id not in self.stage.names:
                name = self.stage.next("k", row.id)
                approval.conditions.append(w.Condition(name, before=condition == "before", due=row.due))

    @move(3, by=who("heng", "qiao"), number=ANY, verb=st.sampled_from(["suspend", "lift", "lift", "revoke"]))
    def stop(self, by: str, number: int, verb: str) -> None:
        states = {"suspend": ["granted"], "lift": ["suspended"], "revoke": ["granted", "suspended"]}[verb]
        found = self.pick([(h, a) for h, a in self.world.approvals() if a.state in states], number)
        if not found:
            return
        hop, approval = found
        act = {"suspend": standing.suspend, "lift": standing.lift, "revoke": hops.revoke}[verb]
        if self.tried(
            verb, lambda: act(self.actor(by), approval=self.id(approval.id), reason="As ordered 依令")
        ):
            person = self.world.people[by]
            assert person.is_("officer", "northfield", self.world.projects[hop.project].owner)
            assert verb != "lift" or not law.concerned(self.world, person, hop, approval)
            ends = {
                "suspend": ("suspended", "suspended"),
                "lift": ("granted", "active"),
                "revoke": ("revoked",) * 2,
            }
            approval.state, hop.state = ends[verb]
            # What is suspended above bars what is below by its path alone; what is revoked takes it along.
            for under, other in self.world.approvals():
                if verb == "revoke" and hop in self.world.path(under)[:-1] and other.state in states:
                    other.state, under.state = ends[verb]

    @move(
        4,
        by=who("mei", "lan", "heng", "qiao"),
        number=ANY,
        verb=st.sampled_from(["show", "confirm", "waive", "send_back"]),
    )
    def settle(self, by: str, number: int, verb: str) -> None:
        found = self.pick(
            [
                (h, a, c)
                for h, a in self.world.approvals()
                for c in a.conditions
                if c.state in ("open", "shown")
            ],
            number,
        )
        if not found:
            return
        hop, approval, condition = found
        id = self.id(condition.id)
        act: Callable[[], Outcome] = {
            "show": lambda: conditions.show(self.actor(by), condition=id, evidence="Photograph 照片"),
            "confirm": lambda: conditions.confirm(self.actor(by), condition=id),
            "waive": lambda: conditions.waive(self.actor(by), condition=id, reason="Moot"),
            "send_back": lambda: conditions.send_back(self.actor(by), condition=id, reason="Unclear"),
        }[verb]
        if not self.tried(verb, act):
            return
        if verb == "show":
            condition.state, condition.shown_by = "shown", by
            return
        person = self.world.people[by]
        assert person.is_("officer", "northfield", self.world.projects[hop.project].owner), (
            "decided by an officer"
        )
        if verb == "send_back":
            condition.state = "open"
            return
        assert by != condition.shown_by and not law.concerned(self.world, person, hop, approval)
        assert verb == "waive" or condition.state == "shown", "met without evidence"
        condition.state = {"confirm": "met", "waive": "waived"}[verb]

    @move(
        2,
        by=who("heng", "qiao"),
        to=mostly("yu", "mei", "qiao", "tao"),
        level=mostly("mimi", "neibu", "juemi"),
        starts=mostly(0, 2),
        lasts=st.sampled_from([0, 5, 60]),
        number=st.one_of(st.none(), ANY),
    )
    def delegate(self, by: str, to: str, level: str, starts: int, lasts: int, number: int | None) -> None:
        project = None if number is None else self.pick(self.world.projects, number)
        first = self.today + starts * DAY
        scope = delegations.Scope(level, first, first + lasts * DAY, self.id(project) if project else None)
        made = self.tried(
            "delegate",
            lambda: delegations.give(
                self.actor(by), party=self.id("northfield"), delegate=self.id(to), scope=scope, reason="Away"
            ),
        )
        if made:
            officer = self.world.people[by]
            assert officer.is_("officer", "northfield"), "what one has not one cannot delegate"
            name = self.stage.next("d", made.object.id)
            self.world.delegations[name] = w.Delegation(
                name, "northfield", by, to, level, scope.starts, scope.ends, project, "active"
            )

    @move(1, by=who("heng", "an"), number=ANY)
    def undelegate(self, by: str, number: int) -> None:
        row = self.pick([d for d in self.world.delegations.values() if d.state == "active"], number)
        if row and self.tried(
            "undelegate",
            lambda: delegations.revoke(self.actor(by), delegation=self.id(row.id), reason="Back"),
        ):
            row.state = "revoked"
