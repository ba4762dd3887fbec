"""Signing for a part on a phone: taps only, no script, and both sides see what was not in order."""

from __future__ import annotations

from django.urls import reverse

from custody import models as m
from custody.stories import cast as people
from custody.stories import told
from custody.terms import HandoffState, Received

from .scene import Scene, hidden


def test_thirty_copies_with_two_exceptions_take_three_pages_and_no_word(scene: Scene) -> None:
    copies = people.make_copies(scene.cast, scene.project, "THIRTY", 30)
    row = told.offer(scene.cast, scene.westgate, copies, "tao", "westgate_room").object
    tao, here = scene.client("tao"), reverse("handoff", args=[row.id])
    page = tao.get(here).content.decode()
    part = reverse("handoff_part", args=[row.id])
    assert part in page and "I have all 30 copies" in page
    html = tao.get(part).content.decode()
    assert html.count('type="checkbox"') == 30 and html.count("30 copies were offered.") == 1
    nothing = tao.post(part, {"step": "mark"})
    assert nothing.status_code == 422 and "Tick the copies" in nothing.content.decode()
    ticked = {"copies": [str(copies[3].id), str(copies[8].id)], "step": "mark"}
    html = tao.post(part, ticked).content.decode()
    assert html.count('type="radio"') == 8 and "Sign for the other 28 copies" in html
    assert copies[3].code in html and copies[4].code not in html
    signed = {**ticked, "step": "sign", "submission": hidden(html, "submission")}
    half = tao.post(part, {**signed, f"found_{copies[3].id}": "damaged"})
    assert half.status_code == 422 and "Say what is wrong with this copy" in half.content.decode()
    signed |= {f"found_{copies[3].id}": "damaged", f"found_{copies[8].id}": "seal_broken"}
    for _ in range(2):  # a double tap has one effect
        assert tao.post(part, signed).headers["Location"] == here
    row.refresh_from_db()
    assert row.state is HandoffState.PARTLY and m.Discrepancy.objects.count() == 2
    assert (
        m.Copy.objects.filter(custodian_party=scene.cast.party("westgate"), item=copies[0].item).count() == 28
    )
    for who in ("tao", "mei"):
        seen = scene.client(who).get(here).content.decode()
        assert "Damaged" in seen and "Seal broken" in seen and "Accepted in part" in seen, who
    assert (
        "Not in order on receipt"
        in scene.client("mei").get(reverse("copy", args=[copies[3].id])).content.decode()
    )


def test_the_sender_says_what_became_of_it_and_nobody_else(scene: Scene) -> None:
    part = reverse("handoff_part", args=[scene.handoff.id])
    id = scene.copies[0].id
    scene.client("tao", "zh-hans").post(part, {"copies": [str(id)], "step": "sign", f"found_{id}": "missing"})
    case = m.Discrepancy.objects.get()
    assert (case.found, case.copy_id) == (Received.MISSING, id)
    here, page = reverse("handoff", args=[scene.handoff.id]), reverse("discrepancy", args=[case.id])
    assert page not in scene.client("tao").get(here).content.decode()
    assert scene.client("tao").get(page).status_code == 403
    mei = scene.client("mei", "zh-hans")
    assert page in mei.get(here).content.decode()
    form = mei.get(page).content.decode()
    assert "已上报保密负责人" in form or "上报" in form
    seen = hidden(form, "seen")
    assert mei.post(page, {"how": "find", "resolution": "", "seen": seen}).status_code == 422
    answer = mei.post(page, {"how": "find", "resolution": "在另一箱中", "seen": seen})
    assert answer.headers["Location"] == here
    assert "在另一箱中" in scene.client("tao").get(here).content.decode()
    assert mei.get(page).status_code in (409, 422), "it is settled"
