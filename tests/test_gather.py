"""Facts are gathered whole, in system scope, and in a bounded number of queries at any depth."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from custody import gather, regimes
from custody import models as m
from custody.actions import handoffs, hops, legs, projects, registers
from custody.actions.base import Actor, Outcome, database_now
from custody.gather_sql import FACTS
from custody.policy.facts import Facts
from custody.stories import cast as people
from custody.stories import copying as leave
from custody.stories.told import terms
from custody.terms import (
    Channel,
    ControlKind,
    Network,
    PartyKind,
    Provision,
    Role,
    Source,
    SystemKind,
    Verb,
    VoteChoice,
)
from tests.actions.scenes import Scene, counted, done

GATHER_AT_MOST = 1
OFFER_AT_MOST = 16


@pytest.fixture
def scene(acts_stage: Scene) -> Scene:
    return acts_stage


class Chain:
    """A project with hops one below the other, each approved, and a copy with the giver of the last."""

    def __init__(self, cast: people.Cast, depth: int) -> None:
        self.cast = cast
        mei, heng, setup = cast.actor("mei", Source.PAPER), cast.actor("heng"), Actor.setup()
        self.project = people.open_project(cast, f"DEEP-{depth}", "Deep", regime="cn_surveying")
        self.item = done(
            people.register_item(
                cast,
                mei,
                project=self.project.id,
                codename="DEEP",
                level=people.LEVEL,
                classified=people.classified(cast),
            )
        )
        parent: m.Hop | None = None
        for tier in range(1, depth + 1):
            party = registers.register_party(
                setup, kind=PartyKind.ORGANISATION, name=f"Tier {tier} of {depth}", country="CN"
            ).object
            people.qualify(cast, party.id, "A", f"DEEP-{depth}-{tier}")
            asked = terms(cast, party.id, "Part 部分", share=Decimal("10.00"), amount=None, keeps_core=True)
            held = hops.request(
                mei, project=self.project.id, parent=parent.id if parent else None, terms=asked
            )
            done(held)
            done(hops.vote(heng, approval=held.decision.id, choice=VoteChoice.APPROVE, reason="In order"))
            parent = m.Hop.objects.get(id=held.object.id)
        assert parent is not None
        self.hop = parent
        self.receiver = registers.register_person(
            setup, name="Receiver", staff_number=f"DEEP-{depth}", citizenships=["CN"]
        ).object
        registers.give_membership(
            setup, person=self.receiver.id, party=parent.to_party_id, role=Role.RECIPIENT, starts=cast.today
        )
        people.clear(self.receiver.id, cast.today, f"DEEP-{depth}")
        self.system = registers.register_system(
            setup,
            name=f"ROOM-{depth}",
            kind=SystemKind.COMPUTER,
            owner_party=parent.to_party_id,
            levels={"cn_surveying": "jimi"},
            network=Network.NONE,
            tested_on=cast.today,
            inventory_number=f"R-{depth}",
            country="CN",
            provision=Provision.ISSUED,
        ).object

    def deal(self, count: int = 1) -> handoffs.Offer:
        if m.Copy.objects.filter(item=self.item).exists():
            leave.permitted(self.cast, self.item.id, count)
        copies = projects.mint_copies(
            self.cast.actor("mei"), item=self.item.id, count=count, custodian_person=self.cast.people["yu"].id
        ).object
        ids = [copy.id for copy in copies]
        m.Copy.objects.filter(id__in=ids).update(custodian_party=self.hop.from_party_id)
        return handoffs.Offer(
            hop=self.hop.id,
            copies=ids,
            receiver_person=self.receiver.id,
            purpose="Work",
            channel=Channel.IN_PERSON,
            system=self.system.id,
        )

    def question(self, deal: handoffs.Offer) -> gather.Question:
        today = regimes.today(self.project.regime, database_now())
        return handoffs.question(self.cast.actor("mei"), deal, legs.ends_of(deal), today, Verb.HANDOFF_OFFER)


def test_gathering_takes_no_more_queries_at_depth_six_with_many_copies(cast: people.Cast) -> None:
    taken: list[int] = []
    for depth, copies in ((1, 1), (6, 40)):
        chain = Chain(cast, depth)
        question = chain.question(chain.deal(copies))
        with counted() as queries:
            facts = gather.facts(question)
        assert sum(key.startswith("hop:") for key in facts.groups) == depth
        assert sum(key.startswith("copy:") for key in facts.groups) == copies
        taken.append(len(queries))
    assert taken[0] == taken[1] <= GATHER_AT_MOST


def test_offering_and_accepting_take_no_more_queries_at_depth_six(cast: people.Cast) -> None:
    taken: dict[str, list[int]] = {"offer": [], "accept": []}
    for depth, copies in ((1, 1), (6, 20)):
        chain = Chain(cast, depth)
        deal, mei = chain.deal(copies), cast.actor("mei")
        with counted() as queries:
            offered = handoffs.offer(mei, deal, submission=uuid4())
        assert offered.state == "done", [
            f["code"] for f in offered.decision.findings if f["outcome"] == "block"
        ]
        taken["offer"].append(len(queries))
        receiver = Actor(
            chain.receiver.id,
            ((chain.hop.to_party_id, Role.RECIPIENT),),
            Source.SCREEN,
            cast.site.operator_id,
        )
        with counted() as queries:
            accepted: Outcome = handoffs.accept(receiver, handoff=offered.object.id, submission=uuid4())
        assert accepted.state == "done"
        taken["accept"].append(len(queries))
    assert taken["offer"][0] == taken["offer"][1] <= OFFER_AT_MOST, taken
    assert taken["accept"][0] == taken["accept"][1] <= OFFER_AT_MOST, taken


def facts_of(scene: Scene) -> Facts:
    today, deal = regimes.today(scene.project.regime, database_now()), scene.deal()
    question = handoffs.question(scene.cast.actor("tao"), deal, legs.ends_of(deal), today, Verb.HANDOFF_OFFER)
    return gather.facts(question)


def test_the_whole_path_with_its_parties_approvals_and_controllers_is_gathered(scene: Scene) -> None:
    cast = scene.cast
    registers.record_control(
        Actor.setup(), party=cast.party("harbour"), controller=cast.party("pilot"), kind=ControlKind.OWNER
    )
    registers.record_control(
        Actor.setup(),
        party=cast.party("pilot"),
        controller=cast.party("meridian"),
        kind=ControlKind.CONTROLLER,
    )
    facts = facts_of(scene)
    parties = {"lakeside", "westgate", "harbour", "bureau", "pilot", "meridian"}
    assert gather.gathered_parties(facts) == {cast.party(key) for key in parties}
    assert [hop.id for hop in facts.path(str(scene.second.id))] == [str(scene.first.id), str(scene.second.id)]
    for hop in facts.path(str(scene.second.id)):
        assert hop.approval and facts.approval(hop.approval).votes[0].person == str(cast.people["heng"].id)
    assert facts.system(str(scene.room.id)).level == "mimi"
    assert facts.installation.is_installation
    assert facts.copy(str(scene.moved.id)).custodian_party == str(cast.party("westgate"))
    assert Facts.from_json(facts.to_json()).groups.keys() == facts.groups.keys()


def test_every_group_that_came_from_an_entry_names_it(scene: Scene) -> None:
    facts = facts_of(scene)
    from ledger.models import Entry

    entries = {str(id) for id in Entry.objects.values_list("id", flat=True)}
    for key, group in facts.groups.items():
        if key == "act":
            continue
        assert group["entry"] in entries, key
    for paper in facts.party(str(scene.cast.party("westgate"))).qualifications:
        assert paper.entry in entries


def test_no_name_of_a_person_or_party_is_among_the_facts(scene: Scene) -> None:
    text = str(facts_of(scene).to_json())
    names: list[Any] = [
        *m.Party.objects.values_list("name", "other_name"),
        *m.Person.objects.values_list("name"),
    ]
    for name in (part for row in names for part in row if part):
        assert name not in text
    for number in m.Person.objects.values_list("staff_number", flat=True):
        assert number not in text


def test_a_controller_counts_until_the_day_its_control_ended(scene: Scene) -> None:
    cast = scene.cast
    control = registers.record_control(
        Actor.setup(), party=cast.party("harbour"), controller=cast.party("meridian"), kind=ControlKind.OWNER
    ).object
    for days, counts in ((0, True), (-1, False)):
        m.PartyControl.objects.filter(id=control.id).update(ends=cast.today + dt.timedelta(days=days))
        assert (cast.party("meridian") in gather.gathered_parties(facts_of(scene))) is counts


def test_two_parties_that_control_each_other_are_gathered_once(scene: Scene) -> None:
    cast, setup = scene.cast, Actor.setup()
    for party, controller in (("harbour", "pilot"), ("pilot", "harbour")):
        registers.record_control(
            setup, party=cast.party(party), controller=cast.party(controller), kind=ControlKind.OWNER
        )
    assert cast.party("pilot") in gather.gathered_parties(facts_of(scene))


def test_siblings_are_listed_and_gathered_but_not_those_that_came_to_nothing(scene: Scene) -> None:
    """The third subcontract stands beside the first; HOP-04 adds them up."""
    beside, first = str(scene.asked.hop_id), str(scene.first.id)
    facts = facts_of(scene)
    assert facts.hop(first).siblings == (beside,) and facts.hop(beside).siblings is None
    assert facts.hop(str(scene.second.id)).siblings == ()
    assert f"approval:{scene.asked.id}" not in facts.groups
    m.Hop.objects.filter(id=scene.asked.hop_id).update(state="rejected")
    facts = facts_of(scene)
    assert facts.hop(first).siblings == () and f"hop:{beside}" not in facts.groups


def blocks_read(scene: Scene) -> int:
    """How many blocks of tables and indexes PostgreSQL looks at for the facts of the first subcontract."""
    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        facts_of(scene)
    (sql, params), *more = [one for one in asked if one[0] == FACTS]
    assert not more
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def beside_the_first(scene: Scene, count: int) -> None:
    """So many more subcontracts beside the first, in tables of which PostgreSQL has no statistics."""
    values = {f.attname: getattr(scene.first, f.attname) for f in m.Hop._meta.concrete_fields}
    ids = [m.new_id() for _ in range(count)]
    changed = [{"id": i, "entry": m.new_id(), "path": f"{i}/", "source_key": None} for i in ids]
    m.Hop.objects.bulk_create(m.Hop(**{**values, **change}) for change in changed)


def test_what_is_read_grows_with_the_subcontracts_beside_and_not_with_their_square(scene: Scene) -> None:
    beside_the_first(scene, 100)
    fewer = blocks_read(scene)
    beside_the_first(scene, 100)
    assert blocks_read(scene) < 2 * fewer
