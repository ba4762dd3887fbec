"""Page one of the report on one copy."""

from __future__ import annotations

from collections.abc import Sequence

from custody.chain import Shape
from custody.reports.account import Account
from custody.reports.blocks import Block, Flag, Words
from custody.reports.page_one import page_one
from custody.reports.sections import section
from custody.reports.sections.copy_path import marked, missing, moves, state, stays
from custody.reports.sections.proof import witnessing
from custody.reports.wording import fill, level
from custody.terms import CopyState, Source, Text


@section(11)
def copy_cover(account: Account) -> Sequence[Block]:
    """What a reader must know who reads no further."""
    return page_one(
        account,
        facts=_facts(account),
        checked=_checked(account),
        wrong=_wrong(account),
        to_act=_to_act(account),
        open_too=_open(account),
    )


def _facts(account: Account) -> list[tuple[Words, Words]]:
    subject, names, asked = account.subject, account.names, account.requested
    item = next((r for r in account.project_records if r.name == "item.registered"), None)
    found: list[tuple[Words, Words]] = [
        (
            Text("Copy", "副本"),
            fill(
                Text("{code}, no. {number}", "{code}，第 {number} 份"),
                code=str(subject.get("code")),
                number=str(subject.get("number")),
            ),
        ),
        (Text("Project", "项目"), str(account.project.get("code"))),
    ]
    if item:
        corrected = [r for r in account.project_records if r.name == "item.corrected"]
        levels = [item.get("level"), *(r.get("new").get("level") for r in corrected if r.get("new"))]
        now = [one for one in levels if one]
        found.append((Text("Item, level", "成果、密级"), _item(account, item.get("item"), now[-1:])))
    last = stays(account)[-1:]
    for stay in last:
        ended = state(account) is CopyState.DESTROYED
        words = Text("Last held by", "最后保管人") if ended else Text("Held by", "保管人")
        holder = names.of(stay.party, stay.since.at)
        found.append(
            (
                words,
                fill(
                    Text("{party} ({state})", "{party}（{state}）"),
                    party=holder,
                    state=state(account).text,
                ),
            )
        )
    found.append(
        (
            Text("Asked for by", "申请人"),
            fill(
                Text("{name}, {at}; state of {as_of}", "{name}，{at}；截至 {as_of}"),
                name=names.of(asked.get("actor"), asked.at),
                at=asked.at,
                as_of=account.as_of,
            ),
        )
    )
    return found


def _item(account: Account, item: str, levels: Sequence[str]) -> Text:
    return fill(
        Text("{item}, {level}", "{item}，{level}"),
        item=account.names.of(item),
        level=level(account, levels[0] if levels else None),
    )


def _checked(account: Account) -> list[Words | Flag]:
    return [
        fill(
            Text(
                "Every entry of the project, {entries} in all, was tested for this copy's mark; {marked} are "
                "about the copy, and all of them are shown.",
                "已对项目全部 {entries} 条记录逐条检验本副本的标记；其中 {marked} 条与本副本有关，均已列示。",
            ),
            entries=len(account.project_records),
            marked=marked(account),
        ),
        fill(
            Text("Custodians, one after the other: {count}.", "历任保管：{count} 任。"),
            count=len(stays(account)),
        ),
        witnessing(account),
    ]


def _wrong(account: Account) -> list[Words | Flag]:
    records = moves(account)
    found: list[tuple[Shape, bool, Text]] = [
        (
            Shape.CROSS,
            any(r.name == "handoff.without_leave" or r.get("allowed") is False for r in records),
            Text("It was handed over on paper without leave.", "该副本曾未经许可以纸质方式移交。"),
        ),
        (
            Shape.CROSS,
            missing(account),
            Text("A stocktake found that it differs from its list.", "清点发现该副本与清单不符。"),
        ),
        (
            Shape.CROSS,
            state(account) is CopyState.DISPUTED,
            Text("Its recipient says that it was accepted by mistake.", "接收人称系误签收。"),
        ),
        (
            Shape.CROSS,
            _last(account, "copies.unconfirmed", "copies.confirmed", "handoff.accepted")
            == "copies.unconfirmed",
            Text("Its custody is not confirmed since a restore.", "系统恢复后其保管情况未经确认。"),
        ),
        (
            Shape.CROSS,
            _last(account, "incident.held", "incident.released") == "incident.held",
            Text("It is frozen by an incident.", "因事件被冻结。"),
        ),
        (
            Shape.BANG,
            any(r.get("source") in (Source.PAPER, Source.IMPORT, Source.REGISTER) for r in records),
            Text("Part of its path was taken over from paper.", "部分流转情况取自纸质记录。"),
        ),
        (
            Shape.BANG,
            any(account.is_claimed_late(r) for r in records),
            Text(
                "Part of its path claims other times than those of recording.",
                "部分记录所称时间与记录时间不同。",
            ),
        ),
    ]
    return [Flag(shape, words) for shape, there, words in found if there]


def _last(account: Account, *names: str) -> str:
    return next((r.name for r in reversed(moves(account)) if r.name in names), "")


def _to_act(account: Account) -> list[Words | Flag]:
    names = account.names
    if state(account) is CopyState.OFFERED:
        offered = [r for r in moves(account) if r.name == "handoff.offered"][-1]
        taker = names.of(offered.get("receiver_person"), offered.at)
        return [fill(Text("{person}: accept or decline it.", "{person}：签收或拒收该副本。"), person=taker)]
    recalled = [r for r in moves(account) if r.name in ("copies.recalled", "handoff.accepted")][-1:]
    return [
        fill(Text("{party}: give it back.", "{party}：归还该副本。"), party=names.of(r.get("holder"), r.at))
        for r in recalled
        if r.name == "copies.recalled" and r.get("holder")
    ]


def _open(account: Account) -> list[Words]:
    numbered = [r for r in moves(account) if r.name in ("copies.minted", "copies.taken_over")]
    if numbered and numbered[0].get("copies"):
        return []
    return [
        Text(
            "That the copy with this mark bears this number: it was numbered in one entry with others, whose "
            "list is closed, so the number is the word of who asked for this report.",
            "带有此标记的副本即为此编号的副本：该副本与其他副本在同一记录中编号，名单未予披露，"
            "故编号以本报告申请记录所载为准。",
        )
    ]
