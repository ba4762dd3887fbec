"""Every request for approval with its votes, and how strongly each vote is bound to its officer."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Hop, Record
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import day, fill, hop_name, joined, label, quoted
from custody.terms import SIGNED, ApprovalState, ConditionState, Stance, Text, VoteChoice, VoteMethod

_SHAPES = {
    ApprovalState.GRANTED: Shape.CHECK,
    ApprovalState.REQUESTED: Shape.DOTS,
    ApprovalState.DENIED: Shape.CROSS,
    ApprovalState.WITHDRAWN: Shape.RETURN,
    ApprovalState.REVOKED: Shape.BANG,
    ApprovalState.SUSPENDED: Shape.BANG,
    ApprovalState.SUPERSEDED: Shape.RETURN,
}

_STANDS = {
    ConditionState.OPEN: Shape.DOTS,
    ConditionState.EVIDENCED: Shape.DOTS,
    ConditionState.MET: Shape.CHECK,
    ConditionState.WAIVED: Shape.DASH,
}
_FROM_PAPER = Text("entered from an old register", "由旧登记簿登记")
_STOPS = {
    "hop.amended": (Shape.RETURN, Text("Put up in other terms by {name}", "{name} 变更后重新提交")),
    "approval.suspended": (Shape.BANG, Text("Suspended by {name}", "{name} 暂停")),
    "approval.lifted": (Shape.CHECK, Text("Suspension lifted by {name}", "{name} 解除暂停")),
    "approval.revoked": (Shape.BANG, Text("Revoked by {name}", "{name} 撤销")),
    "hop.completed": (Shape.RETURN, Text("Work done, said {name}", "{name} 登记完工")),
    "hop.closed": (Shape.DASH, Text("Closed by {name}", "{name} 关闭")),
}


@section(70, Text("Approvals and votes", "审批与表决"))
def approvals(account: Account) -> Sequence[Block]:
    """One row per request; the subject's digest is what an officer approved."""
    if not account.hops:
        return [Paragraph(Text("No approval was asked for.", "没有审批申请。"))]
    return [
        Paragraph(
            Text(
                "An approval is bound to the SHA-256 of its subject: what is changed later is not approved. "
                "A vote by password is not signed; it proves what the system recorded, not who typed. "
                "A vote by passkey is signed over the exact statement, with a key that another person had "
                "put on record.",
                "批准绑定其内容的 SHA-256：之后改动的内容不在批准之列。密码表决未经签名，"
                "只证明系统的记录，不证明由谁输入。通行密钥表决是对完整声明的签名，所用密钥已由他人确认。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("No.", "序号"), 0.7, right=True),
                Column(Text("Subcontract", "分包"), 4),
                Column(Text("Asked for", "申请"), 2.2),
                Column(Text("Votes", "表决"), 3.6),
                Column(Text("State", "状态"), 1.6),
            ),
            [_row(account, number, hop) for number, hop in enumerate(account.hops.values(), 1)],
        ),
    ]


def _row(account: Account, number: int, hop: Hop) -> tuple[Value, ...]:
    asked = hop.asked
    votes: list[Words | Flag | Code] = []
    for vote in hop.votes:
        votes += _vote(account, vote)
    for said in hop.advice:
        votes += _advice(account, said)
    for condition, state in hop.conditions.values():
        words = fill(Text("Condition {number}", "条件{number}"), number=str(condition.get("number")))
        votes += [Flag(_STANDS[state], words), quoted(condition.get("text")), state.text]
    for stop in [*hop.stopped, *([hop.revoked] if hop.revoked else []), *hop.ended]:
        shape, words = _STOPS[stop.name]
        votes += [
            Flag(
                shape,
                fill(words, name=account.names.of(_who(stop), stop.at)),
            ),
            stop.at,
            quoted(stop.get("reason")),
        ]
    return (
        number,
        Lines((hop_name(account, hop.get("hop"), asked), Code(str(hop.get("subject_sha256"))))),
        Lines(
            (
                account.names.of(hop.get("requested_by"), asked.at),
                asked.at,
                *([_FROM_PAPER] if hop.on_paper else []),
            )
        ),
        Lines(tuple(votes)) if votes else Text("none yet", "尚无"),
        Flag(_SHAPES[hop.approval], hop.approval.text),
    )


def _advice(account: Account, said: Record) -> list[Words | Flag | Code]:
    """Return an opinion or a referral, which stand beside the votes."""
    name = account.names.of(said.get("person"), said.at)
    if said.name == "approval.referred":
        to = account.names.of(said.get("to"), said.at)
        flag = Flag(
            Shape.DOTS, fill(Text("Referred by {name} to {to}", "{name} 转交 {to}"), name=name, to=to)
        )
    elif said.name == "approval.limited":
        uses = str(said.get("uses")) if said.get("uses") else Text("any number of", "不限")
        until = day(said.get("until")) if said.get("until") else Text("no day set", "不限")
        words = Text(
            "Limited by {name}: {uses} use(s), until: {until}", "{name} 限定使用：次数{uses}，截止{until}"
        )
        flag = Flag(Shape.DASH, fill(words, name=name, uses=uses, until=until))
    else:
        number, stance = str(said.get("number")), label(Stance, said.get("stance"))
        words = Text("Opinion ADV-{number} of {name}: {stance}", "{name} 的意见 ADV-{number}：{stance}")
        against = said.get("stance") != Stance.IN_FAVOUR
        flag = Flag(
            Shape.BANG if against else Shape.CHECK, fill(words, number=number, name=name, stance=stance)
        )
    return [flag, said.at, *([quoted(said.get("reason"))] if said.get("reason") else [])]


def _who(stop: Record) -> str | None:
    return stop.get("person") or stop.get("requested_by") or stop.get("actor")


def _vote(account: Account, vote: Record) -> list[Words | Flag | Code]:
    approved = vote.get("choice") != VoteChoice.DENY
    behalf = vote.get("behalf")
    return [
        Flag(
            Shape.CHECK if approved else Shape.CROSS,
            fill(
                Text("{name}: {choice}", "{name}：{choice}"),
                name=account.names.of(vote.get("person"), vote.at),
                choice=label(VoteChoice, vote.get("choice")),
            ),
        ),
        *(
            [fill(Text("in the place of {name}", "代{name}"), name=account.names.of(behalf, vote.at))]
            if behalf
            else []
        ),
        vote.at,
        *(
            [fill(Text("against: {codes}", "不采纳：{codes}"), codes=joined(vote.get("against")))]
            if vote.get("against")
            else []
        ),
        Flag(
            Shape.CHECK if vote.get("method") in SIGNED else Shape.BANG,
            label(VoteMethod, vote.get("method")),
        ),
        quoted(vote.get("reason")),
    ]
