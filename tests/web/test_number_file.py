"""Copy numbers by paste, scan or file: what is wrong is told by its line, and no file does harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from custody import models as m
from custody.codes import copy_code
from ledger.models import Entry

from .scene import Scene


def page(scene: Scene) -> str:
    return reverse("handoff_new", args=[scene.project.id])


def send(scene: Scene, name: str, content: bytes, **changes: Any) -> HttpResponse:
    """Send a file with an offer on which no copy is ticked."""
    form = scene.offer_form(**{"step": "check", "copies": [], **changes})
    answer: Any = scene.client("mei").post(page(scene), {**form, "file": SimpleUploadedFile(name, content)})
    return answer


def paste(scene: Scene, text: str, **changes: Any) -> HttpResponse:
    form = scene.offer_form(**{"step": "check", "copies": [], "codes": text, **changes})
    answer: Any = scene.client("mei").post(page(scene), form)
    return answer


def workbook(rows: Iterable[Iterable[Any]]) -> bytes:
    book, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def mistyped(code: str) -> str:
    return code[:-1] + ("A" if code[-1] != "A" else "B")


def effects() -> tuple[int, int, int]:
    return Entry.objects.count(), m.Handoff.objects.count(), m.Refusal.objects.count()


def table(scene: Scene) -> list[list[str]]:
    third, fourth = (c.code for c in scene.copies[2:4])
    return [["Name 名称", "Number 编号"], ["北图", third.lower()], ["", ""], ["南图", fourth]]


def files(scene: Scene) -> dict[str, tuple[str, bytes]]:
    rows = table(scene)
    text = "\r\n".join(",".join(row) for row in rows)
    return {
        "utf-8": ("a.csv", text.encode()),
        "with a mark": ("A.CSV", text.encode("utf-8-sig")),
        "gb18030": ("a.csv", text.encode("gb18030")),
        "semicolons": ("a.csv", text.replace(",", ";").encode()),
        "text": ("a.txt", "\n".join(row[1] for row in rows[1:]).encode()),
        "one line": ("a.txt", f"{rows[1][1]}, {rows[3][1]}".encode()),
        "xlsx": ("a.xlsx", workbook(rows)),
    }


@pytest.mark.parametrize(
    "kind", ["utf-8", "with a mark", "gb18030", "semicolons", "text", "one line", "xlsx"]
)
def test_a_file_of_numbers_is_checked_then_offered(scene: Scene, kind: str) -> None:
    before = effects()
    answer = send(scene, *files(scene)[kind])
    html = answer.content.decode()
    assert answer.status_code == 200, html
    for copy in scene.copies[2:4]:
        assert copy.code in html
    assert 'name="file"' not in html and effects() == before, "from here on the numbers travel as text"
    carried = html.split('name="codes" value="')[1].split('"')[0]
    assert paste(scene, carried, step="do").status_code == 302
    offered = m.Handoff.objects.latest("offered_at")
    assert {c.code for c in offered.copies.all()} == {c.code for c in scene.copies[2:4]}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_bad_lines_of_a_file_are_told_by_their_number_and_stand_in_the_box(scene: Scene, kind: str) -> None:
    rows = table(scene)
    rows[3][1] = mistyped(rows[3][1])
    rows += [[""], ["", copy_code(987654)]]
    content = workbook(rows) if kind == "xlsx" else "\n".join(",".join(row) for row in rows).encode()
    before = effects()
    answer = send(scene, f"a.{kind}", content)
    html = answer.content.decode()
    assert answer.status_code == 422 and effects() == before
    assert f"Line 4, {rows[3][1]}: the last character is wrong" in html
    assert f"Line 6: {copy_code(987654)} is not a copy of this project" in html
    box = html.split('name="codes"')[1].split(">")[1].split("<")[0].removeprefix("\n")
    assert box.split("\n")[3].strip() == rows[3][1], "line 4 there is line 4 here"


def test_a_file_is_added_to_what_was_typed(scene: Scene) -> None:
    answer = send(scene, "a.txt", scene.copies[3].code.encode(), codes=scene.copies[2].code + "\n\n")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert scene.copies[2].code in html and scene.copies[3].code in html


def test_a_repeated_number_counts_once_and_is_told(scene: Scene) -> None:
    code, other = scene.copies[2].code, scene.copies[3].code
    html = paste(scene, f"{code}\n{other}\n\n{code.lower()}").content.decode()
    assert f"Line 4 repeats {code} of line 1; it counts once." in html and "Offer the copies" in html
    assert html.count("repeats") == 1


def test_twenty_faults_are_listed_and_the_rest_counted(scene: Scene) -> None:
    html = paste(scene, "\n".join(copy_code(900_000 + n) for n in range(32))).content.decode()
    assert "Line 20:" in html and "Line 21:" not in html and "and 12 more" in html


def test_two_hundred_numbers_are_the_most(scene: Scene) -> None:
    numbers = [copy_code(900_000 + n) for n in range(201)]
    for answer in (paste(scene, "\n".join(numbers)), send(scene, "a.csv", "\n".join(numbers).encode())):
        assert answer.status_code == 422
        assert "Hand over at most 200 copies at a time." in answer.content.decode()


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def with_part(book: bytes, name: str, change: Any) -> bytes:
    """Return a workbook with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part.filename, change(content) if part.filename == name else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
