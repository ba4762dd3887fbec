"""An old register of subcontracts on the pages and by program: read, entered, compared by two people, decided
by an officer who sees what the paper says beside the request."""

from __future__ import annotations

import base64
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from custody import models as m
from custody.actions import opening_compare
from custody.terms import HopState, PaperMatch, RegisterKind, RegisterState
from tests.actions.old_registers import taken_over
from tests.api.test_nouns import program, send
from tests.old_subcontracts import LAKESIDE, csv, line, opened

from .scene import Scene


@pytest.fixture
def entered(scene: Scene) -> m.OpeningRegister:
    rows = [
        line(1, 分包内容="旧扫描"),
        line(2, 分包内容="旧矢量化", 承接单位=LAKESIDE, 批准文号="", 批准机关="", 批准日期=""),
    ]
    return taken_over(scene.cast, opened(scene.cast, scene.project, rows))


def told(scene: Scene, who: str, href: str, lang: str = "en") -> str:
    answer = scene.client(who, lang).get(href)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def compared(scene: Scene, row: m.OpeningRegister, who: str, **said: str) -> Any:
    """Send the page of comparing; ``said`` by what is asked of a line, such as ``match_1``."""
    lines = {one.line: one.id for one in m.HopTakenOver.objects.filter(register=row)}
    row.refresh_from_db()
    form = {f"{key.split('_')[0]}_{lines[key.split('_')[1]]}": value for key, value in said.items()}
    return scene.client(who).post(reverse("opening_compare", args=[row.id]), {"seen": str(row.entry), **form})


def test_a_register_of_subcontracts_is_read_on_the_page_and_each_fault_told_in_both_languages(
    scene: Scene,
) -> None:
    raw = csv([line(1, 比例="0.35"), line(2, 承接单位=LAKESIDE)], "gb18030")
    form = {"kind": "subcontracts", "name": "合同册", "file": SimpleUploadedFile("旧.csv", raw)}
    answer = scene.client("mei").post(reverse("opening_new", args=[scene.project.id]), form)
    assert answer.status_code == 302
    page = told(scene, "mei", answer["Location"])
    assert "Share of the contract “0.35”: “0.35” may be 35 % or 0.35 %. Write the sign %." in page
    assert "Approval number on paper" in page and "Held by (party)" not in page
    zh = told(scene, "yu", answer["Location"], "zh-hans")
    assert "占合同比例“0.35”" in zh and "分包及其批准" in zh
    row = m.OpeningRegister.objects.get()
    assert row.kind is RegisterKind.SUBCONTRACTS
    columns = told(scene, "mei", reverse("opening_map", args=[row.id]))
    assert "Old number of the subcontract above" in columns and "Kept in" not in columns
    listed = told(scene, "mei", reverse("opening_registers") + "?kind=copies")
    assert answer["Location"] not in listed


def test_two_people_compare_on_their_phones_and_the_register_is_confirmed(
    scene: Scene, entered: m.OpeningRegister
) -> None:
    here, register = (
        reverse("opening_compare", args=[entered.id]),
        reverse("opening_register", args=[entered.id]),
    )
    assert here in told(scene, "mei", register) and here not in told(scene, "heng", register)
    page = told(scene, "mei", here)
    assert "Lines that wait for you: 2." in page and "approval 测密批〔2024〕1号" in page
    assert "no approval is named" in page
    assert compared(scene, entered, "mei", match_1="agrees")["Location"] == here
    assert "Lines that wait for you: 1." in told(scene, "mei", here)
    bad = compared(scene, entered, "mei", match_2="differs")
    assert bad.status_code == 422 and "Say what differs" in bad.content.decode()
    odd = compared(scene, entered, "mei", match_2="agrees", note_2="The day")
    assert odd.status_code == 422
    none = compared(scene, entered, "mei", match_2="")
    assert none.status_code == 422 and "one line at least" in none.content.decode()
    assert compared(scene, entered, "mei", match_2="agrees")["Location"] == register
    compared(scene, entered, "yu", match_1="agrees", match_2="differs", note_2="The paper says 3 %")
    entered.refresh_from_db()
    assert entered.state is RegisterState.CONFIRMED
    hop = m.HopTakenOver.objects.get(register=entered, line="2").hop_id
    assert "The paper says 3 %" in told(scene, "mei", reverse("hop", args=[hop]))


