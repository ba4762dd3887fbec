"""The stage of the machine: the product's rows told to the oracle once, in the cast's names, and a clock."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from custody import models as m
from custody.actions import base, projects
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.terms import Network, PartyKind, Provision, VettingClass
from tests.actions.scenes import Scene, done
from tests.oracle import world as w

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Clock:
    """What the acts take for the time."""

    moment: dt.datetime

    def set_by(self, patch: pytest.MonkeyPatch) -> Clock:
        """Let acts, and memberships read by today, go by this clock; the ledger keeps its own."""
        patch.setattr(base, "database_now", lambda *_: self.moment)
        patch.setattr(base, "_moment", lambda: (self.moment, False))
        patch.setattr(timezone, "now", lambda: self.moment)
        return self

    @property
    def today(self) -> dt.date:
        return self.moment.astimezone(SHANGHAI).date()


@dataclass
class Stage:
    """Product and oracle side by side: ``ids`` gives the product's id of what the oracle calls by a name."""

    cast: people.Cast
    clock: Clock
    world: w.World
    ids: dict[str, UUID] = field(default_factory=dict)
    names: dict[UUID, str] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    barred: Counter[str] = field(default_factory=Counter)

    def name(self, id: UUID | None) -> str | None:
        return self.names[id] if id else None

    def call(self, name: str, id: UUID) -> str:
        self.ids[name], self.names[id] = id, name
        return name

    def next(self, kind: str, id: UUID) -> str:
        """Give something new its name."""
        return self.call(f"{kind}{sum(n[0] == kind and n[1:].isdigit() for n in self.ids) + 1}", id)


def set_up(scene: Scene, clock: Clock, seen: Counter[str], barred: Counter[str]) -> Stage:
    """Add a provincial project and a top secret one to the scene, and tell the oracle of everything."""
    cast = scene.cast
    stage = Stage(cast, clock, w.World(clock.today, "northfield"), seen=seen, barred=barred)
    m.System.objects.filter(levels__cn_surveying="jimi").update(levels={"cn_surveying": "juemi"})
    people.clear(cast.people["tao"].id, cast.today, "TOP", VettingClass.CORE)
    provincial = people.open_project(cast, "OR-1", "Provincial 省")
    top = people.open_project(cast, "OR-2", "Top 绝密", level="juemi", regime="cn_surveying")
    people.make_copies(cast, provincial, "OR-A", 2)
    people.make_copies(cast, top, "OR-B", 1, level="juemi")
    leave.permitted(cast, scene.item.id)
    minted = projects.mint_copies(
        cast.actor("mei"),
        item=scene.item.id,
        count=2,
        custodian_person=cast.people["lan"].id,
        system=cast.systems["lakeside_room"].id,
    )
    done(minted)
    _people(stage)
    _places(stage, scene)
    _work(stage)
    return stage


def _people(stage: Stage) -> None:
    cast, world = stage.cast, stage.world
    for key, party in cast.parties.items():
        stage.call(key, party.id)
    for row in m.Party.objects.all():
        name = stage.name(row.id)
        assert name
        world.parties[name] = w.Party(
            name,
            individual=row.kind is PartyKind.INDIVIDUAL,
            country=row.country,
            state=str(row.state),
            established=row.established_on,
            clean=row.clean_record,
            prc_staff=row.prc_staff,
            stated=row.conditions_on,
        )
    for control in m.PartyControl.objects.all():
        world.parties[str(stage.name(control.party_id))].controllers.append(
            str(stage.name(control.controller_id))
        )
    for key, person in cast.people.items():
        stage.call(key, person.id)
        row = m.Person.objects.get(id=person.id)
        world.people[key] = w.Person(
            key,
            citizenships=row.citizenships,
            roles=[(str(stage.name(x.party_id)), str(x.role)) for x in row.memberships.all()],
            vetting=str(row.vetting) if row.vetting else None,
            vetted_from=row.vetted_from,
            vetted_to=row.vetted_to,
            trained=row.trained_on,
            undertaking=row.undertaking_on,
            leaves=row.leaves_on,
        )
    for paper in m.Qualification.objects.all():
        paper_of(stage, paper)


def paper_of(stage: Stage, row: m.Qualification) -> w.Paper:
    """Tell the oracle of a certificate."""
    name = stage.next("q", row.id)
    stage.world.papers[name] = w.Paper(
        name,
        party=str(stage.name(row.party_id)),
        type=row.type,
        grade=row.grade,
        categories=set(row.categories),
        starts=row.valid_from,
        ends=row.valid_to,
        state=str(row.state),
        recorded_by=stage.name(row.recorded_by_id),
        verified_on=row.verified_on,
    )
    return stage.world.papers[name]


