"""A party in time: a renaming keeps the name of before with its days, control counts up to its last day, an
address gives way to the next, and a party that is closed keeps its history."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from custody import gather
from custody import models as m
from custody.actions import parties, party_time, registers
from custody.actions.base import ActionError, Actor
from custody.apply import rebuild
from custody.compare import compare
from custody.single import differing
from custody.terms import AddressKind, ControlKind, NameKind, PartyKind, PartyState
from tests.actions.scenes import Scene, done

WHY = "Notice of the registry 登记机关通知"


def test_a_renaming_keeps_the_name_of_before_as_a_former_name_with_its_days(scene: Scene) -> None:
    an, annex, today = scene.cast.actor("an"), scene.cast.party("annex"), scene.cast.today
    was = m.Party.objects.get(id=annex).name
    first, second = today - dt.timedelta(days=30), today - dt.timedelta(days=3)
    done(party_time.rename(an, party=annex, name="Second Annex", other_name="二院", on=first, reason=WHY))
    done(party_time.rename(an, party=annex, name="Third Annex", other_name="二院", on=second, reason=WHY))
    former = m.PartyName.objects.filter(party=annex, kind=NameKind.FORMER)
    days = {n.name: (n.starts, n.ends) for n in former}
    day = dt.timedelta(days=1)
    assert days[was] == (None, first - day)
    assert days["Second Annex"] == (first, second - day)
    assert m.Party.objects.get(id=annex).name == "Third Annex"
    assert list(compare(rebuild())) == [] and differing(m.Party, str(annex)) == []
    for name, on in (
        ("Third Annex", today),
        ("Fourth", first),
        ("Fourth", today + 2 * day),
    ):  # tomorrow has come somewhere
        with pytest.raises(ActionError):
            party_time.rename(an, party=annex, name=name, other_name="二院", on=on, reason=WHY)


def test_what_an_individual_was_called_stands_in_the_personal_fields(scene: Scene) -> None:
    one = done(registers.register_party(Actor.setup(), kind=PartyKind.INDIVIDUAL, name="Zhou Lin"))
    done(
        party_time.rename(
            scene.cast.actor("an"), party=one.id, name="Zhou Yun", on=scene.cast.today, reason=WHY
        )
    )
    assert m.PartyName.objects.get(party=one.id).name == "Zhou Lin"
    line = m.Correction.objects.of(one).last()
    assert line is not None and line.changes == {"name": None}
    assert list(compare(rebuild())) == []


def test_control_counts_up_to_its_last_day_and_may_begin_again(scene: Scene) -> None:
    an, annex, today = scene.cast.actor("an"), scene.cast.party("annex"), scene.cast.today
    holding = done(
        registers.register_party(Actor.setup(), kind=PartyKind.ORGANISATION, name="Far Holding", country="KR")
    ).id
    own = done(registers.record_control(an, party=annex, controller=holding, kind=ControlKind.OWNER))
    assert holding in gather.with_controllers([annex], today)
    yesterday = today - dt.timedelta(days=1)
    done(party_time.end_control(an, control=own.id, ends=yesterday, reason=WHY))
    assert holding not in gather.with_controllers([annex], today)
    assert holding in gather.with_controllers([annex], yesterday), "it held on that day"
    with pytest.raises(ActionError, match="ended already"):
        party_time.end_control(an, control=own.id, ends=yesterday, reason=WHY)
    done(registers.record_control(an, party=annex, controller=holding, kind=ControlKind.OWNER))
    assert holding in gather.with_controllers([annex], today)
    assert list(compare(rebuild())) == [] and differing(m.PartyControl, str(own.id)) == []


def test_an_address_gives_way_to_the_next_of_its_kind(scene: Scene) -> None:
    an, annex, today = scene.cast.actor("an"), scene.cast.party("annex"), scene.cast.today
    at: dict[str, Any] = {"party": annex, "kind": AddressKind.REGISTERED, "country": "CN"}
    first = done(party_time.locate(an, address="1 Old Road 旧路1号", **at))
    done(party_time.locate(an, address="Box 7", party=annex, kind=AddressKind.POSTAL, country="CN"))
    with pytest.raises(ActionError, match="first day"):
        party_time.locate(an, address="2 New Road", **at)
    done(party_time.locate(an, address="2 New Road 新路2号", starts=today, **at))
    first.refresh_from_db()
    assert first.ends == today - dt.timedelta(days=1)
    assert m.PartyAddress.objects.filter(party=annex, ends=None).count() == 2
    assert list(compare(rebuild())) == [] and differing(m.PartyAddress, str(first.id)) == []


def test_a_party_that_is_closed_keeps_names_addresses_and_certificates(scene: Scene) -> None:
    an, harbour, today = scene.cast.actor("an"), scene.cast.party("harbour"), scene.cast.today
    done(party_time.rename(an, party=harbour, name="New Harbour", on=today, reason=WHY))
    done(party_time.locate(an, party=harbour, kind=AddressKind.POSTAL, address="Quay 3", country="CN"))
    papers = m.Qualification.objects.filter(party=harbour).count()
    done(parties.set_state(an, party=harbour, state=PartyState.CLOSED, reason="Dissolved 注销"))
    row = m.Party.objects.get(id=harbour)
    assert row.names.exists() and row.addresses.exists() and papers
    assert m.Qualification.objects.filter(party=harbour).count() == papers
    assert m.Hop.objects.filter(to_party=harbour).exists() and list(compare(rebuild())) == []
