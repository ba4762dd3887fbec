"""What is known of a party stands on its page: names, numbers, screening, likenesses; and is added there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from custody import models as m
from custody.actions import parties, registers
from custody.actions.base import Actor
from custody.stored import judgement
from custody.stories import told
from custody.terms import HitState, NameKind, PartyKind, PartyState
from tests.screening.lists import listed_and_screened, take_in

from .scene import Scene

USCC = "91110000600037341L"


def page(party: UUID) -> str:
    return reverse("party", args=[party])


def html(scene: Scene, who: str, address: str, language: str = "en") -> str:
    return scene.client(who, language).get(address).content.decode()


def post(scene: Scene, who: str, route: str, row: UUID, **form: Any) -> Any:
    return scene.client(who).post(reverse(route, args=[row]), form)


def test_a_former_name_is_added_shown_and_found(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    form = {"kind": "former", "name": "Old Paper Store", "language": "en", "ends": "2011-06-30"}
    assert post(scene, "mei", "party_name", annex, **form)["Location"] == page(annex)
    shown = html(scene, "mei", page(annex))
    assert "Old Paper Store" in shown and "Former name" in shown and "Further names" in shown
    assert "曾用名" in html(scene, "mei", page(annex), "zh-hans")
    assert "Northfield Annex" in html(scene, "mei", reverse("find") + "?q=old+paper")
    assert "Northfield Annex" in html(scene, "mei", reverse("parties") + "?q=paper")


def test_a_number_with_a_wrong_check_digit_is_refused_beside_its_field(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    answer = post(scene, "mei", "party_number", annex, scheme="USCC", value=USCC[:-1] + "M")
    assert answer.status_code == 422 and "is no USCC" in answer.content.decode()
    assert post(scene, "mei", "party_number", annex, scheme="uscc", value=USCC).status_code == 302
    shown = html(scene, "mei", page(annex))
    assert USCC in shown and "check digits proved" in shown


def test_who_owns_a_party_is_recorded_once_and_a_foreign_owner_stops_what_comes_after(scene: Scene) -> None:
    annex, meridian = scene.cast.party("annex"), scene.cast.party("meridian")
    form = {"controller": str(meridian), "kind": "owner", "share": "51"}
    assert post(scene, "mei", "party_control", annex, **form)["Location"] == page(annex)
    row = m.PartyControl.objects.get(party=annex)
    assert (row.controller_id, row.share) == (meridian, 51)
    assert "Meridian Research Inc." in html(scene, "mei", page(annex))
    again = post(scene, "mei", "party_control", annex, **form)
    assert again.status_code == 422 and "This is recorded already" in again.content.decode()
    asked = told.ask(scene.cast, scene.project, "mei", "annex", "Scanning")
    assert asked.state == "refused" and "FOR-01" in {f.code for f in judgement(asked.decision).barring}


def test_no_party_is_offered_as_its_own_owner_nor_more_than_the_whole(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    for changes in ({"controller": str(annex)}, {"share": "100.01"}, {"share": "-1"}, {"kind": "friend"}):
        form = {"controller": str(scene.cast.party("lakeside")), "kind": "owner", "share": "5", **changes}
        assert post(scene, "mei", "party_control", annex, **form).status_code == 422
    assert not m.PartyControl.objects.filter(party=annex).exists()


def test_a_wrong_number_is_refused_when_a_party_is_registered(scene: Scene) -> None:
    form = {"kind": "organisation", "name": "Quay", "country": "CN", "scheme": "LEI", "number": "1" * 20}
    answer = scene.client("an").post(reverse("party_new"), form)
    assert answer.status_code == 422 and "is no LEI" in answer.content.decode()


def test_whoever_registers_a_party_that_looks_like_another_is_asked_first(scene: Scene) -> None:
    form = {"kind": "organisation", "name": "LAKESIDE MAPING LIMITED", "country": "CN"}
    answer = scene.client("an").post(reverse("party_new"), form)
    assert answer.status_code == 422 and "Lakeside Mapping Ltd" in answer.content.decode()
    assert not m.Party.objects.filter(name=form["name"]).exists()
    sure = scene.client("an").post(reverse("party_new"), {**form, "sure": "on"})
    assert sure.status_code == 302
    twin = m.Party.objects.get(name=form["name"])
    assert "May be registered twice" in html(scene, "an", page(twin.id))
    assert "May be registered twice" not in html(scene, "mei", page(twin.id))


def test_the_page_says_how_fresh_the_screening_is(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    assert "nothing was screened" in html(scene, "an", page(annex))
    take_in([{"Name": "QUITE ANOTHER HOUSE"}])
    assert "Not screened yet" in html(scene, "an", page(annex))
    assert post(scene, "an", "party_screen", annex).status_code == 302
    assert "Fresh" in html(scene, "an", page(annex))
    take_in([{"Name": "ONE MORE HOUSE"}])
    assert "Stale: there is a newer list" in html(scene, "an", page(annex))
    assert "已过时" in html(scene, "an", page(annex), "zh-hans")


def test_a_hit_is_judged_on_a_page_that_shows_both_and_bars_the_party(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    hit = listed_and_screened(annex)
    there = reverse("hit", args=[hit.id])
    assert f'href="{there}"' in html(scene, "heng", page(annex))
    shown = html(scene, "heng", there)
    assert "NORTHFIELD ANNEX ARCHIVE" in shown and "Northfield Annex Archive" in shown and "100" in shown
    assert post(scene, "heng", "hit", hit.id, verdict="same", reason="").status_code == 422
    assert post(scene, "heng", "hit", hit.id, verdict="same", reason="Same address").status_code == 302
    after = html(scene, "heng", page(annex))
    assert "Barred" in after and "The same party" in after and "Same address" in after
    assert m.Party.objects.get(id=annex).state is PartyState.BARRED


def test_parties_with_a_hit_to_be_judged_are_listed_for_the_house(scene: Scene) -> None:
    listed_and_screened(scene.cast.party("westgate"))
    shown = html(scene, "heng", reverse("parties") + "?screening=open")
    assert "Westgate" in shown and "Lakeside" not in shown
    assert "Westgate" not in html(scene, "tao", reverse("parties") + "?screening=open").split("<table")[-1]


def test_a_party_does_not_read_what_it_was_suspected_of(scene: Scene) -> None:
    westgate = scene.cast.party("westgate")
    hit = listed_and_screened(westgate)
    shown = html(scene, "tao", page(westgate))
    assert "Screening" not in shown and "Looks like" not in shown
    assert scene.client("tao").get(reverse("hit", args=[hit.id])).status_code == 404
    regulator = html(scene, "jing", page(westgate))
    assert "Looks like" in regulator and "Merge a duplicate" not in regulator
    assert "Record the verdict" not in html(scene, "jing", reverse("hit", args=[hit.id]))


@pytest.mark.parametrize(
    ("route", "who"),
    [("party_merge", "mei"), ("party_state", "mei"), ("party_name", "tao"), ("party_control", "tao")],
)
def test_who_may_not_gets_no_form_and_changes_nothing(scene: Scene, route: str, who: str) -> None:
    westgate = scene.cast.party("westgate")
    assert scene.client(who).get(reverse(route, args=[westgate])).status_code == 403
    into = str(scene.cast.party("lakeside"))
    form = {"state": "barred", "into": into, "reason": "x", "kind": "alias", "name": "X"}
    assert post(scene, who, route, westgate, **form).status_code == 403
    assert m.Party.objects.get(id=westgate).state is PartyState.ACTIVE


def test_a_duplicate_is_merged_after_a_look_at_what_stays_with_it(scene: Scene) -> None:
    twin = registers.register_party(
        Actor.setup(), kind=PartyKind.ORGANISATION, name="Lakeside Mapping Limited", country="CN"
    ).object
    shown = html(scene, "an", reverse("party_merge", args=[twin.id]))
    assert "What stays with this record" in shown and "Open handoffs, which bar the merge" in shown
    lakeside = scene.cast.party("lakeside")
    form = {"into": str(lakeside), "reason": "Registered twice"}
    assert post(scene, "an", "party_merge", twin.id, **form).status_code == 302
    after = html(scene, "an", page(twin.id))
    assert "Merged into" in after and page(lakeside) in after and "Registered twice" in after
    assert "Merge a duplicate" not in after
    assert "Merged into this party" in html(scene, "an", page(lakeside))


def test_a_party_with_an_open_handoff_is_not_merged_and_whoever_asks_is_told(scene: Scene) -> None:
    open_one = scene.handoff
    form = {"into": str(scene.cast.party("annex")), "reason": "x"}
    answer = post(scene, "an", "party_merge", open_one.receiver_party_id, **form)
    assert answer.status_code == 422 and "are open" in answer.content.decode()


def test_a_line_that_a_restore_lost_is_told_by_its_number(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    hit = listed_and_screened(annex)
    m.ScreeningHit.objects.filter(id=hit.id).update(line=99)
    assert "Line 99; import the list again to read it" in html(scene, "an", page(annex))


def test_a_merged_party_is_not_offered_where_a_party_is_chosen(scene: Scene) -> None:
    twin = registers.register_party(
        Actor.setup(), kind=PartyKind.ORGANISATION, name="Twin of somebody", country="CN"
    ).object
    assert "Twin of somebody" in html(scene, "an", reverse("system_new"))
    parties.merge(Actor.setup(), party=twin.id, into=scene.cast.party("annex"), reason="x")
    assert "Twin of somebody" not in html(scene, "an", reverse("system_new"))


def test_a_further_name_says_by_which_name_a_hit_was_found(scene: Scene) -> None:
    annex = scene.cast.party("annex")
    parties.add_name(scene.cast.actor("an"), party=annex, kind=NameKind.ALIAS, name="Paper Castle")
    take_in([{"Name": "PAPER CASTLE LLC"}])
    post(scene, "an", "party_screen", annex)
    assert m.ScreeningHit.objects.get().state is HitState.OPEN
    assert html(scene, "an", page(annex)).count("Paper Castle") >= 2
