"""How the ledger proves what is shown, and how a reader checks it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from custody.reports.account import Account
from custody.reports.blocks import Block, Bullets, Code, Column, Heading, Paragraph, Proof, QrCode, Table
from custody.reports.sections import section
from custody.reports.wording import fill
from custody.terms import Text

_STREAMS = {
    "project": Text("The project", "本项目"),
    "party": Text("Party: {name}", "单位：{name}"),
    "system": Text("The installation: people, packs, systems, lists", "本系统：人员、规则包、系统、名单"),
    "keys": Text("Keys of {name}", "{name} 的密钥"),
    "access": Text("Looks at the project", "查阅记录"),
}
SCANNED = Text(
    "This code holds the origin, the size and the root of the checkpoint above and the end of the number of "
    "this report, each on a line: a printed page can be compared with the ledger without typing.",
    "此码载有上述检查点的来源、规模、根以及本报告编号末段，各占一行：纸质页面无需手工录入即可与账本比对。",
)
COMMAND = "python -m custody.verify REPORT.pdf --receipt REPORT.pdf.receipt --trust DIR"


@section(100, Text("Proof by the ledger", "账本证明"))
def proof(account: Account) -> Sequence[Block]:
    """Checkpoint, runs, and the exact command."""
    rows = []
    for name, length in account.runs:
        noun, _, id = name.partition(":")
        words = _STREAMS.get(noun, Text(noun, noun))
        rows.append((fill(words, name=account.names.of(id)), Code(name), length))
    return [
        Paragraph(
            Text(
                "Every event is an entry in an append-only log. Each entry names the one before it, and "
                "a signed "
                "checkpoint fixes them all. The evidence attached to this file carries the entries "
                "themselves.",
                "每一事件都是只增账本中的一条记录。每条记录指向前一条，由签名的检查点整体固定。"
                "本文件所附证据载有这些记录本身。",
            )
        ),
        *proved_by(account),
        Heading(Text("Streams shown, each whole", "所示序列（均完整）"), 2),
        Table(
            (
                Column(Text("What it holds", "内容"), 3),
                Column(Text("Stream", "序列"), 4),
                Column(Text("Entries", "记录数"), 1, right=True),
            ),
            rows,
        ),
        *how_to_check(),
    ]


def checkpoint(account: Account) -> str:
    """Return the checkpoint as the log signs it (C2SP tlog-checkpoint), with the report as its last line."""
    root = base64.b64encode(account.root).decode()
    return f"{account.origin}\n{account.size}\n{root}\n{account.report[-8:]}\n"


def proved_by(account: Account) -> list[Block]:
    """Return the checkpoint that fixes what is shown, and who vouches for it."""
    return [
        Proof(
            (
                (Text("Ledger (origin)", "账本（来源）"), account.origin),
                (Text("Size at the checkpoint", "检查点处规模"), f"{account.size:,}"),
                (
                    Text("Root (SHA-256, base64)", "根（SHA-256，base64）"),
                    base64.b64encode(account.root).decode(),
                ),
                (
                    Text("Newest entry shown", "所示最新记录时间"),
                    account.as_of.strftime("%Y-%m-%d %H:%M:%S UTC"),
                ),
            )
        ),
        QrCode(checkpoint(account), SCANNED),
        Paragraph(witnessing(account)),
    ]


def how_to_check() -> list[Block]:
    """Return what a reader does to check a report."""
    return [
        Heading(Text("How to check this report", "如何核验本报告"), 2),
        Bullets(
            (
                Text(
                    "Get the unit's trust folder (policy, log.vkey, ca.pem) by another channel than this "
                    "report.",
                    "通过本报告以外的渠道取得该单位的信任文件夹（policy、log.vkey、ca.pem）。",
                ),
                Text(
                    "Put this file and its receipt on a computer with the verifier; no network is needed.",
                    "将本文件及其凭证置于装有核验程序的计算机上；无需联网。",
                ),
                Text(
                    "Run the command below, with the folder in place of DIR.",
                    "运行下列命令，以该文件夹代替 DIR。",
                ),
            )
        ),
        Proof(((Text("Command", "命令"), COMMAND),)),
        Paragraph(
            Text(
                "It checks the seal over the whole file, every entry, link and proof, runs every "
                "decision again, "
                "prints these pages again from the evidence to compare them, and finds the issue in the "
                "receipt.",
                "该命令核对覆盖整个文件的封印，核对每条记录、链接和证明，重新执行每项决定，"
                "由证据重新排印页面以作比较，并在凭证中核对出具记录。",
            ),
            quiet=True,
        ),
    ]


def witnessing(account: Account) -> Text:
    """Return in plain words how far the checkpoint is vouched for by others."""
    if account.cosigned:
        return fill(
            Text(
                "State: witnessed. Outside witnesses have cosigned the checkpoint: {names}. Whether they are "
                "witnesses to believe is for your own trust folder to say.",
                "状态：已见证。下列外部见证方已会签检查点：{names}。是否采信这些见证方，以您自己的信任文件夹为准。",
            ),
            names=", ".join(account.cosigned),
        )
    return Text(
        "State: sealed, not witnessed. No outside witnesses have cosigned this checkpoint, so only the log "
        "itself vouches that everybody is shown the same log.",
        "状态：已固化，未见证。没有外部见证方会签此检查点，因此各方看到的是否为同一账本，仅由账本自身担保。",
    )
