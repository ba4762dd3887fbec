"""Who stands behind a party, as a picture and as a list that say the same; what it holds and is to whom."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from custody import models as m
from custody.terms import ControlKind, PartyKind
from custody.web import owners

from .scene import Scene


def behind(scene: Scene, party: Any, name: str, country: str, share: str | None = "60.00") -> m.Party:
    """Have a new party own another."""
    row = m.Party.objects.create(
        entry=m.new_id(), kind=PartyKind.ORGANISATION, name=name, country=country, other_name=""
    )
    m.PartyControl.objects.create(
        entry=m.new_id(),
        party_id=getattr(party, "id", party),
        controller=row,
        kind=ControlKind.OWNER,
        share=share,
    )
    return row


def page(scene: Scene, who: str, language: str = "en", party: str = "lakeside") -> str:
    answer = scene.client(who, language).get(reverse("party", args=[scene.cast.party(party)]))
    assert answer.status_code == 200
    return str(answer.content.decode().split("<main")[1].split("<footer")[0])


def test_owners_are_drawn_up_to_the_last_and_foreign_ones_are_told_in_words(scene: Scene) -> None:
    first = behind(scene, scene.cast.party("lakeside"), "Lakeside Holding", "CN")
    behind(scene, first, "Overseas Capital", "US", "51.50")
    behind(scene, first, "Quiet Partners", "", None)
    html = page(scene, "heng")
    picture, table = html.split("<svg")[1].split("</svg>")[0], html.split("The same as a list")[1]
    for words in ("Lakeside Holding", "Owner 60 %", "CN, home", "Overseas Capital", "US, FOREIGN"):
        assert words in picture, words
    for words in ("Lakeside Holding", "60 %", "Overseas Capital", "51.5 %", "US, FOREIGN", "Quiet Partners"):
        assert words in table, words
    assert "Country not known" in picture
    chinese = page(scene, "heng", "zh-hans")
    assert "US，境外" in chinese and "股东 51.5 %" in chinese


def test_a_circle_of_owners_ends_and_costs_one_query_a_step(scene: Scene) -> None:
    party = m.Party.objects.get(id=scene.cast.party("lakeside"))
    first = behind(scene, party, "Ring One", "CN")
    m.PartyControl.objects.create(
        entry=m.new_id(), party=first, controller=party, kind=ControlKind.CONTROLLER, share=None
    )
    with CaptureQueriesContext(connection) as asked:
        found = owners.owners(party)
    assert [(o.row.controller.name, o.level) for o in found] == [("Ring One", 1), (party.name, 2)]
    assert len(asked) <= 3


def test_no_more_are_drawn_than_a_picture_holds(scene: Scene) -> None:
    party = m.Party.objects.get(id=scene.cast.party("lakeside"))
    for number in range(owners.MOST + 5):
        behind(scene, party, f"Holder {number}", "CN", "1.00")
    assert len(owners.owners(party)) == owners.MOST


def test_another_party_reads_names_and_no_shares(scene: Scene) -> None:
    behind(scene, scene.cast.party("northfield"), "Hidden Holding", "US")
    html = page(scene, "tao", party="northfield")
    assert "Hidden Holding" in html and "FOREIGN" not in html and "60 %" not in html
    behind(scene, scene.cast.party("westgate"), "Own Holding", "US")
    assert "US, FOREIGN" in page(scene, "tao", party="westgate")


def test_the_page_says_what_the_party_is_holds_and_takes_beside_others(scene: Scene) -> None:
    html = page(scene, "heng")
    assert "What this party is to whom" in html and "Receives under approved subcontracts" in html
    assert "Copies that it holds now (0)" in html
    assert "Shares beside what the giver passes on besides" in html
    assert f"{reverse('decisions')}?party={scene.cast.party('lakeside')}" in html
    holder = page(scene, "heng", party="northfield")
    assert "Owner of projects" in holder and scene.copies[2].code in holder
    assert "Shares beside" not in page(scene, "lan"), "who receives never learns of siblings"
    assert reverse("decisions") not in page(scene, "mei")


def test_a_person_is_shown_with_the_copies_in_their_hands(scene: Scene) -> None:
    held = m.Copy.objects.filter(custodian_person=scene.cast.people["yu"])
    held.update(custodian_person=None)
    m.Copy.objects.filter(id=scene.copies[2].id).update(custodian_person=scene.cast.people["yu"])
    url = reverse("person", args=[scene.cast.people["yu"].id])
    html = scene.client("an").get(url).content.decode()
    assert "Copies that this person holds now (1)" in html and scene.copies[2].code in html
    empty = reverse("person", args=[scene.cast.people["jing"].id])
    assert "Copies that this person holds now" not in scene.client("an").get(empty).content.decode()
    chinese = scene.client("an", "zh-hans").get(url).content.decode()
    assert "此人现持有的副本（1）" in chinese or "此人现持有的副本 (1)" in chinese
