"""The people who ask: in each place that a party may have to the project, one person for each role."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone

from custody import models as m
from custody.actions import keys, registers
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.terms import PartyKind, Role
from custody.web.sessions import KEPT
from tests.web.scene import Scene

ROLES = {
    "M": Role.MANAGER, "O": Role.OFFICER, "C": Role.CUSTODIAN, "R": Role.RECIPIENT,
    "A": Role.ADMINISTRATOR, "G": Role.REGULATOR,
}  # fmt: skip
PLACES = {"house": "MOCRA", "owner": "MOCRAG", "below": "MOR", "beside": "MR", "away": "MOA"}
"""Whose people they are: of the unit that runs the site; of the project's owner; of the subcontractor whose
it is; of another subcontractor of the same project; of a party that has nothing to do with the project."""
GRANTS = ("live", "ended", "elsewhere")
COLUMNS = (
    *(f"{place}.{letter}" for place, letters in PLACES.items() for letter in letters),
    *(f"grant.{standing}" for standing in GRANTS),
    "self",
    "nobody",
    "out",
)
"""``self`` is the house's manager whose own things are asked for, ``nobody`` somebody whose last role has
ended, ``out`` whoever is not signed in."""
NOT_NOTED = dt.timedelta(hours=12)
WIDTHS = (*map(len, PLACES.values()), len(GRANTS), 1, 1, 1)


@dataclass
class Asker:
    """One of the columns: a browser in which they are signed in, and a program with their key."""

    browser: Client
    program: Client
    cookies: str

    def fresh(self) -> None:
        """Forget what an answer left in the browser."""
        self.browser.cookies = SimpleCookie(self.cookies)


class Crowd:
    """Everybody who asks, signed in once."""

    def __init__(self, scene: Scene) -> None:
        """Register the parties that the scene lacks, and everybody."""
        self.scene, self.entry = scene, scene.asked.entry
        cast = scene.cast
        self.party = {
            "house": cast.party("northfield"),
            "owner": self._party("Ninepines Mapping"),
            "below": cast.party("westgate"),
            "beside": cast.party("lakeside"),
            "away": self._party("Saltmarsh Cartography"),
        }
        self.elsewhere = people.open_project(cast, "T-9", "Another", owner_party=self.party["away"])
        self._askers: dict[str, Asker] = {}

    def _party(self, name: str) -> UUID:
        made = registers.register_party(
            Actor.setup(), kind=PartyKind.ORGANISATION, name=name, other_name="", country="CN"
        )
        return made.object.id

    def hand_over(self) -> None:
        """Make the owner of the scene's project another than the house, which what was built there is of."""
        owner = self.party["owner"]
        m.Project.objects.filter(id=self.scene.project.id).update(owner_party=owner)
        m.Hop.objects.filter(project=self.scene.project, parent=None).update(from_party=owner)

    def all_in(self) -> None:
        """Sign everybody in, before anything is taken back."""
        for column in COLUMNS:
            self.asker(column)

    def user(self, column: str) -> m.User:
        """Return the sign-in of who asks in this column, with what they may do read anew."""
        self.asker(column)
        return m.User.objects.get(username=column.lower())

    def asker(self, column: str) -> Asker:
        """Return who asks in this column."""
        if column not in self._askers:
            self._askers[column] = self._make(column)
        return self._askers[column]

    def _make(self, column: str) -> Asker:
        if column == "out":
            plain = Client(headers={"accept-language": "en"})
            return Asker(plain, plain, "")
        user = self.scene.user("mei") if column == "self" else self._user(column)
        browser = Client(headers={"accept-language": "en"}, raise_request_exception=False)
        browser.force_login(user, backend="custody.web.accounts.SignInBackend")
        session = browser.session  # used just now, and so not noted with each answer that is taken back
        session[KEPT] = {**session[KEPT], "seen": time.time() + NOT_NOTED.seconds}
        session.save()
        _, text = keys.issue(Actor.of(user), user=user.pk, name="matrix", scopes=keys.SCOPES, days=1)
        if column == "nobody":  # the key is there still, and what it stood on is not
            ended = self.scene.cast.today - dt.timedelta(days=2)
            m.Membership.objects.filter(person=user.person_id).update(ends=ended)
        m.ApiKey.objects.filter(user=user).update(last_used_at=timezone.now() + NOT_NOTED)
        said = {"authorization": f"Bearer {text}", "accept-language": "en"}
        program = Client(headers=said, raise_request_exception=False)
        return Asker(browser, program, browser.cookies.output(header="", sep=";"))

    def _user(self, column: str) -> m.User:
        place, _, letter = column.partition(".")
        today, year = self.scene.cast.today, dt.timedelta(days=365)
        row = m.Person.objects.create(entry=self.entry, name=column, staff_number=column, citizenships=["CN"])
        if place == "grant":
            roles, starts, ends = [(self.scene.cast.party("office"), Role.REGULATOR)], today, today + year
            starts, ends = (
                (today - year, today - dt.timedelta(days=2)) if letter == "ended" else (starts, ends)
            )
            project = self.elsewhere if letter == "elsewhere" else self.scene.project
            m.Grant.objects.create(entry=self.entry, person=row, project=project, starts=starts, ends=ends)
        elif place == "nobody":
            roles = [(self.party["owner"], Role.MANAGER)]
        else:
            roles = [(self.party[place], ROLES[letter])]
        for party, role in roles:
            m.Membership.objects.create(
                entry=self.entry, person=row, party_id=party, role=role, starts=today - year, ends=None
            )
        return m.User.objects.create_user(column.lower(), None, row)


@contextmanager
def undone() -> Iterator[None]:
    """Take back all that an answer did, and what counts how often somebody asked."""
    cache.clear()
    atomic = transaction.atomic()
    atomic._from_testcase = True  # type: ignore[attr-defined]
    with atomic:
        yield
        transaction.set_rollback(True)


def told(answer: Any, sign_in: str, *, page: bool) -> str:
    """Return the letter of an answer: see the head of the table. The form of a page that comes back with what
    does not fit was let in like one that was taken."""
    status = answer.status_code
    if status in (301, 302, 303) and answer["Location"].startswith(sign_in):
        return ">"
    if status >= 500:
        return "!"
    return {401: ">", 403: "n", 404: "-", 405: "m"}.get(status, "y" if page or status < 400 else "f")
