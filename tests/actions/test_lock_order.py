"""Every action takes its locks in the one order, and the rows it names are locked while it runs."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest
from django.db import connection

from custody import locks
from custody.actions import base, locking
from custody.actions.base import Act, ActionError, Actor, Outcome, perform
from custody.locks import ORDER, LockOrderError
from custody.stories import cast as people
from custody.stories import plays
from custody.transitions import NotNow
from tests.actions.scenes import Scene, counted, undone
from tests.actions.test_permitted import tries
from tests.databases import Database


def test_every_action_locks_in_the_one_order(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    books: dict[str, list[str]] = {}
    real = locks.note
    verb = ""

    def spy(noun: str, ids: object = ()) -> None:
        books.setdefault(verb, []).append(noun)
        real(noun, ids)  # type: ignore[arg-type]

    calls = tries(scene)
    monkeypatch.setattr(locks, "note", spy)
    from custody.permissions import PERMISSIONS
    from custody.terms import Role

    for verb, call in calls.items():
        permit = PERMISSIONS[verb]
        with undone():
            try:
                own = permit.where[0] in ("own", "holder")  # what is given up lies with the owner here
                call(scene.as_(min(permit.roles), "owner" if own else permit.where[0]))
            except (ActionError, NotNow):
                continue
    assert {
        "handoff.offer",
        "handoff.accept",
        "hop.request",
        "hop.approve",
        "hop.revoke",
        "copy.mint",
    } <= set(books)
    for nouns in books.values():
        places = [ORDER.index(noun) for noun in nouns]
        assert places == sorted(places)
    offered = list(dict.fromkeys(books["handoff.offer"]))
    assert offered[-7:] == ["party", "person", "system", "project", "hop", "copy", "handoff"]
    assert Role.REGULATOR not in PERMISSIONS["handoff.offer"].roles


def test_all_six_stories_keep_the_order(cast: people.Cast) -> None:
    project = people.open_project(cast, "LH-1", "Lanhe")
    for story in plays.STORIES:
        assert story(cast, project).as_expected


def test_an_action_that_locks_against_the_order_is_stopped_and_undone(cast: people.Cast) -> None:
    def work(act: Act) -> Outcome:
        locking.update("copy", [])
        locking.update("party", [cast.party("westgate")])
        return Outcome("done", act.id)

    with pytest.raises(LockOrderError, match="party is locked after copy"):
        perform(Actor.setup(), work)


def test_locks_are_taken_in_one_trip_in_their_order(scene: Scene) -> None:
    def work(act: Act) -> Outcome:
        with counted() as queries:
            locking.together(
                ("share", "party", [scene.cast.party("westgate"), scene.cast.party("harbour")]),
                ("share", "hop", [scene.second.id, scene.first.id]),
                ("update", "copy", []),
                ("update", "handoff", [scene.handoff.id]),
            )
        assert len(queries) == 1
        assert (
            queries[0].index("custody_party")
            < queries[0].index("custody_hop")
            < queries[0].index("custody_handoff")
        )
        assert queries[0].count("FOR SHARE") == 2 and queries[0].count("FOR UPDATE") == 1
        return Outcome("done", act.id)

    perform(Actor.setup(), work)


def change(party: UUID) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '150ms'")
        cursor.execute("UPDATE custody_party SET country = country WHERE id = %s", [party])
    return "changed"


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_kept_cannot_be_changed_by_others(
    committed_cast: people.Cast, database_committed: Database
) -> None:
    from tests.actions.racing import Failed, pair

    westgate = committed_cast.party("westgate")

    def work(act: Act) -> Outcome:
        locking.share("party", [westgate])
        with pair(database_committed.environ) as two:
            answers = two.both(partial(change, westgate), partial(change, westgate))
        assert all(isinstance(a, Failed) and a.kind == "OperationalError" for a in answers), answers
        return Outcome("done", act.id)

    perform(Actor.setup(), work)
    assert change(westgate) == "changed"


def test_an_act_that_keeps_losing_ends_in_busy_without_effect(
    cast: people.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def work(act: Act) -> Outcome:
        tried.append(act.id)
        raise locks.Unlocked("party")

    with pytest.raises(base.Busy) as told:
        perform(Actor.setup(), work)
    assert len(set(tried)) == base.TRIES == 3
    assert told.value.text.zh
