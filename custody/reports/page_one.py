"""Page one of every kind of report: what was checked, what is wrong, who must act, what is left out and what
is not proved; then the contents."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account
from custody.reports.blocks import (
    Block,
    Bullets,
    Contents,
    Facts,
    Flag,
    Heading,
    Note,
    PageBreak,
    Value,
    Words,
)
from custody.reports.kinds import kind_of
from custody.reports.wording import fill, level, regime
from custody.stamp_terms import SealTime
from custody.terms import Text

UNSTAMPED = {
    SealTime.UNIT: Text(
        "When it was sealed: no outside time stamp, the unit asks for none.",
        "封印时间：无外部时间戳，本单位未设时间戳机构。",
    ),
    SealTime.SILENT: Text(
        "When it was sealed: no outside time stamp: the authority did not answer. A later one stands in the "
        "receipt.",
        "封印时间：无外部时间戳：时间戳机构未应答。后补的时间戳载于凭证。",
    ),
    SealTime.DEMO: Text(
        "When it was sealed: the time stamp is a demonstration's own and proves nothing.",
        "封印时间：时间戳由演示系统自行加盖，不能证明任何事。",
    ),
}
"""Why the time of the seal is the unit's word, as the first page says it before there is a seal."""
STAMPED = Text(
    "The seal carries the time stamp of an outside authority; the verifier names it.",
    "封印带有外部机构的时间戳；核验程序显示该机构的名称。",
)
_GOOD = Flag(Shape.CHECK, Text("Nothing of that kind is recorded.", "没有此类记录。"))


def page_one(
    account: Account,
    *,
    facts: Sequence[tuple[Words, Value]],
    checked: Sequence[Words | Flag],
    wrong: Sequence[Words | Flag],
    to_act: Sequence[Words | Flag],
    open_too: Sequence[Words] = (),
) -> list[Block]:
    """Return the first page and the contents. `open_too`: what this report in particular does not prove."""
    left_out = kind_of(account).leaves_out
    shown = Text("What this report does not show", "本报告不涉及的内容")
    return [
        Facts(tuple(facts)),
        Heading(Text("What was checked", "核对范围"), 3),
        Bullets((*checked, STAMPED) if account.seal_time is SealTime.OUTSIDE else tuple(checked)),
        Heading(Text("What is wrong or open", "问题与未决事项"), 3),
        Bullets(tuple(wrong) or (_GOOD,)),
        Heading(Text("Who must act", "待办事项"), 3),
        Bullets(tuple(to_act) or (Text("Nobody, as recorded.", "按记录无须任何人行动。"),)),
        Note((*open_too, *not_proved(account)), Shape.BANG, Text("What is not proved", "未证明的事项")),
        *([Note(left_out, Shape.DASH, shown)] if left_out else []),
        PageBreak(),
        Contents(),
        PageBreak(),
    ]


def not_proved(account: Account) -> list[Words]:
    """Return what no report of this ledger proves, and what this one does not for want of a witness."""
    lines: list[Words] = [
        Text(
            "What was never recorded. No ledger can show an act that nobody entered.",
            "从未记录之事。没有录入的行为，任何账本都无法显示。",
        ),
        Text(
            "That what people stated is true: purposes, reasons, and the times at which they say it took "
            "place.",
            "当事人所述是否属实：用途、理由，以及所称的发生时间。",
        ),
        Text(
            "What stood on paper or in outside records before it was taken over or imported.",
            "接管或导入之前的纸质材料和外部记录的内容。",
        ),
        Text(
            "That nobody was shown another log, and that no later entries exist: a forked stream or a hidden "
            "tail is excluded only by a monitor or by witnesses.",
            "账本是否另有版本、之后是否还有未出示的记录：须由监测方或见证方排除。",
        ),
        Text(
            "Who sat at the keyboard of a vote or other sign-off by password or PIN: neither is a signature.",
            "凭密码或PIN码审批、确认时的实际操作人：密码和PIN码都不是签名。",
        ),
    ]
    if account.seal_time in UNSTAMPED:
        lines.append(UNSTAMPED[account.seal_time])
    if not account.cosigned:
        lines.append(
            Text(
                "Anything by an outside witness: none has cosigned this checkpoint.",
                "任何外部见证：没有见证方会签此检查点。",
            )
        )
    return lines


def about_project(account: Account) -> tuple[tuple[Words, Words], ...]:
    """Return what the project is, under which rules, and who asked when."""
    get, names = account.project.get, account.names
    asked = account.requested
    return (
        (Text("Project", "项目"), f"{get('code')}  {get('title')}"),
        (
            Text("Run by", "承担单位"),
            fill(
                Text("{owner}, for {client}", "{owner}（委托单位：{client}）"),
                owner=names.of(get("owner_party"), account.project.at),
                client=names.of(get("client_party"), account.project.at),
            ),
        ),
        (Text("Level of the project", "项目密级"), level(account, get("level"))),
        (Text("Rules", "规则包"), regime(account)),
        (
            Text("Asked for by", "申请人"),
            fill(
                Text("{name}, {at}; state of {as_of}", "{name}，{at}；截至 {as_of}"),
                name=names.of(asked.get("actor"), asked.at),
                at=asked.at,
                as_of=account.as_of,
            ),
        ),
        *([(Text("Project closed at", "项目结束时间"), account.closed.at)] if account.closed else []),
    )


def streams_checked(account: Account) -> Text:
    """Return how much of the ledger a report rests on whose evidence is open."""
    return fill(
        Text(
            "Every stream that the project relies on, whole: {runs} streams, {entries} entries.",
            "项目所依据的 {runs} 个序列的全部 {entries} 条记录，每个序列均完整。",
        ),
        entries=sum(length for _, length in account.runs),
        runs=len(account.runs),
    )
