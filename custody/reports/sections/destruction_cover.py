"""Page one of the certificate of one destruction."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account
from custody.reports.blocks import Block, Flag, Value, Words
from custody.reports.outcomes import codes
from custody.reports.page_one import about_project, page_one, streams_checked
from custody.reports.sections import section
from custody.reports.sections.destruction_batch import Batch
from custody.reports.sections.proof import witnessing
from custody.reports.wording import day, fill, joined, label
from custody.terms import DestructionMethod, DestructionState, Role, Text

_SHAPES = {
    DestructionState.DESTROYED: Shape.CHECK,
    DestructionState.CERTIFIED: Shape.CHECK,
    DestructionState.REFUSED: Shape.CROSS,
    DestructionState.FAILED: Shape.CROSS,
    DestructionState.WITHDRAWN: Shape.DASH,
}
_WAITS = {
    DestructionState.REQUESTED: Text("{role}: decide on the batch.", "{role}：审批本批次。"),
    DestructionState.APPROVED: Text(
        "{holder}: record that the copies were destroyed, or that it failed.",
        "{holder}：登记销毁结果，或登记未能销毁。",
    ),
    DestructionState.DESTROYED: Text(
        "{holder}: record the certificate of whoever destroyed the copies.",
        "{holder}：登记销毁单位出具的证明。",
    ),
}


@section(16)
def destruction_cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further."""
    batch = Batch.of(account)
    return page_one(
        account,
        facts=[*_facts(batch), *about_project(account)],
        checked=_checked(batch),
        wrong=_wrong(batch),
        to_act=_to_act(batch),
        open_too=_open(),
    )


def _facts(batch: Batch) -> list[tuple[Words, Value]]:
    state, done = batch.state, batch.done
    copies = list(batch.account.copies.values())
    listed = joined(sorted(copy.code for copy in copies)[:8])
    more = Text("{count}: {listed}", "{count} 份：{listed}")
    if len(copies) > 8:
        more = Text("{count}: {listed} and more", "{count} 份：{listed}等")
    rows: list[tuple[Words, Value]] = [
        (Text("State of the batch", "批次状态"), Flag(_SHAPES.get(state, Shape.DOTS), state.text)),
        (Text("Copies", "副本"), fill(more, count=str(batch.asked.get("count")), listed=listed)),
    ]
    if done is not None:
        how = fill(
            Text("{day}, {method}, {place}", "{day}，{method}，{place}"),
            day=day(done.get("destroyed_on")),
            method=label(DestructionMethod, done.get("method")),
            place=str(batch.asked.get("place")),
        )
        rows.append((Text("Destroyed", "销毁"), how))
    return rows


def _checked(batch: Batch) -> list[Words | Flag]:
    account = batch.account
    approved, signed = batch.approved, batch.signature
    said: list[Words | Flag] = [
        streams_checked(account),
        fill(
            Text(
                "Decisions of the rules on this batch: {all}; attempts that they refused: {refused}.",
                "规则对本批次所作决定 {all} 项，其中拒绝操作 {refused} 次。",
            ),
            all=len(account.decisions),
            refused=len(account.refusals),
        ),
    ]
    if approved is not None and signed is not None:
        said.append(
            fill(
                Text("The approval by {name} is signed.", "{name} 的批准已签名。"),
                name=account.names.of(approved.get("person"), approved.at),
            )
        )
    return [*said, witnessing(account)]


def _wrong(batch: Batch) -> list[Words | Flag]:
    account, approved, done = batch.account, batch.approved, batch.done
    unknown = len(set(batch.asked.get("copies") or ()) - account.copies.keys())
    found: list[tuple[Shape, object, Words]] = [
        (
            Shape.CROSS,
            approved and approved.get("subject_sha256") != batch.asked.get("subject_sha256"),
            Text("Something else was approved than was asked for.", "批准的内容与申请的内容不一致。"),
        ),
        (
            Shape.CROSS,
            done and approved is None,
            Text("Copies were destroyed that nobody had approved.", "未经批准即销毁副本。"),
        ),
        (
            Shape.CROSS,
            done and set(done.get("copies") or ()) != set(batch.asked.get("copies") or ()),
            Text("Other copies were destroyed than were asked for.", "销毁的副本与申请的副本不一致。"),
        ),
        (
            Shape.CROSS,
            unknown,
            fill(
                Text(
                    "Copies of the batch that this project never numbered: {count}.",
                    "批次内本项目从未编号的副本 {count} 份。",
                ),
                count=unknown,
            ),
        ),
        (
            Shape.CROSS,
            account.refusals,
            fill(
                Text(
                    "Attempts on this batch or its copies that the rules refused: {count}, by {codes}.",
                    "针对本批次或其副本而被规则拒绝的操作 {count} 次，涉及规则 {codes}。",
                ),
                count=len(account.refusals),
                codes=codes(account.refusals),
            ),
        ),
        (
            Shape.BANG,
            approved is not None and batch.signature is None,
            Text(
                "The approval bears no signature: the ledger's word alone stands for who decided.",
                "批准未经签名：审批人身份仅以账本记录为准。",
            ),
        ),
        (
            Shape.BANG,
            done is not None and batch.state is DestructionState.DESTROYED,
            Text(
                "Whoever destroyed the copies has not confirmed it in writing yet, as recorded.",
                "按记录，销毁单位尚未书面确认。",
            ),
        ),
    ]
    return [Flag(shape, words) for shape, true, words in found if true]


def _to_act(batch: Batch) -> list[Words | Flag]:
    words = _WAITS.get(batch.state)
    if words is None:
        return []
    holder = batch.account.names.of(batch.asked.get("holder"), batch.asked.at)
    return [fill(words, role=Role.OFFICER.text, holder=holder)]


def _open() -> list[Words]:
    return [
        Text(
            "That paper became pulp: people recorded it and others are named who saw it; no entry of a "
            "ledger can prove it.",
            "纸张确已化为纸浆：仅有当事人登记并列明监销人，账本记录本身不能证明。",
        ),
        Text(
            "How many pages a copy had, and that no copy of it was made beside the ledger: the ledger counts "
            "copies.",
            "每份副本的页数，以及是否另有账本以外的复制件：账本仅按份计数。",
        ),
    ]
