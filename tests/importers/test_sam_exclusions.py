"""Tests of custody.importers.sam_exclusions."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.importers import ImportFileError, extract_file
from custody.importers.sam_exclusions import Exclusion, Rejected, read, screen
from custody.importers.sam_subawards import parse
from tests.importers.made_up import HEADER, as_csv, as_file, exclusion, record


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def rows_of(source: bytes | Path) -> tuple[list[Exclusion], list[Rejected]]:
    rows = list(read(source))
    return [r for r in rows if isinstance(r, Exclusion)], [r for r in rows if isinstance(r, Rejected)]


def test_a_sound_row_is_read_in_full() -> None:
    (row,), rejected = rows_of(
        as_csv([exclusion(Cross_Reference="", CT_Code="R", Termination_Date="12/31/2030")])
    )
    assert (row.line, row.classification, row.name) == (2, "Firm", "BARRED SURVEYS LLC")
    assert (row.active, row.terminates) == ("2020-02-03", "2030-12-31")
    assert (row.uei, row.cage, row.sam_number, row.ct_code) == ("BRD1DTESTDDD", "0TST1", "S4MRTEST1", "R")
    assert (row.program, row.agency, row.exclusion_type) == ("Reciprocal", "TEST", "Prohibition/Restriction")
    assert rejected == [] and not row.repaired


def test_a_zip_a_csv_a_path_and_bytes_read_alike(tmp_path: Path) -> None:
    content = as_csv([exclusion()])
    (tmp_path / "list.csv").write_bytes(content)
    (tmp_path / "list.zip").write_bytes(zipped(("SAM_LIST.CSV", content)))
    readings = [
        rows_of(s) for s in (content, tmp_path / "list.csv", tmp_path / "list.zip", b"\xef\xbb\xbf" + content)
    ]
    assert all(reading == readings[0] for reading in readings) and len(readings[0][0]) == 1


def test_windows_text_is_read_when_it_is_not_utf_8() -> None:
    content = as_csv([exclusion(Name="SÖHNE")]).decode().encode("cp1252")
    assert rows_of(content)[0][0].name == "SÖHNE"


def test_indefinite_has_no_end_and_both_end_dates_belong_to_the_time() -> None:
    indefinite, ended, undated = rows_of(
        as_csv([exclusion(), exclusion(Termination_Date="03/31/2020"), exclusion(Active_Date="")])
    )[0]
    assert indefinite.terminates is None and indefinite.in_force(date(2099, 1, 1))
    assert ended.in_force(date(2020, 3, 31)) and not ended.in_force(date(2020, 4, 1))
    assert ended.in_force(date(2020, 2, 3)) and not ended.in_force(date(2020, 2, 2))
    assert undated.active is None and undated.in_force(date(1990, 1, 1))


def test_an_individual_is_named_by_the_parts_of_the_name() -> None:
    row = exclusion(
        Classification="Individual", Name="", Prefix="DR", First="ANNE", Last="EXAMPLE", Suffix="JR"
    )
    assert rows_of(as_csv([row]))[0][0].name == "ANNE EXAMPLE JR"


def test_a_duns_number_gets_its_lost_zeros_back() -> None:
    row = exclusion(**{"Unique Entity Identifier (DUNS)": "1234567"})
    assert rows_of(as_csv([row]))[0][0].duns == "001234567"


def test_columns_are_found_by_name_wherever_they_stand() -> None:
    turned = as_csv([list(reversed(exclusion()))], header=list(reversed(HEADER)))
    assert rows_of(turned)[0][0].name == "BARRED SURVEYS LLC"


def test_a_row_whose_comment_broke_its_quotes_is_taken_and_marked() -> None:
    broken = as_csv([exclusion(Additional_Comments="@"), exclusion(Name="NEXT FIRM")]).replace(
        b'"@"', b'"called ""Effect"","of others"",""and"", more"'
    )
    taken, rejected = rows_of(broken)
    assert rejected == []
    assert [(row.name, row.repaired, row.sam_number) for row in taken] == [
        ("BARRED SURVEYS LLC", True, "S4MRTEST1"),
        ("NEXT FIRM", False, "S4MRTEST1"),
    ]
    assert taken[0].active == "2020-02-03"


def test_a_quote_that_never_closes_costs_one_row_only() -> None:
    broken = as_csv([exclusion(Name="@"), exclusion(Name="NEXT"), exclusion(Name="LAST")]).replace(
        b'"@"', b'"OPEN'
    )
    taken, rejected = rows_of(broken)
    assert [row.name for row in taken] == ["NEXT", "LAST"]
    assert [(r.position, r.line) for r in rejected] == [(1, 2)]


def test_a_line_break_inside_a_cell_belongs_to_the_row() -> None:
    taken, rejected = rows_of(
        as_csv([exclusion(Additional_Comments="one\r\ntwo\nthree"), exclusion(Name="NEXT")])
    )
    assert [row.name for row in taken] == ["BARRED SURVEYS LLC", "NEXT"] and rejected == []
    assert [row.line for row in taken] == [2, 5]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (exclusion(Name=""), "missing"),
        (exclusion(Classification="Planet"), "bad_class"),
        (exclusion(SAM_Number="X"), "bad_sam_number"),
        (exclusion(Active_Date="13/45/2020"), "bad_date"),
        (exclusion(Termination_Date="never"), "bad_date"),
        (exclusion(Name="A\0B"), "unusable_text"),
        (exclusion()[:20], "wrong_width"),
        ([*exclusion(), "extra"], "bad_sam_number"),
        (exclusion(Additional_Comments="x" * 200_000), "not_csv"),
    ],
)
def test_a_row_that_cannot_be_taken_is_told_with_its_line_and_the_others_go_in(
    row: list[str], code: str
) -> None:
    taken, rejected = rows_of(as_csv([exclusion(), row, exclusion(Name="NEXT")]))
    assert [r.name for r in taken] == ["BARRED SURVEYS LLC", "NEXT"]
    assert [(r.position, r.line, r.code) for r in rejected] == [(2, 3, code)]
    assert rejected[0].reason.en and rejected[0].reason.zh


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "lacks the columns"),
        (b"a,b\r\n1,2\r\n", "lacks the columns"),
        (as_csv([], header=[*HEADER, "SAM Number"]), "stands twice"),
        (b"\x81\xff", "neither UTF-8 nor"),
        (b"PK\x03\x04 no zip", "damaged"),
        (zipped(), "exactly one CSV"),
        (zipped(("a.csv", b""), ("b.csv", b"")), "exactly one CSV"),
        (zipped(("a.txt", b"")), "exactly one CSV"),
        (zipped(("a.csv", b"\0" * 5_000_000)), "more than 100 times"),
        (zipped(("a.csv", as_csv([])), method=zipfile.ZIP_LZMA), "other than deflate"),
    ],
)
def test_a_file_that_is_no_extract_is_refused_before_the_first_row(source: bytes, words: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        read(source)
    assert words in caught.value.text.en and caught.value.text.zh


def test_a_member_that_unpacks_to_more_than_it_says_is_refused() -> None:
    honest = zipped(("a.csv", as_csv([exclusion()] * 50)))
    size = len(as_csv([exclusion()] * 50))
    lying = honest.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest
    with pytest.raises(ImportFileError, match="damaged"):
        read(lying)


def test_a_csv_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extract_file, "MAX_UNPACKED", 1024 * 1024)
    with pytest.raises(ImportFileError, match="larger than 1 MB"):
        read(as_csv([exclusion()] * 10_000))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match="cannot be opened"):
        read(tmp_path / "none.zip")


def test_progress_rises_to_the_size_of_the_csv() -> None:
    content = as_csv([exclusion()] * 1000)
    seen: list[tuple[int, int]] = []
    list(
        read(
            zipped(("a.csv", content), method=zipfile.ZIP_STORED),
            lambda done, total: seen.append((done, total)),
        )
    )
    assert len(seen) > 2 and seen == sorted(seen)
    assert seen[-1] == (len(content), len(content))


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=3), st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_damaged_file_is_read_or_refused_never_more(at: int, noise: bytes, pack: bool) -> None:
    whole = as_csv([exclusion(), exclusion(Name="NEXT")])
    whole = zipped(("a.csv", whole)) if pack else whole
    at %= len(whole)
    try:
        rows = list(read(whole[:at] + noise + whole[at + len(noise) :]))
    except ImportFileError:
        return
    assert all(isinstance(row, Exclusion | Rejected) for row in rows)


def test_a_party_is_found_by_any_name_or_identifier_and_the_match_says_which() -> None:
    sub = record(subEntityUei="BRD1DTESTDDD", subEntityDoingBusinessAsName="Vessel-One")
    parties = parse(as_file([sub])).parties
    rows = list(
        read(
            as_csv(
                [
                    exclusion(),
                    exclusion(
                        Name="Bravo Maps, L.L.C.", **{"Unique Entity Identifier (SAM)": "ANTHRTESTXXX"}
                    ),
                    exclusion(
                        Classification="Vessel", Name="VESSEL ONE", **{"Unique Entity Identifier (SAM)": ""}
                    ),
                    exclusion(Name="BRAVO MAPS INC", **{"Unique Entity Identifier (SAM)": "ANTHRTESTXXX"}),
                    exclusion(SAM_Number="bad"),
                ]
            )
        )
    )
    assert [(m.party, m.by, m.value, m.exclusion.line) for m in screen(parties, rows)] == [
        ("BRD1DTESTDDD", "uei", "BRD1DTESTDDD", 2),
        ("BRD1DTESTDDD", "name", "BRAVO MAPS LLC", 3),
        ("BRD1DTESTDDD", "name", "Vessel-One", 4),
    ]


def test_parties_that_do_not_stand_in_the_list_give_no_match() -> None:
    assert screen(parse(as_file([record()])).parties, read(as_csv([exclusion()]))) == []
