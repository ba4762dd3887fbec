"""The list of handoffs: filtered by its address, and taken away as a file that spreadsheets read as text."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
import tablib

from custody import models as m
from custody.terms import HandoffState
from custody.web import exports
from custody.web.exports import neutral

from .scene import Scene


def listed(scene: Scene, who: str, query: str = "", status: int = 200) -> str:
    answer = scene.client(who).get(f"/handoffs/?{query}")
    assert answer.status_code == status
    return str(answer.content.decode().split("<main")[1].split("<footer")[0])


def returned_by(scene: Scene, days: int) -> None:
    m.Handoff.objects.filter(id=scene.handoff.id).update(
        state=HandoffState.ACCEPTED,
        due_back=dt.date.today() + dt.timedelta(days=days),  # noqa: DTZ011
    )


def test_it_is_filtered_by_number_party_and_state(scene: Scene) -> None:
    number = scene.handoff.number
    for query in ("", "q=westgate", "q=西关", f"q={number.lower()}", "state=offered", "q=northfield+west"):
        assert number in listed(scene, "mei", query), query
    for query in ("q=harbour", "state=accepted", "state=offered&q=lakeside", "due=overdue"):
        html = listed(scene, "mei", query)
        assert number not in html and "No handoff fits." in html, query


@pytest.mark.parametrize(
    ("days", "fits"),
    [(-2, {"overdue"}), (2, {"week", "month"}), (20, {"month"}), (60, set())],
)
def test_what_is_due_is_told_by_its_day(scene: Scene, days: int, fits: set[str]) -> None:
    returned_by(scene, days)
    for due in ("overdue", "week", "month"):
        assert (scene.handoff.number in listed(scene, "mei", f"due={due}")) is (due in fits), due


@pytest.mark.parametrize("query", ["state=eaten", "due=never", "q=" + "x" * 200, "q=%00"])
def test_a_question_that_cannot_be_asked_is_told_and_shows_nothing(scene: Scene, query: str) -> None:
    assert scene.handoff.number not in listed(scene, "mei", query, 422)


def test_a_csv_opens_with_its_chinese_and_holds_what_the_page_shows(scene: Scene) -> None:
    answer = scene.client("mei", "zh-hans").get("/handoffs/?q=西关&export=csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Disposition"].startswith('attachment; filename="holdfast-handoffs-')
    rows = tablib.Dataset().load(answer.content.decode("utf-8-sig"), format="csv")
    assert [row[0] for row in rows] == [scene.handoff.number]
    assert "西关数据处理有限公司" in rows[0] and "待接收" in rows[0]
    assert any(len(cell) == 10 and cell[4] == "-" for cell in rows[0]), "dates are ISO"


def test_an_xlsx_holds_the_same(scene: Scene) -> None:
    answer = scene.client("mei").get("/handoffs/?export=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == [scene.handoff.number]


def test_a_name_that_a_spreadsheet_would_run_is_text(scene: Scene) -> None:
    m.Party.objects.filter(id=scene.cast.party("westgate")).update(name="=HYPERLINK(1)", other_name="")
    client = scene.client("mei")
    assert "'=HYPERLINK(1)" in client.get("/handoffs/?export=csv").content.decode()
    book = openpyxl.load_workbook(io.BytesIO(client.get("/handoffs/?export=xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert [neutral(text)[0] for text in ("+1", "-1", "@x", "\tx", "\rx", "x")] == ["'"] * 5 + ["x"]


def test_a_file_holds_no_more_than_its_reader_may_see(scene: Scene) -> None:
    for who, sees in (("tao", True), ("lan", False), ("bo", False), ("jing", True)):
        text = scene.client(who).get("/handoffs/?export=csv").content.decode()
        assert (scene.handoff.number in text) is sees, who


def test_too_many_rows_are_not_a_file(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST", 0)
    html = listed(scene, "mei", "export=csv")
    assert "Filter to 0 or fewer" in html and "download" not in html


def test_an_unknown_kind_of_file_is_the_page(scene: Scene) -> None:
    assert scene.handoff.number in listed(scene, "mei", "export=exe")
