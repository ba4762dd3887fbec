"""The pages of a custodian handover: begun, counted on a phone, signed by three, and what stayed is named."""

from __future__ import annotations

from django.urls import reverse

from custody import models as m
from custody.actions import notices
from custody.stories import cast as people
from custody.terms import CopyState, HandoverState, NoticeKind, Stays
from tests.api.hostile_stocktakes import handing

from .scene import Scene, hidden


def begun(scene: Scene, **changes: str) -> m.Handover:
    person, party = scene.cast.people, scene.cast.party("northfield")
    form = {
        "outgoing": f"{party}/{person['yu'].id}", "incoming": str(person["mei"].id),
        "supervisor": str(person["heng"].id), "reason": "Leaves 调离", "due": "",
        "submission": str(m.new_id()), **changes,
    }  # fmt: skip
    for _ in range(2):  # a double click begins one
        answer = scene.client("mei").post(reverse("handover_new"), form)
    assert answer.status_code == 302, answer.content.decode()
    return m.Handover.objects.get(id=answer.headers["Location"].strip("/").rpartition("/")[2])


def sign(scene: Scene, row: m.Handover, who: str) -> str:
    here, address = reverse("handover", args=[row.id]), reverse("handover_sign", args=[row.id])
    client = scene.client(who)
    page = client.get(address).content.decode()
    given = {name: hidden(page, name) for name in ("statement_sha256", "seen")}
    assert client.post(address, {**given, "password": "wrong"}).status_code == 422
    token = {"submission": str(m.new_id())}
    for _ in range(2):  # a double click signs once
        answer = client.post(address, {**given, **token, "password": people.PASSWORD})
        assert answer.headers["Location"] == here
    return page


def test_it_is_begun_from_the_person_counted_and_signed_by_three(scene: Scene) -> None:
    mei, yu = scene.client("mei"), scene.client("yu")
    page = mei.get(reverse("person", args=[scene.cast.people["yu"].id])).content.decode()
    start = f"{reverse('handover_new')}?outgoing={scene.cast.people['yu'].id}"
    assert start in page
    form = mei.get(start).content.decode()
    assert "selected" in form and "Qian Yu" in form and "4 copies" in form
    row = begun(scene)
    here = reverse("handover", args=[row.id])
    shown = yu.get(here).content.decode()
    count = reverse("stocktake_count", args=[row.stocktake_id])
    assert (
        count in shown and "Count together" in shown and reverse("handover_sign", args=[row.id]) not in shown
    )
    codes = list(row.stocktake.lines.values_list("code", flat=True))
    assert yu.get(count).status_code == 200
    yu.post(count, {"code": "", "codes": "\n".join(codes[1:])})
    shown = mei.get(here).content.decode()
    again = reverse("stocktake_recount", args=[row.stocktake_id])
    assert again in shown and codes[0] in shown
    mei.post(again, {"seen": hidden(mei.get(again).content.decode(), "seen")})
    assert "once more, then sign" in mei.get(here).content.decode()
    assert "Handovers that wait for you" in scene.client("heng").get(reverse("home")).content.decode()
    page = sign(scene, row, "heng")
    assert "lines_sha256" in page and "list_sha256" in page
    assert "Not signed yet" in scene.client("heng").get(here).content.decode()
    for who in ("yu", "mei"):
        sign(scene, row, who)
    row.refresh_from_db()
    free = m.Copy.objects.filter(code__in=codes[1:], state=CopyState.HELD).count()
    assert (row.state, row.passed) == (HandoverState.DONE, free) and 0 < free < len(codes)
    assert row.lines.filter(stays=Stays.NOT_FREE).count() == len(codes) - 1 - free, "what is offered stays"
    shown = mei.get(here).content.decode()
    line = row.lines.get(stays=Stays.MISSING)
    assert line.code == codes[0] and line.code in shown and "Not found in the count" in shown
    passed = row.lines.exclude(handoff=None)[0].handoff
    assert passed and reverse("handoff", args=[passed.id]) in shown
    assert here in mei.get(reverse("handoff", args=[passed.id])).content.decode()
    assert "监交人" in scene.client("mei", "zh-hans").get(here).content.decode()
    listed = mei.get(reverse("handovers"), {"state": "done"}).content.decode()
    assert here in listed and mei.get(reverse("handovers"), {"export": "csv"}).status_code == 200