CODE = copy_code(900_001)
SMALL = workbook([[CODE]])
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><worksheet>&j;</worksheet>"
)
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "a zip bomb": ("a.xlsx", zipped(xl__workbook_xml=b" " * 300_000_000), "unpacks to too much"),
    "many parts": ("a.xlsx", zipped(**{f"p{n}": b"" for n in range(300)}), "unpacks to too much"),
    "a million rows": ("a.xlsx", b"million", ""),
    "rows far down": (
        "a.xlsx",
        with_part(SMALL, SHEET, lambda x: x.replace(b'r="1"', b'r="99999999999"')),
        "more than 1,000 lines",
    ),
    "entities": ("a.xlsx", with_part(SMALL, SHEET, lambda _: BOMB), "cannot be read"),
    "entities in UTF-16": (
        "a.xlsx",
        with_part(SMALL, SHEET, lambda _: BOMB.decode().replace("1.0", "1.0").encode("utf-16")),
        "cannot be read",
    ),
    "no sheet": ("a.xlsx", with_part(SMALL, SHEET, lambda _: b""), ""),
    "half a file": ("a.xlsx", SMALL[: len(SMALL) // 2], "cannot be read"),
    "no workbook": ("a.xlsx", zipped(a=b"b"), "cannot be read"),
    "a picture": ("a.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9, "cannot be read"),
    "a picture without NUL": ("a.txt", bytes(range(128, 256)) * 40, ""),
    "a workbook by another name": ("a.csv", SMALL, "cannot be read"),
    "text by another name": ("a.xlsx", CODE.encode(), "cannot be read"),
    "nothing": ("a.csv", b"", "This file is empty"),
    "only lines": ("a.txt", b"\n" * 900, "holds no copy numbers"),
    "no numbers": ("a.csv", "编号,名称\n1,2\n".encode(), "holds no copy numbers"),
    "NUL": ("a.txt", CODE.encode() + b"\0", "cannot be read"),
    "10 MB": ("a.txt", b"x" * 10_000_000, "larger than 1 MB"),
    "many lines": ("a.txt", b"x\n" * 2000, "more than 1,000 lines"),
    "gap": ("a.csv", b"\n" * 6000 + CODE.encode(), "more than 1,000 lines"),
    "a very long cell": ("a.csv", (CODE + "," + "y" * 200_000).encode(), "cannot be read"),
    "a long number": ("a.csv", (CODE + "9" * 100_000).encode(), "the last character is wrong"),
    "a long line": ("a.txt", f"{CODE} {'z' * 90_000}".encode(), ""),
    "signs that turn": ("a.csv", f"{CODE}\n\u202e{CODE}\x1b".encode(), "Line 2, "),
    "another kind": ("a.xls", b"x", "ends in .txt, .csv or .xlsx"),
    "no kind": ("a", b"x", "ends in .txt, .csv or .xlsx"),
    "a NUL in its name": ("a\0.csv", CODE.encode(), ""),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_told_in_a_sentence_and_has_no_effect(scene: Scene, what: str) -> None:
    name, content, words = HOSTILE[what]
    if what == "a million rows":
        content = workbook([[CODE]] * 1_000_000)
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            assert sum(part.file_size for part in packed.infolist()) > 30_000_000
    before = effects()
    answer = send(scene, name, content)
    html = answer.content.decode()
    assert answer.status_code == 422 and "There is a problem" in html
    assert words in html, html.split("There is a problem")[1][:600]
    assert effects() == before


def test_a_workbook_that_says_it_is_shorter_loses_no_number(scene: Scene) -> None:
    rows = [[c.code] for c in scene.copies[2:4]]
    book = with_part(
        workbook(rows), SHEET, lambda x: x.replace(b"<sheetData>", b'<dimension ref="A1"/><sheetData>')
    )
    html = send(scene, "a.xlsx", book).content.decode()
    assert all(c.code in html for c in scene.copies[2:4])


def test_the_panel_takes_no_notice_of_a_file(scene: Scene) -> None:
    for file in (SimpleUploadedFile("a.csv", b"\0"), "[object File]"):
        form = {**scene.offer_form(step="panel"), "file": file}
        answer = scene.client("mei").post(page(scene), form, headers={"hx-request": "true"})
        assert answer.status_code == 200 and "Nothing blocks this." in answer.content.decode()


def test_a_file_sent_with_the_last_step_is_not_read(scene: Scene) -> None:
    """What is done is what was checked."""
    answer = send(scene, "a.txt", scene.copies[3].code.encode(), step="do", copies=[str(scene.copies[2].id)])
    assert answer.status_code == 302
    assert [c.code for c in m.Handoff.objects.latest("offered_at").copies.all()] == [scene.copies[2].code]
