"""The command `python -m ledger monitor`: what it is given, and what it says. No Django.

Exit codes: 0 all is well, 1 an alarm, 2 the log could not be read this time or the command was wrong.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger import trust
from ledger.monitor import Alarm, Copy, Monitor, Visit
from ledger.source import source_of
from ledger.tlog.errors import PolicyError
from ledger.tlog.sentences import Sentence

ALARMS = {
    "fork": Sentence(
        "THE LOG FORKS: it shows a history that contradicts the one kept here.",
        "日志分叉：所示历史与此处保存的历史相互矛盾。",
    ),
    "shrunk": Sentence(
        "THE LOG HAS SHRUNK: entries that it had signed are gone.", "日志缩短：曾经签名的记录已不存在。"
    ),
    "stopped": Sentence("THE LOG HAS STOPPED: it has not answered for long.", "日志中断：长时间没有应答。"),
    "stale": Sentence(
        "THE CHECKPOINT IS STALE: nothing new has been signed for long.", "检查点陈旧：长时间没有新的签名。"
    ),
    "origin": Sentence(
        "WRONG LOG: the checkpoint is of another log than the one followed.", "日志不符：检查点属于另一日志。"
    ),
    "key": Sentence(
        "SWAPPED KEY: the checkpoint is not signed by the key in the trust folder, or a signature is false.",
        "密钥不符：检查点并非由信任文件夹中的密钥签名，或签名无效。",
    ),
    "form": Sentence(
        "NOT A CHECKPOINT: what is served cannot be read.", "不是检查点：所提供的内容无法识别。"
    ),
    "missing": Sentence(
        "FILES ARE MISSING: the log does not serve all that it signed.",
        "文件缺失：日志未提供其签名的全部内容。",
    ),
    "short": Sentence(
        "A TILE IS SHORT: the log does not serve all that it signed.",
        "文件不完整：日志未提供其签名的全部内容。",
    ),
    "tile": Sentence(
        "A FALSE TILE: a tile is not what the entries give.", "树块不符：树块与各条记录推算的结果不一致。"
    ),
    "entry": Sentence(
        "A FALSE ENTRY: an entry is not in the fixed layout.", "记录不符：记录不符合固定格式。"
    ),
    "stream": Sentence(
        "A BROKEN STREAM: a number stands twice or is missing, or a link does not hold.",
        "序列断裂：编号重复或缺失，或前后链接不成立。",
    ),
    "time": Sentence(
        "A FALSE TIME: an entry goes back in time, or lies in the future.",
        "时间不符：记录时间倒退或晚于当前时间。",
    ),
    "copy": Sentence(
        "THE COPY IS DAMAGED: the folder kept here was changed. Compare it with another copy.",
        "副本损坏：此处保存的文件夹已被更改。请与其他副本比对。",
    ),
    "unreachable": Sentence("The log could not be read this time.", "本次未能读取日志。"),
}
"""Code -> what is said, in one line."""

_GOOD = Sentence(
    "GOOD. {size:,} entries, {new:,} of them new; all lead to the signed checkpoint. "
    "Witnessed as far as {witnessed:,} entries, by {witnesses}{quorum}.",
    "通过。共 {size:,} 条记录，其中新增 {new:,} 条，均归于已签名的检查点。"
    "已见证至 {witnessed:,} 条，见证方 {witnesses} 个{quorum}。",
)
_SHORT_OF = Sentence(", fewer than the policy demands", "，少于策略要求")
_EVIDENCE = Sentence("Evidence: {path}", "证据：{path}")
_NO_TRUST = Sentence("The trust folder cannot be used: {reason}", "信任文件夹不可用：{reason}")
_NO_COPY = Sentence("The copy cannot be read or written: {reason}", "副本无法读写：{reason}")
_NO_SOURCE = Sentence("Give an http or https address, or a folder.", "请给出 http 或 https 地址，或文件夹。")


def add(commands: Any) -> None:
    """Add the command to a parser's sub-commands."""
    parser = commands.add_parser(
        "monitor",
        help="follow a log and keep a copy",
        epilog="Exit codes: 0 good, 1 alarm, 2 could not be read this time or wrong usage.",
    )
    parser.add_argument("source", metavar="URL|DIR", help="the log: an address, or a folder carried by hand")
    parser.add_argument("--keep", type=Path, required=True, metavar="DIR", help="folder of the copy")
    parser.add_argument("--trust", type=Path, metavar="DIR", help="trust folder (default: trust in the copy)")
    often = parser.add_mutually_exclusive_group()
    often.add_argument("--once", action="store_true", help="one visit (the default)")
    often.add_argument("--every", type=_seconds, metavar="SECONDS", help="visit again until stopped")
    parser.add_argument("--stale", type=float, default=72.0, metavar="HOURS", help="silence that is an alarm")
    parser.add_argument("--token-file", type=Path, metavar="F", help="file with the token of the log")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    parser.add_argument("--lang", choices=("en", "zh"), help="language of the text (default: from LANG)")
    parser.set_defaults(run=lambda options, say: run(options, say.keywords["lang"]))


