"""Who and what is judged under each verb."""

from __future__ import annotations

from datetime import date

import pytest

from custody.policy import subject
from custody.policy.facts import FactsError, Missing
from custody.terms import Leg, Verb
from tests.policy.packs import pack
from tests.policy.world import BAIXI, COPY1, COPY2, HOP1, HOP2, ITEM, OWNER, QINGSHI, World

HANDED = (Verb.HANDOFF_OFFER, Verb.HANDOFF_ACCEPT)
ASKED = (Verb.HOP_REQUEST, Verb.HOP_APPROVE)
PACK = pack("cn_surveying")


@pytest.mark.parametrize("verb", list(Verb), ids=str)
def test_a_handoff_is_offered_or_accepted(verb: Verb) -> None:
    assert subject.is_handoff(World(verb).facts()) is (verb in HANDED)


@pytest.mark.parametrize("verb", HANDED)
def test_of_a_handoff_sender_receiver_and_the_day_of_return_are_its_own(verb: Verb) -> None:
    facts = World(verb, tier=2).change("act", sender_party=OWNER, receiver_party=QINGSHI).facts()
    assert (subject.sender(facts), subject.recipient(facts)) == (OWNER, QINGSHI)
    assert subject.last_day(facts) == date(2027, 3, 1)
    assert [hop.id for hop in subject.path(facts)] == [HOP1, HOP2]
    assert subject.approved_part(facts) == subject.path(facts)
    for member, asked in (("sender_party", subject.sender), ("receiver_party", subject.recipient)):
        with pytest.raises(Missing):
            asked(World(verb).change("act", **{member: None}).facts())


@pytest.mark.parametrize("verb", ASKED)
@pytest.mark.parametrize(("tier", "taker", "above"), [(1, QINGSHI, []), (2, BAIXI, [HOP1])])
def test_of_a_subcontract_asked_for_those_above_must_be_approved(
    verb: Verb, tier: int, taker: str, above: list[str]
) -> None:
    facts = World(verb, tier=tier).change("act", receiver_party=OWNER, due_back=date(2026, 12, 1)).facts()
    assert subject.recipient(facts) == taker
    assert subject.last_day(facts) == date(2027, 6, 30)
    assert [hop.id for hop in subject.approved_part(facts)] == above
    assert subject.path(facts)[-1] == subject.hop(facts)


def test_without_a_subcontract_there_is_no_path_and_the_project_says_what_work_it_is() -> None:
    facts = World(Verb.HANDOFF_OFFER).change("act", hop=None).facts()
    assert subject.path(facts) == () and subject.categories(facts) == ("engineering", "gis")
    with pytest.raises(Missing, match="subcontract"):
        subject.hop(facts)
    assert subject.categories(World(Verb.HANDOFF_OFFER).facts()) == ("engineering",)


@pytest.mark.parametrize("leg", [None, *Leg], ids=str)
@pytest.mark.parametrize("hop", [None, HOP1])
def test_inside_one_party_are_moves_within_it_and_reading_without_a_subcontract(
    leg: Leg | None, hop: str | None
) -> None:
    facts = World(Verb.HANDOFF_OFFER).change("act", leg=leg and leg.value, hop=hop).facts()
    assert subject.leg(facts) is leg
    assert subject.inside(facts) is (leg is Leg.INTERNAL or (leg is Leg.INSPECTION and hop is None))


def test_a_leg_is_that_of_a_handoff_and_one_of_those_there_are() -> None:
    facts = World(Verb.HOP_REQUEST).change("act", leg=Leg.INTERNAL.value).facts()
    assert subject.leg(facts) is None and subject.inside(facts) is False
    with pytest.raises(FactsError, match="leg"):
        subject.leg(World(Verb.HANDOFF_OFFER).change("act", leg="sideways").facts())


def test_the_level_is_the_highest_of_what_the_act_concerns() -> None:
    def level(verb: Verb, key: str = "act", **changes: object) -> str:
        return subject.level(World(verb).change(key, **changes).facts(), PACK).id

    for verb in HANDED:
        for copy in (COPY1, COPY2):
            assert level(verb, f"copy:{copy}", level="jimi") == "jimi"
            assert level(verb, f"copy:{copy}", level="gongkai") == "mimi"
    for verb in ASKED:
        assert level(verb, f"hop:{HOP1}", level="neibu") == "neibu"
    assert level(Verb.ITEM_REGISTER, level="neibu") == "neibu"
    assert level(Verb.COPY_MINT, f"item:{ITEM}", level="neibu") == "neibu"
    assert level(Verb.PROJECT_OPEN, "project", level="neibu") == "neibu"


def test_copies_that_are_not_named_are_missing_and_none_is_judged_without() -> None:
    assert [copy.id for copy in subject.copies(World(Verb.HANDOFF_OFFER).facts())] == [COPY1, COPY2]
    with pytest.raises(Missing, match="numbers of the copies"):
        subject.copies(World(Verb.HANDOFF_OFFER).change("act", copies=()).facts())
