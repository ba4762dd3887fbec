"""A regulator's day: a folder of reports of several units in one table, units pinned in a trust book, and
what was shown before held against what is shown now."""

from __future__ import annotations

import io
import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from custody.verify import book, many, table
from custody.verify.report import judged_evidence, origin_of
from custody.verify.since import Past, compare
from ledger.tlog import bundle as bundles
from ledger.tlog.note import encode_vkey, parse_vkey
from ledger.tlog.verify import Verdict as Judged
from tests.reports.made import Unit
from tests.test_verify import run

DAY = date(2026, 5, 4)


@pytest.fixture
def folder(unit: Unit, tmp_path: Path) -> Path:
    """What an inspector brought home: good, without receipt, altered, and nothing of the kind."""
    home = tmp_path / "visit"
    (home / "north").mkdir(parents=True)
    for name, made in (("a", unit.english), ("north/b", unit.chinese), ("=c", unit.other)):
        (home / f"{name}.pdf").write_bytes(made.pdf)
        (home / f"{name}.pdf.receipt").write_bytes(made.receipt)
    (home / "alone.pdf").write_bytes(unit.english.pdf)
    (home / "lone.receipt").write_bytes(unit.english.receipt)
    (home / "altered.pdf").write_bytes(unit.english.pdf + b"\n")
    (home / "evidence.json").write_bytes(unit.other.evidence)
    (home / "letter.pdf").write_bytes(b"%PDF-1.7 nothing")
    (home / "notes.txt").write_text("no report")
    return home


@pytest.fixture
def trust_book(unit: Unit, tmp_path: Path) -> Path:
    book.register(unit.trust, tmp_path / "book", "岚河市测绘院 1", DAY)
    return tmp_path / "book"


def states(rows: list[many.Row]) -> dict[str, str]:
    return {row.path: row.verdict.state for row in rows}


def test_each_file_of_a_folder_is_judged_with_the_receipt_beside_it(folder: Path, trust_book: Path) -> None:
    said: list[tuple[int, int]] = []
    trust = many.Trust(units=tuple(book.units(trust_book)))
    rows = many.judge_all(folder, trust, said=lambda done, total: said.append((done, total)))
    assert states(rows) == {
        "=c.pdf": "ok", "a.pdf": "ok", "alone.pdf": "unknown", "altered.pdf": "bad", "evidence.json": "ok",
        "letter.pdf": "bad", "lone.receipt": "ok", "north/b.pdf": "ok",
    }  # fmt: skip
    assert said[-1] == (8, 8)
    assert {row.unit for row in rows} == {"岚河市测绘院 1", ""}
    assert table.summed(rows).en == "Files: 8. Good: 5. Bad: 2. Not fully checked: 1."
    named = {row.path: table.faults(row, "en") for row in rows}
    assert any("after the end" in said for said in named["altered.pdf"])
    assert named["letter.pdf"] == [many.NO_ORIGIN.en] and named["a.pdf"] == []


def test_the_table_is_a_workbook_in_which_nothing_is_a_formula(folder: Path, trust_book: Path) -> None:
    rows = many.judge_all(folder, many.Trust(units=tuple(book.units(trust_book))))
    for lang, verdict in (("en", "GOOD"), ("zh", "通过")):
        sheet = openpyxl.load_workbook(io.BytesIO(table.workbook(rows, lang))).active
        assert sheet is not None
        told = {str(line[0].value): line for line in sheet.iter_rows(min_row=2)}
        assert told["=c.pdf"][0].data_type == "s" and told["=c.pdf"][1].value == verdict
        assert str(told["a.pdf"][4].value).startswith("LH-") and told["a.pdf"][3].value == "岚河市测绘院 1"
        assert isinstance(told["a.pdf"][6].value, int) and len(str(told["a.pdf"][9].value)) == 64
        assert told["altered.pdf"][2].value