def _places(stage: Stage, scene: Scene) -> None:
    systems = {**stage.cast.systems, "harbour_room": scene.room}
    for key, system in systems.items():
        stage.call(key, system.id)
        row = m.System.objects.get(id=system.id)
        stage.world.systems[key] = w.System(
            key,
            owner=str(stage.name(row.owner_party_id)),
            level=row.levels.get("cn_surveying"),
            internet=row.network is Network.INTERNET,
            number=row.inventory_number,
            personal={Provision.ISSUED: False, Provision.PERSONAL: True}.get(row.provision),
            country=row.country,
        )


def _work(stage: Stage) -> None:
    world = stage.world
    for row in m.Project.objects.all():
        name = stage.call(row.code, row.id)
        clients = {row.client_party_id, row.ultimate_client_party_id} - {None}
        world.projects[name] = w.Project(
            name,
            regime=row.regime,
            level=row.level,
            owner=str(stage.name(row.owner_party_id)),
            clients=[str(stage.name(id)) for id in clients],
            type=row.qualification_type,
            grade=row.qualification_grade,
            categories=set(row.categories),
        )
    for hop in m.Hop.objects.order_by("depth", "id"):
        hop_of(stage, hop)
    for item in m.Item.objects.all():
        name = stage.next("i", item.id)
        originator = str(stage.name(item.classified_by_id))
        world.items[name] = w.Item(name, str(stage.name(item.project_id)), item.level, originator)
    for permit in m.CopyPermit.objects.order_by("created_at", "id"):
        name, of = stage.next("z", permit.id), str(stage.name(permit.item_id))
        by, state = str(stage.name(permit.requested_by_id)), str(permit.state)
        world.permits.append(w.Permit(name, of, permit.count, permit.until, by, state))
    for copy in m.Copy.objects.select_related("item").order_by("id"):
        name = stage.next("c", copy.id)
        world.copies[name] = w.Copy(
            name,
            project=str(stage.name(copy.item.project_id)),
            item=str(stage.name(copy.item_id)),
            level=copy.item.level,
            holder=str(stage.name(copy.custodian_party_id)),
            keeper=stage.name(copy.custodian_person_id),
            state=str(copy.state),
        )
    for handoff in m.Handoff.objects.order_by("id"):
        deal = handoff_of(stage, handoff)
        if handoff.state == "offered":
            for id in deal.copies:
                world.copies[id].offered_in = deal.id


def hop_of(stage: Stage, row: m.Hop) -> w.Hop:
    """Tell the oracle of a subcontract and its approvals."""
    name = stage.next("h", row.id)
    hop = stage.world.hops[name] = w.Hop(
        name,
        project=str(stage.name(row.project_id)),
        parent=stage.name(row.parent_id),
        giver=str(stage.name(row.from_party_id)),
        taker=str(stage.name(row.to_party_id)),
        level=row.level,
        categories=set(row.categories),
        starts=row.starts,
        ends=row.ends,
        share=row.share,
        core=row.keeps_core,
        consent=bool(row.client_consent) and row.consents.exists(),
        agreed=row.agreements.exists(),
        state=str(row.state),
        performer=stage.name(row.performer_id),
        amount=row.amount,
    )
    for approval in row.approvals.order_by("created_at"):
        approval_of(stage, hop, approval)
    return hop


def approval_of(stage: Stage, hop: w.Hop, row: m.Approval) -> w.Approval:
    """Tell the oracle of a question put to officers, in the terms that the hop has now."""
    name = stage.next("a", row.id)
    votes: list[tuple[frozenset[str], str]] = [
        (frozenset({str(stage.name(v.person_id))}), str(v.choice)) for v in row.votes.all()
    ]
    approval = w.Approval(
        name,
        requester=str(stage.name(row.requested_by_id)),
        needed=2 if hop.level == "juemi" else 1,
        subject=hop.subject(),
        state=str(row.state),
        votes=votes,
    )
    hop.approvals.append(approval)
    return approval


def handoff_of(stage: Stage, row: m.Handoff) -> w.Handoff:
    """Tell the oracle of an offer."""
    name = stage.next("o", row.id)
    deal = stage.world.handoffs[name] = w.Handoff(
        name,
        hop=str(stage.name(row.hop_id)),
        copies=[str(stage.name(id)) for id in row.lines.values_list("copy_id", flat=True)],
        sender=str(stage.name(row.sender_person_id)),
        receiver=str(stage.name(row.receiver_person_id)),
        channel=str(row.channel),
        second=stage.name(row.second_carrier_id),
        system=str(stage.name(row.system_id)),
        due_back=row.due_back,
        state=str(row.state),
        accepted=stage.world.today if str(row.state) == "accepted" else None,
    )
    return deal


Act = Callable[[], Any]