def test_the_hop_and_the_decision_page_say_what_the_paper_says_and_that_nobody_decided_it_here(
    scene: Scene, entered: m.OpeningRegister
) -> None:
    taken = m.HopTakenOver.objects.get(register=entered, line="1")
    approval = reverse("approval", args=[taken.hop.approvals.get().id])
    for href in (approval, reverse("hop", args=[taken.hop_id])):
        page, zh = told(scene, "heng", href), told(scene, "heng", href, "zh-hans")
        assert "What an old register says" in page and "测密批〔2024〕1号" in page and "省测绘局" in page
        assert "page 1, line 1" in page and "no rule takes it for an approval" in page
        assert "任何规则均不将其视为批准" in zh and "第1页第1行" in zh
    waiting = told(scene, "heng", approval)
    assert "not confirmed yet" in waiting and 'value="approve"' not in waiting
    assert 'value="deny"' in waiting
    for who in ("mei", "yu"):
        compared(scene, entered, who, match_1="agrees")
    assert "not confirmed yet" not in told(scene, "heng", approval)


def test_who_received_the_work_sees_the_place_on_paper_and_neither_the_register_nor_who_compared(
    scene: Scene, entered: m.OpeningRegister
) -> None:
    mine = m.HopTakenOver.objects.get(register=entered, line="1")
    other = m.HopTakenOver.objects.get(register=entered, line="2")
    compared(scene, entered, "mei", match_1="agrees")
    page = told(scene, "tao", reverse("hop", args=[mine.hop_id]))
    assert "测密批〔2024〕1号" in page and "Compared with the paper" not in page
    assert reverse("opening_register", args=[entered.id]) not in page
    for href in (
        reverse("hop", args=[other.hop_id]),
        reverse("opening_register", args=[entered.id]),
        reverse("opening_compare", args=[entered.id]),
    ):
        assert scene.client("tao").get(href).status_code == 404
    listed = told(scene, "tao", reverse("opening_subcontracts"))
    assert "分-001" in listed and "分-002" not in listed


def test_the_list_is_narrowed_and_taken_away_and_findings_lead_to_their_subcontract(
    scene: Scene, entered: m.OpeningRegister
) -> None:
    here = reverse("opening_subcontracts")
    page = told(scene, "mei", f"{here}?q=测密批")
    assert "分-001" in page and "分-002" not in page
    answer = scene.client("mei").get(here, {"register": str(entered.id), "export": "csv"})
    assert "分-002" in answer.content.decode()
    register = told(scene, "mei", reverse("opening_register", args=[entered.id]))
    hop = m.HopTakenOver.objects.get(register=entered, line="1").hop_id
    assert reverse("hop", args=[hop]) in register
    finding = entered.findings.filter(hop=hop)[0]
    assert reverse("hop", args=[hop]) in told(scene, "mei", reverse("opening_finding", args=[finding.id]))


def test_a_program_reads_enters_and_compares(scene: Scene) -> None:
    mei = program(scene, "mei")
    raw = csv([line(1, 分包内容="旧扫描")])
    made = send(
        mei, "opening-registers",
        {
            "project": str(scene.project.id), "kind": "subcontracts", "name": "Contracts",
            "filename": "c.csv", "content": base64.b64encode(raw).decode(),
        },
    )  # fmt: skip
    assert made.status_code == 201, made.content
    row = m.OpeningRegister.objects.get()
    taken_over(scene.cast, row)
    listed = mei.get("/api/v1/opening-subcontracts/").json()["results"]
    (one,) = listed
    assert (one["number"], one["approval"], one["approved_on"]) == (
        "分-001",
        "测密批〔2024〕1号",
        "2024-02-20",
    )
    assert m.Hop.objects.get(id=one["hop"]).state is HopState.REQUESTED
    act = f"opening-registers/{row.id}/compare"
    assert send(mei, act, {"differ": {"x": "?"}}).status_code == 422
    assert send(mei, act, {"differ": {one["id"]: "The day"}}).status_code == 200
    assert send(program(scene, "yu"), act, {"agree": [one["id"]]}).status_code == 200
    row.refresh_from_db()
    assert row.state is RegisterState.CONFIRMED
    said = opening_compare.of([one["id"]])
    (lines,) = said.values()
    assert sorted(each.match for each in lines.values()) == sorted(PaperMatch)


def test_the_command_reads_contracts_too(scene: Scene, tmp_path: Path) -> None:
    path, said = tmp_path / "old.csv", StringIO()
    path.write_bytes(csv([line(1), line(2, 承接单位=LAKESIDE, 批准日期="2099-01-01")]))
    given = {"project": scene.project.code, "name": "Book", "user": "mei", "stdout": said}
    call_command("import_register", str(path), **given, kind="subcontracts")
    assert (
        "page 1, line 2: Approved on paper on “2099-01-01”: 2099-01-01 has not come yet." in said.getvalue()
    )
    assert m.OpeningRegister.objects.get().kind is RegisterKind.SUBCONTRACTS
