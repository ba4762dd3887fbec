"""What each line of an old register of subcontracts says, and each field that cannot be taken.

A line stands below the line, or the subcontract that is registered here, whose old number it names; else
below the one by which its giver came to the work; else directly below the owner. What cannot be so at all is
a fault, and what hangs below a fault is not entered either. What breaks a rule is no fault.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.importers import register_terms as told
from custody.importers.problem import RecordError
from custody.importers.register_sheet import SheetRow
from custody.importers.register_values import day, key
from custody.terms import HopState, LineState, PaymentMeans, RegisterField

from .opening_lines import Cells, Known, Read, past, twice

F = RegisterField
GOING = (HopState.REQUESTED, HopState.ACTIVE, HopState.SUSPENDED)
"""Subcontracts under which others may stand."""
_LENGTHS = {
    F.NUMBER: 100,
    F.ABOVE: 100,
    F.PAGE: 40,
    F.LINE: 20,
    F.REMARK: 500,
    F.SCOPE: 500,
    F.APPROVAL: 100,
    F.APPROVER: 200,
}
_BETWEEN = re.compile(r"[、,，;；/]")


@dataclass(slots=True)
class Chained(Read):
    """A line that tells of a subcontract."""

    above_written: str = ""
    giver: UUID | None = None
    receiver: UUID | None = None
    scope: str = ""
    categories: tuple[str, ...] = ()
    starts: dt.date | None = None
    ends: dt.date | None = None
    share: Decimal | None = None
    amount: Decimal | None = None
    currency: str = ""
    performer: UUID | None = None
    payer: UUID | None = None
    payer_country: str | None = None
    payment: PaymentMeans | None = None
    keeps_core: bool | None = None
    client_consent: bool | None = None
    awarded_on: dt.date | None = None
    reported_on: dt.date | None = None
    approval: str = ""
    approver: str = ""
    approved_on: dt.date | None = None
    scan: str = ""
    above: Chained | m.Hop | None = None
    """The line or the registered subcontract below which it stands; None: the owner."""
    placed: bool = False
    """Whether it can be told below what it stands."""

    @property
    def linked_by(self) -> RegisterField:
        """Return the field that says below which it stands."""
        return F.ABOVE if self.above_written else F.GIVER

    @property
    def upwards(self) -> list[Chained]:
        """Return the lines above it in this register, the nearest first; on a ring, each of it once."""
        found: list[Chained] = []
        seen, one = {id(self)}, self.above
        while isinstance(one, Chained) and id(one) not in seen:
            seen.add(id(one))
            found.append(one)
            one = one.above
        return found


class KnownHops(Known):
    """What is registered here, with the subcontracts of the project."""

    @cached_property
    def hops(self) -> dict[UUID, m.Hop]:
        """Return the subcontracts of the project, but those that were withdrawn or not approved."""
        gone = (HopState.WITHDRAWN, HopState.REJECTED)
        return {hop.id: hop for hop in m.Hop.objects.filter(project=self.project).exclude(state__in=gone)}

    @cached_property
    def before(self) -> dict[str, m.Hop]:
        """Return the subcontracts that were taken over in this project before, by their old numbers; a
        request that was withdrawn may be taken over again."""
        rows = m.HopTakenOver.objects.filter(register__project=self.project).select_related("hop")
        rows = rows.exclude(hop__state=HopState.WITHDRAWN)
        return {key(row.number): row.hop for row in rows.order_by("created_at")}

    @cached_property
    def categories(self) -> dict[str, str]:
        """Return categories of work by id and by both labels."""
        pack = regimes.pack(self.project.regime, self.today)
        return {
            key(name): each.id
            for kind in pack.main_types
            for each in kind.categories
            for name in (each.id, each.label.text.en, each.label.text.zh)
        }

    def categories_of(self, text: str) -> tuple[str, ...]:
        """Return the categories that a cell lists. Raises RecordError for what is none."""
        parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
        try:
            return tuple(sorted({self.categories[key(part)] for part in parts}))
        except KeyError:
            raise RecordError(
                "unknown_category",
                "This is no category of work of the project's regime.",
                "该工作类别不属于本项目的规则包。",
            ) from None


def judged(
    project: m.Project,
    rows: Iterable[SheetRow],
    mapping: Mapping[str, int],
    today: dt.date,
    *,
    from_1904: bool = False,
    width: int,
) -> list[Chained]:
    """Return every line with what it says and all that is wrong with it; ``width`` counts the headings."""
    known = KnownHops(project, today)
    lines = [_line(known, n, row, mapping, from_1904, width) for n, row in enumerate(rows, 1)]
    _numbers(known, lines)
    fresh = [line for line in lines if line.state is not LineState.DOUBLE]
    _link(known, lines, fresh)
    _rings(fresh)
    for line in fresh:
        if line.placed:
            _parties(known, line)
    _repeated(known, fresh)
    _shares(known, fresh)
    for line in sorted(fresh, key=lambda each: len(each.upwards)):
        _below_a_fault(line)
    return lines


def _line(
    known: KnownHops, place: int, row: SheetRow, mapping: Mapping[str, int], from_1904: bool, width: int
) -> Chained:
    line = Chained(place, row)
    cells = Cells(line, mapping, _LENGTHS)
    take = cells.take

    def on(text: str) -> dt.date:
        return day(text, from_1904=from_1904)

    def gone_by(text: str) -> dt.date:
        return past(on(text), known.today)

    cells.place(width)
    line.above_written = take(F.ABOVE, str) or ""
    line.giver = take(F.GIVER, known.party)
    line.receiver = take(F.RECEIVER, known.party, needed=True)
    line.scope = take(F.SCOPE, str, needed=True) or ""
    line.level = take(F.LEVEL, known.level, needed=True) or ""
    line.categories = take(F.CATEGORIES, known.categories_of) or ()
    line.starts = take(F.STARTS, on, needed=True)
    line.ends = take(F.ENDS, lambda text: _after(on(text), line.starts))
    line.share = take(F.SHARE, told.share)
    line.amount, sign = take(F.AMOUNT, told.amount) or (None, "")
    line.currency = take(F.CURRENCY, lambda text: _one_currency(told.currency(text), sign)) or sign
    if line.amount is not None and not line.currency:
        line.currency = known.project.currency
    line.performer = take(F.PERFORMER, known.party)
    line.payer = take(F.PAYER, known.party)
    line.payer_country = take(F.COUNTRY, told.country)
    line.payment = take(F.PAYMENT, told.payment)
    line.keeps_core = take(F.CORE, told.yes)
    line.client_consent = take(F.CONSENT, told.yes)
    line.awarded_on = take(F.AWARDED, gone_by)
    line.reported_on = take(F.REPORTED, lambda text: _after(gone_by(text), line.awarded_on))
    line.approval = take(F.APPROVAL, str) or ""
    line.approver = take(F.APPROVER, str) or ""
    line.approved_on = take(F.APPROVED, gone_by)
    line.scan = take(F.SCAN, told.digest) or ""
    take(F.REMARK, str)
    return line


def _after(found: dt.date, first: dt.date | None) -> dt.date:
    if first and found < first:
        raise RecordError("before", f"{found} is before {first}.", f"{found}早于{first}。")
    return found


def _one_currency(found: str, sign: str) -> str:
    if sign and found != sign:
        raise RecordError("two_currencies", f"The amount is in {sign}.", f"金额所写币种为{sign}。")
    return found


def _numbers(known: KnownHops, lines: Sequence[Chained]) -> None:
    """Note numbers that stand twice, and what was taken over before."""
    numbers: dict[str, Chained] = {}
    for line in lines:
        if not line.number:
            continue
        first = numbers.setdefault(key(line.number), line)
        if first is not line:
            line.wrong(F.NUMBER, line.number, twice(*first.where))
        elif line.state is LineState.READABLE and key(line.number) in known.before:
            line.state = LineState.DOUBLE


def _link(known: KnownHops, lines: Sequence[Chained], fresh: Sequence[Chained]) -> None:
    """Find below what each line stands."""
    numbers: dict[str, Chained] = {}
    received: dict[UUID, list[Chained | m.Hop]] = defaultdict(list)
    for line in lines:
        if line.number:
            numbers.setdefault(key(line.number), line)
    for one in fresh:
        if one.receiver:
            received[one.receiver].append(one)
    for hop in known.hops.values():
        if hop.state in GOING:
            received[hop.to_party_id].append(hop)
    for line in fresh:
        if {problem["field"] for problem in line.problems} & {F.ABOVE, F.GIVER}:
            continue
        try:
            line.above = _above(known, line, numbers, received)
            line.placed = True
        except RecordError as error:
            line.wrong(line.linked_by, line.above_written, error)


def _above(
    known: KnownHops,
    line: Chained,
    numbers: Mapping[str, Chained],
    received: Mapping[UUID, Sequence[Chained | m.Hop]],
) -> Chained | m.Hop | None:
    owner = known.project.owner_party_id
    if line.above_written:
        named = key(line.above_written)
        found = numbers.get(named)
        if found is not None and found.state is not LineState.DOUBLE:
            return found
        if hop := known.before.get(named):
            if hop.state not in GOING:
                raise RecordError("above_ended", "That subcontract has ended.", "该分包已结束。")
            return hop
        if known.parties.get(named) == {owner}:
            return None
        raise RecordError(
            "unknown_above",
            "No line of this number stands in the register, and none was taken over before.",
            "登记簿中没有此编号的行，此前也未接收过。",
        )
    if line.giver is None or line.giver == owner:
        return None
    ways = [way for way in received.get(line.giver, ()) if way is not line]
    if len(ways) == 1:
        return ways[0]
    if ways:
        raise RecordError(
            "several_ways",
            "The giver has several subcontracts of this project. Write the old number of the one above.",
            "发包单位在本项目中有多项分包，请填写上级分包的原编号。",
        )
    raise RecordError(
        "no_way",
        "The giver has no subcontract of this project, neither in the register nor here.",
        "发包单位在本项目中没有分包：登记簿和本系统中均无。",
    )


def _rings(lines: Sequence[Chained]) -> None:
    """Note lines that stand below themselves."""
    for line in lines:
        up = line.upwards
        if (up[-1] if up else line).above is line:
            line.wrong(
                line.linked_by,
                line.above_written,
                RecordError("ring", "The line stands below itself.", "该行经上级关系回到自身。"),
            )


def _parties(known: KnownHops, line: Chained) -> None:
    """Note a giver that did not get the work, and a receiver from whom the work came."""
    above = line.above
    owner = known.project.owner_party_id
    gives = owner
    if above is not None:
        received = above.receiver if isinstance(above, Chained) else above.to_party_id
        if received is None:
            return
        gives = received
    if line.giver and line.giver != gives:
        line.wrong(
            F.GIVER,
            "",
            RecordError(
                "other_giver",
                "The subcontract above went to another party.",
                "上级分包的承接单位不是该发包单位。",
            ),
        )
    if line.receiver is None:
        return
    if line.receiver == gives:
        line.wrong(
            F.RECEIVER,
            "",
            RecordError("itself", "A party cannot subcontract to itself.", "单位不能向自身分包。"),
        )
    elif line.receiver in _parties_above(known, line):
        line.wrong(
            F.RECEIVER,
            "",
            RecordError(
                "own_ancestor",
                "The work came from this party: it stands further up the same chain.",
                "工作即来自该单位：其位于同一链条的上级。",
            ),
        )


def _parties_above(known: KnownHops, line: Chained) -> set[UUID | None]:
    up = line.upwards
    top = (up[-1] if up else line).above
    found: set[UUID | None] = {known.project.owner_party_id, *(one.receiver for one in up)}
    if isinstance(top, m.Hop):
        found |= {known.hops[id].to_party_id for id in top.path_ids() if id in known.hops}
    return found


def _above_id(line: Chained) -> object:
    """Return what stands above a line as something that two lines can have in common."""
    above = line.above
    return above.id if isinstance(above, m.Hop) else id(above) if above else None


def _repeated(known: KnownHops, lines: Sequence[Chained]) -> None:
    """Note what stands twice: in the register, or in it and here."""
    here = {(hop.parent_id, hop.to_party_id, key(hop.scope), hop.starts) for hop in known.hops.values()}
    seen: dict[tuple[object, ...], Chained] = {}
    for line in lines:
        if line.state is not LineState.READABLE:
            continue
        what = (_above_id(line), line.receiver, key(line.scope), line.starts)
        first = seen.setdefault(what, line)
        if first is not line:
            en, zh = first.where
            line.wrong(
                F.SCOPE,
                line.scope,
                RecordError("line_twice", f"The same subcontract stands on {en}.", f"同一分包已见于{zh}。"),
            )
        elif what in here:
            line.wrong(
                F.SCOPE,
                line.scope,
                RecordError(
                    "there_already", "This subcontract is registered here already.", "该分包已在本系统登记。"
                ),
            )


def _shares(known: KnownHops, lines: Sequence[Chained]) -> None:
    """Note the line with which more than the whole of a giver's work is passed on at one time."""
    sums: dict[object, Decimal] = defaultdict(Decimal)
    for hop in known.hops.values():
        if hop.state in GOING and not _over(hop.ends, known.today):
            sums[hop.parent_id] += hop.share or 0
    for line in lines:
        if line.state is not LineState.READABLE or not line.share or _over(line.ends, known.today):
            continue
        above = _above_id(line)
        sums[above] += line.share
        if sums[above] > told.WHOLE:
            line.wrong(
                F.SHARE,
                f"{line.share:f} %",
                RecordError(
                    "over_whole_together",
                    f"With the other subcontracts of the same giver, {sums[above]:f} % of its work is passed "
                    "on.",
                    f"连同该发包单位的其他分包，累计比例为{sums[above]:f}%。",
                ),
            )
            sums[above] -= line.share


def _over(ends: dt.date | None, today: dt.date) -> bool:
    return ends is not None and ends < today


def _below_a_fault(line: Chained) -> None:
    """Note a line that cannot be entered because the one above it cannot."""
    above = line.above
    if isinstance(above, Chained) and above.state is LineState.FAULTY and line.state is LineState.READABLE:
        en, zh = above.where
        line.wrong(
            line.linked_by,
            line.above_written,
            RecordError(
                "above_faulty",
                f"The line above it cannot be entered: {en}.",
                f"其上级行无法登记：{zh}。",
            ),
        )
