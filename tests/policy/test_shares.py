"""The share passed on: what is stated, or what the amounts give where that is more."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from custody.policy.facts import Missing
from custody.policy.shares import base_of, share_of
from custody.terms import Verb
from tests.policy.world import HOP1, World

FACTS = World(Verb.HANDOFF_OFFER).facts()
HOP = FACTS.hop(HOP1)


@pytest.mark.parametrize(
    ("stated", "amount", "base", "share"),
    [
        ("30", None, "1000", "30"),
        ("30", None, None, "30"),
        ("30", "400", "1000", "40"),
        ("30", "200", "1000", "30"),
        ("30", "400", None, "30"),
        ("30", "400", "0", "30"),
        ("30", "0", "1000", "30"),
        ("30", "1000", "3000", "33.33"),
        ("30", "1", "3", "33.33"),
        ("33.333", "1", "3", "33.333"),
    ],
    ids=str,
)
def test_the_larger_of_what_is_stated_and_what_the_amounts_give_to_a_hundredth(
    stated: str, amount: str | None, base: str | None, share: str
) -> None:
    given = replace(HOP, share=Decimal(stated), amount=None if amount is None else Decimal(amount))
    assert share_of(given, None if base is None else Decimal(base)) == Decimal(share)


def test_a_share_that_is_not_stated_is_not_guessed_from_the_amounts() -> None:
    with pytest.raises(Missing, match=f"hop:{HOP1}: the share"):
        share_of(replace(HOP, share=None, amount=Decimal(400)), Decimal(1000))


def test_a_share_is_taken_of_the_contract_or_of_the_subcontract_above() -> None:
    assert base_of(FACTS.project) == Decimal("1000000.00")
    assert base_of(replace(HOP, amount=Decimal(7))) == 7 and base_of(HOP) is None
