"""A scene on which every verb has something to act on, and on which house, owner, sender and receiver differ.

Northfield is the house. Lakeside owns the project; it passes work to Westgate, and Westgate to Harbour. A
copy lies with Westgate and is offered to Harbour; another still lies with Lakeside. A third subcontract
awaits its decision.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction

from custody import models as m
from custody.actions import handoffs, hops, mistakes, projects, registers
from custody.actions.base import Actor, Outcome
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories.told import terms
from custody.terms import Channel, Network, Provision, Role, Source, SystemKind, VoteChoice
from ledger.models import Entry

REGIME = "cn_surveying"
PLACES = {
    "house": "northfield",
    "owner": "lakeside",
    "sender": "westgate",
    "receiver": "harbour",
    "other": "annex",
}


@dataclass(slots=True)
class Scene:
    """What stands on the scene."""

    cast: people.Cast
    project: m.Project
    first: m.Hop
    second: m.Hop
    asked: m.Approval
    item: m.Item
    kept: m.Copy
    moved: m.Copy
    handoff: m.Handoff
    paper: m.Qualification
    room: m.System

    def as_(self, role: Role, place: str, person: str = "mei", source: Source = Source.SCREEN) -> Actor:
        """Return a person of the cast in one role at one place only."""
        party = self.cast.party(PLACES[place])
        return Actor(self.cast.people[person].id, ((party, role),), source, self.cast.site.operator_id)

    def deal(self, **changes: Any) -> handoffs.Offer:
        """Return an offer of the moved copy over the second hop to Feng Bo."""
        asked: dict[str, Any] = {
            "hop": self.second.id,
            "copies": [self.moved.id],
            "receiver_person": self.cast.people["bo"].id,
            "purpose": "Field check 外业核查",
            "channel": Channel.IN_PERSON,
            "system": self.room.id,
            "due_back": self.cast.today + dt.timedelta(days=30),
        }
        return handoffs.Offer(**{**asked, **changes})


def done(outcome: Outcome) -> Any:
    """Return what an act gave, which must have gone through."""
    findings = getattr(outcome.decision, "findings", None) or []
    assert outcome.state in ("done", "held"), [
        f["code"] for f in findings if f["outcome"] in ("block", "cannot_tell")
    ]
    return outcome.object


def set_up(cast: people.Cast) -> Scene:
    """Play the scene up to its beginning."""
    people.qualify(cast, cast.party("harbour"), "B", "SCENE-HARBOUR")
    house = cast.actor("mei")
    owner = Actor(
        cast.people["lan"].id,
        ((cast.party("lakeside"), Role.MANAGER), (cast.party("lakeside"), Role.RECIPIENT)),
        Source.SCREEN,
        cast.site.operator_id,
    )
    project = done(
        projects.open_project(
            house,
            code="SC-1",
            title="Scene 场景",
            regime=REGIME,
            level=people.LEVEL,
            owner_party=cast.party("lakeside"),
            client_party=cast.party("bureau"),
            ultimate_client_party=cast.party("bureau"),
            qualification_type="survey",
            qualification_grade="B",
            categories=["engineering"],
            contract_number="SC-1-C",
            contract_signed=cast.today - dt.timedelta(days=30),
        )
    )
    room = done(
        registers.register_system(
            Actor.setup(),
            name="HB-ROOM-1",
            kind=SystemKind.COMPUTER,
            owner_party=cast.party("harbour"),
            levels={"cn_surveying": "mimi"},
            network=Network.NONE,
            tested_on=cast.today - dt.timedelta(days=20),
            inventory_number="HB-07",
            country="CN",
            provision=Provision.ISSUED,
        )
    )
    first = _hop(cast, project, None, owner, "westgate")
    second = _hop(cast, project, first, cast.actor("tao"), "harbour")
    asked = hops.request(
        owner,
        project=project.id,
        parent=None,
        terms=terms(cast, "harbour", "Printing 印刷", share=Decimal("5.00"), payer=project.owner_party_id),
    )
    item = done(
        people.register_item(
            cast,
            house,
            project=project.id,
            codename="SC-A",
            level=people.LEVEL,
            classified=people.classified(cast),
        )
    )
    kept, moved = done(
        projects.mint_copies(
            house,
            item=item.id,
            count=2,
            custodian_person=owner.person,
            system=cast.systems["lakeside_room"].id,
        )
    )
    given = handoffs.Offer(
        hop=first.id,
        copies=[moved.id],
        receiver_person=cast.people["tao"].id,
        purpose="Work 作业",
        channel=Channel.IN_PERSON,
        system=cast.systems["westgate_room"].id,
        due_back=cast.today + dt.timedelta(days=30),
    )
    done(handoffs.accept(cast.actor("tao"), handoff=done(handoffs.offer(owner, given)).id))
    paper = done(
        registers.record_qualification(
            house,
            party=cast.party("annex"),
            type="survey",
            grade="B",
            categories=["engineering"],
            number="SCENE-ANNEX",
            issuer="Issuer 发证机关",
            valid_from=cast.today - dt.timedelta(days=1),
            valid_to=cast.today + dt.timedelta(days=500),
        )
    )
    scene = Scene(cast, project, first, second, asked.decision, item, kept, moved, m.Handoff(), paper, room)
    scene.handoff = done(handoffs.offer(cast.actor("tao"), scene.deal()))
    return scene


def _hop(cast: people.Cast, project: m.Project, parent: m.Hop | None, who: Actor, to: str) -> m.Hop:
    held = hops.request(
        who,
        project=project.id,
        parent=parent.id if parent else None,
        terms=terms(cast, to, f"Work for {to} 作业", amount=None, payer=project.owner_party_id),
    )
    assert held.state == "held", [f["code"] for f in held.decision.findings if f["outcome"] == "block"]
    officer = cast.actor("heng")
    done(hops.vote(officer, approval=held.decision.id, choice=VoteChoice.APPROVE, reason="In order 同意"))
    return m.Hop.objects.get(id=held.object.id)


def passed_down(scene: Scene) -> m.Handoff:
    """Number a new copy and take it from Lakeside over Westgate to Harbour; return the last handoff."""
    cast = scene.cast
    lan = scene.as_(Role.MANAGER, "owner", "lan")
    leave.permitted(cast, scene.item.id, 1)
    (copy,) = done(
        projects.mint_copies(
            cast.actor("mei"),
            item=scene.item.id,
            count=1,
            custodian_person=lan.person,
            system=cast.systems["lakeside_room"].id,
        )
    )
    tao, bo = cast.actor("tao"), cast.actor("bo")
    down = scene.deal(
        hop=scene.first.id,
        copies=[copy.id],
        receiver_person=tao.human(),
        system=cast.systems["westgate_room"].id,
    )
    done(handoffs.accept(tao, handoff=done(handoffs.offer(lan, down)).id))
    last = done(handoffs.offer(tao, scene.deal(copies=[copy.id])))
    return done(handoffs.accept(bo, handoff=last.id))


def disputed(scene: Scene) -> m.Handoff:
    """The same, and Harbour says that it was a mistake."""
    taken = passed_down(scene)
    bo = scene.cast.actor("bo")
    return done(mistakes.accepted_by_mistake(bo, handoff=taken.id, reason="Not ours 签错"))


def everything() -> dict[str, Any]:
    """Return every row of the graph and the number of entries: equal before and after means no effect."""
    state: dict[str, Any] = {"entries": Entry.objects.count()}
    for model in apps.get_app_config("custody").get_models():
        rows = model._default_manager.order_by("pk").values_list()
        state[model.__name__] = [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows
        ]
    return state


@contextmanager
def undone() -> Iterator[None]:
    """Run acts and roll them back, inside a test that is itself rolled back."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]
    with atomic:
        yield
        transaction.set_rollback(True)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the SQL that runs inside."""
    from django.test.utils import CaptureQueriesContext

    found: list[str] = []
    with CaptureQueriesContext(connection) as caught:
        yield found
    found += [q["sql"] for q in caught.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def person_of(scene: Scene, key: str) -> UUID:
    """Return a person's id."""
    return scene.cast.people[key].id
