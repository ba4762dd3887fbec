"""The command `bin/holdfast`: reads its arguments, runs one command, and returns its exit code."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from config.words import words
from custody.terms import Channel, Leg, Medium, Received

from . import commands, reports
from .errors import NOT_POSSIBLE, Failed, NotReached
from .reach import Site, read_key
from .saying import say, tell

ADDRESS = "http://localhost:8000"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that cannot show Chinese is no reason to fail
    options = _parser().parse_args(arguments)
    try:
        if options.command == "verify":
            return reports.verify(options)
        address = options.url or os.environ.get("HOLDFAST_URL") or ADDRESS
        return int(options.run(Site(address, read_key(os.environ)), options))
    except Failed as error:
        tell(error)
        return error.code
    except (KeyError, TypeError, IndexError):
        # An answer without what the API promises.
        error_ = NotReached(
            words("The site answered in a way this client does not know.", "站点的应答无法识别。")
        )
        tell(error_)
        return error_.code
    except KeyboardInterrupt:
        say(words("Stopped.", "已停止。"), sys.stderr)
        return NOT_POSSIBLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="holdfast",
        description=words("Work with a Holdfast site from a terminal.", "在终端使用Holdfast站点。"),
        epilog=words(
            "The key stands in the file that HOLDFAST_KEY_FILE names (chmod 600). Exit codes: 0 done, "
            "1 refused by the rules, 2 wrong input or not possible, 3 could not reach the site. "
            "verify: 0 good, 1 bad, 2 not fully checked.",
            "密钥存于HOLDFAST_KEY_FILE所指文件（chmod 600）。退出码：0 已完成，1 被规则拒绝，"
            "2 输入有误或无法执行，3 无法连接站点。verify：0 通过，1 不通过，2 未能全部核对。",
        ),
    )
    parser.add_argument(
        "--url",
        help=words(
            f"address of the site (or HOLDFAST_URL; {ADDRESS})", f"站点地址（或HOLDFAST_URL；{ADDRESS}）"
        ),
    )
    some = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    who = some.add_parser("whoami", help=words("in whose name the key acts", "密钥代表何人"))
    who.set_defaults(run=commands.whoami)

    offer = some.add_parser("offer", help=words("offer numbered copies", "发起移交"))
    offer.set_defaults(run=commands.offer)
    offer.add_argument(
        "--hop", metavar="ID", help=words("the subcontract; none within one party", "分包；单位内部交接不填")
    )
    offer.add_argument(
        "--leg",
        choices=[str(leg) for leg in Leg],
        help=words("what kind: a loan with --due, else a transfer", "种类：有归还期限为借用，否则为移交"),
    )
    offer.add_argument("--statement", metavar="TEXT", help=words("what goes with a return", "归还说明"))
    offer.add_argument(
        "--to",
        required=True,
        metavar="PERSON",
        help=words("who receives: id, staff number or name", "接收人：标识、工号或姓名"),
    )
    offer.add_argument("--system", required=True, metavar="ID", help=words("where they go", "目的系统"))
    offer.add_argument("--purpose", default="", metavar="TEXT", help=words("what for", "用途"))
    offer.add_argument("--channel", required=True, choices=[str(c) for c in Channel])
    offer.add_argument(
        "--due", metavar="DATE", help=words("return by, as 2026-11-30", "归还期限，如2026-11-30")
    )
    offer.add_argument(
        "--second",
        metavar="PERSON",
        help=words("who accompanies, where two must carry", "同行人（须两人携带时）"),
    )
    offer.add_argument("codes", nargs="+", metavar="CODE", help=words("numbers of copies", "副本编号"))

    accept = some.add_parser("accept", help=words("sign for a handoff", "接收移交"))
    accept.set_defaults(run=commands.accept)
    accept.add_argument("number", metavar="NUMBER", help=words("number of the handoff", "移交单编号"))
    accept.add_argument("--note", default="", metavar="TEXT", help=words("a remark", "备注"))

    accept.add_argument(
        "--wrong",
        action="append",
        metavar="CODE=HOW",
        help=words(
            "a copy that is not in order, as XY-0001-K=damaged; it stays with the sender (may be repeated): ",
            "异常副本，如XY-0001-K=damaged，仍由移交方保管（可重复）：",
        )
        + ", ".join(str(found) for found in Received),
    )

    accept.add_argument(
        "--file",
        action="append",
        metavar="CODE=FILE",
        help=words(
            "a file that came with a copy, as XY-0001-K=map.tif: its SHA-256 is held against the one "
            "recorded, the file is not sent (may be repeated)",
            "随副本收到的文件，如XY-0001-K=map.tif：将其SHA-256与登记值核对，文件不上传（可重复）",
        ),
    )

    describe = some.add_parser("describe", help=words("put down what carries a copy", "登记副本的载体"))
    describe.set_defaults(run=commands.describe)
    describe.add_argument("code", metavar="CODE", help=words("number of the copy", "副本编号"))
    describe.add_argument(
        "--medium", choices=[str(m) for m in Medium], help=words("what carries it", "载体类型")
    )
    describe.add_argument("--number", metavar="TEXT", help=words("number on the medium", "载体编号"))
    describe.add_argument("--seal", metavar="TEXT", help=words("number of the seal", "封签号"))
    describe.add_argument(
        "--file",
        metavar="FILE",
        help=words(
            "its own file: the SHA-256 is recorded, the file is not sent",
            "自身文件：登记其SHA-256，文件不上传",
        ),
    )
    describe.add_argument("--home", metavar="ID", help=words("system that it belongs to", "归属的系统"))
    describe.add_argument("--reason", required=True, metavar="TEXT", help=words("why", "理由"))

    decline = some.add_parser("decline", help=words("refuse a handoff", "拒收移交"))
    decline.set_defaults(run=commands.decline)
    decline.add_argument("number", metavar="NUMBER", help=words("number of the handoff", "移交单编号"))
    decline.add_argument("--reason", required=True, metavar="TEXT", help=words("why", "理由"))

    where = some.add_parser("where", help=words("who holds copies, and where", "副本由谁保管、在何处"))
    where.set_defaults(run=commands.where)
    where.add_argument("codes", nargs="+", metavar="CODE", help=words("numbers of copies", "副本编号"))

    report = some.add_parser("report", help=words("take a sealed report", "取得封印报告"))
    report.set_defaults(run=reports.report)
    report.add_argument("project", metavar="PROJECT-CODE", help=words("code of the project", "项目编号"))
    report.add_argument("--language", choices=("en", "zh"), default=words("en", "zh"))
    report.add_argument("--out", default=".", metavar="DIR", help=words("folder for the files", "保存目录"))
    report.add_argument(
        "--wait", type=float, default=900.0, metavar="SECONDS", help=words("at most (900)", "最长等待（900）")
    )

    verify = some.add_parser("verify", help=words("judge a report on this machine alone", "在本机核验报告"))
    verify.add_argument("file", metavar="REPORT.pdf")
    verify.add_argument(
        "--receipt", metavar="F", help=words("the file that ends in .receipt", "以.receipt结尾的文件")
    )
    verify.add_argument(
        "--trust",
        required=True,
        metavar="DIR",
        help=words("trust folder, from another channel than the report", "信任目录，须经报告以外的渠道取得"),
    )

    for act in (offer, accept, describe, decline, report):
        act.add_argument(
            "--once",
            default="",
            metavar="KEY",
            help=words("repeat an act whose answer never came", "重发未收到应答的操作"),
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
