"""A key ends while its owner signs: there is one order, and after the end nothing that it signs counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from custody import models as m
from custody import record
from custody.actions import destructions, factors, overriding, signing, signing_keys
from custody.actions.base import Outcome, database_now
from custody.apply import rebuild
from custody.compare import compare
from custody.stories import cast as people
from custody.stories import destruction as batches
from custody.terms import DestructionState, OverrideState, SignOffDoubt, VoteChoice
from tests.authenticator import Key, base64url
from tests.databases import Database
from tests.scale import tries

from .racing import Failed, deadlocks, pair
from .test_overrides import asked as put_up
from .test_overrides import young
from .test_races import assert_streams_are_dense, position
from .test_signing import answer

ROUNDS = tries(10, 400)
REASON = "In order 符合要求"
Sign = Callable[[str, Any], "partial[Outcome]"]


class Round:
    """What is put before an officer to be signed, once."""

    def __init__(self, object: UUID, text: str, sign: Sign, took_effect: Callable[[], bool]) -> None:
        self.object, self.text, self.sign, self.took_effect = object, text, sign, took_effect


def an_override(cast: people.Cast, project: m.Project) -> Round:
    for row in m.Override.objects.filter(state=OverrideState.REQUESTED):
        overriding.vote(cast.actor("qiao"), override=row.id, choice=VoteChoice.DENY, reason="Next round")
    row, agree = put_up(cast, project), VoteChoice.APPROVE
    text = overriding.begin(row, agree, cast.people["heng"].id, REASON, database_now())

    def sign(text: str, given: Any) -> partial[Outcome]:
        signed = signing.Signed(text, given)
        return partial(
            overriding.vote, cast.actor("heng"), override=row.id, choice=agree, reason=REASON, signed=signed
        )

    return Round(row.id, text, sign, lambda: m.OverrideVote.objects.filter(override=row).exists())


def a_destruction(cast: people.Cast, project: m.Project) -> Round:
    name = f"X{m.Item.objects.filter(project=project).count()}"
    row = batches.requested(cast, project, people.make_copies(cast, project, name, 1))
    text = destructions.begin(cast.actor("heng"), row, REASON, database_now())

    def sign(text: str, given: Any) -> partial[Outcome]:
        signed = signing.Signed(text, given)
        return partial(
            destructions.approve, cast.actor("heng"), destruction=row.id, reason=REASON, signed=signed
        )

    def approved() -> bool:
        return m.Destruction.objects.get(id=row.id).state is DestructionState.APPROVED

    return Round(row.id, text, sign, approved)


def new_key(cast: people.Cast) -> tuple[Key, m.SigningKey]:
    """Give heng a passkey that signs."""
    key, person = Key(), cast.people["heng"]
    user, _ = m.User.objects.get_or_create(username="heng", defaults={"person": person})
    made = factors.Passkey(base64url(key.id), base64url(key.cose), 0, {})
    factor = factors.enrol_passkey(cast.actor("heng"), user=user.pk, name="Key", passkey=made).object
    asked = signing_keys.ask(cast.actor("heng"), factor=factor.id).object
    return key, signing_keys.confirm(cast.actor("an"), key=asked.id).object


@pytest.mark.slow
@pytest.mark.parametrize("put", [an_override, a_destruction])
def test_a_key_that_ends_while_its_owner_signs_has_one_order(
    committed_cast: people.Cast,
    database_committed: Database,
    put: Callable[[people.Cast, m.Project], Round],
    record_property: Callable[[str, object], None],
) -> None:
    cast, seen = committed_cast, Counter[str]()
    young(cast)
    project = people.open_project(cast, "RACE-KEY", "Race")
    with pair(database_committed.environ) as two:
        for number in range(ROUNDS):
            key, row = new_key(cast)
            turn = put(cast, project)
            who = ("heng", "an")[number % 2]  # its owner, or somebody who revokes it
            end = partial(signing_keys.end, cast.actor(who), key=row.id, reason="Lost")
            signed, ended = two.both(turn.sign(turn.text, answer(key, turn.text)), end)
            assert isinstance(ended, Outcome) and ended.state == "done", ended
            given = m.Signature.objects.filter(object=turn.object)
            if isinstance(signed, Outcome):
                seen["signed first"] += 1
                assert given.get().key_id == row.id and turn.took_effect()
                assert position(given.get().entry) < position(ended.entry), "signed by a key that had ended"
            else:
                seen["ended first"] += 1
                assert isinstance(signed, Failed) and signed.kind == "ActionError", signed
                assert not given.exists() and not turn.took_effect()
                said = [e for e in record.history() if e.values["kind"] == "signing.refused/2"][-1]
                assert said.values["object"] == str(turn.object)
                assert said.values["why"] == str(SignOffDoubt.REVOKED)
                assert position(said.id) > position(ended.entry)
    assert seen["signed first"] and seen["ended first"], f"the race never went both ways: {seen}"
    record_property("rounds", f"{ROUNDS}: {dict(seen)}")
    assert_streams_are_dense()
    assert deadlocks() == 0
    wrong = {d.table for d in compare(rebuild())}
    assert not wrong & {
        "custody_signature",
        "custody_signingkey",
        "custody_overridevote",
        "custody_destruction",
    }
