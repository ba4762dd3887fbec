"""`python -m ledger verify|monitor`: judge an evidence file, or follow a log, without database or Django.

Exit codes: 0 good, 1 bad, 2 could not tell (or the command was not understood). The commands of a witness
stand in `ledger.witness_commands`.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ledger import monitoring, trust, witness_commands
from ledger.tlog import sentences
from ledger.tlog.bundle import MAX_BYTES
from ledger.tlog.errors import PolicyError
from ledger.tlog.sentences import Sentence
from ledger.tlog.verify import Verdict, verify_bundle

EXIT_CODES = {"ok": 0, "bad": 1, "unknown": 2}

_VERDICTS = {
    "ok": Sentence(
        "GOOD. The entries and disclosed values in this file are as they were recorded and signed.",
        "通过。文件中的记录和披露值与记录、签名时一致。",
    ),
    "bad": Sentence(
        "BAD. Do not rely on this file. What is wrong is marked below.",
        "不通过。请勿采信本文件。问题见下方标记。",
    ),
    "unknown": Sentence(
        "CANNOT TELL. Nothing wrong was found, but not everything could be judged.",
        "无法判断。未发现问题，但有内容无法核对。",
    ),
}
_MARKS = {
    "ok": Sentence("ok  ", "符合"),
    "bad": Sentence("BAD ", "不符"),
    "unknown": Sentence("?   ", "不明"),
}
_COUNTS = Sentence(
    "{entries:,} entries in {runs:,} runs; {disclosed:,} values disclosed, {withheld:,} withheld, "
    "{erased:,} erased.",
    "共 {runs:,} 个序列、{entries:,} 条记录；"
    "披露 {disclosed:,} 个值，未披露 {withheld:,} 个，已删除 {erased:,} 个。",
)
_WITNESS = Sentence("      witnessed by {name} at {time}", "      见证方 {name}，时间 {time}")
_CHECKED = Sentence("Checked:", "核对结果：")
_LIMITS = Sentence("What this leaves open:", "仍未证明的事项：")
_UNREADABLE = Sentence("The file {path} cannot be read: {reason}.", "无法读取文件 {path}：{reason}。")
_TOO_LARGE = Sentence(
    "The file {path} is larger than any evidence file may be.", "文件 {path} 超过证据文件允许的大小。"
)
_NO_TRUST = Sentence(
    "The trust folder cannot be used, so nothing was judged. {reason}",
    "信任文件夹不可用，因此未作判断。{reason}",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    lang = options.lang or language(os.environ)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Chinese must not turn a verdict into a crash.
            stream.reconfigure(errors="replace")
    return int(options.run(options, partial(_say, lang=lang)))


def _verify(options: argparse.Namespace, say: partial[str]) -> int:
    lang = say.keywords["lang"]
    try:
        policy = trust.load(options.trust)
    except PolicyError as error:
        return _give_up(_NO_TRUST, options.json, lang, reason=error)
    try:
        with options.file.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        return _give_up(_UNREADABLE, options.json, lang, path=options.file, reason=error.strerror)
    if len(raw) > MAX_BYTES:
        return _give_up(_TOO_LARGE, options.json, lang, path=options.file)
    verdict = verify_bundle(raw, policy)
    file_sha256 = hashlib.sha256(raw).hexdigest()
    if options.json:
        _print_json(_as_json(verdict, file_sha256))
    else:
        _print_text(verdict, file_sha256, options.file, lang)
    return EXIT_CODES[verdict.state]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ledger", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    monitoring.add(commands)
    verify = commands.add_parser(
        "verify",
        help="judge an evidence file",
        epilog="Exit codes: 0 good, 1 bad, 2 could not tell or wrong usage.",
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="the evidence file (bundle)")
    verify.add_argument(
        "--trust",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with the unit's policy and log.vkey, from another channel than FILE",
    )
    verify.add_argument("--json", action="store_true", help="print the findings as JSON")
    verify.add_argument("--lang", choices=("en", "zh"), help="language of the text (default: from LANG)")
    verify.set_defaults(run=_verify)
    witness_commands.add_to(commands)
    return parser


def language(environ: Mapping[str, str]) -> str:
    """ "zh" when the locale is Chinese; the first variable that is set decides, as in POSIX."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh" if environ[name].lower().startswith("zh") else "en"
    return "en"


def _give_up(sentence: Sentence, as_json: bool, lang: str, **places: object) -> int:
    if as_json:
        _print_json({"verdict": "unknown", "error": _say(sentence, "en", **places)})
    else:
        print(_say(sentence, lang, **places), file=sys.stderr)
    return EXIT_CODES["unknown"]


def _print_text(verdict: Verdict, file_sha256: str, path: Path, lang: str) -> None:
    print(_say(_VERDICTS[verdict.state], lang))
    print(f"\n{_printable(str(path))}\nSHA-256 {file_sha256}\n\n{_say(_CHECKED, lang)}")
    for check in verdict.checks:
        print(f"  {_say(_MARKS[check.state], lang)}  {_printable(check.zh if lang == 'zh' else check.en)}")
        if check.detail:
            print(f"        ({_printable(check.detail)})")
        if check.code.startswith("quorum") and verdict.trusted:
            for witness in verdict.trusted.witnesses:
                print(_say(_WITNESS, lang, name=witness.name, time=_time(witness.time)))
    if verdict.bundle is not None:
        print("\n" + _say(_COUNTS, lang, **asdict(verdict.counts)))
    if verdict.state == "ok":
        print("\n" + _say(_LIMITS, lang))
        for limit in sentences.LIMITS:
            print("  - " + _say(limit, lang))


def _as_json(verdict: Verdict, file_sha256: str) -> dict[str, object]:
    document: dict[str, object] = {
        "verdict": {"ok": "good"}.get(verdict.state, verdict.state),
        "sha256": file_sha256,
        "checks": [asdict(check) for check in verdict.checks],
        "counts": asdict(verdict.counts),
    }
    if verdict.trusted:
        checkpoint = verdict.trusted.checkpoint
        document["checkpoint"] = {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "witnesses": [asdict(witness) for witness in verdict.trusted.witnesses],
            "quorum_met": verdict.trusted.quorum_met,
        }
    return document


def _print_json(document: dict[str, object]) -> None:
    print(json.dumps(document, indent=1, ensure_ascii=True))


def _say(sentence: Sentence, lang: str, **places: object) -> str:
    text = sentence.zh if lang == "zh" else sentence.en
    return text.format(**{k: v if isinstance(v, int) else _printable(str(v)) for k, v in places.items()})


def _printable(text: str) -> str:
    """`text` without what could steer a terminal or turn the reading direction."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _time(seconds: int) -> str:
    """A POSIX second as a UTC time; one beyond the calendar as its number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(sep=" ")
    except (OverflowError, ValueError, OSError):
        return str(seconds)


if __name__ == "__main__":
    sys.exit(main())
