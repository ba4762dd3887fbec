"""Where rules on destruction, incidents and stocktakes turn that no example shows, as in `test_edges`."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from custody.policy.regime import Params, higher
from custody.policy.rules import destruction
from custody.policy.rules.destruction import Destroying
from custody.policy.rules.heaps import Heap, Hoard
from custody.policy.rules.incidents import Clock
from custody.policy.rules.screened import Screened
from custody.policy.rules.silence import Silence
from custody.policy.rules.stocktakes import Counting
from custody.terms import DestructionMethod, DestructionUnit
from tests.policy.examples import destruction as batches
from tests.policy.test_edges import RANKS, finding_of
from tests.policy.test_edges_hops import asked
from tests.policy.world import BAIXI, OWNER, World

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
    assert [higher(2, new, RANKS) for new in (1, 2, 3)] == [False, True, True]


@pytest.mark.parametrize(
    ("params", "member", "least", "most"),
    [
        (Destroying, "witnesses", 1, 10),
        (Clock, "hours", 1, 8760),
        (Counting, "every_months", 1, 240),
        (Counting, "late_days", 0, 3660),
        (Heap, "items", 1, 1_000_000),
        (Hoard, "copies_each", 1, 1_000_000),
        (Hoard, "late_days", 0, 3660),
        (Screened, "days", 1, 3660),
        (Screened, "list_days", 1, 3660),
        (Silence, "days", 1, 3660),
        (Silence, "owner_days", 1, 3660),
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


@pytest.mark.parametrize(
    ("units", "unit", "may"),
    [
        (["owner"], OWNER, True),
        (["owner"], BAIXI, False),
        (["holder", "owner"], OWNER, True),
        (["holder", "licensed"], OWNER, True),
        (["licensed"], OWNER, False),
        (["licensed"], BAIXI, False),
    ],
)
def test_one_of_the_kinds_of_unit_named_is_enough_and_none_is_licensed_where_no_certificate_is_named(
    units: list[str], unit: str, may: bool
) -> None:
    world = batches.asked(World(batches.ASK)).change(batches.KEY, unit=unit)
    for half in ({}, {"certificate": "secrecy"}, {"category": "destruction"}):
        answer = asked("DSP-01@1", world, units={"mimi": units}, **half)
        assert ("unit" not in answer.problems) is may


def test_units_and_methods_that_are_allowed_are_listed_by_name() -> None:
    unit = finding_of("DSP-01@1", "by a unit that is not certified").remedy
    method = finding_of("DSP-01@1", "shredding is not enough for top secret").remedy
    assert unit is not None and method is not None
    names = [each.text for each in (DestructionMethod.PULP, BURN, DestructionMethod.CRUSH)]
    assert " / ".join(name.en for name in names) in method.en and "、".join(n.zh for n in names) in method.zh
    assert DestructionUnit.LICENSED.text.en in unit.en and DestructionUnit.LICENSED.text.zh in unit.zh
