"""Tests of custody.importers.sam_subawards on files and records that are not as they should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from custody.importers import ImportFileError, json_records
from custody.importers.sam_subawards import parse
from tests.importers.made_up import as_file, numbered, record

GOOD = json.dumps(numbered(1))
ALSO_GOOD = json.dumps(numbered(2))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "does not begin with a JSON list"),
        (b"   \n", "does not begin with a JSON list"),
        (b"<html>busy</html>", "<html>busy</html>"),
        (b'"text"', "does not begin"),
        (b"NaN", "does not begin"),
        (b"[" + GOOD.encode(), "never closed"),
        (b"[" + GOOD.encode() + b"}", "never closed"),
        (b'[{"a": "b]', "never closed"),
        (b"[]]", "more text follows"),
        (b"[] []", "more text follows"),
        (b"{}", "Expected one list"),
        (b'{"error": {"code": "API_KEY_INVALID"}}', "error"),
        (b'{"data": {}}', "Expected one list"),
        (b'{"data": [], "results": []}', "Expected one list"),
        (b'{"data": [], "data": []}', "stands twice"),
        (b'{"data": [] 1}', "text follows the list"),
        (b"{data: []}", "a key was expected"),
        (b'{"\\ud8": [], "data": []}', "a key was expected"),
        (b"\xff\xfe[\x00]\x00", "not UTF-8"),
        (b"PK\x03\x04", "does not begin"),
        (b"[" + b"1," * 5_000_000 + b"1]", "more than 100,000 records"),
        (b"[" * 10_000_000, "never closed"),
        (b'["' + b'\\"' * 5_000_000, "never closed"),
        (b'{"a":' * 1_000_000, "never closed"),
    ],
)
@pytest.mark.timeout(60)  # a reader that takes quadratic time would need hours
def test_a_file_that_is_no_answer_is_refused_whole_and_soon(source: bytes, words: str) -> None:
    with pytest.raises(ImportFileError) as caught:
        parse(source)
    assert words in caught.value.text.en and caught.value.text.zh
    assert len(caught.value.text.en) < 300


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path, "a\0b"):
        with pytest.raises(ImportFileError, match="cannot be opened"):
            parse(path)


def test_a_file_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(json_records, "MAX_BYTES", 1024 * 1024)
    (tmp_path / "large.json").write_bytes(b" " * (1024 * 1024 + 1))
    with pytest.raises(ImportFileError, match="larger than 1 MB"):
        parse(tmp_path / "large.json")


def test_an_empty_list_is_an_answer_without_reports() -> None:
    assert parse(b" [ \n ] ").totals.records == 0


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("", "not_json"),
        ('{"a" 1}', "not_json"),
        ("{'a': 1}", "not_json"),
        ('{"a": "\x00"}', "not_json"),
        ('{"a": ' + "[" * 2_000_000 + "]" * 2_000_000 + "}", "too_deep"),
        ('{"a": ' + "[" * 17 + "]" * 17 + "}", "too_deep"),
        ('{"piid": "A", "piid": "A"}', "key_twice"),
        ('{"x": {"y": 1, "y": 2}}', "key_twice"),
        ('{"x": "\\u0000"}', "unusable_text"),
        ('{"x": "\\ud800"}', "unusable_text"),
        ('{"\\u0007": 1}', "unusable_text"),
        ("7", "not_object"),
        ("null", "not_object"),
        ("[]", "not_object"),
        ('"text"', "not_object"),
        ("{}", "missing"),
        ("1" * 100_000, "not_object"),
        ("NaN", "not_object"),
    ],
)
def test_a_record_that_cannot_be_read_is_told_with_its_place_and_the_others_go_in(
    bad: str, code: str
) -> None:
    source = f"[{GOOD},\n{bad},\n{ALSO_GOOD}]".encode()
    found = parse(source)
    assert [hop.report_number for hop in found.hops] == ["report-0001", "report-0002"]
    (rejected,) = found.rejected
    assert (rejected.position, rejected.code) == (2, code)
    assert rejected.line == 2
    assert rejected.reason.en and rejected.reason.zh and len(rejected.reason.en) < 300
    assert found.totals.rejected == 1


KEY_FIELDS = [
    "primeContractKey", "piid", "agencyId", "subAwardReportId", "subAwardReportNumber", "submittedDate",
    "subAwardAmount", "subAwardDate", "subEntityLegalBusinessName", "subEntityUei", "primeEntityUei",
    "primeEntityName",
]  # fmt: skip


@pytest.mark.parametrize("name", KEY_FIELDS)
@pytest.mark.parametrize("value", [None, "", "  ", "absent"])
def test_a_record_without_a_key_field_is_rejected_by_the_name_of_that_field(
    name: str, value: str | None
) -> None:
    bad = record(**{name: value})
    if value == "absent":
        del bad[name]
    (rejected,) = parse(as_file([bad])).rejected
    assert (rejected.code, rejected.reason.en) == ("missing", f"{name} is missing.")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"piid": 7}, "wrong_type"),
        ({"piid": True}, "wrong_type"),
        ({"piid": ["A"]}, "wrong_type"),
        ({"agencyId": 9700}, "wrong_type"),
        ({"primeOrganizationInfo": "DLA"}, "wrong_type"),
        ({"entityPhysicalAddress": []}, "wrong_type"),
        ({"subBusinessType": ["2X"]}, "wrong_type"),
        ({"subContractorNaics": 541370}, "wrong_type"),
        ({"subAwardAmount": True}, "wrong_type"),
        ({"subAwardAmount": {"value": 1}}, "wrong_type"),
        ({"subAwardAmount": "-1"}, "bad_amount"),
        ({"subAwardAmount": "-0"}, "bad_amount"),
        ({"subAwardAmount": -1.5}, "bad_amount"),
        ({"subAwardAmount": float("nan")}, "bad_amount"),
        ({"subAwardAmount": float("inf")}, "bad_amount"),
        ({"subAwardAmount": "NaN"}, "bad_amount"),
        ({"subAwardAmount": "1e12"}, "bad_amount"),
        ({"subAwardAmount": "9" * 200}, "bad_amount"),
        ({"subAwardAmount": 10**30}, "bad_amount"),
        ({"subAwardAmount": "1e-99"}, "bad_amount"),
        ({"subAwardAmount": "1e999999999"}, "bad_amount"),
        ({"subAwardAmount": "1,000"}, "bad_amount"),
        ({"subAwardAmount": "$5"}, "bad_amount"),
        ({"subAwardAmount": "٣"}, "bad_amount"),
        ({"totalContractValue": "lots"}, "bad_amount"),
        ({"subAwardDate": "2024-02-30"}, "bad_date"),
        ({"subAwardDate": "02/20/2024"}, "bad_date"),
        ({"subAwardDate": "20240220"}, "bad_date"),
        ({"subAwardDate": "9999-12-31"}, "bad_date"),
        ({"subAwardDate": "0001-01-01"}, "bad_date"),
        ({"submittedDate": "soon"}, "bad_date"),
        ({"baseAwardDateSigned": "x"}, "bad_date"),
        ({"subEntityUei": "SHORT"}, "bad_uei"),
        ({"subEntityUei": "SVB1BTEST0IO"}, "bad_uei"),
        ({"primeEntityUei": "123456789"}, "bad_uei"),
        ({"subParentUei": "?"}, "bad_uei"),
        ({"primeEntityName": "A" * 301}, "too_long"),
        ({"descriptionOfRequirement": "A" * 20_001}, "too_long"),
        ({"PIID": "ANOTHER"}, "field_conflict"),
        ({"status": "Deleted"}, "deleted"),
    ],
)
def test_a_record_with_an_impossible_value_is_rejected_and_the_others_go_in(
    changes: dict[str, Any], code: str
) -> None:
    found = parse(as_file([numbered(1), numbered(2, **changes), numbered(3, subAwardAmount="1")]))
    assert [(r.position, r.code) for r in found.rejected] == [(2, code)]
    assert [hop.report_number for hop in found.hops] == ["report-0001", "report-0003"]


def test_reports_in_the_list_of_deleted_ones_are_not_taken() -> None:
    found = parse(as_file({"deleted": [record()]}))
    assert [r.code for r in found.rejected] == ["deleted"] and found.hops == ()


def test_a_time_of_day_behind_a_date_is_left_off() -> None:
    (hop,) = parse(as_file([record(submittedDate="2024-03-15T23:59:59.000Z")])).hops
    assert hop.submitted == "2024-03-15"


def test_a_date_on_a_leap_day_is_a_date() -> None:
    assert parse(as_file([record(subAwardDate="2024-02-29")])).rejected == ()


def test_text_is_brought_to_one_normal_form_and_one_line() -> None:
    found = parse(as_file([record(subEntityLegalBusinessName=" CAFE\u0301 \n MAPS\t")]))
    assert found.parties[1].name == "CAF\u00c9 MAPS"


def test_braces_in_a_name_do_not_reach_the_sentences() -> None:
    found = parse(as_file([record(subEntityLegalBusinessName="{who} {0} %s", subAwardAmount="200000")]))
    assert all("{who} {0} %s" in d.sentence.en for d in found.doubts if d.about == "report")