def test_its_count_is_ended_on_its_own_page_and_it_is_abandoned_with_a_reason(scene: Scene) -> None:
    row = handing(scene)
    mei, here = scene.client("mei"), reverse("handover", args=[row.id])
    count = mei.get(reverse("stocktake", args=[row.stocktake_id])).content.decode()
    assert here in count and reverse("stocktake_close", args=[row.stocktake_id]) not in count
    for verb in ("close", "cancel"):
        assert mei.get(reverse(f"stocktake_{verb}", args=[row.stocktake_id])).headers["Location"] == here
    off = reverse("handover_abandon", args=[row.id])
    seen = hidden(mei.get(off).content.decode(), "seen")
    assert mei.post(off, {"seen": seen, "reason": " "}).status_code == 422
    assert mei.post(off, {"seen": seen, "reason": "Stays 留任"}).headers["Location"] == here
    assert "Stays 留任" in mei.get(here).content.decode()
    assert mei.get(off).status_code in (409, 422)
    assert mei.get(reverse("handover_sign", args=[row.id])).status_code in (409, 422)


def test_whom_the_rules_bar_is_said_before_anybody_signs(scene: Scene) -> None:
    row = handing(scene)
    here, mei = reverse("handover", args=[row.id]), scene.client("mei")
    said = "Copies that the rules would bar today"
    assert said not in mei.get(here).content.decode()
    m.Person.objects.filter(id=row.incoming_id).update(vetting=None)
    page = mei.get(here).content.decode()
    assert said in page and "HND-02" in page and scene.copies[2].code in page
    assert "规则目前不准许移交的副本" in scene.client("heng", "zh-hans").get(here).content.decode()


def test_others_neither_see_nor_sign_it_and_the_three_are_told(scene: Scene) -> None:
    row = handing(scene)
    here, signs = reverse("handover", args=[row.id]), reverse("handover_sign", args=[row.id])
    assert scene.client("tao").get(here).status_code == 404
    assert scene.client("qiao").get(here).status_code == 200
    assert scene.client("qiao").get(signs).status_code == 403
    assert scene.client("tao").get(reverse("handover_new")).status_code in (200, 403)
    notices.tell(row.created_at)
    told = m.Notice.objects.filter(kind=NoticeKind.HANDOVER_NAMED, object=row.id)
    assert set(told.values_list("user__username", flat=True)) == {"yu", "mei", "heng"}
    assert here in scene.client("heng").get(reverse("notices")).content.decode()


def test_a_form_that_names_others_or_too_few_is_shown_again_with_what_is_wrong(scene: Scene) -> None:
    person, party = scene.cast.people, scene.cast.party("northfield")
    good = {
        "outgoing": f"{party}/{person['yu'].id}", "incoming": str(person["mei"].id),
        "supervisor": str(person["heng"].id), "reason": "Leaves", "due": "",
    }  # fmt: skip
    mei = scene.client("mei")
    for changes, said in (
        ({"outgoing": ""}, "Choose who hands over"),
        ({"outgoing": "x/y"}, ""),
        ({"outgoing": f"{scene.cast.party('westgate')}/{person['tao'].id}"}, ""),
        ({"incoming": str(m.new_id())}, ""),
        ({"incoming": good["supervisor"]}, ""),
        ({"supervisor": good["incoming"]}, "three people"),
        ({"reason": " "}, "Give the reason"),
        ({"due": "1999-01-01"}, "passed"),
        ({"due": "tomorrow"}, "year-month-day"),
    ):
        answer = mei.post(reverse("handover_new"), {**good, **changes})
        assert answer.status_code == 422 and said in answer.content.decode(), changes
    assert not m.Handover.objects.exists()
