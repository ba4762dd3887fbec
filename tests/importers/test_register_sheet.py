"""A register's file is read as it is meant: encodings, spans, days, marks for the same. Nothing harms us."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from custody.importers.problem import ImportFileError, RecordError
from custody.importers.register_columns import guessed, headings_at, lacking
from custody.importers.register_sheet import MOST_BYTES, MOST_LINES, Sheet, read
from custody.importers.register_values import day, named, plain
from tests.old_register import HEADINGS, csv, line, xlsx


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return [row.cells for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_a_csv_is_read_in_each_encoding_and_with_each_comma(encoding: str, comma: str) -> None:
    sheet = read(csv([line(1)], encoding, comma), "旧.CSV")
    assert cells(sheet)[0] == tuple(HEADINGS) and cells(sheet)[1][1:3] == ("旧-0001", "图幅0001")
    assert [row.line for row in sheet.rows] == [1, 2] and sheet.rows[0].page == ""


def test_a_workbook_gives_days_numbers_titles_and_cells_that_span_lines() -> None:
    rows = [
        line(1, 登记日期=dt.date(2019, 3, 5), 持有单位="西关"),
        line(2, 登记日期=43529, 持有单位=None),
        line(3, 持有单位=None, 页码=7.0),
        line(4, 持有单位="北原测绘院", 持有人="〃"),
        line(5, 持有单位="同上"),
    ]
    sheet = read(xlsx(rows, title="登记簿", spans=["E3:E5"]), "old.xlsx")
    assert headings_at(sheet.rows) == 1 and sheet.rows[2].line == 3
    told = cells(sheet)[2:]
    assert [row[4] for row in told] == ["西关", "西关", "西关", "北原测绘院", "北原测绘院"]
    assert [row[7] for row in told[:2]] == ["2019-03-05", "43529"] and told[2][9] == "7"
    assert told[3][5] == "钱宇"


def test_every_sheet_is_a_page_and_a_workbook_may_count_from_1904() -> None:
    from openpyxl import Workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    for n in (1, 2):
        page = book.create_sheet(f"第{n}页")
        page.append(["编号", "名称"])
        page.append([n, "图"])
    book.remove(book.worksheets[0])
    kept = io.BytesIO()
    book.save(kept)
    sheet = read(kept.getvalue(), "old.xlsx")
    assert sheet.from_1904 and [row.page for row in sheet.rows] == ["第1页", "第1页", "第2页", "第2页"]
    assert day("42067", from_1904=True) == dt.date(2019, 3, 5) == day("43529")


def bomb() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (64 * 1024 * 1024))
    return kept.getvalue()


def entity() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([line(1)]))) as whole, zipfile.ZipFile(kept, "w") as packed:
        for part in whole.infolist():
            packed.writestr(part, b"<!DOCTYPE x>" + whole.read(part))
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"a,b\r\n", "a.csv"),
        (b"a,b\r\n1,\x00\r\n", "a.csv"),
        (b"\xff\xff\xff\xff", "a.csv"),
        (b'a,b\r\n"1,2\r\n', "a.csv"),
        (b"a,b\r\n1,2\r\n", "a.xls"),
        (b"a,b\r\n1,2\r\n", "a.xlsx"),
        (b"a\r\n" * (MOST_LINES + 2), "a.csv"),
        (b"," * 60 + b"a\r\n1\r\n", "a.csv"),
        (b"\r\n" * 6000 + b"a\r\nb\r\n", "a.csv"),
        (b"a" * (MOST_BYTES + 1), "a.csv"),
        (bomb(), "a.xlsx"),
        (entity(), "a.xlsx"),
    ],
    ids=range(13),
)
def test_what_cannot_be_read_is_told_in_both_languages(content: bytes, name: str) -> None:
    with pytest.raises(ImportFileError) as told:
        read(content, name)
    assert told.value.text.en.endswith(".") and told.value.text.zh.endswith("。")


@pytest.mark.parametrize(
    "written",
    ["2019-03-05", "2019/3/5", "2019.3.5", "20190305", "2019年3月5日", "2019年03月05号", "二〇一九年三月五日",
     "二零一九年三月五日", "2019 年 3 月 5 日", "43529", "２０１９－０３－０５", "2019-03-05 00:00"],
)  # fmt: skip
def test_a_day_is_read_in_each_manner(written: str) -> None:
    assert day(written) == dt.date(2019, 3, 5)


def test_days_in_chinese_tens_are_read() -> None:
    assert day("二〇二〇年十二月三十一日") == dt.date(2020, 12, 31)
    assert day("二〇二〇年十月二十日") == dt.date(2020, 10, 20)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2019年2月30日", "no_such_day"), ("2019年十十月五日", "no_such_day"),
        ("2019年十三月五日", "no_such_day"),
        ("19.3.5", "bad_day"), ("2019年3月", "bad_day"), ("spring 2019", "bad_day"), ("2019-3/5", "bad_day"),
        ("99999999", "bad_day"), ("1919-03-05", "too_early"), ("00001", "too_early"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_told_why(written: str, code: str) -> None:
    with pytest.raises(RecordError) as told:
        day(written)
    assert told.value.code == code and told.value.reason.zh


def test_a_cell_that_failed_or_holds_strange_signs_or_is_too_long_is_told() -> None:
    for written, code in (("#REF!", "failed_cell"), ("a\x07b", "unusable_text"), ("a" * 11, "too_long")):
        with pytest.raises(RecordError) as told:
            plain(written, 10)
        assert told.value.code == code
    assert plain(" a \n b ", 10) == "a b"


def test_headings_are_understood_in_many_wordings_and_what_lacks_is_named() -> None:
    assert guessed(["编 号", "Classification", "持有人（签名）", "???", "编号"]) == {
        "number": 0, "level": 1, "person": 2,
    }  # fmt: skip
    assert [str(one) for one in lacking({"number": 0})] == ["item", "level"]


def test_a_name_is_found_whole_and_by_each_script() -> None:
    assert named("林梅 Lin Mei") == {"林梅linmei", "林梅", "linmei"} and named("Bo") == {"bo"}
