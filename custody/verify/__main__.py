"""The command `python -m custody.verify`: reads files, prints a verdict, returns its exit code."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from custody.terms import Text
from ledger.tlog.bundle import MAX_BYTES

from .found import Verdict, printable
from .report import verify_file

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
        "Not judged: who typed a password, and the time of the seal, which is the sealer's own statement.",
        "未判断：密码由谁输入，以及封印时间（系封印者自述）。",
    ),
)
_UNREADABLE = Text("The file {path} cannot be read: {reason}.", "无法读取文件 {path}：{reason}。")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    lang = options.lang or _language(os.environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Chinese must not turn a verdict into a crash.
            stream.reconfigure(errors="replace")
    raws: list[bytes | None] = [None, None]
    for place, path in enumerate((options.file, options.receipt)):
        if path is None:
            continue
        try:
            with path.open("rb") as file:
                raws[place] = file.read(MAX_BYTES + 1)
        except OSError as error:
            reason = {"path": printable(str(path)), "reason": error.strerror or "?"}
            print(_UNREADABLE.get(lang).format(**reason), file=sys.stderr)
            return EXIT_CODES["unknown"]
    verdict = verify_file(raws[0] or b"", options.trust, raws[1])
    if options.json:
        print(json.dumps(as_json(verdict), indent=1, ensure_ascii=True))
    else:
        _print(verdict, options.file, lang)
    return EXIT_CODES[verdict.state]


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict for programs; sentences in both languages."""
    return {
        "verdict": {"ok": "good"}.get(verdict.state, verdict.state),
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
        description="Judge a custody report (or its evidence file, or its receipt) offline.",
        epilog="Exit codes: 0 good, 1 bad, 2 could not tell, or not all of it, or wrong usage.",
    )
    parser.add_argument(
        "file", type=Path, metavar="REPORT", help="the report; or an evidence file, or a receipt"
    )
    parser.add_argument("--receipt", type=Path, metavar="F", help="the file that ends in .receipt")
    parser.add_argument(
        "--trust",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with the unit's policy, log.vkey and ca.pem, from another channel than the report",
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--lang", choices=("en", "zh"), help="language of the text (default: from LANG)")
    return parser


def _language(environ: Mapping[str, str]) -> str:
    """ "zh" when the locale is Chinese; the first variable that is set decides, as in POSIX."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    return "en"


def _print(verdict: Verdict, path: Path, lang: str) -> None:
    say: Callable[[Text], str] = lambda text: printable(text.get(lang))  # noqa: E731
    print(say(_VERDICTS[verdict.state]))
    print(f"\n{printable(str(path))}\nSHA-256 {verdict.sha256}")
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
