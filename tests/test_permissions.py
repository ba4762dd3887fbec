"""Who may do what: the table, row by row, and what holds for every row."""

from __future__ import annotations

import uuid

import pytest

from custody.permissions import PERMISSIONS, may
from custody.terms import Role

PLACES = ("house", "owner", "sender", "receiver", "holder", "grant")
SCOPE = {place: uuid.UUID(int=n) for n, place in enumerate(PLACES, 1)}
STRANGER = uuid.UUID(int=99)


@pytest.mark.parametrize("verb", PERMISSIONS)
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_a_role_counts_at_the_places_of_the_row_and_nowhere_else(verb: str, role: Role) -> None:
    permit = PERMISSIONS[verb]
    for place in PLACES:
        allowed = role in permit.roles and place in permit.where
        assert may([(SCOPE[place], role)], verb, SCOPE) is allowed
    assert not may([(STRANGER, role)], verb, SCOPE)


@pytest.mark.parametrize("verb", PERMISSIONS)
def test_without_a_membership_or_without_a_scope_nobody_may(verb: str) -> None:
    everywhere = [(party, role) for party in SCOPE.values() for role in Role]
    assert not may([], verb, SCOPE)
    assert not may(everywhere, verb, {})
    assert not may(everywhere, verb, dict.fromkeys(PLACES))


def test_an_unknown_verb_may_be_done_by_nobody() -> None:
    everywhere = [(party, role) for party in SCOPE.values() for role in Role]
    assert not may(everywhere, "handoff.forge", SCOPE)


def test_a_regulator_looks_and_draws_and_moves_nothing() -> None:
    rows = {verb for verb, permit in PERMISSIONS.items() if Role.REGULATOR in permit.roles}
    own = {"key.issue", "key.revoke", "factor.enrol", "factor.remove", "session.end", "signing_key.end"}
    own |= {"slip.end", "pin.set", "pin.remove"}
    granted = {"report.request_granted"} | {
        verb for verb in PERMISSIONS if verb.startswith(("sample.", "objection."))
    }
    granted -= {"objection.answer"}
    assert rows == granted | own, "and keeps keys and factors of their own"
    assert all(PERMISSIONS[verb].where == ("grant",) for verb in granted)


def test_who_asks_does_not_decide_and_who_decides_does_not_hand_over() -> None:
    deciding = {"hop.approve", "hop.deny", "hop.revoke", "hop.suspend", "hop.lift"}
    for verb in deciding:
        assert PERMISSIONS[verb].roles == {Role.OFFICER}
    for verb in ("hop.request", "hop.amend", "handoff.offer", "handoff.accept", "copy.mint"):
        assert Role.OFFICER not in PERMISSIONS[verb].roles
