"""Every decision of one officer on a project: on what, what the rules had said, why, and how it is bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from custody.chain import Shape
from custody.reports.account import Account, Record
from custody.reports.blocks import Block, Column, Flag, Heading, Lines, Paragraph, Table, Value, Words
from custody.reports.outcomes import codes
from custody.reports.sections import section
from custody.reports.wording import certificate, fill, hop_name, joined, label, quoted
from custody.terms import SIGNED, DecisionOutcome, FindingOutcome, Stance, Text, VoteChoice, VoteMethod

DECIDES: Mapping[str, Text] = {
    "approval.voted": Text("vote on a subcontract", "分包表决"),
    "approval.advised": Text("opinion on a subcontract", "分包意见"),
    "approval.referred": Text("referral to another officer", "转交其他审批人"),
    "approval.limited": Text("limit of an approval", "限定批准使用"),
    "approval.suspended": Text("approval suspended", "暂停批准"),
    "approval.lifted": Text("suspension lifted", "解除暂停"),
    "approval.revoked": Text("approval revoked", "撤销批准"),
    "condition.set": Text("condition set", "提出条件"),
    "condition.met": Text("condition found met", "确认条件已落实"),
    "condition.returned": Text("evidence of a condition returned", "退回条件落实材料"),
    "condition.waived": Text("condition waived", "豁免条件"),
    "override.voted": Text("vote on an override", "特批表决"),
    "override.revoked": Text("override revoked", "撤销特批"),
    "destruction.approved": Text("destruction approved", "批准销毁"),
    "destruction.refused": Text("destruction not approved", "未批准销毁"),
    "copy_permit.approved": Text("copying approved", "批准复制"),
    "copy_permit.refused": Text("copying not approved", "未批准复制"),
    "item.determined": Text("classification determined", "确定密级"),
    "item.sent_back": Text("classification sent back", "退回定密意见"),
    "permit.approved": Text("field permit approved", "批准外业许可"),
    "permit.returned": Text("field permit sent back", "退回外业许可"),
    "permit.revoked": Text("field permit revoked", "撤销外业许可"),
    "qualification.verified": Text("certificate verified", "核验资质"),
    "qualification.rejected": Text("certificate not confirmed", "资质核验未通过"),
    "qualification.suspended": Text("certificate suspended", "暂停资质"),
    "qualification.reinstated": Text("certificate reinstated", "恢复资质"),
    "qualification.downgraded": Text("certificate downgraded", "资质降级"),
    "qualification.revoked": Text("certificate revoked", "吊销资质"),
}
"""Kinds of entries by which somebody decides -> what is decided."""
_GRANTS = {
    *("approval.lifted", "condition.met", "destruction.approved", "copy_permit.approved", "item.determined"),
    *("permit.approved", "qualification.verified", "qualification.reinstated"),
}
_BARS = {
    *("approval.suspended", "approval.revoked", "override.revoked", "destruction.refused", "permit.revoked"),
    *("copy_permit.refused", "qualification.rejected", "qualification.suspended", "qualification.revoked"),
}
_BY = ("person", "verified_by", "rejected_by", "actor")


def decided(account: Account) -> list[Record]:
    """Return what the officer decided in the project and on the certificates of its parties, in order."""
    officer = account.subject.get("person")
    return [r for r in account.records if r.name in DECIDES and decider(r) == officer]


def decider(record: Record) -> object:
    """Return who decided: whom the entry names, else whoever acted."""
    return next(filter(None, map(record.get, _BY)), None)


def signed(account: Account, record: Record) -> str | None:
    """Return how a decision is signed, in its own entry or in one beside it; None where it is not."""
    found = account.signatures.get(record.id, record.get("method"))
    return str(found) if found in SIGNED else None


def against_rules(record: Record) -> bool:
    """Return whether the officer let pass what the rules refused."""
    decision = record.decision
    refused = decision is not None and decision.outcome is DecisionOutcome.REFUSE
    return refused and record.get("choice") != VoteChoice.DENY


@section(32, Text("Decisions of the officer", "审批人的决定"))
def officer_decisions(account: Account) -> Sequence[Block]:
    """How many of each kind, then each."""
    records = decided(account)
    if not records:
        return [
            Paragraph(
                Text("This officer decided nothing in this project.", "该审批人未在本项目作出任何决定。")
            )
        ]
    counts = Counter(record.name for record in records)
    with_signature = Counter(record.name for record in records if signed(account, record))
    return [
        Paragraph(
            Text(
                "What the officer decided in this project, and on the certificates of its parties, in the "
                "order in which it was recorded. What the rules said stands beside each decision that they "
                "were asked for.",
                "该审批人在本项目及对其各单位资质所作的决定，按记录时间排列；"
                "凡经规则检查的，一并列明规则结论。",
            ),
            quiet=True,
        ),
        Table(
            (
                Column(Text("Decision", "决定"), 5),
                Column(Text("Times", "次数"), 1, right=True),
                Column(Text("of these signed", "其中已签名"), 1.4, right=True),
            ),
            [(words, counts[name], with_signature[name]) for name, words in DECIDES.items() if counts[name]],
        ),
        Heading(Text("Each decision", "逐项列示"), 2),
        Table(
            (
                Column(Text("No.", "序号"), 0.7, right=True),
                Column(Text("When", "时间"), 1.9),
                Column(Text("Decision, on what", "决定及对象"), 4),
                Column(Text("The rules had said", "规则结论"), 2.3),
                Column(Text("Reason, how it is bound", "理由及确认方式"), 3.4),
            ),
            [_row(account, number, record) for number, record in enumerate(records, 1)],
        ),
    ]


def _row(account: Account, number: int, record: Record) -> tuple[Value, ...]:
    return (
        number,
        record.at,
        Lines((_flag(record), *_on(account, record))),
        _rules(record),
        Lines(tuple(_bound(account, record))),
    )


def _flag(record: Record) -> Flag:
    words, shape = DECIDES[record.name], Shape.DASH
    if (choice := record.get("choice")) is not None:
        words = fill(
            Text("{what}: {choice}", "{what}：{choice}"), what=words, choice=label(VoteChoice, choice)
        )
        shape = Shape.CROSS if choice == VoteChoice.DENY else Shape.CHECK
    elif record.get("stance") is not None:
        words = fill(
            Text("{what}: {stance}", "{what}：{stance}"),
            what=words,
            stance=label(Stance, record.get("stance")),
        )
    elif record.name in _GRANTS:
        shape = Shape.CHECK
    elif record.name in _BARS:
        shape = Shape.CROSS
    return Flag(shape, words)


def _on(account: Account, record: Record) -> list[Words]:
    """Return on what it was decided, as far as the entry names it."""
    get, names, at = record.get, account.names, record.at
    found: list[Words] = []
    if get("hop"):
        found.append(hop_name(account, get("hop"), record))
    if get("rule"):
        found.append(fill(Text("rule {rule}", "规则 {rule}"), rule=str(get("rule"))))
    if record.name.startswith("condition."):
        found.append(fill(Text("condition {number}", "条件{number}"), number=str(get("number"))))
    if get("item"):
        found.append(names.of(get("item"), at))
    if get("party"):
        found += [names.of(get("party"), at), *_paper(account, record)]
    found += [names.of(get(name), at) for name in ("holder", "unit") if get(name)]
    if get("to"):
        found.append(fill(Text("to {name}", "转交 {name}"), name=names.of(get("to"), at)))
    if get("behalf"):
        found.append(fill(Text("in the place of {name}", "代{name}"), name=names.of(get("behalf"), at)))
    return found


def _paper(account: Account, record: Record) -> list[Words]:
    party = account.parties.get(str(record.get("party")))
    papers = party.qualifications if party else []
    return [
        certificate(account, paper.recorded.get("type"), paper.recorded.get("grade"))
        for paper in papers
        if paper.recorded.get("qualification") == record.get("qualification")
    ]


def _rules(record: Record) -> Value:
    decision = record.decision
    if decision is None:
        return Text("not asked", "未经检查")
    allowed = decision.outcome is DecisionOutcome.ALLOW
    lines: list[Words | Flag] = [Flag(Shape.CHECK if allowed else Shape.CROSS, decision.outcome.text)]
    if not allowed:
        lines.append(codes([record]))
    told = (FindingOutcome.WARN, FindingOutcome.OVERRIDDEN)
    for outcome in told:
        named = [f.code for f in decision.findings if f.outcome is outcome]
        if named:
            words = fill(
                Text("{outcome}: {codes}", "{outcome}：{codes}"), outcome=outcome.text, codes=", ".join(named)
            )
            lines.append(Flag(Shape.BANG, words))
    return Lines(tuple(lines))


def _bound(account: Account, record: Record) -> list[Words | Flag]:
    get = record.get
    found: list[Words | Flag] = [quoted(get(name)) for name in ("reason", "text", "how") if get(name)]
    if get("against"):
        against = fill(Text("against: {codes}", "不采纳：{codes}"), codes=joined(get("against")))
        found.append(Flag(Shape.BANG, against))
    if method := signed(account, record):
        found.append(Flag(Shape.CHECK, label(VoteMethod, method)))
    elif get("method"):
        found.append(Flag(Shape.BANG, label(VoteMethod, get("method"))))
    else:
        found.append(
            Flag(Shape.DASH, Text("confirmed in the own session, not signed", "在本人会话中确认，未经签名"))
        )
    return found
