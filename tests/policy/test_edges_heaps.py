"""Where rules on heaps, hoards and silence turn that no example shows, as in `test_edges`."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pydantic import ValidationError

from custody.policy.rule import Answer
from custody.policy.rules.heaps import Heap
from custody.terms import Verb
from tests.policy.examples.table import COPY_KEYS, QINGSHI_KEY
from tests.policy.test_edges_hops import asked
from tests.policy.world import COPY1, COPY2, ITEM, OWNER, QINGSHI, SOURCE, TODAY, World

LEVEL = "mimi"  # of all copies of the world
LONG_AGO = TODAY - timedelta(days=900)


def offered() -> World:
    """Two copies, of two items, on offer; the recipient has three items already."""
    world = World(Verb.HANDOFF_OFFER)
    world.change(QINGSHI_KEY, heap=3, heap_km2=Decimal(20), heap_without_area=0)
    return world.change(COPY_KEYS[1], item=SOURCE)


def hoarded(first: dict[str, object], second: dict[str, object]) -> World:
    """Two copies which the recipient holds, without a subcontract for long unless it is said otherwise."""
    world = World(Verb.HANDOFF_OFFER)
    old: dict[str, object] = {"custodian_party": QINGSHI, "covered_by": 0, "covered_until": LONG_AGO,
        "held_since": LONG_AGO, "beside": 1}  # fmt: skip
    return world.change(COPY_KEYS[0], **old | first).change(COPY_KEYS[1], **old | second)


def test_an_area_that_a_house_may_set_has_its_bounds() -> None:
    for number in ("0.0001", "1000000000"):
        assert Heap.model_validate({"area_km2": number}).area_km2 == Decimal(number)
    for number in ("0", "1000000000.0001"):
        with pytest.raises(ValidationError):
            Heap.model_validate({"area_km2": number})


def none_applies(answer: Answer) -> bool:
    return answer.note is not None and not answer.problems


def test_heaps_are_judged_where_one_limit_and_a_level_are_set() -> None:
    for set_ in ({"items": 4}, {"area_km2": "20"}):
        answer = asked("CLS-03@1", offered().change(f"item:{ITEM}", area_km2=Decimal(1)),
            from_level=LEVEL, **set_)  # fmt: skip
        assert list(answer.problems) == ["items" if "items" in set_ else "area"]
    for lacking in ({"from_level": LEVEL}, {"items": 4}, {"items": 4, "area_km2": "20"}, {}):
        assert none_applies(asked("CLS-03@1", offered(), **lacking)), lacking


def test_an_item_that_does_not_count_hides_none_after_it() -> None:
    (first, second) = sorted((ITEM, SOURCE))
    for change in ({"level": "gongkai"}, {"with_parties": (QINGSHI,)}):
        world = offered().change(f"item:{first}", **change)
        assert list(asked("CLS-03@1", world, from_level=LEVEL, items=3).problems) == ["items"], change
        assert second != first


def test_who_has_a_subcontract_in_force_keeps_copies_as_long_as_it_lasts() -> None:
    covered: dict[str, object] = {"covered_by": 1}
    assert list(asked("HLD-01@1", hoarded(covered, covered), from_level=LEVEL, late_days=30).problems) == []


def test_where_no_days_are_set_copies_are_kept_for_any_time() -> None:
    assert list(asked("HLD-01@1", hoarded({}, {}), from_level=LEVEL, per_person=9).problems) == []


def test_a_copy_of_the_owner_hides_none_after_it() -> None:
    answer = asked("HLD-01@1", hoarded({"custodian_party": OWNER}, {}), from_level=LEVEL, late_days=30)
    assert list(answer.problems) == ["too_long"] and answer.inputs["copy"].value == COPY2


@pytest.mark.parametrize(
    ("first", "second", "worst"),
    [
        ({"person_has": 9, "number": "A"}, {"person_has": 8, "number": "B"}, COPY1),
        ({"person_has": 8, "number": "A"}, {"person_has": 9, "number": "B"}, COPY2),
        ({"person_has": 8, "number": "B"}, {"person_has": 9, "number": "A"}, COPY2),
        ({"person_has": 9, "number": "B"}, {"person_has": 8, "number": "A"}, COPY1),
        ({"person_has": 9, "number": "A"}, {"person_has": 9, "number": "B"}, COPY2),
        ({"person_has": 9, "number": "B"}, {"person_has": 9, "number": "A"}, COPY1),
    ],
)
def test_the_worst_copy_is_told_and_of_two_alike_the_later_number(
    first: dict[str, object], second: dict[str, object], worst: str
) -> None:
    answer = asked("HLD-01@1", hoarded(first, second), from_level=LEVEL, per_person=5)
    assert list(answer.problems) == ["one_person"]
    assert (answer.inputs["copy"].value, answer.inputs["person_has"].value) == (worst, 9)


def test_silence_is_asked_from_the_level_named_and_where_days_are_set() -> None:
    world = World(Verb.HANDOFF_OFFER)
    for key in COPY_KEYS:
        world.change(key, last_event_on=date(2020, 1, 1))
    assert list(asked("SIL-01@1", world, from_level=LEVEL, owner_days=30).problems) == ["silent"]
    for lacking in ({"from_level": LEVEL, "days": 30}, {"owner_days": 30}, {}):
        assert none_applies(asked("SIL-01@1", world, **lacking)), lacking
