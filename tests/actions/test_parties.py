"""What a party is called and numbered, how it stands, and how a duplicate is closed and loses nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import models as m
from custody.actions import handoffs, hops, parties, registers
from custody.actions.base import ActionError, Actor, Outcome
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.stories.cast import Cast
from custody.stories.told import terms
from custody.terms import NameKind, PartyKind, PartyState, Role
from custody.transitions import NotNow
from ledger import api as ledger
from tests.actions.scenes import Scene

USCC = "91110000600037341L"


def as_told() -> None:
    assert list(compare(rebuild())) == []


def register(name: str, **more: Any) -> m.Party:
    done = registers.register_party(Actor.setup(), kind=PartyKind.ORGANISATION, name=name, **more)
    party: m.Party = done.object
    return party


def values(outcome: Outcome) -> dict[str, Any]:
    return dict(ledger.read(outcome.entry).values)


def test_a_former_name_stands_beside_the_name_with_its_days_and_script(cast: Cast) -> None:
    lakeside = cast.party("lakeside")
    told = parties.add_name(
        cast.actor("mei"),
        party=lakeside,
        kind=NameKind.FORMER,
        name="湖边测绘队",
        language="zh-Hans",
        starts=dt.date(1998, 5, 1),
        ends=dt.date(2009, 12, 31),
    )
    row = m.PartyName.objects.get(party=lakeside)
    assert (row.name, row.kind, row.language) == ("湖边测绘队", NameKind.FORMER, "zh-Hans")
    assert values(told)["kind"] == "party.named/1" and values(told)["ends"] == "2009-12-31"
    as_told()


@pytest.mark.parametrize(
    ("days", "about"),
    [({"starts": dt.date(2020, 1, 2), "ends": dt.date(2020, 1, 1)}, "ends"), ({}, "name")],
)
def test_days_out_of_order_and_a_name_recorded_twice_are_refused(
    cast: Cast, days: dict[str, Any], about: str
) -> None:
    given: dict[str, Any] = {"party": cast.party("lakeside"), "kind": NameKind.ALIAS, "name": "LKM"}
    parties.add_name(cast.actor("mei"), **given)
    with pytest.raises(ActionError) as told:
        parties.add_name(cast.actor("mei"), **{**given, **({"name": "LKM2"} if days else {})}, **days)
    assert told.value.about == about


def test_a_persons_further_name_can_be_erased(cast: Cast) -> None:
    told = parties.add_name(cast.actor("mei"), party=cast.party("pilot"), kind=NameKind.ALIAS, name="Ren Er")
    said = values(told)
    assert (said["name"], said["individual_name"]) == (None, "Ren Er")
    as_told()


def test_a_number_is_kept_in_its_plain_form_and_names_one_party(cast: Cast) -> None:
    an = cast.actor("an")
    told = parties.add_identifier(
        an, party=cast.party("lakeside"), scheme="uscc", value=" 91110000600037341l"
    )
    assert (told.object.scheme, told.object.value) == ("USCC", USCC)
    assert values(told)["checked"] is True
    with pytest.raises(ActionError, match="already belongs"):
        parties.add_identifier(an, party=cast.party("westgate"), scheme="USCC", value=USCC)
    as_told()


def test_a_number_that_its_register_cannot_have_given_is_refused_in_both_languages(cast: Cast) -> None:
    wrong = USCC[:-1] + "M"
    for act in (
        lambda: parties.add_identifier(
            cast.actor("an"), party=cast.party("lakeside"), scheme="USCC", value=wrong
        ),
        lambda: register("New", identifiers={"USCC": wrong}),
    ):
        with pytest.raises(ActionError) as told:
            act()
        assert "no USCC" in told.value.text.en and "校验码" in told.value.text.zh
    assert not m.PartyIdentifier.objects.exists()


def test_an_edited_number_is_found_and_can_be_settled(cast: Cast) -> None:
    party = register("New", identifiers={"USCC": USCC})
    row = m.PartyIdentifier.objects.get(party=party)
    assert differing(m.PartyIdentifier, str(row.id)) == []
    m.PartyIdentifier.objects.filter(id=row.id).update(value="91110000600037342X")
    assert [d.column for d in compare(rebuild())] == ["value"]
    assert [d.ledger for d in differing(m.PartyIdentifier, str(row.id))] == [USCC]


def test_a_barred_party_gets_nothing_handed_over_until_it_is_active_again(scene: Scene) -> None:
    heng, receiver = scene.cast.actor("heng"), m.Hop.objects.get(id=scene.second.id).to_party_id

    def path() -> list[str]:
        """What HOP-01 says of an offer that is refused for other reasons too."""
        outcome = handoffs.offer(scene.as_(Role.MANAGER, "sender", "tao"), scene.deal())
        found = next(f for f in outcome.decision.findings if f["code"] == "HOP-01")
        return list(found["problems"])

    parties.set_state(heng, party=receiver, state=PartyState.BARRED, reason="Notice 12 通报")
    assert path() == ["barred"]
    with pytest.raises(NotNow):
        parties.set_state(heng, party=receiver, state=PartyState.BARRED, reason="Again")
    parties.set_state(heng, party=receiver, state=PartyState.ACTIVE, reason="Notice 13 解除")
    assert path() == []
    kept = m.Correction.objects.filter(noun="party", object=receiver).values_list("changes", "reason")
    assert list(kept) == [
        ({"state": ["active", "barred"]}, "Notice 12 通报"),
        ({"state": ["barred", "active"]}, "Notice 13 解除"),
    ]
    as_told()


def test_the_unit_that_runs_the_site_cannot_be_barred_or_merged_away(cast: Cast) -> None:
    house = cast.party("northfield")
    with pytest.raises(ActionError):
        parties.set_state(cast.actor("heng"), party=house, state=PartyState.BARRED, reason="x")
    with pytest.raises(ActionError):
        parties.merge(cast.actor("an"), party=house, into=cast.party("annex"), reason="x")


def test_a_duplicate_is_closed_points_to_the_record_that_stays_and_keeps_its_own(cast: Cast) -> None:
    twin = register("Lakeside Maping Ltd", identifiers={"USCC": USCC})
    registers.give_membership(
        Actor.setup(), person=cast.people["lan"].id, party=twin.id, role=Role.RECIPIENT, starts=cast.today
    )
    told = parties.merge(
        cast.actor("an"), party=twin.id, into=cast.party("lakeside"), reason="Registered twice"
    )
    twin.refresh_from_db()
    assert (twin.state, twin.merged_into_id) == (PartyState.CLOSED, cast.party("lakeside"))
    assert values(told)["kind"] == "party.merged/1"
    assert m.PartyIdentifier.objects.get(value=USCC).party_id == twin.id
    assert m.Membership.objects.filter(party=twin).count() == 1
    with pytest.raises(ActionError, match="merged into another"):
        parties.set_state(cast.actor("an"), party=twin.id, state=PartyState.ACTIVE, reason="x")
    as_told()


def test_nothing_goes_to_a_merged_party_any_more(scene: Scene) -> None:
    receiver = m.Hop.objects.get(id=scene.second.id).to_party_id
    handoffs.withdraw(scene.as_(Role.MANAGER, "sender", "tao"), handoff=scene.handoff.id, reason="x")
    stays = register("The record that stays")
    parties.merge(scene.cast.actor("an"), party=receiver, into=stays.id, reason="Registered twice")
    refused = handoffs.offer(scene.as_(Role.MANAGER, "sender", "tao"), scene.deal())
    assert refused.state == "refused"
    assert "barred" in next(f for f in refused.decision.findings if f["code"] == "HOP-01")["problems"]


def test_a_party_with_an_open_handoff_is_not_merged(scene: Scene) -> None:
    handoff = m.Handoff.objects.get(id=scene.handoff.id)
    for party in (handoff.receiver_party_id, handoff.sender_party_id):
        with pytest.raises(ActionError, match="open"):
            parties.merge(scene.cast.actor("an"), party=party, into=scene.cast.party("annex"), reason="x")


@pytest.mark.parametrize("case", ["itself", "twice", "into a closed one", "a person into a unit"])
def test_what_cannot_be_one_party_is_not_merged(cast: Cast, case: str) -> None:
    an, twin, other = cast.actor("an"), register("Twin").id, register("Other").id
    into = {"itself": twin, "a person into a unit": cast.party("pilot")}.get(case, other)
    if case == "twice":
        parties.merge(an, party=twin, into=cast.party("annex"), reason="x")
    if case == "into a closed one":
        parties.set_state(an, party=other, state=PartyState.CLOSED, reason="Dissolved 注销")
    with pytest.raises(ActionError):
        parties.merge(an, party=twin, into=into, reason="x")
    as_told()


def test_duplicates_are_proposed_by_either_name_and_by_number_and_never_merged(cast: Cast) -> None:
    latin, chinese = register("LAKESIDE MAPPING LIMITED"), register("湖畔测绘有限责任公司")
    register("Hillside Printing Ltd")
    [who] = parties.named(m.Party.objects.filter(id=cast.party("lakeside")))
    found = parties.alike(who, m.Party.objects.all())
    assert {(a.party.id, a.score, a.by) for a in found} == {
        (latin.id, 100, "name"),
        (chinese.id, 100, "other_name"),
    }
    assert not m.Party.objects.exclude(merged_into=None).exists()
    parties.merge(cast.actor("an"), party=latin.id, into=cast.party("lakeside"), reason="Registered twice")
    assert [a.party.id for a in parties.alike(who, m.Party.objects.all())] == [chinese.id]


def test_no_subcontract_goes_to_a_merged_party_any_more(scene: Scene) -> None:
    cast = scene.cast
    stays = register("The record that stays")
    parties.merge(cast.actor("an"), party=cast.party("annex"), into=stays.id, reason="Registered twice")
    asked = hops.request(
        scene.as_(Role.MANAGER, "owner", "lan"),
        project=scene.project.id,
        parent=None,
        terms=terms(cast, "annex", "Beside 旁支", amount=None),
    )
    assert asked.state == "refused"
    assert "barred" in next(f for f in asked.decision.findings if f["code"] == "HOP-01")["problems"]
