"""The seven registers: their columns, and how each line is told from a project's rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from custody import models as m
from custody.terms import (
    DestructionMethod,
    DestructionState,
    Had,
    HandoffState,
    HopState,
    Leg,
    Medium,
    PrintedKind,
    Text,
    VoteChoice,
)

from .register_book import Book, Cell, Line, Lines, Part
from .register_names import Who

SIGNED = (HandoffState.ACCEPTED, HandoffState.PARTLY, HandoffState.MISTAKEN)
"""Receipts that stand, disputed or not; one that was undone is struck."""
_COPY = Text("Copy number", "副本编号")
_ITEM = Text("Item", "成果名称")
_LEVEL = Text("Level", "密级")
_DESTROYED = (DestructionState.DESTROYED, DestructionState.CERTIFIED)
DISPUTED = Text("receipt disputed", "签收有异议")


@dataclass(frozen=True, slots=True)
class Register:
    """One kind of register: its columns without the number and the remarks, with their shares of the width,
    and its lines."""

    columns: tuple[tuple[Text, float], ...]
    lines: Lines


def _who(noun: str, id: Any, field: str = "name") -> tuple[Part, ...]:
    return (Who(noun, str(id), field),) if id else ()


def _held(party: Any, person: Any) -> Cell:
    return (*_who("party", party), *_who("person", person))


def _of(*parties: Any) -> frozenset[str]:
    return frozenset(str(party) for party in parties if party)


def _date(text: Any) -> dt.date:
    return dt.date.fromisoformat(str(text))


def _after(book: Book, then: dict[str, Any] | None) -> Cell:
    """Return when a copy went and to whom."""
    if then is None:
        return ()
    at = book.moment(then["entry"])
    if then["how"] == Had.GONE:
        return (at, Text("destroyed", "已销毁"))
    return (at, *_held(then["party_id"], then["person_id"]))


def _carrier(copy: Mapping[str, Any], system: str | None) -> tuple[Cell, Cell]:
    """Return what carries a copy and the number on it; where nothing is recorded of the copy, of the system
    that it is kept in."""
    if not copy["medium"]:
        return _who("system", system, "kind"), _who("system", system, "inventory_number")
    return (Medium(copy["medium"]).text,), tuple(filter(None, (copy["medium_serial"], copy["seal_number"])))


def carriers(book: Book) -> list[Line]:
    """Who kept which copy, one line for each time that custody began."""
    old = {row["copy_id"]: str(row["number"]) for row in book.rows(m.TakenOver).values()}
    papers, found = book.handoffs(*SIGNED), []
    for copy, spans in book.spans().items():
        code, item, level = book.named(copy)
        for row, then in spans:
            entry, system = row["entry"], row["system_id"]
            note: tuple[Part, ...] = (
                (Text(f"old register: {old[copy]}", f"原登记号：{old[copy]}"),) if copy in old else ()
            )
            number = papers[entry][1]["number"] if entry in papers else ""
            found.append(
                Line(
                    key=f"{copy}:{entry}",
                    entry=entry,
                    begins=book.day(entry),
                    ends=book.day(then["entry"]) if then else None,
                    cells=(
                        code, item, level,
                        *_carrier(book.rows(m.Copy)[copy], system),
                        _held(row["party_id"], row["person_id"]), _who("system", system),
                        (book.moment(entry), number), _after(book, then),
                    ),
                    parties=_of(row["party_id"]),
                    level=str(book.item_of(copy).get("level", "")),
                    note=note,
                    order=(code[0], book.places[entry]),
                )
            )  # fmt: skip
    return found


def _moved(book: Book, leg: Leg) -> list[tuple[str, str, dict[str, Any], str]]:
    """Return (copy, handoff, its row, entry) for each copy that was signed for on a leg."""
    papers = book.handoffs(*SIGNED)
    return [
        (row["copy_id"], papers[row["entry"]][0], papers[row["entry"]][1], row["entry"])
        for row in book.rows(m.Holding).values()
        if row["entry"] in papers and papers[row["entry"]][1].get("leg") == leg and row["how"] == Had.KEPT
    ]


def _disputed(row: Mapping[str, Any]) -> tuple[Part, ...]:
    return (DISPUTED,) if row["state"] == HandoffState.MISTAKEN else ()


def loans(book: Book) -> list[Line]:
    """Each copy that went out on loan, and when it came back to its lender."""
    spans, found = book.spans(), []
    for copy, handoff, row, entry in _moved(book, Leg.LOAN):
        code, item, level = book.named(copy)
        back = next(
            (
                then
                for then, _next in spans[copy]
                if book.places[then["entry"]] > book.places[entry]
                and then["party_id"] == row["sender_party_id"]
            ),
            None,
        )
        found.append(
            Line(
                key=f"{copy}:{entry}",
                entry=entry,
                begins=book.day(entry),
                ends=book.day(back["entry"]) if back else None,
                cells=(
                    (str(row["number"]),), code, item, level,
                    _held(row["sender_party_id"], row["sender_person_id"]),
                    _held(row["receiver_party_id"], row["receiver_person_id"]),
                    (book.moment(entry),), (str(row["due_back"] or ""),),
                    (book.moment(back["entry"]),) if back else (),
                    (str(row["purpose"]),),
                ),
                parties=_of(row["sender_party_id"], row["receiver_party_id"]),
                level=str(book.item_of(copy).get("level", "")),
                note=(*_disputed(row), *book.on_paper(handoff)),
                order=(book.places[entry], code[0]),
            )
        )  # fmt: skip
    return found


def returns(book: Book) -> list[Line]:
    """Each copy that was given back."""
    found = []
    for copy, handoff, row, entry in _moved(book, Leg.RETURN):
        code, item, level = book.named(copy)
        found.append(
            Line(
                key=f"{copy}:{entry}",
                entry=entry,
                begins=book.day(entry),
                ends=book.day(entry),
                cells=(
                    (str(row["number"]),), code, item, level,
                    _held(row["sender_party_id"], row["sender_person_id"]),
                    _held(row["receiver_party_id"], row["receiver_person_id"]),
                    (book.moment(entry),), (str(row.get("statement") or ""),),
                ),
                parties=_of(row["sender_party_id"], row["receiver_party_id"]),
                level=str(book.item_of(copy).get("level", "")),
                note=(*_disputed(row), *book.on_paper(handoff)),
                order=(book.places[entry], code[0]),
            )
        )  # fmt: skip
    return found


def copying(book: Book) -> list[Line]:
    """Each numbering of copies, with the leave that it was done under."""
    made: dict[str, list[str]] = {}
    first: dict[str, dict[str, Any]] = {}
    for row in book.rows(m.Holding).values():
        if book.kinds[row["entry"]] == "copies.minted":
            made.setdefault(row["entry"], []).append(row["copy_id"])
            first[row["entry"]] = row
    permits = [row for row in book.rows(m.CopyPermit).values() if row.get("made")]
    found = []
    for entry, copies in made.items():
        codes = sorted(str(book.rows(m.Copy)[copy]["code"]) for copy in copies)
        _code, item, level = book.named(copies[0])
        leave = next((row for row in permits if set(row["made"]) & set(copies)), None)
        source: Cell = ()
        if leave is not None:
            original = (
                book.named(leave["copy_id"])[0] if leave["copy_id"] else (Text("the original", "原件"),)
            )
            source = (*original, str(leave["place"] or ""))
        row = first[entry]
        asked = leave["asked_for_id"] if leave else None
        note = Text("under a copy permit", "依复制许可") if leave else Text("first numbering", "首次编号")
        found.append(
            Line(
                key=entry,
                entry=entry,
                begins=book.day(entry),
                ends=book.day(entry),
                cells=(
                    item[:1], level, tuple(codes), (str(len(codes)),), source,
                    (str(leave["purpose"]),) if leave else (),
                    _held(asked, leave["requested_by_id"]) if leave else (),
                    _who("person", leave["decided_by_id"]) if leave else (),
                    (book.moment(entry), *_held(row["party_id"], row["person_id"])),
                ),
                parties=_of(row["party_id"], asked),
                level=str(book.item_of(copies[0]).get("level", "")),
                note=(note,),
                order=(book.places[entry], codes[0]),
            )
        )  # fmt: skip
    return found


def destruction(book: Book) -> list[Line]:
    """Each copy that was destroyed."""
    found = []
    for id, row in book.rows(m.Destruction).items():
        if row["state"] not in _DESTROYED:
            continue
        day = _date(row["destroyed_on"])
        for copy in row["copies"]:
            code, item, level = book.named(copy)
            found.append(
                Line(
                    key=f"{id}:{copy}",
                    entry=row["entry"],
                    begins=day,
                    ends=day,
                    cells=(
                        code, item, level, _who("party", row["holder_id"]),
                        (*_who("party", row["unit_id"]), DestructionMethod(row["method"]).text,
                         str(row["place"])),
                        (*_who("person", row["decided_by_id"]), str(row["decided_on"] or "")),
                        (day.isoformat(), *_who("person", row["recorded_by_id"])),
                        tuple(Who("person", str(one)) for one in row["witnesses"]),
                        (str(row["certificate_number"] or ""), str(row["certified_on"] or "")),
                    ),
                    parties=_of(row["holder_id"], row["unit_id"]),
                    level=str(book.item_of(copy).get("level", "")),
                    note=(str(row["remark"] or ""),),
                    order=(day, book.places[row["entry"]], code[0]),
                )
            )  # fmt: skip
    return found


def learnt(book: Book) -> list[Line]:
    """Each time that a person had a copy in hand or read one."""
    papers = book.handoffs(*SIGNED)
    found = []
    for copy, rows in book.custody().items():
        code, item, level = book.named(copy)
        kept = [row for row in rows if row["how"] != Had.READ]
        for row in rows:
            entry = row["entry"]
            if row["how"] == Had.GONE or not row["person_id"]:
                continue
            reading = row["how"] == Had.READ
            then = (
                None
                if reading
                else next((k for k in kept if book.places[k["entry"]] > book.places[entry]), None)
            )
            until = book.moment(then["entry"]) if then else ""
            handoff = papers.get(entry)
            found.append(
                Line(
                    key=f"{copy}:{entry}",
                    entry=entry,
                    begins=book.day(entry),
                    ends=book.day(entry) if reading else book.day(then["entry"]) if then else None,
                    cells=(
                        _who("person", row["person_id"]), _who("party", row["party_id"]), code, item, level,
                        (Had(row["how"]).text,), (book.moment(entry),),
                        (book.moment(entry) if reading else until,),
                        (str(handoff[1]["number"]), str(handoff[1]["purpose"])) if handoff else (),
                    ),
                    parties=_of(row["party_id"]),
                    level=str(book.item_of(copy).get("level", "")),
                    note=_disputed(handoff[1]) if handoff else (),
                    order=(book.places[entry], code[0]),
                )
            )  # fmt: skip
    return found


def subcontracts(book: Book) -> list[Line]:
    """Each subcontract that was asked for, as it stands."""
    approved: dict[str, list[dict[str, Any]]] = {}
    for vote in book.rows(m.Vote).values():
        hop = book.rows(m.Approval).get(vote["approval_id"], {}).get("hop_id")
        if vote["choice"] != VoteChoice.DENY:
            approved.setdefault(str(hop), []).append(vote)
    found = []
    for id, row in book.rows(m.Hop).items():
        if "from_party_id" not in row:
            continue
        entry = book.asked[id]
        by = sorted(approved.get(id, []), key=lambda vote: book.places[vote["entry"]])
        votes = [
            part for vote in by for part in (*_who("person", vote["person_id"]), book.moment(vote["entry"]))
        ]
        ends = row.get("ends")
        found.append(
            Line(
                key=id,
                entry=entry,
                begins=book.day(entry),
                ends=_date(ends) if ends else None,
                cells=(
                    (str(row["depth"]),),
                    _who("party", row["from_party_id"]),
                    (
                        *_who("party", row["to_party_id"]),
                        *(
                            _who("party", row["performer_id"])
                            if row.get("performer_id") not in (None, row["to_party_id"])
                            else ()
                        ),
                    ),
                    (str(row["scope"]),), (book.level(row["level"]),),
                    (str(row["starts"] or ""), str(ends or "")),
                    (f"{row['share']} %",) if row.get("share") else (),
                    (HopState(row["state"]).text,), tuple(votes),
                ),
                parties=_of(row["from_party_id"], row["to_party_id"]),
                level=str(row["level"]),
                order=(str(row["path"]),),
            )
        )  # fmt: skip
    return found


_MOVED: Sequence[tuple[Text, float]] = ((_COPY, 1.5), (_ITEM, 1.5), (_LEVEL, 0.9))
REGISTERS: dict[PrintedKind, Register] = {
    PrintedKind.CARRIERS: Register(
        (
            *_MOVED, (Text("Medium", "载体类型"), 1), (Text("Serial number", "设备编号"), 1.1),
            (Text("Held by", "保管人"), 2), (Text("Kept in", "存放处"), 1.4),
            (Text("Since, by", "起始时间、依据"), 1.4), (Text("Until, to whom", "去向"), 1.8),
        ),
        carriers,
    ),
    PrintedKind.LOANS: Register(
        (
            (Text("Loan", "借用单号"), 1.3), *_MOVED, (Text("Lent by", "出借人"), 1.6),
            (Text("Borrowed by", "借用人"), 1.6), (Text("Lent on", "借出时间"), 1.1),
            (Text("Due back", "应还日期"), 1),
            (Text("Given back on", "归还时间"), 1.1), (Text("What for", "用途"), 1.5),
        ),
        loans,
    ),
    PrintedKind.COPYING: Register(
        (
            (_ITEM, 1.5), (_LEVEL, 0.9), (Text("Copies made", "复制件编号"), 1.6),
            (Text("How many", "份数"), 0.7),
            (Text("Made from, where", "复制来源、地点"), 1.5), (Text("What for", "用途"), 1.5),
            (Text("Asked for by", "申请人"), 1.6), (Text("Approved by", "批准人"), 1.1),
            (Text("Made on, kept by", "复制时间、保管人"), 1.8),
        ),
        copying,
    ),
    PrintedKind.RETURNS: Register(
        (
            (Text("Return", "归还单号"), 1.3), *_MOVED, (Text("Given back by", "归还人"), 1.7),
            (Text("Received by", "接收人"), 1.7), (Text("Received on", "接收时间"), 1.1),
            (Text("Statement", "归还说明"), 2),
        ),
        returns,
    ),
    PrintedKind.DESTRUCTION: Register(
        (
            *_MOVED, (Text("Last held by", "最后保管单位"), 1.4),
            (Text("Destroyed by, how, where", "销毁单位、方式、地点"), 1.8),
            (Text("Approved by, on", "批准人、日期"), 1.2),
            (Text("Destroyed on, recorded by", "销毁日期、登记人"), 1.2),
            (Text("Witnesses", "监销人"), 1.2), (Text("Certificate", "销毁证明"), 1.2),
        ),
        destruction,
    ),
    PrintedKind.LEARNT: Register(
        (
            (Text("Person", "知悉人员"), 1.3), (Text("Unit", "所在单位"), 1.5), *_MOVED,
            (Text("How", "知悉方式"), 0.9), (Text("From", "起始时间"), 1.1), (Text("Until", "截止时间"), 1.1),
            (Text("By, what for", "依据、用途"), 1.6),
        ),
        learnt,
    ),
    PrintedKind.SUBCONTRACTS: Register(
        (
            (Text("Tier", "层级"), 0.6), (Text("Given by", "发包单位"), 1.5),
            (Text("Taken by, done by", "承包单位、作业单位"), 1.7), (Text("Work", "分包内容"), 2),
            (_LEVEL, 0.9),
            (Text("From, to", "起止日期"), 1), (Text("Share", "比例"), 0.7), (Text("State", "状态"), 1),
            (Text("Approved by, on", "审批人、时间"), 1.4),
        ),
        subcontracts,
    ),
}  # fmt: skip
