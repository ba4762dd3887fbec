"""The pages of stocktakes: opened, counted with a scanner that types, looked for again, signed, settled."""

from __future__ import annotations

import re

from django.urls import reverse

from custody import codes
from custody import models as m
from custody.stories import cast as people
from custody.terms import Counted, Difference, StocktakeState

from .scene import Scene, hidden

UNKNOWN = codes.copy_code(777_777)


def opened(scene: Scene, **changes: str) -> m.Stocktake:
    form = {
        "party": str(scene.cast.party("northfield")), "project": str(scene.project.id), "system": "",
        "counter": str(scene.cast.people["mei"].id), "second": str(scene.cast.people["yu"].id),
        "second_as": "counter", "submission": str(m.new_id()), **changes,
    }  # fmt: skip
    mei = scene.client("mei")
    for _ in range(2):  # a double click opens one
        answer = mei.post(reverse("stocktake_new"), form)
    assert answer.status_code == 302, answer.content.decode()
    return m.Stocktake.objects.get(id=answer.headers["Location"].strip("/").rpartition("/")[2])


def test_a_stocktake_is_opened_counted_and_signed_with_the_password(scene: Scene) -> None:
    mei, yu = scene.client("mei"), scene.client("yu")
    assert reverse("stocktake_new") in mei.get(reverse("stocktakes")).content.decode()
    page = mei.get(reverse("stocktake_new")).content.decode()
    assert scene.project.code in page and "the list of what is to be there" in page.lower()
    row = opened(scene)
    assert m.Stocktake.objects.count() == 1 and row.expected == 4
    count = reverse("stocktake_count", args=[row.id])
    here = reverse("stocktake", args=[row.id])
    shown = mei.get(here).content.decode()
    assert count in shown and scene.copies[0].code in shown and "Not seen yet" in shown
    page = yu.get(count).content.decode()
    assert "autofocus" in page and "0 / 4" in page
    token = {"submission": str(m.new_id())}
    page = yu.post(count, {"code": scene.copies[0].code, "codes": "", "place": "", **token}).content.decode()
    assert f"{scene.copies[0].code}: Counted" in page and "1 / 4" in page
    page = yu.post(count, {"code": scene.copies[0].code, "codes": "", "place": "", **token}).content.decode()
    assert "counted when it was first sent" in page, "a reload does not count twice"
    page = mei.post(count, {"code": scene.copies[0].code, "codes": "", "place": ""}).content.decode()
    assert "Counted before" in page
    page = mei.post(count, {"code": scene.copies[1].code[:-1] + "?", "codes": ""}).content.decode()
    assert "Mistyped" in page and "1 / 4" in page
    pasted = "\n".join([*(c.code for c in scene.copies[1:]), UNKNOWN])
    page = mei.post(count, {"code": "", "codes": pasted, "place": ""}).content.decode()
    assert "3 of 4 numbers counted" in page and "Not a registered copy" in page and "4 / 4" in page
    assert mei.post(count, {"code": " ", "codes": ""}).status_code == 422
    close = reverse("stocktake_close", args=[row.id])
    page = yu.get(close).content.decode()
    assert "lines_sha256" in page and 'type="password"' in page
    signed = {"statement_sha256": hidden(page, "statement_sha256"), "seen": hidden(page, "seen")}
    assert yu.post(close, {**signed, "password": "wrong"}).status_code == 422
    assert yu.post(close, {**signed, "password": people.PASSWORD}).headers["Location"] == here
    row.refresh_from_db()
    assert row.state is StocktakeState.CLOSED and row.closed_by_id == scene.cast.people["yu"].id
    assert mei.get(count).status_code in (409, 422) and mei.get(close).status_code in (409, 422)
    line = row.lines.get(code=UNKNOWN)
    settle = reverse("stocktake_line", args=[line.id])
    assert settle in mei.get(here).content.decode()
    form = scene.client("mei", "zh-hans").get(settle).content.decode()
    assert "未登记的载体" in form
    given = {"how": "put_right", "resolution": "补登记", "seen": hidden(form, "seen")}
    assert mei.post(settle, {**given, "resolution": ""}).status_code == 422
    assert mei.post(settle, given).headers["Location"] == here
    line.refresh_from_db()
    assert line.difference is Difference.PUT_RIGHT and "补登记" in mei.get(here).content.decode()
    assert mei.get(settle).status_code in (409, 422), "it is settled"


def test_what_was_not_seen_is_looked_for_again_and_then_missing(scene: Scene) -> None:
    row, mei = opened(scene), scene.client("mei")
    here, again = (reverse(name, args=[row.id]) for name in ("stocktake", "stocktake_recount"))
    mei.post(reverse("stocktake_count", args=[row.id]), {"code": scene.copies[0].code, "codes": ""})
    page = mei.get(here).content.decode()
    assert again in page and reverse("stocktake_close", args=[row.id]) not in page
    seen = hidden(mei.get(again).content.decode(), "seen")
    assert mei.post(again, {"seen": seen}).headers["Location"] == here
    close = reverse("stocktake_close", args=[row.id])
    page = mei.get(close).content.decode()
    signed = {name: hidden(page, name) for name in ("statement_sha256", "seen")}
    mei.post(close, {**signed, "password": people.PASSWORD})
    page = mei.get(here).content.decode()
    assert (
        page.count("Settle this difference") >= 3
        and page.count("Report an incident") == 3
        and "Missing" in page
    )
    assert row.lines.filter(found=Counted.MISSING).count() == 3
    gone = row.lines.filter(found=Counted.MISSING)[0].copy
    page = mei.get(reverse("copy", args=[gone.id])).content.decode()
    assert here in page and "Last stocktake" in page and "To be settled" in page
    assert "Missing; by the record here since" in mei.get(reverse("copy", args=[gone.id])).content.decode()
    page = mei.get(reverse("copies"), {"custody": "missing"}).content.decode()
    assert gone.code in page and scene.copies[0].code not in page
    assert "Copies missing" in mei.get(reverse("home")).content.decode()
    badge = f'<a href="{here}"><span class="badge bad">'
    project = reverse("project", args=[scene.project.id])
    for who in ("mei", "jing"):
        for place in (project, reverse("copies"), reverse("item", args=[gone.item_id])):
            assert scene.client(who).get(place).content.decode().count(badge) >= 3, (who, place)
    page = mei.get(project).content.decode()
    assert "<h2 id=" in page and ">Stocktakes</h2>" in page, "and its stocktakes have a section"
    page = scene.client("mei", "zh-hans").get(reverse("copy", args=[gone.id])).content.decode()
    assert re.search(r'class="badge bad"><span aria-hidden="true">✕</span>缺失', page)
    tao = scene.client("tao").get(project).content.decode()
    assert here not in tao and ">Stocktakes</h2>" not in tao, "who does not see the count is not told"


