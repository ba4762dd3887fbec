"""One batch of copies that were to be destroyed: asked, decided, done; its copies; what the rules said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from custody.chain import Shape
from custody.reports.account import Account, Copy, Record
from custody.reports.blocks import (
    Block,
    Code,
    Column,
    Facts,
    Findings,
    Flag,
    Heading,
    Lines,
    Paragraph,
    Table,
    Value,
    Words,
)
from custody.reports.narrowed import batch_of
from custody.reports.sections import section
from custody.reports.signed import IN_SESSION
from custody.reports.told_of_copies import carriers, items
from custody.reports.wording import day, fill, finding, label, level, who
from custody.terms import (
    CopyState,
    DecisionOutcome,
    DestructionMethod,
    DestructionState,
    FindingOutcome,
    Marking,
    Medium,
    Text,
    Verb,
    VoteMethod,
)

_STATES = {
    "destruction.requested": DestructionState.REQUESTED,
    "destruction.approved": DestructionState.APPROVED,
    "destruction.refused": DestructionState.REFUSED,
    "destruction.withdrawn": DestructionState.WITHDRAWN,
    "destruction.failed": DestructionState.FAILED,
    "destruction.recorded": DestructionState.DESTROYED,
    "destruction.certified": DestructionState.CERTIFIED,
}
_ENDS = ("destruction.refused", "destruction.withdrawn", "destruction.failed")
_HELD_BACK = {
    "on_hold": Text("legal hold on its custodian", "保管人处于法定保全中"),
    "unsettled": Text("discrepancy not settled", "差异未处理"),
    "not_found": Text("missing at a stocktake", "清点缺失"),
    "unconfirmed": Text("custody not confirmed", "保管情况未经确认"),
    "frozen": Text("its record is frozen", "其记录已冻结"),
}
"""Member of the facts that rules were told of a batch -> why the copies that it names must stay."""


@dataclass(frozen=True)
class Batch:
    """A batch as the entries tell it."""

    account: Account
    asked: Record

    @classmethod
    def of(cls, account: Account) -> Batch:
        """Return the batch that the question names. Raises AccountError where there is not one."""
        return cls(account, batch_of(account))

    @cached_property
    def records(self) -> list[Record]:
        """Every entry that moves it, in order."""
        id = self.asked.get("destruction")
        return [r for r in self.account.every if r.name in _STATES and r.get("destruction") == id]

    def one(self, *names: str) -> Record | None:
        """Return the last entry of these kinds; None without."""
        return next((r for r in reversed(self.records) if r.name in names), None)

    @property
    def state(self) -> DestructionState:
        """How it stands."""
        return _STATES[self.records[-1].name]

    @property
    def approved(self) -> Record | None:
        """That an officer approved it."""
        return self.one("destruction.approved")

    @property
    def done(self) -> Record | None:
        """That it was recorded as destroyed."""
        return self.one("destruction.recorded")

    @property
    def ended(self) -> Record | None:
        """That it ended without a destruction."""
        return self.one(*_ENDS)

    @property
    def signature(self) -> Record | None:
        """What was signed of the approval, in the entry beside it; None where it bears no signature."""
        entry = self.approved.id if self.approved else None
        given = (r for r in self.account.every if r.name == "signature.given")
        return next((r for r in given if entry and r.get("decision_entry") == entry), None)

    @property
    def refusals(self) -> list[Record]:
        """Every attempt on it, or to destroy one of its copies, that the rules refused."""
        return self.account.refusals

    def held_back(self) -> list[tuple[Record, Text, list[str]]]:
        """Return what kept copies of it from being destroyed: the decision, why, and which copies."""
        own = set(self.asked.get("copies") or ())
        found = []
        for record in sorted([*self.records, *self.refusals], key=lambda r: (r.at, r.run, r.seq)):
            for name, told in record.facts.items():
                if not name.startswith("destruction:") or not isinstance(told, Mapping):
                    continue
                for member, why in _HELD_BACK.items():
                    if copies := [id for id in told.get(member) or () if id in own]:
                        found.append((record, why, copies))
        return found


@section(34, Text("The batch", "本批次"))
def destruction_batch(account: Account) -> Sequence[Block]:
    """What was asked, decided, done and certified, each copy, and what the rules said at each step."""
    batch = Batch.of(account)
    blocks: list[Block] = [
        Heading(Text("What was asked for", "申请内容"), 2),
        Facts(tuple(_asked(batch))),
        Heading(Text("What was decided", "审批"), 2),
        *_decided(batch),
        Heading(Text("What was done", "销毁情况"), 2),
        *_done(batch),
        Heading(Text("Copies of the batch", "批次内副本"), 2),
        _copies(batch),
    ]
    if held := batch.held_back():
        blocks += [Heading(Text("What had to stay", "不得销毁的副本"), 2), _held(account, held)]
    return [*blocks, *_rules(account)]


def _asked(batch: Batch) -> list[tuple[Words, Value]]:
    asked, names = batch.asked, batch.account.names
    get, at = asked.get, asked.at
    return [
        (Text("Given up by", "交出单位"), names.of(get("holder"), at)),
        (Text("To be destroyed by", "拟销毁单位"), names.of(get("unit"), at)),
        (
            Text("How and where", "方式与地点"),
            Lines((label(DestructionMethod, get("method")), str(get("place")))),
        ),
        (Text("Copies", "份数"), str(get("count"))),
        (Text("Why", "理由"), str(get("reason"))),
        (Text("Asked for by", "申请人"), Lines((names.of(get("requested_by"), at), at))),
        (Text("SHA-256 of all that was asked", "申请全部内容的 SHA-256"), Code(str(get("subject_sha256")))),
    ]


def _decided(batch: Batch) -> list[Block]:
    record = batch.approved or batch.one("destruction.refused")
    if record is None:
        return [Paragraph(Text("No officer has decided on it.", "尚无审批人作出决定。"))]
    names, get = batch.account.names, record.get
    approves = record.name == "destruction.approved"
    said = (
        Flag(Shape.CHECK, Text("Approved", "批准"))
        if approves
        else Flag(Shape.CROSS, Text("Not approved", "未批准"))
    )
    rows: list[tuple[Words, Value]] = [
        (Text("Decision", "决定"), said),
        (Text("By", "审批人"), names.of(get("person"), record.at)),
        (Text("On", "决定日期"), day(get("decided_on"))),
        (Text("Recorded", "记录时间"), record.at),
        (Text("Reason", "理由"), str(get("reason"))),
    ]
    if approves:
        rows += [(Text("What was approved", "批准对象"), _same(batch, record)), *_bound(batch)]
    return [Facts(tuple(rows))]


def _same(batch: Batch, record: Record) -> Flag:
    if record.get("subject_sha256") == batch.asked.get("subject_sha256"):
        return Flag(
            Shape.CHECK,
            Text("Exactly what was asked for, by its SHA-256", "与申请内容完全一致（按其 SHA-256）"),
        )
    return Flag(Shape.CROSS, Text("Something else than was asked for", "与申请内容不一致"))


def _bound(batch: Batch) -> list[tuple[Words, Value]]:
    words, given = Text("How it is bound", "确认方式"), batch.signature
    if given is None:
        return [(words, Flag(Shape.BANG, IN_SESSION))]
    return [
        (words, Flag(Shape.CHECK, label(VoteMethod, given.get("method")))),
        (
            Text("SHA-256 of the text that was signed", "签名文本的 SHA-256"),
            Code(str(given.get("statement_sha256"))),
        ),
    ]


def _done(batch: Batch) -> list[Block]:
    done, ended, names = batch.done, batch.ended, batch.account.names
    if done is None and ended is None:
        return [Paragraph(Text("Nothing is recorded as destroyed yet.", "尚无销毁记录。"))]
    if done is None and ended is not None:
        return [
            Facts(
                (
                    (Text("Outcome", "结果"), Flag(Shape.DASH, _STATES[ended.name].text)),
                    (Text("By", "登记人"), names.of(ended.get("person"), ended.at)),
                    (Text("Recorded", "记录时间"), ended.at),
                    (Text("Reason", "理由"), str(ended.get("reason"))),
                )
            ),
            Paragraph(Text("The copies were free again from then on.", "此后副本恢复为可流转。"), quiet=True),
        ]
    assert done is not None  # noqa: S101 - nothing else is left
    get, at = done.get, done.at
    rows: list[tuple[Words, Value]] = [
        (Text("Destroyed on", "销毁日期"), day(get("destroyed_on"))),
        (Text("Carried out by", "实施单位"), _as_asked(batch, "unit", names.of(get("unit"), at))),
        (Text("How", "方式"), _as_asked(batch, "method", label(DestructionMethod, get("method")))),
        (Text("Place, as approved", "地点（按批准）"), str(batch.asked.get("place"))),
        (Text("Copies destroyed", "销毁份数"), _as_asked(batch, "counted", str(get("counted")))),
        (Text("Seen by", "监销人"), _listed(names.of(id, at) for id in get("witnesses") or ())),
        (Text("Recorded by", "登记人"), Lines((names.of(get("person"), at), at))),
    ]
    if get("remark"):
        rows.append((Text("Remark", "备注"), str(get("remark"))))
    return [Facts(tuple(rows)), *_certified(batch)]


def _as_asked(batch: Batch, member: str, said: Words) -> Value:
    """Return what was done, with a mark where that is not what was approved."""
    done, asked = batch.done, batch.asked
    wanted = asked.get("count" if member == "counted" else member)
    if done is None or done.get(member) == wanted:
        return said
    return Flag(Shape.CROSS, fill(Text("{said}: not what was approved", "{said}：与批准内容不符"), said=said))


def _listed(names: Any) -> Value:
    found = tuple(names)
    return Lines(found) if found else Flag(Shape.BANG, Text("nobody is named", "未列明任何人"))


def _certified(batch: Batch) -> list[Block]:
    record = batch.one("destruction.certified")
    if record is None:
        return [
            Paragraph(Text("The unit's own certificate is not recorded yet.", "尚未登记销毁单位出具的证明。"))
        ]
    get = record.get
    digest = get("certificate_sha256")
    return [
        Facts(
            (
                (Text("The unit's certificate", "销毁单位出具的证明"), str(get("certificate_number"))),
                (Text("Issued on", "出具日期"), day(get("certified_on"))),
                (
                    Text("SHA-256 of the paper as a file", "证明文件的 SHA-256"),
                    Code(str(digest)) if digest else Text("no file was kept", "未保存文件"),
                ),
                (
                    Text("Recorded by", "登记人"),
                    Lines((batch.account.names.of(get("person"), record.at), record.at)),
                ),
            )
        )
    ]


def _copies(batch: Batch) -> Table:
    account = batch.account
    told, carried = items(account), carriers(account)
    known = [copy for id in batch.asked.get("copies") or () if (copy := account.copies.get(str(id)))]
    return Table(
        (
            Column(Text("No.", "序号"), 0.7, right=True),
            Column(Text("Copy", "副本"), 2),
            Column(Text("Item, level, marking", "成果、密级、标志"), 2.8),
            Column(Text("Carrier", "载体"), 2.2),
            Column(Text("Held last by", "最后保管人"), 3),
            Column(Text("State", "状态"), 1.8),
        ),
        [
            (
                number,
                Lines((copy.code, fill(Text("no. {number}", "第 {number} 份"), number=copy.number))),
                Lines(tuple(_item(account, copy, told.get(copy.item, {})))),
                _carrier(carried.get(copy.id, {})),
                Lines(
                    (
                        account.names.of(copy.holder_party, copy.since.at),
                        account.names.of(copy.holder_person, copy.since.at),
                    )
                ),
                _state(copy),
            )
            for number, copy in enumerate(sorted(known, key=lambda c: c.code), 1)
        ],
    )


def _item(account: Account, copy: Copy, told: Mapping[str, Any]) -> list[Words]:
    marking = told.get("marking")
    marked = label(Marking, marking) if marking else Text("marking not stated", "标志未填写")
    return [account.names.of(copy.item, copy.since.at), level(account, told.get("level")), marked]


def _carrier(told: Mapping[str, Any]) -> Value:
    if not told.get("medium"):
        return Text("not stated", "未填写")
    found: list[Words] = [label(Medium, told.get("medium"))]
    if told.get("medium_serial"):
        found.append(fill(Text("no. {number}", "编号 {number}"), number=str(told.get("medium_serial"))))
    if told.get("seal_number"):
        found.append(fill(Text("seal {number}", "封签 {number}"), number=str(told.get("seal_number"))))
    return Lines(tuple(found))


def _state(copy: Copy) -> Flag:
    shape = {CopyState.DESTROYED: Shape.CHECK, CopyState.MARKED: Shape.DOTS}.get(copy.state, Shape.DASH)
    return Flag(shape, copy.state.text)


def _held(account: Account, held: list[tuple[Record, Text, list[str]]]) -> Table:
    return Table(
        (
            Column(Text("When it was tried", "办理时间"), 2),
            Column(Text("What was tried", "办理事项"), 2.4),
            Column(Text("Copies that had to stay", "不得销毁的副本"), 3),
            Column(Text("Because of", "原因"), 3),
        ),
        [
            (record.at, _verb(record), account.names.listed(copies, record.at), Flag(Shape.CROSS, why))
            for record, why, copies in held
        ],
    )


def _verb(record: Record) -> Words:
    return label(Verb, record.decision.verb) if record.decision else record.name


def _rules(account: Account) -> list[Block]:
    """Return what each rule said at each step that went ahead; what was refused stands in its own section."""
    blocks: list[Block] = [Heading(Text("What the rules said at each step", "各步骤的规则结论"), 2)]
    for record in account.decisions:
        if record.name == "attempt.refused" or record.decision is None:
            continue
        allowed = record.decision.outcome is DecisionOutcome.ALLOW
        rows: tuple[tuple[Words, Value], ...] = (
            (Text("By", "操作人"), who(account, record)),
            (Text("When", "时间"), record.at),
            (
                Text("The rules said", "规则结论"),
                Flag(Shape.CHECK if allowed else Shape.CROSS, record.decision.outcome.text),
            ),
            (Text("Rule pack (SHA-256)", "规则包（SHA-256）"), Code(record.decision.pack_sha256)),
        )
        ran = [f for f in record.decision.findings if f.outcome is not FindingOutcome.NOT_APPLICABLE]
        blocks += [
            Heading(_verb(record), 3),
            Facts(rows),
            Findings([finding(account, found) for found in ran]),
        ]
    return blocks
