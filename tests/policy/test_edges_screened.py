"""Where FOR-04 turns that no outcome shows: what it tells to look at first, and whom it asks for over no
subcontract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from custody.terms import Verb
from tests.policy.examples.screened import NEVER, PAYER
from tests.policy.test_edges_hops import asked
from tests.policy.world import CLIENT, QINGSHI, TODAY, World, party

RULE = "FOR-04@1"
HOUSE: dict[str, object] = {"days": 30, "list_days": 90, "from_level": "neibu"}
WANTING: list[tuple[dict[str, object], str]] = [
    (
        {"hits_open": 1},
        "it looks like a barred party, and nobody has judged that; judge it on the party's page",
    ),
    (NEVER, "it was never held against every list that is kept; screen it from its page"),
    (
        {"screened_on": TODAY - timedelta(days=31)},
        (
            "it was last held against every list on 2026-10-21, and a screening counts for 30 days; screen "
            "it from its page"
        ),
    ),
    (
        {"listed_on": TODAY - timedelta(days=91)},
        (
            "the list that it was held against came in on 2026-08-22, and a list counts for 90 days; have a "
            "newer one imported"
        ),
    ),
]
PAIRS = [(first, second) for first in range(4) for second in range(first + 1, 4)]


@pytest.mark.parametrize(("graver", "lesser"), PAIRS)
@pytest.mark.parametrize("where", [(QINGSHI, CLIENT), (CLIENT, QINGSHI)], ids=["asked first", "asked last"])
def test_of_two_parties_the_one_with_the_graver_want_is_named_wherever_it_stands(
    where: tuple[str, str], graver: int, lesser: int
) -> None:
    world = World(Verb.HOP_REQUEST)
    for id, want in zip(where, (graver, lesser), strict=True):
        world.change(f"party:{id}", **WANTING[want][0])
    told = asked(RULE, world, **HOUSE).inputs
    assert told["party"].value == where[0]
    assert told["to_look_at"].value == 2
    assert told["why"].value == WANTING[graver][1]


@pytest.mark.parametrize("want", range(4))
def test_what_is_wanting_is_said_with_its_day(want: int) -> None:
    changes, why = WANTING[want]
    answer = asked(RULE, World(Verb.HOP_REQUEST).change(f"party:{QINGSHI}", **changes), **HOUSE)
    assert list(answer.problems) == ["look"]
    assert answer.inputs["why"].value == why


def _from_a_stranger(world: World) -> World:
    return world.change("act", hop=None, sender_party=PAYER)


def _to_a_stranger(world: World) -> World:
    return world.change("act", hop=None, receiver_party=PAYER)


@pytest.mark.parametrize("moved", [_from_a_stranger, _to_a_stranger])
def test_over_no_subcontract_who_gives_and_who_receives_are_asked_for(
    moved: Callable[[World], World],
) -> None:
    world = World(Verb.HANDOFF_OFFER)
    world.add(party(PAYER, **{**NEVER, "unscreened": 1}))
    answer = asked(RULE, moved(world), **HOUSE)
    assert answer.inputs["party"].value == PAYER
