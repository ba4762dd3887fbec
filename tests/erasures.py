"""A site with a person whose name stands nowhere else, to be erased; and what the tests of that share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from custody import models as m
from custody.actions import corrections, handoffs, registers
from custody.actions.base import Actor
from custody.stories import cast as people
from custody.stories.told import approved_hop, offer
from tests.databases import Database, Databases, connected_to
from tests.ledger.scenes import seal
from tests.stages import FOLDERS, bring_folders

CANARY = "Quibblefrost Zanzimoor"
NUMBER = "ZQ-77341-X"
USER = "zanzimoor77"
PAPER = "QZ-PAPER-5519"
WORDS = (CANARY, NUMBER, USER, PAPER)
WHY = ("--really", "--reason", "She asked for it", "--ordered-by", "Guo An")
FREE_LEVEL = "neibu"
"""A level of the demo's regime that no keeping period binds."""


@contextmanager
def played(
    databases: Databases, blocker: Any, folder: Path, more: Callable[[people.Cast], None] = lambda cast: None
) -> Iterator[Database]:
    """A handoff in order that nothing secret is in, the person with a sign-in, and more; sealed."""
    fast = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
    places = {setting: folder / name for setting, name in FOLDERS.items()}
    with blocker.unblock(), databases.fresh(folder) as made:
        with connected_to(made), override_settings(**fast, **places):
            cast = people.enter()
            hand_over(cast, people.open_project(cast, "T-1", "Test", level=FREE_LEVEL))
            setup = Actor.setup()
            row = registers.register_person(
                setup, name=CANARY + " senior", staff_number=NUMBER, citizenships=["XB"]
            ).object
            corrections.correct_person(setup, person=row.id, name=CANARY, citizenships=["XB"], reason="Typo")
            people.clear(row.id, cast.today, PAPER)
            registers.give_sign_in(setup, person=row.id, username=USER, password=people.PASSWORD)
            more(cast)
            seal()
        yield made


def hand_over(cast: people.Cast, project: m.Project) -> None:
    """Offer three copies to Wu Tao over an approved hop, who accepts."""
    level = project.level
    hop = approved_hop(cast, project, "westgate", "Vectorisation 矢量化", level=level)
    copies = people.make_copies(cast, project, "H-50-27-5", 3, level)
    offered = people.must(offer(cast, hop, copies, "tao", "westgate_room"), "done")
    people.must(handoffs.accept(cast.actor("tao"), handoff=offered.object.id), "done")


@contextmanager
def copied(scene: Database, databases: Databases, own: Database) -> Iterator[Database]:
    """A copy of a scene, database and folders, in use."""
    bring_folders(scene.folder, own.folder)
    with databases.fresh(own.folder, scene.name) as copy, connected_to(copy):
        yield copy


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command says."""
    capsys.readouterr()
    call_command(*words)
    return capsys.readouterr().out
