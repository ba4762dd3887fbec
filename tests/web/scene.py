"""A small project as the screens meet it: two approved siblings, one request that waits, copies, an offer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.test import Client

from custody import models as m
from custody.actions import pins, registers
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.stories import told


@dataclass
class Scene:
    """What stands there, and a browser for each person."""

    cast: people.Cast
    project: m.Project
    westgate: m.Hop
    lakeside: m.Hop
    asked: m.Approval
    copies: list[m.Copy]
    handoff: m.Handoff

    def user(self, who: str) -> m.User:
        """Return this person's sign-in, made when it is first asked for."""
        if who not in self.cast.users:
            person = self.cast.people[who].id
            given = registers.give_sign_in(
                Actor.setup(), person=person, username=who, password=people.PASSWORD
            )
            self.cast.users[who] = given.object
        return self.cast.users[who]

    def pin(self, who: str) -> None:
        """Let this person sign at counters."""
        user = self.user(who)
        pins.set_own(Actor.of(user), user=user.pk, pin=people.PIN)

    def client(self, who: str, language: str = "en") -> Client:
        """Return a browser in which this person is signed in."""
        client = Client(headers={"accept-language": language})
        client.force_login(self.user(who), backend="custody.web.accounts.SignInBackend")
        return client

    def offer_form(self, **changes: Any) -> dict[str, Any]:
        """Return a form that offers the third copy to Westgate, as a browser sends it."""
        asked = {
            "hop": str(self.westgate.id),
            "receiver_person": str(self.cast.people["tao"].id),
            "copies": [str(self.copies[2].id)],
            "codes": "",
            "purpose": "Scanning",
            "channel": "in_person",
            "system": str(self.cast.systems["westgate_room"].id),
            "due_back": "",
            "submission": str(m.new_id()),
            "step": "do",
        }
        return {**asked, **changes}


def classified_form(scene: Scene) -> dict[str, Any]:
    """Return what a form tells of how an item is classified: an original, for ten years, marked."""
    return {
        "basis_kind": "original", "basis": "List of secrets",
        "classified_by": str(scene.cast.party("bureau")),
        "issued_on": scene.cast.today.isoformat(), "until": "", "years": "10", "release_condition": "",
        "marking": "marked", "marking_how": "On the cover", "made_from": "none", "sources": [],
        "certificate_number": "", "certificate_on": "", "certificate_authority": "",
    }  # fmt: skip


def classified_body(scene: Scene) -> dict[str, Any]:
    """Return the same as a program tells it."""
    form = classified_form(scene)
    left_out = ("until", "made_from", "certificate_on")
    return {n: v for n, v in form.items() if n not in left_out} | {"years": 10}


def set_up(cast: people.Cast) -> Scene:
    """Play the scene up to its beginning."""
    project = people.open_project(cast, "T-1", "Test revision")
    westgate = told.approved_hop(cast, project, "westgate", "Scanning")
    lakeside = told.approved_hop(cast, project, "lakeside", "Drawing")
    held = told.ask(cast, project, "mei", "lakeside", "Checking")
    copies = people.make_copies(cast, project, "SHEET", 4)
    offered = told.offer(cast, westgate, copies[:2], "tao", "westgate_room")
    assert offered.state == "done", [f.code for f in told.judgement(offered.decision).barring]
    asked = m.Approval.objects.get(hop=held.object)
    registers.give_grant(
        Actor.setup(),
        person=cast.people["jing"].id,
        project=project.id,
        starts=cast.today,
        ends=cast.today,
    )
    found = Scene(cast, project, westgate, lakeside, asked, copies, offered.object)
    for who in people.PEOPLE:
        found.user(who)
    return found


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]
