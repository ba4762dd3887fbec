"""Where rules on destruction, incidents and stocktakes turn that no example shows, as in `test_edges`."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from custody.policy.regime import Params
from custody.policy.rules import destruction
from custody.policy.rules.destruction import Destroying
from custody.policy.rules.incidents import Clock
from custody.policy.rules.stocktakes import Counting
from custody.terms import DestructionMethod
from tests.policy.test_edges import RANKS

SHRED, PULP, BURN = DestructionMethod.SHRED, DestructionMethod.PULP, DestructionMethod.BURN


def test_each_level_up_to_the_next_one_named_is_destroyed_as_the_last_one_says() -> None:
    named = {"inner": (SHRED, PULP), "secret": (PULP,)}
    assert [destruction.allowed_at(named, rank, RANKS) for rank in (0, 1, 2)] == [None, {SHRED, PULP}, {PULP}]


def test_a_house_may_forbid_methods_at_any_level_and_allow_none_anew() -> None:
    old, fewer = {"inner": (SHRED, PULP)}, destruction.fewer_at_each
    for new in (old, {"inner": (PULP,)}, {**old, "secret": (SHRED,)}, {"open": (PULP,)}):
        assert fewer(old, new, RANKS) is True
    for new in ({"inner": (PULP, BURN)}, {"secret": (PULP,)}, {**old, "secret": (BURN,)}, {}):
        assert fewer(old, new, RANKS) is False
    assert fewer({}, {}, RANKS) is True and fewer({}, {"secret": (PULP,)}, RANKS) is True


def test_a_house_may_ask_for_more_witnesses_never_fewer() -> None:
    assert [destruction.higher(2, new, RANKS) for new in (1, 2, 3)] == [False, True, True]


@pytest.mark.parametrize(
    ("params", "member", "least", "most"),
    [
        (Destroying, "witnesses", 1, 10),
        (Clock, "hours", 1, 8760),
        (Counting, "every_months", 1, 240),
        (Counting, "late_days", 0, 3660),
    ],
)
def test_a_number_that_a_house_may_set_has_its_bounds(
    params: type[Params], member: str, least: int, most: int
) -> None:
    for number in (least, most):
        assert getattr(params.model_validate({member: number}), member) == number
    for number in (least - 1, most + 1):
        with pytest.raises(ValidationError):
            params.model_validate({member: number})


@pytest.mark.parametrize("member", ["methods", "units"])
def test_a_level_that_is_named_has_one_way_to_be_destroyed_at_least(member: str) -> None:
    one: dict[str, Any] = {"methods": {"secret": ["pulp"]}, "units": {"secret": ["owner"]}}
    assert len(getattr(Destroying.model_validate({member: one[member]}), member)["secret"]) == 1
    with pytest.raises(ValidationError):
        Destroying.model_validate({member: {"secret": []}})


def test_where_a_house_sets_nothing_one_witness_is_asked_for_and_nobody_is_let_off() -> None:
    assert Destroying().witnesses == 1 and not Destroying().at_holder
    assert Clock().hours is None and not Clock().returns
    assert Counting() == Counting(every_months=None, late_days=None, two_count_from=None)
