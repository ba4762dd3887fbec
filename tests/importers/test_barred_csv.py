"""The CSV form of a barred-party list: what is taken, what is left out and told, what is no such file."""

from __future__ import annotations

from datetime import date

import pytest

from custody.importers.barred_csv import Barred, read
from custody.importers.problem import ImportFileError, Rejected


def rows(text: str) -> list[Barred | Rejected]:
    return list(read(text.encode()))


def test_a_row_is_taken_with_its_names_numbers_and_days() -> None:
    text = (
        "Name,aliases,country,cage,uscc,kind,authority,reference,from,until\n"
        "湖畔测绘有限公司,Lakeside Mapping Ltd; LKM ;,chn,1abc5,91110000600037341l,"
        "Firm,City,No. 7,2026-01-02,\n"
    )
    [row] = rows(text)
    assert isinstance(row, Barred)
    assert (row.line, row.name, row.aliases) == (2, "湖畔测绘有限公司", ("Lakeside Mapping Ltd", "LKM"))
    assert (row.cage, row.identifiers, row.country) == ("1ABC5", {"USCC": "91110000600037341L"}, "CHN")
    assert (row.active, row.ends, row.authority) == (date(2026, 1, 2), None, "City")


def test_only_the_name_is_needed_and_blank_lines_are_passed_over() -> None:
    found = rows("name\n\nFirst House\n\nSecond House\n")
    assert [(row.line, getattr(row, "name", None)) for row in found] == [
        (3, "First House"),
        (5, "Second House"),
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",x", "missing"),
        ("House", "wrong_width"),
        ("House,2026/01/02", "bad_date"),
        ("House,2026-13-02", "bad_date"),
        ("Ho\x07use,", "unusable_text"),
        ("H" * 601 + ",", "too_long"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_with_its_line_and_the_next_is_taken(line: str, code: str) -> None:
    bad, good = rows(f"name,from\n{line}\nGood House,\n")
    assert isinstance(bad, Rejected) and (bad.code, bad.line, bad.position) == (code, 2, 1)
    assert bad.reason.en and bad.reason.zh
    assert isinstance(good, Barred) and good.line == 3


def test_a_number_that_no_column_holds_is_told() -> None:
    [row] = rows("name,cage\nHouse,123456789\n")
    assert isinstance(row, Rejected) and row.code == "bad_number"


@pytest.mark.parametrize(
    "text", ["", "firm,country\nA,B\n", "name,name\nA,B\n", "name,shoe size\nA,7\n", "name,,\nA,,\n"]
)
def test_what_is_no_such_file_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(ImportFileError) as told:
        rows(text)
    assert told.value.text.en and told.value.text.zh
