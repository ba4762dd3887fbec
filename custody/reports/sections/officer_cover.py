"""Page one of the report on one officer's decisions."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account
from custody.reports.blocks import Block, Flag, Words
from custody.reports.page_one import about_project, page_one, streams_checked
from custody.reports.sections import section
from custody.reports.sections.officer_decisions import against_rules, decided, signed
from custody.reports.sections.proof import witnessing
from custody.reports.wording import fill, joined
from custody.terms import ApprovalState, Text


@section(13)
def officer_cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further."""
    name = account.names.of(account.subject.get("person"))
    return page_one(
        account,
        facts=[(Text("Officer", "审批人"), name), *about_project(account)],
        checked=_checked(account),
        wrong=_wrong(account),
        to_act=_to_act(account, name),
    )


def _checked(account: Account) -> list[Words | Flag]:
    records = decided(account)
    return [
        streams_checked(account),
        fill(
            Text(
                "Decisions of this officer: {count}; on {judged} of them the rules were asked.",
                "该审批人所作决定 {count} 项，其中 {judged} 项经规则检查。",
            ),
            count=len(records),
            judged=sum(record.decision is not None for record in records),
        ),
        witnessing(account),
    ]


def _wrong(account: Account) -> list[Words | Flag]:
    records = decided(account)
    against = [r for r in records if against_rules(r)]
    advice = [r for r in records if r.get("against")]
    told = sorted({code for r in advice for code in r.get("against")})
    unsigned = sum(not signed(account, record) for record in records)
    found = [
        (
            Shape.CROSS,
            len(against),
            fill(
                Text(
                    "Decisions that let pass what the rules refuse: {count}.",
                    "放行规则所拒绝事项的决定 {count} 项。",
                ),
                count=len(against),
            ),
        ),
        (
            Shape.BANG,
            len(advice),
            fill(
                Text(
                    "Approvals against warnings or opinions: {count} ({codes}).",
                    "不采纳警告或意见而批准的 {count} 项：{codes}。",
                ),
                count=len(advice),
                codes=joined(told),
            ),
        ),
        (
            Shape.BANG,
            unsigned,
            fill(
                Text(
                    "Decisions that bear no signature, so that the ledger's word alone stands for who "
                    "decided: {count}.",
                    "未经签名的决定 {count} 项：决定人身份仅以账本记录为准。",
                ),
                count=unsigned,
            ),
        ),
    ]
    return [Flag(shape, words) for shape, count, words in found if count]


def _to_act(account: Account, name: Text) -> list[Words | Flag]:
    """Return what waits for this officer: requests that were referred to nobody else since."""
    officer = account.subject.get("person")
    waiting = 0
    for hop in account.hops.values():
        referred = [said.get("to") for said in hop.advice if said.name == "approval.referred"]
        waiting += hop.approval is ApprovalState.REQUESTED and referred[-1:] == [officer]
    if not waiting:
        return []
    return [
        fill(
            Text(
                "{name}: requests referred to this officer: {count}.",
                "{name}：转交该审批人的申请 {count} 项。",
            ),
            name=name,
            count=waiting,
        )
    ]