def test_a_copy_that_is_there_after_all_is_held_again(scene: Scene) -> None:
    mei, row = scene.client("mei"), opened(scene)
    again, close = (reverse(f"stocktake_{verb}", args=[row.id]) for verb in ("recount", "close"))
    mei.post(again, {"seen": hidden(mei.get(again).content.decode(), "seen")})
    page = mei.get(close).content.decode()
    signed = {name: hidden(page, name) for name in ("statement_sha256", "seen")}
    mei.post(close, {**signed, "password": people.PASSWORD})
    line = row.lines.get(copy=scene.copies[2])
    settle = reverse("stocktake_line", args=[line.id])
    page = mei.get(settle).content.decode()
    given = {"how": "find", "resolution": "In the other drawer", "seen": hidden(page, "seen")}
    assert mei.post(settle, given).status_code == 302
    page = mei.get(reverse("copy", args=[line.copy_id])).content.decode()
    assert re.search(r'class="badge ok"><span aria-hidden="true">✓</span>Held', page)


def test_others_neither_see_nor_count_it(scene: Scene) -> None:
    row = opened(scene)
    here, count = reverse("stocktake", args=[row.id]), reverse("stocktake_count", args=[row.id])
    assert scene.client("tao").get(here).status_code == 404
    assert scene.client("jing").get(here).status_code == 200, "a regulator with a grant on the project"
    assert scene.client("heng").get(count).status_code == 403
    off = reverse("stocktake_cancel", args=[row.id])
    seen = hidden(scene.client("mei").get(off).content.decode(), "seen")
    assert scene.client("mei").post(off, {"seen": seen, "reason": ""}).status_code == 422
    assert scene.client("mei").post(off, {"seen": seen, "reason": "Begun twice"}).headers["Location"] == here
    assert "Begun twice" in scene.client("mei").get(here).content.decode()
    assert row.lines.count() == 4 and scene.client("mei").get(count).status_code in (409, 422)


def test_a_copy_whose_label_the_phone_opened_is_counted_with_one_tap(scene: Scene) -> None:
    mei, copy = scene.client("mei"), scene.copies[0]
    page = reverse("copy", args=[copy.id])
    assert "Count it" not in mei.get(page).content.decode(), "nothing is being counted"
    row = opened(scene)
    count = reverse("stocktake_count", args=[row.id])
    shown = mei.get(page).content.decode()
    assert f'action="{count}"' in shown and ">Count it<" in shown
    tapped = {"code": hidden(shown, "code"), "submission": hidden(shown, "submission")}
    assert f"{copy.code}: Counted" in mei.post(count, tapped).content.decode()
    assert "counted when it was first sent" in mei.post(count, tapped).content.decode()
    assert ">点到<" in scene.client("yu", "zh-hans").get(page).content.decode()
    assert f'action="{count}"' not in scene.client("heng").get(page).content.decode(), "counts nothing"
    other = opened(scene, party=str(scene.cast.party("northfield")), project="")
    shown = mei.get(page).content.decode()
    assert reverse("stocktake_count", args=[other.id]) in shown and "Count it in the stocktake begun" in shown


def test_of_somebody_elses_copy_a_counter_learns_that_the_number_is_one_and_nothing_more(
    scene: Scene,
) -> None:
    cast = scene.cast
    theirs = people.open_project(cast, "OTTER-77", "Quays at low water")
    copy = people.make_copies(cast, theirs, "BITTERN", 1)[0]
    lakeside = cast.party("lakeside")  # has it all from here on
    m.Project.objects.filter(id=theirs.id).update(owner_party=lakeside)
    m.Copy.objects.filter(id=copy.id).update(custodian_party=lakeside, custodian_person=None)
    row, mei = opened(scene), scene.client("mei")
    count, here = (reverse(name, args=[row.id]) for name in ("stocktake_count", "stocktake"))
    told = mei.post(count, {"code": copy.code, "codes": "", "place": ""}).content.decode()
    assert "By the record it is kept elsewhere or by another party. Put it aside." in told
    line = row.lines.get(code=copy.code)
    pages = [told, mei.get(here).content.decode()]
    assert all(copy.code in page for page in pages)
    pages.append(mei.get(reverse("stocktake_line", args=[line.id])).content.decode())
    for page in pages:
        for word in ("OTTER-77", "Quays", "BITTERN", "Lakeside", str(copy.id), str(theirs.id)):
            assert word not in page, word