def run(options: argparse.Namespace, lang: str) -> int:
    """Visit once, or until stopped; return the exit code of the worst visit."""
    try:
        policy = trust.load(options.trust or options.keep / "trust")
        token = options.token_file.read_text("ascii").strip() if options.token_file else ""
        source = source_of(options.source, token)
    except (PolicyError, OSError, UnicodeError) as error:
        return _say(2, lang, _NO_TRUST.zh if lang == "zh" else _NO_TRUST.en, reason=error)
    except ValueError:
        return _say(2, lang, _NO_SOURCE.zh if lang == "zh" else _NO_SOURCE.en)
    try:
        monitor = Monitor(source, Copy(options.keep), policy, options.stale * 3600)
    except OSError as error:
        return _say(2, lang, _NO_COPY.zh if lang == "zh" else _NO_COPY.en, reason=error)
    codes: list[int] = []
    with _stoppable(options.every is not None):
        codes.append(_visit(monitor, options, lang))
        while options.every:
            time.sleep(options.every)
            codes.append(_visit(monitor, options, lang))
    return max(codes, key=(0, 2, 1).index, default=2)


@contextmanager
def _stoppable(often: bool) -> Iterator[None]:
    """End quietly at Ctrl-C, and while visits go on at SIGTERM, in the midst of a visit too: like any kill it
    leaves a copy that goes on."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    # Both: whoever starts it in the background of a shell hands on that Ctrl-C is ignored.
    ends = (signal.SIGTERM, signal.SIGINT) if often else ()
    before = {number: signal.signal(number, stop) for number in ends}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _seconds(text: str) -> float:
    """A span of seconds above zero. Raises ValueError."""
    seconds = float(text)
    if not 0 < seconds < 1e9:
        raise ValueError(text)
    return seconds


def _visit(monitor: Monitor, options: argparse.Namespace, lang: str) -> int:
    try:
        visit = monitor.visit()
    except Alarm as alarm:
        code = 2 if alarm.code == "unreachable" else 1
        if options.json:
            print(
                json.dumps({"verdict": alarm.code, "detail": alarm.detail, "evidence": _path(alarm)}),
                flush=True,
            )
            return code
        words = ALARMS[alarm.code]
        text = f"{words.zh if lang == 'zh' else words.en} ({alarm.detail})"
        _say(code, lang, "{text}", text=text)
        if alarm.evidence:
            _say(code, lang, _EVIDENCE.zh if lang == "zh" else _EVIDENCE.en, path=alarm.evidence)
        return code
    except OSError as error:
        return _say(2, lang, _NO_COPY.zh if lang == "zh" else _NO_COPY.en, reason=error)
    if options.json:
        print(json.dumps(_as_json(visit)), flush=True)
    else:
        short = "" if visit.quorum_met else (_SHORT_OF.zh if lang == "zh" else _SHORT_OF.en)
        good = _GOOD.zh if lang == "zh" else _GOOD.en
        print(
            good.format(
                size=visit.size,
                new=visit.new,
                witnessed=visit.witnessed,
                witnesses=visit.witnesses,
                quorum=short,
            ),
            flush=True,
        )
    return 0


def _say(code: int, lang: str, words: str, **places: object) -> int:
    """Say it on the error stream, without anything that could steer a terminal."""
    text = words.format(**places)
    print("".join(c if c.isprintable() else ascii(c)[1:-1] for c in text), file=sys.stderr, flush=True)
    return code


def _path(alarm: Alarm) -> str | None:
    return str(alarm.evidence) if alarm.evidence else None


def _as_json(visit: Visit) -> dict[str, object]:
    return {
        "verdict": "good",
        "size": visit.size,
        "new": visit.new,
        "witnessed": visit.witnessed,
        "witnesses": visit.witnesses,
        "quorum_met": visit.quorum_met,
        "unchanged_for_seconds": visit.unchanged_for,
    }
