"""The checklist of a new site moves as its steps are done, and goes with the first accepted handoff."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from custody import models as m
from custody.actions import handoffs, registers, site
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.stories import told
from custody.terms import Network, PartyKind, Role, SystemKind
from custody.web.checklist import STEPS, facts

from .scene import Scene


def open_steps() -> list[str]:
    done = facts()
    assert done is not None
    return [step.fact for step in STEPS if not done[step.fact]]


def listed(scene: Scene, who: str, language: str = "en") -> str:
    answer = scene.client(who, language).get("/")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def real(db: None, settings: Any) -> m.Site:
    """A site as set-up leaves it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    site.open_site(
        site.Installation(
            name="Site",
            operator="Institute",
            country="CN",
            levels={"cn_surveying": "jimi"},
            network=Network.NONE,
            time_zone="Asia/Shanghai",
            regime="cn_surveying",
            administrators=[site.Administrator("Ann", "A-1", "ann", "a long password 1")],
        )
    )
    return m.Site.objects.get()


def join(name: str, party: Any, role: Role, *, starts: dt.date | None = None) -> m.Person:
    """Do what the list says: register_person, give_membership, give_sign_in."""
    setup = Actor.setup()
    person: m.Person = registers.register_person(setup, name=name, staff_number=name).object
    registers.give_membership(
        setup, person=person.id, party=party, role=role, starts=starts or dt.date(2020, 1, 1)
    )
    registers.give_sign_in(setup, person=person.id, username=name, password="a long password 1")
    return person


def test_the_steps_of_the_administrator_are_done_by_the_actions_that_they_name(real: m.Site) -> None:
    everything = [step.fact for step in STEPS]
    assert open_steps() == everything
    setup = Actor.setup()
    west = registers.register_party(setup, kind=PartyKind.ORGANISATION, name="West").object
    assert open_steps() == everything[1:]
    join("max", real.operator_id, Role.MANAGER)
    join("eve", real.operator_id, Role.OFFICER, starts=dt.date(2999, 1, 1))
    assert "staff" in open_steps(), "the officer does not hold the role yet"
    join("otto", real.operator_id, Role.OFFICER)
    assert open_steps() == everything[2:]
    join("rita", west.id, Role.RECIPIENT)
    assert open_steps() == everything[3:]
    registers.register_system(
        setup, name="W-1", kind=SystemKind.VAULT, owner_party=west.id, levels={}, network=Network.NONE
    )
    assert open_steps() == everything[4:]


def test_a_step_counts_only_with_a_sign_in_that_works(real: m.Site) -> None:
    join("max", real.operator_id, Role.MANAGER)
    join("otto", real.operator_id, Role.OFFICER)
    assert "staff" not in open_steps()
    m.User.objects.filter(username="otto").update(is_active=False)
    assert "staff" in open_steps()


def test_it_moves_to_the_first_accepted_handoff_and_goes_with_it(cast: people.Cast, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    m.Site.objects.update(demo=False)
    scene = Scene(cast, *[None] * 6)  # type: ignore[arg-type]
    for who in ("mei", "heng", "an", "tao"):
        scene.user(who)
    left = ["project", "copies", "subcontract", "offered", "accepted", "grant"]
    assert open_steps() == left
    assert "5 of 10 steps done" in listed(scene, "an")

    project = people.open_project(cast, "R-1", "Real")
    assert open_steps() == left[1:]
    copies = people.make_copies(cast, project, "SHEET", 2)
    assert open_steps() == left[2:]
    told.ask(cast, project, "mei", "lakeside", "Drawing")
    assert open_steps() == left[2:], "a request that waits is no subcontract"
    hop = told.approved_hop(cast, project, "westgate", "Scanning")
    assert open_steps() == left[3:]
    offered = told.offer(cast, hop, copies, "tao", "westgate_room").object
    assert open_steps() == left[4:]
    assert "9 of 10 steps done" in listed(scene, "mei")
    handoffs.accept(cast.actor("tao"), handoff=offered.id, note="")
    assert "steps done" not in listed(scene, "an") + listed(scene, "mei")


def test_only_administrators_and_managers_of_the_house_see_it(scene: Scene) -> None:
    m.Site.objects.update(demo=False)
    for who in ("an", "mei"):
        assert "Up to the first handoff" in listed(scene, who), who
    for who in ("heng", "tao", "lan", "jing"):  # tao and lan manage, for a contractor
        assert "Up to the first handoff" not in listed(scene, who), who


def test_a_demo_has_no_checklist(scene: Scene) -> None:
    assert facts() is None
    assert "Up to the first handoff" not in listed(scene, "an")


def test_it_speaks_chinese_and_leads_to_the_pages_there_are(scene: Scene) -> None:
    m.Site.objects.update(demo=False)
    html = listed(scene, "an", "zh-hans")
    assert "首次移交之前：10步中已完成9步" in html and "已完成" in html and "待办" in html
    assert 'href="/parties/new"' in html and 'href="/people/"' in html


def test_all_is_asked_in_one_query(scene: Scene, django_assert_num_queries: Any) -> None:
    m.Site.objects.update(demo=False)
    with django_assert_num_queries(1):
        facts()


def test_every_step_leads_to_a_page() -> None:
    for step in STEPS:
        assert reverse(step.route) and str(step.page)
