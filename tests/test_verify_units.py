"""The prepared list of a regulator: a line for each of 200 units, also for those of which nothing came."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from custody.verify import book, many, roll, table, units
from custody.verify.__main__ import main
from custody.verify.found import Part, Verdict
from custody.verify.many import Row
from tests.reports.made import Unit
from tests.test_verify import run

DAY = date(2026, 5, 4)
HEAD = "unit,ledger (origin),fingerprint,site address,contact (by role),last visit,reports expected\n"


def made(name: str, origin: str, pinned: str = "a" * 64, fault: bool = False) -> book.Unit:
    changed = book.BookError(book.CHANGED, name=name, found="x", pinned="y").text if fault else None
    return book.Unit(name, Path(name), (origin,), pinned, "2026-05-04", changed)


def row(
    path: str, unit: str, state: str = "ok", sealed: str = "2026-11-01T08:00:00+00:00", **more: str
) -> Row:
    part, since = Part("seal", roll.CALLED), Part("since", roll.CALLED)
    part.add(state, roll.STRANGER)  # type: ignore[arg-type]
    parts = (part, since) if more.get("since") else (part,)
    return Row(path, unit, Verdict(parts, more.get("sha256", path), {}, {"sealed_at": sealed}))


def listed(line: int, unit: str, **more: object) -> units.Listed:
    return replace(units.Listed(line, unit), **more)  # type: ignore[arg-type]


def said(one: roll.Called) -> str:
    return " ".join(line.text.en for line in one.lines)


# --- what came, against the list ---


def test_200_units_have_a_line_each_in_the_order_of_the_list() -> None:
    """Every third sent nothing, one sent two, one is unknown, one lies, one list line differs."""
    names = [f"Unit {n:03}" for n in range(200)]
    known = [made(name, f"{n}.example/ledger") for n, name in enumerate(names) if n != 7]
    wanted = [listed(n + 2, name, origin=f"{n}.example/ledger") for n, name in enumerate(reversed(names))]
    wanted = [replace(one, origin=f"{names.index(one.unit)}.example/ledger") for one in wanted]
    wanted[5] = replace(wanted[5], fingerprint="b" * 64)
    rows = [row(f"{n}.pdf", name) for n, name in enumerate(names) if n % 3 and n != 7]
    rows += [row("again.pdf", names[1]), row("lie.pdf", names[2], "bad"), row("who.pdf", "")]
    called = roll.call(wanted, known, rows)
    assert [one.name for one in called] == [*reversed(names), ""]
    by_name = {one.name: one for one in called}
    assert by_name["Unit 000"].state == "unknown" and "No report came" in said(by_name["Unit 000"])
    assert by_name["Unit 001"].state == "unknown" and "More reports came" in said(by_name["Unit 001"])
    assert by_name["Unit 002"].state == "bad"
    assert by_name["Unit 004"].state == "ok" and said(by_name["Unit 004"]) == ""
    assert "not in the trust book" in said(by_name["Unit 007"])
    assert called[5].state == "bad" and "fingerprint" in said(called[5])
    assert called[-1].state == "unknown" and "the list does not name" in said(called[-1])
    assert table.called_over(called).en.startswith("Units: 200. ")
    sheet = openpyxl.load_workbook(io.BytesIO(table.workbook(rows, "en", called))).worksheets
    assert [one.title for one in sheet] == ["Units", "Reports"]
    told = list(sheet[0].iter_rows(min_row=2, values_only=True))
    assert len(told) == 201 and told[0][:3] == ("1", "Unit 199", "GOOD")
    assert told[199][:3] == ("200", "Unit 000", "MISSING")


@pytest.mark.parametrize(
    ("one", "rows", "state", "words"),
    [
        ({"expected": 0}, [], "ok", ""),
        ({"expected": 2}, ["a"], "unknown", "Fewer reports came than expected: 1 of 2"),
        ({"expected": 2}, ["a", "b"], "ok", ""),
        ({"expected": 0}, ["a"], "unknown", "More reports came than the list expects: 1, expected 0"),
        ({"origin": "x.example/1"}, ["a"], "bad", "another ledger for it than the list: n.example/1"),
        ({"fingerprint": "a" * 64}, ["a"], "ok", ""),
    ],
)
def test_what_the_list_expects(one: dict[str, object], rows: list[str], state: str, words: str) -> None:
    known = [made("North", "n.example/1")]
    (called,) = roll.call([listed(2, "North", **one)], known, [row(f"{p}.pdf", "North") for p in rows])
    assert (called.state, bool(words)) == (state, state != "ok") and words in said(called)


def test_one_report_that_came_twice_is_told_and_counts_once() -> None:
    rows = [row("a.pdf", "North", sha256="1"), row("b/a.pdf", "North", sha256="1")]
    (called,) = roll.call([listed(2, "North")], [made("North", "n")], rows)
    assert called.state == "unknown" and "came more than once: a.pdf, b/a.pdf" in said(called)
    assert "More reports" not in said(called)


def test_a_report_from_before_the_last_visit_shows_nothing_new() -> None:
    known, visit = [made("North", "n")], date(2026, 11, 1)
    wanted = [listed(2, "North", visited=visit)]
    (old,) = roll.call(wanted, known, [row("a.pdf", "North", since="yes")])
    assert old.state == "unknown" and "not after the last visit on 2026-11-01" in said(old)
    (new,) = roll.call(wanted, known, [row("a.pdf", "North", sealed="2026-11-02T00:00:00+00:00", since="y")])
    assert new.state == "ok"
    (loose,) = roll.call(wanted, known, [row("a.pdf", "North", sealed="2026-11-02T00:00:00+00:00")])
    assert "give the reports of then with --since" in said(loose)
    (timeless,) = roll.call(wanted, known, [row("a.pdf", "North", sealed="", since="yes")])
    assert "is not told" in said(timeless)


def test_the_ledger_says_which_unit_is_meant_and_one_unit_stands_once() -> None:
    known = [made("North", "n"), made("South", "s")]
    wanted = [listed(2, "Northgate Survey", origin="n"), listed(3, "North"), listed(4, "South")]
    first, again, south = roll.call(wanted, known, [row("a.pdf", "North"), row("b.pdf", "South")])
    assert first.state == "ok" and [r.path for r in first.rows] == ["a.pdf"]
    assert again.state == "unknown" and "same unit of the trust book as line 2" in said(again)
    assert south.state == "ok"
    (changed,) = roll.call([listed(2, "North")], [made("North", "n", fault=True)], [])
    assert changed.state == "bad" and "signed sheet" in said(changed)


# --- reading a list ---


def written(folder: Path, text: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_list_is_read_in_each_form_in_which_a_sheet_program_saves_it(tmp_path: Path) -> None:
    body = f"岚河院,lh.example/1,{'ab12 ' * 16},https://lh.example,资料室,2026年5月4日,2\n北原院,,,,,2026/5/4,无\n"
    want = [
        units.Listed(2, "岚河院", "lh.example/1", "ab12" * 16, "https://lh.example", "资料室", DAY, 2),
        units.Listed(3, "北原院", visited=DAY, expected=0),
    ]
    head = "单位,账本（来源）,指纹,系统地址,联系人（按岗位）,上次检查日期,应收报告数\n"
    for text in (
        (HEAD + body).encode(), b"\xef\xbb\xbf" + (head + body).encode(), (head + body).encode("gb18030"),
        (HEAD + body).replace(",", ";").encode(), (HEAD + body).replace(",", "\t").encode(),
        (HEAD + "\n,,,\n" + body).encode().replace(b"\n", b"\r\n"),
    ):  # fmt: skip
        found = units.read(written(tmp_path, text))
        assert [replace(one, line=n) for n, one in enumerate(found, 2)] == want, text[:60]
    sheet = openpyxl.Workbook()
    assert sheet.active is not None
    sheet.active.append(["Unit", "more", "Last visit", "Reports expected"])
    sheet.active.append(["岚河院", "x", datetime(2026, 5, 4, tzinfo=UTC).replace(tzinfo=None), 2])
    sheet.save(tmp_path / "l.xlsx")
    assert units.read(tmp_path / "l.xlsx") == [units.Listed(2, "岚河院", visited=DAY, expected=2)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name,day\nNorth,x\n", 'names no column "unit". It has: name, day'),
        (HEAD, "names no unit"),
        ("", "names no column"),
        (HEAD + "A\nB\nA\n", "line 4: A stands in line 2 already"),
        (HEAD + "A,x\nB,x\n", "line 3: x stands in line 2 already"),
        (HEAD + ",x\n", "line 2: no unit is named"),
        (HEAD + "A,,12\n", "line 2: 12 is no fingerprint"),
        (HEAD + "A,,,,,31.12.26\n", "31.12.26 is no day"),
        (HEAD + "A,,,,,2026-02-30\n", "2026-02-30 is no day"),
        (HEAD + "A,,,,,,{x} many\n", "{x} many is no number of reports"),
        (HEAD + "A\n" * 1 + "".join(f"U{n}\n" for n in range(10_001)), "more than 10,000 lines"),
        (b"PK\x03\x04 no workbook", "is no list of units"),
        (b"\xff\xff\xff", "is no list of units"),
        (HEAD + '"A\n', "is no list of units"),
    ],
)
def test_what_is_wrong_with_a_list_is_said_with_its_line(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    with pytest.raises(book.BookError) as told:
        units.read(written(tmp_path, text))
    assert words in told.value.text.en and told.value.text.zh


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_template_of_a_book_is_read_again_and_nothing_in_it_is_a_formula(tmp_path: Path, name: str) -> None:
    known = [made("-North (1)", "n.example/1"), made("岚河院", "lh.example/1", "b" * 64)]
    for lang in ("en", "zh"):
        path = written(tmp_path, units.template(known, lang, Path(name).suffix), name)
        assert units.read(path) == [
            units.Listed(2, "-North (1)", "n.example/1", "a" * 64),
            units.Listed(3, "岚河院", "lh.example/1", "b" * 64),
        ]
    assert b"\n-North" not in path.read_bytes()


# --- the command ---


def test_the_command_calls_the_list_over(
    unit: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A real report of one unit, nothing of 199 others; then a list on which the unit does not stand."""

    def said_by(*arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    home, held = tmp_path / "visit", tmp_path / "book"
    home.mkdir()
    (home / "a.pdf").write_bytes(unit.other.pdf)
    (home / "a.pdf.receipt").write_bytes(unit.other.receipt)
    one = book.register(unit.trust, held, "North", DAY)
    path = tmp_path / "list.csv"
    assert said_by("list", str(path), "--trust-book", str(held))[0] == 0
    assert said_by("list", str(path), "--trust-book", str(held))[0] == 2, "not written over"
    args = [str(home), "--trust-book", str(held), "--units", str(path), "--lang", "en"]
    done = run("custody.verify", *args)  # in a process that has no Django
    code, out = done.returncode, done.stdout
    assert code == 0 and "GOOD  North  a.pdf" in out and "Units: 1. Good: 1." in out
    with path.open("a") as more:
        more.writelines(f"Unit {n}\n" for n in range(199))
    code, out, _ = said_by(*args, "--table", str(tmp_path / "t.xlsx"))
    assert code == 2 and out.count("MISSING") == 199 and "Good: 1. Bad: 0." in out
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0].max_row == 201
    code, out, _ = said_by(*args, "--json")
    told = json.loads(out)
    assert (code, told["verdict"], len(told["units"])) == (2, "unknown", 200)
    assert told["units"][0]["verdict"] == "good" and told["units"][0]["files"] == ["a.pdf"]
    assert told["units"][1]["lines"][0]["zh"].startswith("该单位不在信任名册")
    path.write_text(HEAD + f"North,{one.origins[0]},{'0' * 64}\n")
    code, out, _ = said_by(*args)
    assert code == 1 and "fingerprint of its trust files differs" in out
    path.write_text(HEAD + "Elsewhere,,,,,,0\n")
    code, out, _ = said_by(*args)
    assert code == 2 and "a unit that the list does not name" in out
    path.write_text(HEAD + f"North,,,,,{(datetime.now(UTC) + timedelta(days=2)).date()}\n")
    code, out, _ = said_by(*args, "--since", str(home))
    assert code == 2 and "not after the last visit" in out and "--since" not in out
    shutil.rmtree(home)
    home.mkdir()
    assert said_by(*args)[0] == 2, "nothing came at all"
    assert said_by(str(home), "--trust", str(unit.trust), "--units", str(path))[0] == 2
    path.write_text("nothing")
    code, _, wrong = said_by(*args)
    assert code == 2 and "names no column" in wrong


def test_many_units_of_real_files_stay_apart(unit: Unit, tmp_path: Path) -> None:
    """A file whose ledger no unit of the book has is nobody's, whatever its name says."""
    (tmp_path / "North.pdf").write_bytes(unit.other.pdf)
    rows = many.judge_all(tmp_path, many.Trust(units=(made("North", "n.example/1"),)))
    called = roll.call([listed(2, "North")], [made("North", "n.example/1")], rows)
    assert [one.name for one in called] == ["North", ""] and not called[0].rows
    assert "of no unit in the trust book" in said(called[1])
