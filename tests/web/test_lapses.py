"""What the re-check found is on the first page, on the pages of what it is about, and in the report."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custody import models as m
from custody.actions import rechecking
from custody.stories import cast as people
from tests.actions.test_silence import aged
from tests.api.test_nouns import program

from .scene import Scene


@pytest.fixture
def found(scene: Scene) -> Scene:
    """Westgate's certificate ran out, and the night has passed."""
    late = scene.cast.today - dt.timedelta(days=1)
    m.Qualification.objects.filter(party=scene.cast.party("westgate")).update(valid_to=late)
    rechecking.run(timezone.now())
    return scene


def text(client: Any, route: str, *args: Any, query: str = "") -> str:
    answer = client.get(reverse(route, args=args) + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_first_page_says_the_rule_since_when_and_what_to_do(found: Scene) -> None:
    for language, words in (
        ("en", ("What does not hold any more", "QUA-03 The qualification is valid", "Record its renewal")),
        ("zh-hans", ("复核不合规事项", "QUA-03 资质在今天和整个期间内有效", "请登记续期证书")),
    ):
        html = text(found.client("mei", language), "home")
        assert all(word in html for word in words), language
    lapse = m.Lapse.objects.open().get(object=found.westgate.id)
    assert reverse("lapse", args=[lapse.id]) in text(found.client("heng"), "home")
    assert "Rules asked again" in text(found.client("an"), "home")


def test_it_stands_on_the_pages_of_what_it_is_about_and_goes_with_its_cause(found: Scene) -> None:
    mei = found.client("mei")
    paper = m.Qualification.objects.get(party=found.cast.party("westgate"))
    places = (("hop", found.westgate.id), ("handoff", found.handoff.id), ("qualification", paper.id))
    for route, id in places:
        assert "QUA-03" in text(mei, route, id), route
    assert "QUA-03" not in text(mei, "hop", found.lakeside.id)
    m.Qualification.objects.filter(id=paper.id).update(valid_to=found.cast.today + dt.timedelta(days=400))
    rechecking.run(timezone.now())
    for route, id in places:
        assert "QUA-03 The qualification" not in text(mei, route, id), route


def test_the_list_and_a_finding_show_to_each_what_they_may_see(found: Scene) -> None:
    lapse = m.Lapse.objects.open().get(object=found.westgate.id)
    html = text(found.client("mei"), "lapse", lapse.id)
    assert "The re-check stops nothing" in html and "Westgate" in html
    assert "QUA-03" in text(found.client("mei"), "lapses", query="?state=open&rule=QUA-03")
    assert "QUA-03" not in text(found.client("mei"), "lapses", query="?rule=HOP-01").split("<main")[1]
    assert text(found.client("tao"), "lapse", lapse.id), "the receiver sees what is theirs"
    assert found.client("lan").get(reverse("lapse", args=[lapse.id])).status_code == 404, "a sibling does not"
    assert "QUA-03" not in text(found.client("lan"), "lapses").split("<main")[1]


def test_a_program_lists_what_stands_now_by_project_party_and_rule(found: Scene) -> None:
    mei = program(found, "mei")
    listed = mei.get("/api/v1/lapses/?state=open&rule=QUA-03").json()["results"]
    assert {row["noun"] for row in listed} == {"hop", "handoff", "qualification"}
    own = [row for row in listed if row["noun"] == "hop"]
    assert own[0]["finding"]["code"] == "QUA-03" and "Record its renewal" in own[0]["finding"]["remedy"]
    for query, count in (
        (f"project={found.project.id}", 2),
        (f"party={found.cast.party('westgate')}", 3),
        (f"party={found.cast.party('lakeside')}", 0),
        ("state=ended", 0),
    ):
        rows = mei.get(f"/api/v1/lapses/?rule=QUA-03&{query}").json()["results"]
        assert len(rows) == count, query
    assert mei.get("/api/v1/lapses/?rule=HOP-01").json()["results"] == []
    assert program(found, "lan").get("/api/v1/lapses/?rule=QUA-03").json()["results"] == []


def test_a_notice_leads_to_the_finding(found: Scene) -> None:
    from custody.actions import notices

    found.user("mei")
    notices.tell(timezone.now())
    html = text(found.client("mei"), "notices")
    assert "A rule does not hold any more" in html
    told = m.Notice.objects.filter(user=found.user("mei"), noun="lapse")
    assert all(reverse("lapse", args=[n.object]) in html for n in told) and told.exists()


@pytest.fixture
def unheard(scene: Scene) -> Scene:
    """Nothing was heard of the copies for more than a year, and the night has passed."""
    aged(scene.copies, 450)
    rechecking.run(timezone.now())
    return scene


def test_a_silent_copy_is_on_the_first_page_its_own_and_the_list_until_it_is_heard_of(unheard: Scene) -> None:
    mei, copy = unheard.client("mei"), unheard.copies[0]
    silent = "?custody=silent&column=code&column=heard&column=silent"
    assert "Copies of which nothing was heard" in text(mei, "home")
    assert "450 days" in text(mei, "copies", query=silent)
    assert "SIL-01 Something was heard of every copy in time" in text(mei, "copy", copy.id)
    chinese = unheard.client("mei", "zh-hans")
    for route, args, word in (
        ("home", (), "长期无动静的副本"),
        ("copy", (copy.id,), "每份副本在期限内均有动静"),
        ("copies", (), "450天"),
    ):
        assert word in text(chinese, route, *args, query=silent if route == "copies" else ""), route
    files = mei.get(reverse("copies") + silent + "&export=csv").content.decode("utf-8-sig")
    assert copy.code in files and "450 days" in files
    listed = program(unheard, "mei").get("/api/v1/copies/?custody=silent").json()["results"]
    assert {row["code"] for row in listed} >= {copy.code}
    assert all(row["last_event"] for row in listed)
    lapse = m.Lapse.objects.open().get(object=copy.id)
    assert copy.code in text(mei, "lapse", lapse.id)
    aged(unheard.copies, 3)
    rechecking.run(timezone.now())
    assert copy.code not in text(mei, "copies", query=silent)
    assert "SIL-01" not in text(mei, "copy", copy.id)


def test_a_holder_is_told_of_its_own_silent_copies_alone(unheard: Scene) -> None:
    tao = unheard.client("tao")
    assert "No copy fits." in text(tao, "copies", query="?custody=silent"), "they lie with Northfield"
    ids = [copy.id for copy in unheard.copies]
    m.Copy.objects.filter(id__in=ids).update(custodian_party=unheard.cast.party("westgate"))
    assert unheard.copies[0].code in text(tao, "copies", query="?custody=silent")


@pytest.fixture
def hoarding(scene: Scene) -> Scene:
    """Westgate has the copies, and no subcontract any more; the night has passed."""
    ids = [copy.id for copy in scene.copies]
    m.Copy.objects.filter(id__in=ids).update(custodian_party=scene.cast.party("westgate"))
    m.Hop.objects.filter(to_party=scene.cast.party("westgate")).update(state="revoked")

    rechecking.run(timezone.now() + dt.timedelta(days=40))
    return scene


def test_a_hoarded_copy_is_on_the_first_page_its_own_and_in_the_findings(hoarding: Scene) -> None:
    mei, tao, copy = hoarding.client("mei"), hoarding.client("tao"), hoarding.copies[0]
    for client in (mei, tao):
        assert "HLD-01 Nobody has more copies, or for longer, than the work needs" in text(
            client, "copy", copy.id
        )
    assert "持有副本的数量和时间不超出工作需要" in text(hoarding.client("mei", "zh-hans"), "copy", copy.id)
    lapse = m.Lapse.objects.open().get(object=copy.id, code="HLD-01")
    assert copy.code in text(tao, "lapse", lapse.id) and "given back or destroyed" in text(
        tao, "lapse", lapse.id
    )
    assert "HLD-01" in text(mei, "home")


def test_the_list_of_copies_asks_for_what_is_held_without_need(scene: Scene) -> None:
    mei, tao, copy = scene.client("mei"), scene.client("tao"), scene.copies[0]
    hoarded = "?custody=hoarded"
    assert "No copy fits." in text(mei, "copies", query=hoarded)
    ids = [copy.id for copy in people.make_copies(scene.cast, copy.item.project, "HOARD", 11)]
    m.Copy.objects.filter(id__in=ids).update(custodian_party=scene.cast.party("westgate"))
    code = m.Copy.objects.get(id=ids[0]).code
    for client in (mei, tao):
        assert code in text(client, "copies", query=hoarded)
    assert "Copies held without need" in text(mei, "home")
    assert "超出工作需要持有的副本" in text(scene.client("mei", "zh-hans"), "home")
    listed = program(scene, "mei").get("/api/v1/copies/" + hoarded).json()["results"]
    assert {row["id"] for row in listed} == {str(id) for id in ids}
    assert code in mei.get(reverse("copies") + hoarded + "&export=csv").content.decode("utf-8-sig")


def test_the_area_of_an_item_is_asked_shown_and_given_to_programs(scene: Scene) -> None:
    mei, item = scene.client("mei"), scene.copies[0].item
    page = reverse("item_classify", args=[item.id])
    form = mei.get(page).context["form"]
    given = {name: value for name, value in form.initial.items() if value is not None}
    for wrong in ("0", "-3", "1e99", "nan", "12.34567", "viel"):
        assert mei.post(page, given | {"area_km2": wrong, "reason": "Measured"}).status_code == 422
    answer = mei.post(page, given | {"area_km2": "12.5", "reason": "Measured"})
    assert answer.status_code == 302
    assert "12.5" not in text(mei, "item", item.id), "nobody has determined it"
    people.determined(scene.cast, item)
    assert "12.5" in text(mei, "item", item.id) and "面积" in text(
        scene.client("mei", "zh-hans"), "item", item.id
    )
    assert program(scene, "mei").get(f"/api/v1/items/{item.id}/").json()["area_km2"] == "12.5000"
