"""One copy from the hand that first had it to the one that has it now, as the entries with its mark tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from custody.chain import Node, Shape
from custody.reports import on_the_way
from custody.reports.account import Account, Record
from custody.reports.blocks import (
    Block,
    Column,
    Figure,
    Flag,
    Heading,
    Lines,
    Moment,
    Paragraph,
    Table,
    Timeline,
    Value,
    Words,
)
from custody.reports.copy_path import HANDOFFS
from custody.reports.names import UNNAMED
from custody.reports.sections import section
from custody.reports.wording import NOT_STATED, fill, label, quoted, sentence, who
from custody.terms import Channel, CopyState, Counted, Difference, Leg, Text, VoteMethod

_BEGAN = {
    "copies.minted": Text("The copy was numbered.", "副本完成编号。"),
    "copies.taken_over": Text("The copy was taken over from an old register.", "副本由旧登记簿接收。"),
    "copies.recalled": Text("The copy was asked back.", "要求归还副本。"),
    "destruction.requested": Text("The destruction of the copy was asked for.", "申请销毁副本。"),
    "destruction.recorded": Text("The copy was destroyed.", "副本已销毁。"),
    "handoff.on_paper": Text(
        "Handoff {number} took place on paper and was entered later.", "移交 {number} 以纸质办理，事后登记。"
    ),
    "sample.drawn": Text(
        "A regulator drew the copy by lot, to look at it on site.", "监管人员抽中该副本，拟现场查看。"
    ),
    "sample.entered": Text(
        "What a regulator found on site of copies drawn by lot was entered.",
        "登记监管人员对抽中副本的现场查看情况。",
    ),
    "stocktake.concluded": Text(
        "A stocktake found that the copy differs from its list.", "清点发现副本与清单不符。"
    ),
}
"""Sentences of entries whose own one tells of all their copies."""
_SHAPES = {
    "handoff.accepted": Shape.CHECK,
    "handoff.offered": Shape.DOTS,
    "handoff.dispatched": Shape.DOTS,
    "handoff.overdue": Shape.BANG,
    "handoff.lost": Shape.CROSS,
    "handoff.lapsed": Shape.RETURN,
    "handoff.declined": Shape.RETURN,
    "handoff.withdrawn": Shape.RETURN,
    "handoff.undone": Shape.RETURN,
    "handoff.mistaken": Shape.BANG,
    "handoff.without_leave": Shape.CROSS,
    "stocktake.concluded": Shape.CROSS,
    "incident.held": Shape.BANG,
    "objection.lodged": Shape.BANG,
    "copies.unconfirmed": Shape.BANG,
}
_STATES = {
    "handoff.offered": CopyState.OFFERED,
    "handoff.mistaken": CopyState.DISPUTED,
    "destruction.requested": CopyState.MARKED,
    "destruction.recorded": CopyState.DESTROYED,
}
_AROUND = ("project.opened", "item.registered", "item.corrected", "report.requested")
"""What else is open of the project: it names what the path speaks of."""
_FREES = {
    *("handoff.accepted", "handoff.read", "handoff.declined", "handoff.withdrawn", "handoff.undone"),
    *("handoff.lapsed", "handoff.lost"),
    *("handoff.upheld", "destruction.refused", "destruction.withdrawn", "destruction.failed"),
}


@dataclass(slots=True)
class Stay:
    """The copy with one custodian, from one entry to another."""

    party: str | None
    person: str | None
    system: str | None
    since: Record
    until: Record | None = None


def moves(account: Account) -> list[Record]:
    """Return the entries about the copy and about the handoffs that carried it, in their order."""
    return [r for r in account.project_records if r.name and r.name not in _AROUND]


def marked(account: Account) -> int:
    """Return how many entries bear the mark of the copy; those of a handoff as a whole bear none."""
    return sum(record.name not in HANDOFFS for record in moves(account))


def stays(account: Account) -> list[Stay]:
    """Return who had the copy, one after the other. The last one ends where it was destroyed."""
    found: list[Stay] = []
    for record in moves(account):
        stay = _begun(account, record)
        if found and (stay or record.name == "destruction.recorded"):
            found[-1].until = record
        if stay:
            found.append(stay)
    return found


def state(account: Account) -> CopyState:
    """Return how the copy stands by its newest entry that sets it."""
    now = CopyState.HELD
    for record in moves(account):
        now = CopyState.HELD if record.name in _FREES else _STATES.get(record.name, now)
    return now


def missing(account: Account) -> bool:
    """Return whether a count told a difference of this copy that nobody has put right."""
    last = [r for r in moves(account) if r.name in ("stocktake.concluded", "stocktake.settled")][-1:]
    right = (Difference.FOUND, Difference.PUT_RIGHT)
    return any(
        r.name == "stocktake.concluded"
        or (r.get("found") == Counted.MISSING and r.get("difference") not in right)
        for r in last
    )


def _begun(account: Account, record: Record) -> Stay | None:
    get, copy = record.get, account.subject.get("copy")
    if record.name == "copies.taken_over":
        mine = [one for one in get("copies") or () if one.get("copy") == copy]
        own: dict[str, Any] = mine[0] if mine else {}
        return Stay(own.get("custodian_party"), own.get("custodian_person"), own.get("system"), record)
    if record.name == "handoff.accepted" and not _came(record, copy):
        return None
    if record.name in ("copies.minted", "handoff.accepted", "handoff.undone"):
        system = (get("systems") or {}).get(copy) if record.name == "handoff.undone" else get("system")
        return Stay(get("custodian_party"), get("custodian_person"), system, record)
    return None


def _came(record: Record, copy: object) -> bool:
    """Return whether this copy was among those that passed: all did, unless some stayed."""
    copies = record.get("copies")
    return copy in copies if isinstance(copies, list) else True


@section(31, Text("Path of the copy", "副本流转"))
def path(account: Account) -> Sequence[Block]:
    """The way drawn, then each custodian with the days, then every entry about the copy."""
    found = stays(account)
    return [
        Paragraph(
            Text(
                "Custody passes by the recipient's acceptance alone: until then the sender holds the copy. "
                "Names are those recorded at the time.",
                "保管责任仅凭接收人签收转移；签收前仍由移交方保管。名称以记录时为准。",
            ),
            quiet=True,
        ),
        Figure(_nodes(account, found)),
        Heading(Text("Who had it, and when", "历次保管"), 2),
        Table(
            (
                Column(Text("No.", "序号"), 0.7, right=True),
                Column(Text("Custodian", "保管人"), 4),
                Column(Text("Where", "存放处"), 2.4),
                Column(Text("From", "起"), 2.2),
                Column(Text("Until", "止"), 2.2),
            ),
            [_row(account, number, stay) for number, stay in enumerate(found, 1)],
        ),
        Heading(Text("Every entry about the copy", "与副本有关的全部记录"), 2),
        Timeline([_moment(account, record) for record in moves(account)]),
    ]


def _nodes(account: Account, found: Sequence[Stay]) -> list[Node]:
    language = account.language
    nodes = []
    for number, stay in enumerate(found, 1):
        until = stay.until.at.date().isoformat() if stay.until else Text("now", "至今").get(language)
        name = _party(account, stay).get(language)
        days = f"{stay.since.at.date().isoformat()} – {until}"
        now = Shape.CROSS if missing(account) else Shape.CHECK
        shape = Shape.RETURN if stay.until else now
        nodes.append(Node(str(number), str(number - 1) if number > 1 else None, name, days, shape))
    return nodes


def _party(account: Account, stay: Stay) -> Text:
    return account.names.of(stay.party, stay.since.at) if stay.party else UNNAMED


def _row(account: Account, number: int, stay: Stay) -> tuple[Value, ...]:
    names, at = account.names, stay.since.at
    until: Value = Text("still has it", "保管至今")
    if missing(account):  # who holds it answers for it; that it is there nobody says
        until = Flag(Shape.CROSS, Text("not found when counted", "清点未见"))
    if stay.until:
        over = stay.until.name == "destruction.recorded"
        until = Lines((stay.until.at, CopyState.DESTROYED.text)) if over else stay.until.at
    return (
        number,
        Lines((_party(account, stay), names.of(stay.person, at) if stay.person else NOT_STATED)),
        names.of(stay.system, at) if stay.system else NOT_STATED,
        at,
        until,
    )


def _moment(account: Account, record: Record) -> Moment:
    template = _BEGAN.get(record.name)
    words = fill(template, number=str(record.get("number"))) if template else sentence(account, record)
    return Moment(
        record.at,
        words,
        _SHAPES.get(record.name, Shape.DASH),
        (who(account, record), *_details(account, record)),
    )


def _details(account: Account, record: Record) -> Iterable[Words]:
    get, names, at = record.get, account.names, record.at
    if record.name == "handoff.offered":
        yield fill(
            Text(
                "{giver} ({from_person}) → {taker} ({person})",
                "{giver}（{from_person}）→ {taker}（{person}）",
            ),
            giver=names.of(get("sender_party"), at),
            from_person=names.of(get("sender_person"), at),
            taker=names.of(get("receiver_party"), at),
            person=names.of(get("receiver_person"), at),
        )
        yield fill(
            Text("{channel}, to {system}", "{channel}，目的系统 {system}"),
            channel=label(Channel, get("channel")),
            system=names.of(get("system"), at),
        )
        if get("leg"):
            yield label(Leg, get("leg"))
    if record.name == "handoff.dispatched":
        yield from filter(None, on_the_way.dispatched(account, record))
    if record.name == "handoff.withdrawn" and get("came_back_on"):
        yield from on_the_way.withdrawn(account, record)[1:2]
    if record.name == "handoff.accepted":
        passed = _came(record, account.subject.get("copy"))
        yield (
            fill(
                Text("Custody passed to {person}, {party}.", "保管责任转移至{party} {person}。"),
                person=names.of(get("custodian_person"), at),
                party=names.of(get("custodian_party"), at),
            )
            if passed
            else Text(
                "This copy was not in order, and stayed with the sender.", "该副本存在异常，仍由移交方保管。"
            )
        )
    if record.id in account.signatures:
        yield label(VoteMethod, account.signatures[record.id])
    if record.name == "handoff.on_paper" and get("allowed") is False:
        yield Text("A rule barred it: it went ahead without leave.", "规则不予准许：未经许可而办理。")
    if record.name == "stocktake.settled":
        yield label(Counted, get("found"))
        yield label(Difference, get("difference"))
    for name in ("purpose", "reason", "condition", "note", "resolution", "text", "basis"):
        if get(name):
            yield quoted(get(name))
    if account.is_claimed_late(record):
        yield fill(
            Text(
                "Said to have taken place at {time} (claimed, not proved).",
                "据称发生于 {time}（系当事人陈述，未经证明）。",
            ),
            time=str(get("took_place_at")),
        )