def test_a_file_of_a_unit_that_is_not_in_the_book_is_not_judged_by_anothers_files(
    unit: Unit, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(unit.trust, other)
    key = (other / "log.vkey").read_text().strip()
    for name in ("policy", "log.vkey"):
        text = (other / name).read_text()
        (other / name).write_text(text.replace(key, _renamed(key)))
    book.register(other, tmp_path / "book", "Elsewhere", DAY)
    (tmp_path / "r.pdf").write_bytes(unit.english.pdf)
    trust = many.Trust(units=tuple(book.units(tmp_path / "book")))
    name, verdict = many.judge(tmp_path / "r.pdf", trust)
    assert (name, verdict.state) == ("", "unknown")
    assert origin_of(unit.english.pdf) in verdict.lines[0].text.en


def _renamed(key: str) -> str:
    """Return a verifier key of the same bytes under another name."""
    parts = parse_vkey(key)
    return encode_vkey("elsewhere.example/ledger/1", parts.type, parts.key)


# --- the trust book -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["policy", "log.vkey", "ca.pem", "pinned"])
def test_a_changed_file_of_the_book_is_found_before_anything_is_believed(
    unit: Unit, trust_book: Path, tmp_path: Path, file: str
) -> None:
    path = next(trust_book.iterdir()) / file
    path.write_bytes(path.read_bytes() + b"\n# more\n")
    (one,) = book.units(trust_book)
    assert one.fault is not None
    assert ("signed sheet" in one.fault.en) is (file != "pinned")
    (tmp_path / "r.pdf").write_bytes(unit.english.pdf)
    _, verdict = many.judge(tmp_path / "r.pdf", many.Trust(units=(one,)))
    assert verdict.state != "ok" and len(verdict.lines) == 1


def test_a_unit_is_registered_once_and_anew_only_when_asked(
    unit: Unit, trust_book: Path, tmp_path: Path
) -> None:
    name = "岚河市测绘院 1"
    with pytest.raises(book.BookError, match="exactly these files"):
        book.register(unit.trust, trust_book, name, DAY)
    with pytest.raises(book.BookError, match="is registered for"):
        book.register(unit.trust, trust_book, "Somebody else", DAY)
    newer = tmp_path / "newer"
    shutil.copytree(unit.trust, newer)
    (newer / "sites").write_text("localhost http://localhost\n")
    with pytest.raises(book.BookError, match="Give --again"):
        book.register(newer, trust_book, name, DAY)
    first = book.units(trust_book)[0].pinned
    second = book.register(newer, trust_book, name, DAY, again=True)
    assert second.fault is None and second.pinned != first
    assert [path.name for path in trust_book.iterdir() if path.name.startswith(".former")], "kept"
    assert len(book.units(trust_book)) == 1


@pytest.mark.parametrize("name", ["", "..", ".x", "a/b", "a\\b", "a\0b", "a\nb", "‮x"])
def test_a_name_that_is_no_name_of_a_folder_is_refused(unit: Unit, tmp_path: Path, name: str) -> None:
    with pytest.raises(book.BookError, match="kept under a name"):
        book.register(unit.trust, tmp_path / "book", name, DAY)
    assert not (tmp_path / "book").exists()


@pytest.mark.parametrize("file", ["policy", "log.vkey", "ca.pem"])
def test_a_folder_that_lacks_a_file_is_not_registered(unit: Unit, tmp_path: Path, file: str) -> None:
    shutil.copytree(unit.trust, tmp_path / "given")
    (tmp_path / "given" / file).unlink()
    with pytest.raises(book.BookError, match=f"lacks {file}"):
        book.register(tmp_path / "given", tmp_path / "book", "Unit", DAY)


def test_the_sheet_shows_what_both_sides_compare(trust_book: Path) -> None:
    (one,) = book.units(trust_book)
    text = book.sheet(one)
    assert one.pinned in "".join(text.split()) and one.name in text and one.origins[0] in text
    assert "账本登记表" in text and "2026-05-04" in text


# --- since the last visit -----------------------------------------------------------------------------------


def judged(unit: Unit, evidence: bytes) -> Judged:
    found = judged_evidence(evidence, unit.trust)
    assert found is not None
    return found


def held_against(unit: Unit, old: Judged, new: Judged) -> Any:
    before = Past()
    assert before.take(old)
    return compare(new, before)


def test_a_later_report_holds_every_entry_of_the_earlier_one(unit: Unit) -> None:
    old, new = judged(unit, unit.english.evidence), judged(unit, unit.chinese.evidence)
    part = held_against(unit, old, new)
    assert part.state == "ok", part.lines
    assert str(len(old.entries)) in part.lines[0].text.en
    back = held_against(unit, new, old)
    assert back.state == "unknown" and "older" in back.lines[0].text.en


def test_a_rewritten_entry_a_shortened_stream_and_a_second_history_are_each_named(unit: Unit) -> None:
    """What a unit would have to show that rewrote its past, with the key of its own log to sign it again."""
    old, new = judged(unit, unit.english.evidence), judged(unit, unit.chinese.evidence)
    before = Past()
    before.take(old)
    assert new.trusted and new.bundle
    origin = new.trusted.checkpoint.origin
    (_, stream), shown = max(before.streams.items(), key=lambda item: len(item[1]))
    rewritten = Past(
        streams={**before.streams, (origin, stream): {**shown, 2: b"x" * 32}}, heads=before.heads
    )
    part = compare(new, rewritten)
    assert part.state == "bad" and "Entry number 2 of a stream is another one" in part.lines[0].text.en
    last = max(shown)
    longer = {**shown, **{last + n: b"y" * 32 for n in range(1, 900)}}
    part = compare(new, Past(streams={**before.streams, (origin, stream): longer}, heads=before.heads))
    assert part.state == "bad" and any("A stream ends here" in line.text.en for line in part.lines)
    fork = Past(streams=before.streams, heads={origin: {new.trusted.checkpoint.size: b"z" * 32}})
    part = compare(new, fork)
    assert part.state == "bad" and "two histories" in part.lines[0].text.en


def test_what_is_not_good_or_of_another_ledger_is_not_compared(unit: Unit) -> None:
    new = judged(unit, unit.chinese.evidence)
    raw = bytearray(unit.english.evidence)
    raw[len(raw) // 2] ^= 1
    wrong = judged(unit, bytes(raw))
    assert not Past().take(wrong)
    assert compare(new, Past()).state == "unknown"
    assert compare(wrong, Past()).state == "unknown"
    assert bundles.parse(unit.english.evidence).runs


# --- the command --------------------------------------------------------------------------------------------


def test_the_command_registers_judges_a_folder_and_compares_without_django(
    unit: Unit, folder: Path, tmp_path: Path
) -> None:
    shelf, verify = tmp_path / "shelf", "custody.verify"
    done = run(verify, "register", unit.trust, "--trust-book", shelf, "--as", "Lanhe", "--lang", "zh")
    assert done.returncode == 0 and "账本登记表" in done.stdout and "双方签字" in done.stderr
    again = run(verify, "register", unit.trust, "--trust-book", shelf, "--as", "Lanhe")
    assert again.returncode == 2 and "exactly these files" in again.stderr and not again.stdout
    listed = run(verify, "book", shelf)
    assert listed.returncode == 0 and "Lanhe" in listed.stdout

    old = tmp_path / "old.pdf"
    old.write_bytes(unit.english.pdf)
    sheet = tmp_path / "table.xlsx"
    trust = ("--trust-book", shelf)
    done = run(verify, folder, *trust, "--since", old, "--table", sheet)
    assert done.returncode == 1, done.stderr
    assert "Files: 8." in done.stdout and "GOOD  north/b.pdf  Lanhe" in done.stdout
    assert openpyxl.load_workbook(sheet).active is not None
    small = tmp_path / "small"
    small.mkdir()
    for name in ("lone.receipt", "letter.pdf"):
        shutil.copy(folder / name, small)
    told = json.loads(run(verify, small, *trust, "--json").stdout)
    assert told["verdict"] == "bad" and [one["file"] for one in told["files"]] == [
        "letter.pdf",
        "lone.receipt",
    ]

    (tmp_path / "b.pdf").write_bytes(unit.chinese.pdf)
    (tmp_path / "b.receipt").write_bytes(unit.chinese.receipt)
    one = run(
        verify,
        tmp_path / "b.pdf",
        "--receipt",
        tmp_path / "b.receipt",
        *trust,
        "--since",
        old,
        "--lang",
        "zh",
    )
    assert one.returncode == 0, one.stdout
    assert "与上次检查相比" in one.stdout and "均未改变" in one.stdout

    for wrong, told_ in (
        ([folder, *trust, "--receipt", old], "--receipt is for one report"),
        ([old, *trust, "--table", sheet], "--table is for a folder"),
        ([folder, "--trust-book", tmp_path / "none"], "is no trust book"),
        ([folder, *trust, "--since", tmp_path / "none"], "cannot be read"),
        ([small, *trust, "--table", tmp_path / "none" / "x.xlsx"], "cannot be written"),
        ([tmp_path / "old.pdf", *trust, "--since", folder / "letter.pdf"], "Earlier file not used"),
        ([shelf / "Lanhe", *trust, "--table", sheet], "holds no report"),
    ):
        done = run(verify, *wrong)
        assert done.returncode == 2 and told_ in done.stderr and "Traceback" not in done.stderr, done
