"""Every override of a rule: for whom, until when, who agreed, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Code, Column, Flag, Lines, Paragraph, Table, Value, Words
from custody.reports.sections import section
from custody.reports.wording import day, fill, hop_name, label, quoted
from custody.terms import SIGNED, OverrideState, Text, VoteChoice, VoteMethod

_SHAPES = {
    OverrideState.REQUESTED: Shape.DOTS,
    OverrideState.ACTIVE: Shape.BANG,
    OverrideState.REFUSED: Shape.CROSS,
    OverrideState.REVOKED: Shape.RETURN,
}


@section(77, Text("Overrides of rules", "规则特批"))
def overrides(account: Account) -> Sequence[Block]:
    """One row per override; where there is none that is said."""
    if not account.overrides:
        return [Paragraph(Text("No rule was overridden.", "没有特批放行的规则。"))]
    return [
        Paragraph(
            Text(
                "A rule that its pack marks so may be overridden by several persons who are not "
                "concerned. What the "
                "rule says stands in each decision all the same. A vote by passkey is signed over the exact "
                "statement; one by password is not signed, and proves what the system recorded, not who "
                "typed.",
                "规则包标明可特批的规则，可由数名无利害关系者同意后放行；规则本身的结论仍载于每项判定。"
                "通行密钥表决是对完整声明的签名；密码表决未经签名，只证明系统的记录，不证明由谁输入。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Rule", "规则"), 1.2),
                Column(Text("For", "对象"), 3),
                Column(Text("Asked for", "申请"), 2.6),
                Column(Text("Votes", "表决"), 3),
                Column(Text("State", "状态"), 1.8),
            ),
            [_row(account, records) for records in account.overrides.values()],
        ),
    ]


def _row(account: Account, records: list[Record]) -> tuple[Value, ...]:
    asked, votes = records[0], records[1:]
    hop = asked.get("hop")
    state = _state(records[-1])
    until = fill(Text("until {day}", "至{day}"), day=day(asked.get("until")))
    said: list[Words | Flag | Code] = []
    for vote in votes:
        said += _vote(account, vote)
    return (
        str(asked.get("rule")),
        Lines(
            (
                account.names.of(asked.get("party"), asked.at),
                hop_name(account, hop, asked)
                if hop
                else Text("all subcontracts to it", "对该单位的全部分包"),
                Code(str(asked.get("subject_sha256"))),
            )
        ),
        Lines((account.names.of(asked.get("person"), asked.at), asked.at, quoted(asked.get("reason")))),
        Lines(tuple(said)) if said else Text("none yet", "尚无"),
        Lines((Flag(_SHAPES[state], state.text), until)),
    )


def _state(last: Record) -> OverrideState:
    if last.name == "override.revoked":
        return OverrideState.REVOKED
    return OverrideState(last.get("state")) if last.name == "override.voted" else OverrideState.REQUESTED


def _vote(account: Account, vote: Record) -> list[Words | Flag | Code]:
    name = account.names.of(vote.get("person"), vote.at)
    how: list[Words | Flag | Code] = []
    if vote.name == "override.revoked":
        flag = Flag(Shape.RETURN, fill(Text("Revoked by {name}", "{name} 撤销"), name=name))
    else:
        against = vote.get("choice") == VoteChoice.DENY
        words = fill(
            Text("{name}: {choice}", "{name}：{choice}"),
            name=name,
            choice=label(VoteChoice, vote.get("choice")),
        )
        flag = Flag(Shape.CROSS if against else Shape.CHECK, words)
        signed = Shape.CHECK if vote.get("method") in SIGNED else Shape.BANG
        how = [Flag(signed, label(VoteMethod, vote.get("method")))]
    return [flag, vote.at, *how, quoted(vote.get("reason"))]
