"""Rows are locked in one order; whoever locks against it is stopped while running."""

from __future__ import annotations

import uuid
from itertools import pairwise

import pytest

from custody import locks
from custody.locks import ORDER, LockOrderError, Unlocked


def test_locking_in_the_order_goes_through() -> None:
    with locks.transaction_locks():
        for noun in ORDER:
            locks.note(noun)
            locks.note(noun)


@pytest.mark.parametrize(("first", "second"), list(pairwise(ORDER)))
def test_locking_against_the_order_is_stopped(first: str, second: str) -> None:
    with locks.transaction_locks():
        locks.note(second)
        with pytest.raises(LockOrderError, match=f"{first} is locked after {second}"):
            locks.note(first)


def test_locking_outside_an_action_is_stopped() -> None:
    with pytest.raises(LockOrderError, match="outside an action"):
        locks.note("party")


def test_each_transaction_has_a_book_of_its_own() -> None:
    with locks.transaction_locks():
        locks.note("handoff")
    with locks.transaction_locks():
        locks.note("party")


def test_a_noun_that_is_not_in_the_order_cannot_be_locked() -> None:
    with locks.transaction_locks(), pytest.raises(ValueError):
        locks.note("widget")


def test_a_fact_of_a_row_that_was_not_locked_sends_the_act_back() -> None:
    known, late = uuid.uuid4(), uuid.uuid4()
    locks.check("party", [late])  # a preview locks nothing
    with locks.transaction_locks():
        locks.check("party", [late])  # nor does an act that rests on no party
        locks.note("party", [known])
        locks.check("party", [known])
        with pytest.raises(Unlocked):
            locks.check("party", [known, late])
