"""An old register on the pages and by program: read, judged field by field, mapped, called off."""

from __future__ import annotations

import base64
import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from custody import models as m
from custody.actions import opening_findings
from custody.terms import RegisterState
from tests.actions.old_registers import counted, opened, taken_over
from tests.api.test_nouns import program, send
from tests.old_register import csv, line

from .scene import Scene


def sent(scene: Scene, raw: bytes, who: str = "mei", **more: Any) -> Any:
    form = {"kind": "copies", "name": "登记簿 3", "file": SimpleUploadedFile("旧.csv", raw), **more}
    return scene.client(who).post(reverse("opening_new", args=[scene.project.id]), form)


def test_a_register_is_read_on_the_page_and_each_fault_is_told_in_both_languages(scene: Scene) -> None:
    here = reverse("project", args=[scene.project.id])
    new = reverse("opening_new", args=[scene.project.id])
    assert new in scene.client("mei").get(here).content.decode()
    answer = sent(scene, csv([line(1), line(2, 密级="很秘密", 登记日期="2019年2月30日")], "gb18030"))
    assert answer.status_code == 302
    page = scene.client("mei").get(answer["Location"]).content.decode()
    assert "Classification “很秘密”: This is no classification of the project" in page
    assert "Since “2019年2月30日”: “2019年2月30日” is no day of the calendar." in page
    assert "nothing of this register is entered yet" in page
    zh = scene.client("yu", "zh-hans").get(answer["Location"]).content.decode()
    assert "密级“很秘密”：该密级不属于本项目的规则包。" in zh and "试运行" in zh
    listed = scene.client("mei").get(reverse("opening_registers"), {"project": str(scene.project.id)})
    assert answer["Location"] in listed.content.decode() and new in listed.content.decode()
    assert reverse("opening_registers") in scene.client("mei").get(here).content.decode()
    row = m.OpeningRegister.objects.get()
    file = scene.client("mei").get(
        reverse("opening_lines"), {"register": str(row.id), "state": "faulty", "export": "csv"}
    )
    assert "旧-0002" in file.content.decode() and "旧-0001" not in file.content.decode()


def test_what_cannot_be_read_is_told_beside_the_file_and_sent_twice_is_read_once(scene: Scene) -> None:
    assert sent(scene, b"\0").status_code == 422 and not m.OpeningRegister.objects.exists()
    token = str(m.new_id())
    first, again = (sent(scene, csv([line(1)]), submission=token) for _ in range(2))
    assert first["Location"] == again["Location"] and m.OpeningRegister.objects.count() == 1
    assert "was read before" in sent(scene, csv([line(1)])).content.decode()


def test_columns_are_chosen_and_a_register_is_called_off(scene: Scene) -> None:
    row = opened(scene.cast, scene.project)
    mei, url = scene.client("mei"), reverse("opening_map", args=[row.id])
    page = mei.get(url).content.decode()
    assert "成果名称" in page
    form = {"number": "1", "item": "1", "level": "3", "seen": str(row.entry)}
    assert "tells something else already" in mei.post(url, form).content.decode()
    assert mei.post(url, {**form, "item": ""}).status_code == 422
    assert mei.post(url, {**form, "item": "2"}).status_code == 302
    row.refresh_from_db()
    assert row.mapping == {"number": 1, "item": 2, "level": 3}
    off = reverse("opening_withdraw", args=[row.id])
    assert mei.post(off, {"reason": "Wrong", "seen": str(row.entry)}).status_code == 302
    row.refresh_from_db()
    assert row.state is RegisterState.WITHDRAWN and mei.get(url).status_code == 409


def test_others_do_not_see_it(scene: Scene) -> None:
    row = opened(scene.cast, scene.project)
    for who in ("tao", "lan"):
        assert scene.client(who).get(reverse("opening_register", args=[row.id])).status_code == 404
        assert scene.client(who).get(reverse("opening_map", args=[row.id])).status_code == 404
        assert sent(scene, csv([line(1)]), who).status_code == 403
    for verb in ("map", "withdraw"):
        assert scene.client("heng").get(reverse(f"opening_{verb}", args=[row.id])).status_code == 403


