"""The command `python -m custody.verify`: reads files, prints a verdict, returns its exit code."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from custody.terms import Text

from . import book as books
from . import many, roll, table
from . import units as lists
from .found import Verdict, printable, worst
from .many import Row, Trust

EXIT_CODES = {"ok": 0, "bad": 1, "unknown": 2}

_VERDICTS = {
    "ok": Text("GOOD. Everything was checked and nothing is wrong.", "通过。已全部核对，未发现问题。"),
    "bad": Text(
        "BAD. Do not rely on this file. What is wrong is marked below.",
        "不通过。请勿采信本文件。问题见下方标记。",
    ),
    "unknown": Text(
        "NOT FULLY CHECKED. Nothing wrong was found, but not everything could be judged.",
        "未能全部核对。未发现问题，但有内容无法判断。",
    ),
}
_MARKS = {"ok": Text("ok  ", "符合"), "bad": Text("BAD ", "不符"), "unknown": Text("?   ", "不明")}
_ABOUT = {
    "project": Text("Project", "项目"),
    "handoff": Text("Handoff", "移交"),
    "origin": Text("Ledger", "账本"),
    "size": Text("Size of the ledger", "账本规模"),
    "signer": Text("Sealed by", "封印者"),
    "sealed_at": Text("Sealed at (as the sealer states)", "封印时间（封印者自述）"),
    "level": Text("Level of the seal (PAdES)", "封印级别（PAdES）"),
    "stamped_by": Text("Time stamp by", "时间戳机构"),
    "stamped_at": Text("Time stamp of", "时间戳时间"),
}
_OPEN = Text("What this leaves open:", "仍未证明的事项：")
_LIMITS = (
    Text(
        "Not proved by any file: what was never recorded, and whether what people stated is true.",
        "任何文件都不能证明：从未记录之事，以及当事人所述是否属实。",
    ),
    Text(
        "Not proved by this file: that no later entries exist, and that nobody was shown another log. "
        "A monitor or witnesses exclude these.",
        "本文件不能证明：之后没有新记录，以及未向他人出示另一份日志。这须由监测方或见证方排除。",
    ),
    Text(
        "Not judged: who typed a password or PIN, and the time of a seal that no time authority has stamped, "
        "which is the sealer's own statement.",
        "未判断：密码或PIN码由谁输入，以及未经时间戳机构盖戳的封印时间（系封印者自述）。",
    ),
)
_UNREADABLE = Text("The file {path} cannot be read: {reason}.", "无法读取文件 {path}：{reason}。")
_NOT_WRITTEN = Text("The file {path} cannot be written: {reason}.", "无法写入文件 {path}：{reason}。")
_NOT_COMPARED = Text(
    "Earlier file not used, its evidence is missing or not good: {path}",
    "早先的文件缺少证据或证据未通过核对，未采用：{path}",
)
_FOR_FOLDERS = Text("{option} is for a folder.", "{option} 仅用于文件夹。")
_NEEDS_BOOK = Text("--units needs --trust-book.", "--units 须与 --trust-book 一并使用。")
_STANDS = Text("{path} is there already, and is not written over.", "{path} 已存在，未予覆盖。")
_FOR_FILES = Text("--receipt is for one report.", "--receipt 仅用于单份报告。")
_REGISTERED = Text(
    "Print this sheet, compare the fingerprint with the unit's own computer, and sign it, both of you.",
    "请打印本登记表，与该单位自己的计算机核对指纹，并由双方签字。",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Chinese must not turn a verdict into a crash.
            stream.reconfigure(errors="replace")
    command = {"register": _register, "book": _book, "list": _list}.get(given[0] if given else "")
    if command is not None:
        options = _book_parser().parse_args(given)
    else:
        command, options = _judge, _parser().parse_args(given)
    lang = options.lang or _language(os.environ)
    try:
        status = command(options, lang)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read the answer has gone, and did not read all of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_CODES["unknown"]
    except books.BookError as error:
        print(printable(error.text.get(lang)), file=sys.stderr)
        return EXIT_CODES["unknown"]
    except OSError as error:
        return _no_way(_UNREADABLE, error, lang)


def _no_way(said: Text, error: OSError, lang: str) -> int:
    places = {"path": printable(str(error.filename)), "reason": error.strerror or "?"}
    print(said.get(lang).format(**places), file=sys.stderr)
    return EXIT_CODES["unknown"]


# --- judging ------------------------------------------------------------------------------------------------


def _judge(options: argparse.Namespace, lang: str) -> int:
    trust = Trust(options.trust, () if options.trust else tuple(books.units(options.trust_book)))
    before = _before(options.since, trust, lang)
    if options.units is not None and options.trust_book is None:
        print(_NEEDS_BOOK.get(lang), file=sys.stderr)
        return EXIT_CODES["unknown"]
    if options.file.is_dir():
        if options.receipt is not None:
            print(_FOR_FILES.get(lang), file=sys.stderr)
            return EXIT_CODES["unknown"]
        return _judge_folder(options, trust, before, lang)
    for option in ("table", "units"):
        if getattr(options, option) is not None:
            print(_FOR_FOLDERS.get(lang).format(option=f"--{option}"), file=sys.stderr)
            return EXIT_CODES["unknown"]
    for path in filter(None, (options.file, options.receipt)):
        path.open("rb").close()  # says why it cannot be read
    unit, verdict = many.judge(options.file, trust, before, options.receipt)
    if options.json:
        print(json.dumps(as_json(verdict), indent=1, ensure_ascii=True))
    else:
        _print(verdict, options.file, unit, lang)
    return EXIT_CODES[verdict.state]


def _before(since: Path | None, trust: Trust, lang: str) -> many.Past | None:
    if since is None:
        return None
    if not since.is_dir():
        since.open("rb").close()
    before, refused = many.past(many.files(since) if since.is_dir() else [since], trust)
    for path in refused:
        print(_NOT_COMPARED.get(lang).format(path=printable(str(path))), file=sys.stderr)
    return before


def _judge_folder(options: argparse.Namespace, trust: Trust, before: many.Past | None, lang: str) -> int:
    listed = lists.read(options.units) if options.units is not None else []
    rows = many.judge_all(options.file, trust, before, _progress if sys.stderr.isatty() else None)
    called = roll.call(listed, trust.units, rows) if listed else []
    if not rows and not called:
        print(many.NONE.get(lang).format(path=printable(str(options.file))), file=sys.stderr)
        return EXIT_CODES["unknown"]
    if options.table is not None:
        try:
            options.table.write_bytes(table.workbook(rows, lang, called))
        except OSError as error:
            return _no_way(_NOT_WRITTEN, error, lang)
    state = worst([*(row.verdict.state for row in rows), *(one.state for one in called)])
    if options.json:
        told: dict[str, Any] = {"verdict": _WORD.get(state, state)}
        if called:
            told["units"] = [_unit_as_json(one) for one in called]
        told["files"] = [{"file": row.path, "unit": row.unit, **as_json(row.verdict)} for row in rows]
        print(json.dumps(told, indent=1, ensure_ascii=True))
        return EXIT_CODES[state]
    for one in called:
        _print_unit(one, lang)
    for row in [] if called else rows:
        _print_row(row, lang)
    if called:
        print("\n" + table.called_over(called).get(lang))
    print(("" if called else "\n") + table.summed(rows).get(lang))
    return EXIT_CODES[state]


def _print_unit(one: roll.Called, lang: str) -> None:
    files = ", ".join(printable(row.path) for row in one.rows)
    _number, name, verdict, said = ["", *table.unit_cells(one, lang)[:3]]
    print(f"{verdict}  {printable(str(name)) or '?'}{files and '  ' + files}")
    for sentence in filter(None, str(said).split("\n")):
        print(f"      {sentence}")


def _unit_as_json(one: roll.Called) -> dict[str, Any]:
    listed, unit = one.listed, one.unit
    return {
        "unit": one.name,
        "listed": listed is not None,
        "verdict": _WORD.get(one.state, one.state),
        "origins": list(unit.origins) if unit else [listed.origin] if listed and listed.origin else [],
        "fingerprint": listed.fingerprint if listed else "",
        "last_visit": listed.visited.isoformat() if listed and listed.visited else None,
        "expected": listed.expected if listed else None,
        "files": [row.path for row in one.rows],
        "lines": [{"state": x.state, "en": x.text.en, "zh": x.text.zh} for x in one.lines],
    }


def _print_row(row: Row, lang: str) -> None:
    about = " · ".join(filter(None, (row.unit, printable(row.verdict.about.get("project", "")))))
    print(f"{table.VERDICTS[row.verdict.state].get(lang)}  {printable(row.path)}{about and '  ' + about}")
    for said in table.faults(row, lang):
        print(f"      {said}")


def _progress(done: int, total: int) -> None:
    print(f"\r{done}/{total}", end="" if done < total else "\r\033[K", file=sys.stderr, flush=True)


# --- the trust book -----------------------------------------------------------------------------------------


def _register(options: argparse.Namespace, lang: str) -> int:
    unit = books.register(
        options.folder, options.trust_book, options.name, datetime.now(UTC).date(), again=options.again
    )
    print(books.sheet(unit))
    print(_REGISTERED.get(lang), file=sys.stderr)
    return EXIT_CODES["ok"]


def _book(options: argparse.Namespace, lang: str) -> int:
    units = books.units(options.folder)
    for unit in units:
        print(f"{printable(unit.name)}  {unit.registered}  {' '.join(map(printable, unit.origins))}")
        print(f"    {printable(unit.fault.get(lang)) if unit.fault else books.in_fours(unit.pinned)}")
    return EXIT_CODES["bad" if any(unit.fault for unit in units) else "ok"]


def _list(options: argparse.Namespace, lang: str) -> int:
    units = books.units(options.trust_book) if options.trust_book is not None else []
    try:
        with options.path.open("xb") as file:
            file.write(lists.template(units, lang, options.path.suffix))
    except FileExistsError:
        print(_STANDS.get(lang).format(path=printable(str(options.path))), file=sys.stderr)
        return EXIT_CODES["unknown"]
    except OSError as error:
        return _no_way(_NOT_WRITTEN, error, lang)
    return EXIT_CODES["ok"]


_WORD = {"ok": "good"}


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict for programs; sentences in both languages."""
    return {
        "verdict": _WORD.get(verdict.state, verdict.state),
        "sha256": verdict.sha256,
        "about": dict(verdict.about),
        "counts": dict(verdict.counts),
        "parts": [
            {
                "name": part.name,
                "state": part.state,
                "lines": [
                    {"state": line.state, "en": line.text.en, "zh": line.text.zh, "detail": line.detail}
                    for line in part.lines
                ],
            }
            for part in verdict.parts
        ],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m custody.verify",
        description="Judge a custody report, its evidence file, its receipt, or a folder of them, offline.",
        epilog="Exit codes: 0 good, 1 bad, 2 could not tell, or not all of it, or wrong usage. A trust book "
        "is kept by `python -m custody.verify register TRUST --trust-book BOOK --as NAME`, and listed by "
        "`python -m custody.verify book BOOK`.",
    )
    parser.add_argument(
        "file",
        type=Path,
        metavar="REPORT",
        help="the report, an evidence file, a receipt; or a folder of them, receipts beside their reports",
    )
    parser.add_argument("--receipt", type=Path, metavar="F", help="the file that ends in .receipt")
    whom = parser.add_mutually_exclusive_group(required=True)
    whom.add_argument(
        "--trust",
        type=Path,
        metavar="DIR",
        help="folder with the unit's policy, log.vkey and ca.pem, from another channel than the report",
    )
    whom.add_argument(
        "--trust-book", type=Path, metavar="DIR", help="folder with the trust files of all registered units"
    )
    parser.add_argument(
        "--since",
        type=Path,
        metavar="OLD",
        help="report or evidence file of the last visit, or a folder of them: nothing of it may have changed",
    )
    parser.add_argument(
        "--table", type=Path, metavar="XLSX", help="of a folder: write the table to this file"
    )
    parser.add_argument(
        "--units",
        type=Path,
        metavar="LIST",
        help="of a folder: a prepared list of units (CSV or XLSX); a line for each, also where nothing came",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--lang", choices=("en", "zh"), help="language of the text (default: from LANG)")
    return parser


def _book_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m custody.verify")
    commands = parser.add_subparsers(required=True)
    register = commands.add_parser("register", help="take a unit's trust folder into a trust book")
    register.add_argument("folder", type=Path, metavar="TRUST", help="the unit's trust folder")
    register.add_argument("--trust-book", type=Path, metavar="BOOK", required=True, help="made where none is")
    register.add_argument(
        "--as", dest="name", metavar="NAME", required=True, help="the unit's name in the book"
    )
    register.add_argument("--again", action="store_true", help="in place of other files of the same unit")
    listed = commands.add_parser(
        "book", help="list a trust book and compare its files with their fingerprints"
    )
    listed.add_argument("folder", type=Path, metavar="BOOK")
    empty = commands.add_parser("list", help="write a list of units to be filled in (CSV or XLSX)")
    empty.add_argument("path", type=Path, metavar="LIST")
    empty.add_argument("--trust-book", type=Path, metavar="BOOK", help="with the units of this book in it")
    for one in (register, listed, empty):
        one.add_argument("--lang", choices=("en", "zh"), help="language of the text (default: from LANG)")
    return parser


def _language(environ: Mapping[str, str]) -> str:
    """ "zh" when the locale is Chinese; the first variable that is set decides, as in POSIX."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    return "en"


def _print(verdict: Verdict, path: Path, unit: str, lang: str) -> None:
    say: Callable[[Text], str] = lambda text: printable(text.get(lang))  # noqa: E731
    print(say(_VERDICTS[verdict.state]))
    print(f"\n{printable(str(path))}\nSHA-256 {verdict.sha256}")
    if unit:
        print(f"{say(many.UNIT)}: {printable(unit)}")
    for name, words in _ABOUT.items():
        if verdict.about.get(name):
            print(f"{say(words)}: {printable(verdict.about[name])}")
    for part in verdict.parts:
        print(f"\n{say(part.title)}")
        for line in part.lines:
            print(f"  {say(_MARKS[line.state])}  {say(line.text)}")
            if line.detail and line.state != "ok":
                print(f"        ({printable(line.detail)})")
    if verdict.state == "ok":
        print("\n" + say(_OPEN))
        for limit in _LIMITS:
            print("  - " + say(limit))


if __name__ == "__main__":
    sys.exit(main())
