"""Lists: asked by their address, sorted, with chosen columns, kept under a name, taken away as files that
spreadsheets read as text; a number on the first page leads to exactly the rows it counts."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
import tablib
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

import custody.web.urls  # noqa: F401 (every list enters itself)
from custody import models as m
from custody.actions import kept, registers
from custody.actions.base import Actor
from custody.terms import HandoffState
from custody.web import exports, listing
from custody.web.exports import neutral
from custody.web.listing import LISTS

from .scene import Scene


def listed(scene: Scene, who: str, query: str = "", status: int = 200) -> str:
    answer = scene.client(who).get(f"/handoffs/?{query}")
    assert answer.status_code == status
    return str(answer.content.decode().split("<main")[1].split("<footer")[0])


def returned_by(scene: Scene, days: int) -> None:
    m.Handoff.objects.filter(id=scene.handoff.id).update(
        state=HandoffState.ACCEPTED,
        due_back=dt.date.today() + dt.timedelta(days=days),  # noqa: DTZ011
        answered_at=dt.datetime.now(dt.UTC),
    )
    copies = m.Copy.objects.filter(lines__handoff=scene.handoff)
    m.Copy.objects.filter(id__in=list(copies.values_list("id", flat=True))).update(
        custodian_party=scene.handoff.receiver_party_id
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
    assert "西关数据处理有限公司" in rows[0] and "待签收" in rows[0]
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


READERS = {"decisions": "heng"}
"""Who reads the lists that a manager of the house does not."""
QUERIES = 19  # who asks, their roles, count, rows, whose they are, the kept lists, and the frame of the page


@pytest.mark.parametrize("route", sorted(LISTS))
def test_every_list_sorts_by_every_head_both_ways_and_shows_every_column(scene: Scene, route: str) -> None:
    client, columns = scene.client(READERS.get(route, "mei")), LISTS[route].table.base_columns
    shown = "&".join(f"column={name}" for name in columns)
    for name, column in columns.items():
        for sign in ("", "-"):
            answer = client.get(f"{reverse(route)}?{shown}&sort={sign}{name}")
            assert answer.status_code == 200, (route, sign, name)
            html = answer.content.decode()
            assert ("aria-sort" in html) is bool(column.order_by) or "<table" not in html, (route, name)
    answer = client.get(f"{reverse(route)}?{shown}&export=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert len(answer.content.decode().splitlines()[0].split(",")) == len(columns)


@pytest.mark.parametrize("route", sorted(LISTS))
def test_a_list_costs_the_same_queries_however_long(scene: Scene, route: str) -> None:
    client = scene.client(READERS.get(route, "mei"))
    client.get(reverse(route))
    columns = "&".join(f"column={name}" for name in LISTS[route].table.base_columns)
    with CaptureQueriesContext(
        connection,
    ) as first:
        client.get(f"{reverse(route)}?{columns}")
    assert len(first) <= QUERIES, [q["sql"][:120] for q in first]


@pytest.mark.parametrize("route", sorted(LISTS))
def test_a_list_reads_the_rows_of_its_page_only(
    scene: Scene, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: set[str] = set()
    whole = LISTS[route].table.whole

    def noting(rows: QuerySet[Any]) -> QuerySet[Any]:
        listed.add(rows.model._meta.db_table)
        return whole(rows)

    monkeypatch.setattr(listing, "ROWS", 1)
    monkeypatch.setattr(LISTS[route].table, "whole", noting)
    client = scene.client(READERS.get(route, "mei"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse(route)).status_code == 200
    (table,) = listed
    seen = [q["sql"] for q in asked if f'FROM "{table}"' in q["sql"].split("WHERE")[0]]
    rows = [sql for sql in seen if sql.startswith(f'SELECT "{table}".')]
    of_the_page = ("LIMIT", f'"{table}"."id" IN (')  # what is shown, and whose what is shown is
    assert seen and not [sql for sql in rows if not any(word in sql for word in of_the_page)]


@pytest.mark.parametrize("route", sorted(LISTS))
@pytest.mark.parametrize(
    "query",
    ["sort=../../etc/passwd", "sort=--code", "column=password", "page=0", "page=-1", "page=x", "sort=%00"],
)
def test_an_order_or_column_that_does_not_exist_is_left_out(scene: Scene, route: str, query: str) -> None:
    assert scene.client(READERS.get(route, "mei")).get(f"{reverse(route)}?{query}").status_code == 200


def test_rows_are_in_the_order_that_was_asked_for(scene: Scene) -> None:
    codes = re.compile(r">(HF-[0-9]{6}-.)</a>")
    up, down = (
        codes.findall(scene.client("mei").get(f"/copies/?sort={s}code").content.decode()) for s in ("", "-")
    )
    assert len(up) > 1 and up == sorted(up) and down == up[::-1]


def test_a_list_is_kept_under_a_name_and_removed(scene: Scene) -> None:
    client = scene.client("mei")
    asked = {
        "step": "save",
        "list": "handoffs",
        "name": "西关 open",
        "query": "state=offered&page=3&q=&export=csv",
    }
    answer = client.post("/saved", asked)
    assert (answer.status_code, answer["Location"]) == (302, "/handoffs/?state=offered")
    html = client.get("/handoffs/?state=offered").content.decode()
    assert "西关 open" in html and 'aria-current="page"' in html
    assert "西关 open" not in scene.client("heng").get("/handoffs/").content.decode(), "it is mei's own"
    assert client.post("/saved", {**asked, "query": "q=west"}).status_code == 302, "the same name replaces"
    row = m.SavedFilter.objects.get()
    assert row.query == "q=west"
    assert scene.client("heng").post("/saved", {"step": "delete", "id": row.id}).status_code == 404
    assert client.post("/saved", {"step": "delete", "id": row.id})["Location"] == "/handoffs/"
    assert not m.SavedFilter.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"list": "users"},
        {"list": ""},
        {"name": ""},
        {"name": "x" * 61},
        {"name": "a\0b"},
        {"query": "x" * 2001},
        {"step": "eat"},
        {"step": "delete", "id": "x"},
    ],
)
def test_a_list_that_cannot_be_kept_is_told(scene: Scene, bad: dict[str, str]) -> None:
    asked = {"step": "save", "list": "handoffs", "name": "Open", "query": "state=offered", **bad}
    assert scene.client("mei").post("/saved", asked).status_code in (404, 422)
    assert not m.SavedFilter.objects.exists()


def test_there_is_an_end_to_keeping_lists(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LISTS_KEPT", 1)
    client = scene.client("mei")
    codes = [
        client.post("/saved", {"step": "save", "list": "handoffs", "name": n, "query": ""}).status_code
        for n in ("one", "two", "one")
    ]
    assert codes == [302, 422, 302]


def test_a_handoff_whose_copies_moved_on_is_not_due_any_more(scene: Scene) -> None:
    returned_by(scene, -2)
    assert scene.handoff.number in listed(scene, "mei", "due=overdue")
    later = m.Handoff.objects.get(id=scene.handoff.id)
    lines = list(later.lines.all())
    later.pk, later.number, later.submission, later.due_back = m.new_id(), "HO-LATER", m.new_id(), None
    later.answered_at = dt.datetime.now(dt.UTC)
    later._state.adding = True
    later.save()
    m.Handoff.objects.filter(id=scene.handoff.id).update(
        answered_at=later.answered_at - dt.timedelta(hours=1)
    )
    m.HandoffCopy.objects.bulk_create(m.HandoffCopy(handoff=later, copy=line.copy) for line in lines)
    assert scene.handoff.number not in listed(scene, "mei", "due=overdue")


def numbers(html: str) -> Iterator[tuple[str, str]]:
    day = html.split("<main")[1].split("</section>")[0]
    for address, count in re.findall(r'<a href="(/[^"]*)">([0-9]+\+?)</a>', day):
        yield address.replace("&amp;", "&"), count


@pytest.mark.parametrize("who", ["mei", "heng", "tao", "jing", "yu", "lan"])
def test_every_number_of_the_day_leads_to_exactly_its_rows(scene: Scene, who: str) -> None:
    registers.give_grant(
        Actor.setup(),
        person=scene.cast.people["jing"].id,
        project=scene.project.id,
        starts=scene.cast.today - dt.timedelta(days=1),
        ends=scene.cast.today + dt.timedelta(days=9),
    )
    client = scene.client(who)
    found = dict(numbers(client.get("/").content.decode()))
    assert found
    for address, count in found.items():
        html = client.get(address).content.decode()
        rows = re.search(r"([0-9,]+) rows?", html)
        assert rows and rows[1] == count, (address, count)
    if who == "tao":
        assert found["/handoffs/?state=offered&side=received"] == "1"


@pytest.mark.parametrize(
    ("who", "most"),
    [("mei", (68, 34)), ("heng", (59, 32)), ("tao", (70, 42)), ("jing", (38, 49)), ("an", (40, 32))],
)
def test_the_first_page_and_a_handoff_cost_a_known_number_of_queries(
    scene: Scene, who: str, most: tuple[int, int]
) -> None:
    client = scene.client(who)
    for path, limit in zip(("/", f"/handoffs/{scene.handoff.id}/"), most, strict=True):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        assert len(asked) <= limit, path