def test_a_program_does_the_same(scene: Scene) -> None:
    mei = program(scene, "mei")
    content = base64.b64encode(csv([line(1), line(2, 编号="")])).decode()
    asked = {"project": str(scene.project.id), "name": "Book", "filename": "b.csv", "content": content}
    made = send(mei, "opening-registers", asked)
    assert made.status_code == 201 and made.json()["state"] == "read", made.content
    id = made.json()["id"]
    (bad,) = mei.get("/api/v1/opening-lines/", {"register": id, "state": "faulty"}).json()["results"]
    assert (bad["line"], bad["problems"][0]["field"], bad["problems"][0]["code"]) == (
        "2",
        "number",
        "missing",
    )
    mapped = send(mei, f"opening-registers/{id}/map", {"mapping": {"number": 0, "item": 2, "level": 3}})
    assert mapped.status_code == 200, mapped.content
    assert not mei.get("/api/v1/opening-lines/", {"register": id, "state": "faulty"}).json()["results"]
    assert send(mei, f"opening-registers/{id}/withdraw", {"reason": "Wrong"}).json()["state"] == "withdrawn"
    assert send(mei, "opening-registers", {**asked, "content": "%"}).status_code == 422


def test_the_command_prints_every_fault(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(csv([line(1), line(2, 密级="?"), line(3, 编号="旧-0001")]))
    said = StringIO()
    given = {"project": scene.project.code, "name": "Book", "user": "mei", "stdout": said}
    call_command("import_register", str(path), **given)
    told = said.getvalue()
    assert "page 1, line 2: Classification “?”" in told and "page 1, line 1 already" in told
    for wrong in ({"user": "nobody"}, {"project": "NONE"}, {"column": ["number"]}, {"name": "Again"}):
        with pytest.raises(CommandError):
            call_command("import_register", str(path), **{**given, **wrong})


def test_what_can_be_read_is_entered_and_told_on_the_page_of_each_copy(scene: Scene) -> None:
    row = opened(scene.cast, scene.project, [line(1), line(2, 密级="?")])
    mei, here = scene.client("mei"), reverse("opening_register", args=[row.id])
    url = reverse("opening_enter", args=[row.id])
    assert url in mei.get(here).content.decode() and scene.client("yu").get(url).status_code == 403
    day = (scene.cast.today + dt.timedelta(days=30)).isoformat()
    form = {"due": day, "seen": str(row.entry), "submission": str(m.new_id())}
    assert mei.post(url, {**form, "due": "2001-01-01", "submission": ""}).status_code == 422
    assert mei.post(url, form)["Location"] == here == mei.post(url, form)["Location"]
    page = mei.get(here).content.decode()
    assert "What breaks a rule" in page and "CLS-01" in page and day in page
    copy = m.Copy.objects.get(taken_over__register=row)
    told = mei.get(reverse("copy", args=[copy.id])).content.decode()
    assert "旧-0001" in told and "page 1, line 1" in told and "Taken over, not yet confirmed" in told
    assert "what was before is not recorded here" in told and "The copy was numbered" not in told
    assert reverse("copies_confirm", args=[scene.project.id]) not in told
    zh = scene.client("mei", "zh-hans").get(reverse("copy", args=[copy.id])).content.decode()
    assert "由旧登记簿接收，尚未确认" in zh and "第1页第1行" in zh
    for asked in ({"q": "旧-0001"}, {"custody": "on_paper"}):
        assert copy.code in mei.get(reverse("copies"), asked).content.decode()


def test_a_finding_is_given_to_somebody_and_settled_on_its_page(scene: Scene) -> None:
    row = taken_over(scene.cast, opened(scene.cast, scene.project))
    finding = row.findings.filter(code="CLS-01")[0]
    heng, here = scene.client("heng"), reverse("opening_finding", args=[finding.id])
    assert here in heng.get(reverse("opening_findings"), {"register": str(row.id)}).content.decode()
    page = heng.get(here).content.decode()
    assert "CLS-01" in page or "classified" in page
    day = (scene.cast.today + dt.timedelta(days=3)).isoformat()
    yu = str(scene.cast.people["yu"].id)
    url = reverse("opening_finding_assign", args=[finding.id])
    assert heng.post(url, {"owner": yu, "due": day, "seen": str(finding.entry)})["Location"] == here
    finding.refresh_from_db()
    url = reverse("opening_finding_settle", args=[finding.id])
    assert heng.post(url, {"resolution": "", "seen": str(finding.entry)}).status_code == 422
    assert heng.post(url, {"resolution": "已定密", "seen": str(finding.entry)}).status_code == 302
    page = scene.client("mei", "zh-hans").get(here).content.decode()
    assert "已定密" in page and "已处理" in page and "钱宇" in page
    for who in ("tao", "lan"):
        assert scene.client(who).get(here).status_code == 404
        assert scene.client(who).get(url).status_code == 404


def test_two_people_confirm_it_and_it_is_closed(scene: Scene) -> None:
    row = taken_over(scene.cast, opened(scene.cast, scene.project))
    mei, here = scene.client("mei"), reverse("opening_register", args=[row.id])
    assert reverse("stocktake_new") in mei.get(here).content.decode()
    take = counted(scene.cast, scene.project)
    url = reverse("opening_confirm", args=[row.id])
    assert str(take.id) in mei.get(url).content.decode()
    row.refresh_from_db()
    assert mei.post(url, {"stocktake": "", "seen": str(row.entry)}).status_code == 422
    assert mei.post(url, {"stocktake": str(take.id), "seen": str(row.entry)}).status_code == 302
    row.refresh_from_db()
    assert row.state is RegisterState.CONFIRMED
    copy = m.Copy.objects.filter(taken_over__register=row)[0]
    told = mei.get(reverse("copy", args=[copy.id])).content.decode()
    assert "Taken over, not yet confirmed" not in told and "page 1, line 1" in told
    close = reverse("opening_close", args=[row.id])
    refused = mei.post(close, {"seen": str(row.entry)})
    assert refused.status_code == 422 and "neither settled" in refused.content.decode()
    for one in row.findings.all():
        opening_findings.settle(scene.cast.actor("heng"), finding=one.id, resolution="Done")
    assert mei.post(close, {"seen": str(row.entry)}).status_code == 302
    assert "Closed" in mei.get(here).content.decode() and mei.get(close).status_code == 409


def test_a_program_goes_the_whole_way(scene: Scene) -> None:
    mei, row = program(scene, "mei"), opened(scene.cast, scene.project)
    day = (scene.cast.today + dt.timedelta(days=30)).isoformat()
    there = f"opening-registers/{row.id}"
    entered = send(mei, f"{there}/enter", {"due": day})
    assert (entered.status_code, entered.json()["entered"], entered.json()["state"]) == (200, 2, "entered")
    take = counted(scene.cast, scene.project)
    confirmed = send(mei, f"{there}/confirm", {"stocktake": str(take.id)})
    assert confirmed.json()["state"] == "confirmed", confirmed.content
    assert send(mei, f"{there}/close", {}).status_code == 422
    found = mei.get("/api/v1/opening-findings/", {"register": str(row.id)}).json()["results"]
    for n, one in enumerate(found):
        body = {"owner": str(scene.cast.people["yu"].id), "due": day} if n else {"resolution": "Done"}
        done = send(mei, f"opening-findings/{one['id']}/{'assign' if n else 'settle'}", body)
        assert done.status_code == 200, done.content
    assert send(mei, f"{there}/close", {}).json()["state"] == "closed"
