"""Handovers from one custodian to the next: all that a person keeps for a party, in one list.

The outgoing and the incoming person count together, before a third; the count is a stocktake of what the
outgoing one keeps, with its second count and its differences. The first of three signatures closes it, the
last passes custody, in one transaction: each copy that was counted goes by an ordinary handoff within the
party, offered and accepted at once, on which all rules are asked. What they bar, what was not found and what
is not free stays with the outgoing person, named with the reason, and is asked back from them by a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import gather, locks, record, regimes, scope
from custody import models as m
from custody.events import handover as events
from custody.permissions import may
from custody.terms import CopyState, Counted, HandoverState, Role, SecondPerson, Stays, Text, VoteMethod
from custody.transitions import HANDOVER, move

from . import locking, recalling, stock_list, stocktaking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import needed
from .deciding import Ruling
from .entered import entered
from .passing_on import barred_today, pass_on

SUPERVISES = (Role.MANAGER, Role.OFFICER, Role.CUSTODIAN)
"""Roles of whom one may supervise a handover, at the party or the house."""
FOUND = (Counted.SEEN, Counted.DAMAGED, Counted.ELSEWHERE, Counted.CAME)
"""Who has a copy by the record and showed it to the others in one of these ways can hand it over."""

PREVIEWED = 1_000
"""Copies that a page asks the rules about before they pass."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who hands over to whom, before whom, why, and by when what stays is to be settled."""

    party: UUID
    outgoing: UUID
    incoming: UUID
    supervisor: UUID
    reason: str
    due: dt.date | None = None

    @property
    def people(self) -> dict[str, UUID]:
        """The three, by what they are."""
        return {"outgoing": self.outgoing, "incoming": self.incoming, "supervisor": self.supervisor}


@entered(m.Handover, needed=("reason",))
def open_handover(actor: Actor, *, asked: Asked) -> Outcome:
    """Freeze the list of what a person keeps for a party, to be counted and handed over. Object: the
    handover.

    Raises ActionError for fewer than three people or one who cannot sign, where nothing is kept, and while
    another handover of that person is under way.
    """
    actor.require("handover.open", holder=asked.party)
    needed(asked.reason)

    def work(act: Act) -> Outcome:
        person = actor.human()
        if len(set(asked.people.values())) < len(asked.people):
            raise ActionError(
                Text(
                    en="Who hands over, who takes over and who supervises are three people.",
                    zh="移交人、接收人和监交人须为三名不同人员。",
                ),
                "supervisor",
            )
        of = stock_list.Asked(
            party=asked.party, counter=asked.outgoing, second=asked.incoming,
            second_as=SecondPerson.COUNTER, keeper=asked.outgoing,
        )  # fmt: skip
        take = stock_list.begin(act, of, None, [asked.supervisor])
        _able(actor, asked)
        if m.Handover.objects.under_way().filter(party=asked.party, outgoing=asked.outgoing).exists():
            raise ActionError(
                Text(
                    en="A handover of this person is under way. Complete or abandon it first.",
                    zh="该人员已有进行中的交接，请先完成或中止。",
                ),
                "outgoing",
            )
        row = m.Handover(
            id=m.new_id(),
            party_id=asked.party,
            stocktake=take,
            outgoing_id=asked.outgoing,
            incoming_id=asked.incoming,
            supervisor_id=asked.supervisor,
            reason=asked.reason,
            due=recalling.by_day(asked.due, take.opened_on),
            opened_by_id=person,
            opened_on=take.opened_on,
        )
        row.entry = act.record(
            events.HandoverOpened(
                handover=str(row.id),
                party=str(row.party_id),
                stocktake=str(take.id),
                outgoing=str(row.outgoing_id),
                incoming=str(row.incoming_id),
                supervisor=str(row.supervisor_id),
                reason=row.reason,
                due=row.due.isoformat(),
                opened_by=str(person),
                opened_on=row.opened_on.isoformat(),
            ),
            row.stream,
            on_behalf_of=row.party_id,
        )
        row.save(force_insert=True)
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="handover.open")


def _able(actor: Actor, asked: Asked) -> None:
    """Raise ActionError unless each of the three could sign today."""
    held: dict[UUID, list[tuple[UUID, Role]]] = {}
    for one in m.Membership.objects.current().filter(person__in=asked.people.values()):
        held.setdefault(one.person_id, []).append((one.party_id, one.role))
    there = {"house": actor.house, "holder": asked.party, "receiver": asked.party}
    of_party = {id for id, roles in held.items() if any(party == asked.party for party, _ in roles)}
    oversees = {
        id
        for id, roles in held.items()
        if any(party in (asked.party, actor.house) and role in SUPERVISES for party, role in roles)
    }
    for name, id in asked.people.items():
        able = may(held.get(id, ()), "handover.sign", there)
        if name == "supervisor":
            able = able and id in oversees
        else:
            able = able and id in of_party
        if name == "incoming":
            able = able and may(held.get(id, ()), "handoff.accept", {"receiver": asked.party})
        if not able:
            raise ActionError(_UNABLE[name], name)


_UNABLE = {
    "outgoing": Text(
        en="This person does not stand for the party today, and could not sign.",
        zh="该人员目前不代表该单位，无法签字。",
    ),
    "incoming": Text(
        en="This person may not receive for the party today. Choose one of its recipients, custodians or "
        "managers.",
        zh="该人员目前不能代表该单位签收，请选择该单位的接收人、保管人或项目经理。",
    ),
    "supervisor": Text(
        en="Choose a manager, officer or custodian of the party or of the house to supervise.",
        zh="请选择该单位或运行单位的项目经理、审批人或保管人监交。",
    ),
}


def statement(row: m.Handover, found: stocktaking.Result) -> str:
    """Return the RFC 8785 text that all three sign."""
    take = row.stocktake
    return record.canonical_text(
        {
            "handover": str(row.id),
            "party": str(row.party_id),
            "outgoing": str(row.outgoing_id),
            "incoming": str(row.incoming_id),
            "supervisor": str(row.supervisor_id),
            "opened_on": row.opened_on.isoformat(),
            "due": row.due.isoformat(),
            "stocktake": str(take.id),
            "ledger_size": take.ledger_size,
            "expected": take.expected,
            "list_sha256": take.list_sha256,
            "counts": found.counts,
            "lines_sha256": found.sha256,
        }
    )


@entered()
def sign(actor: Actor, *, handover: UUID, statement_sha256: str) -> Outcome:
    """Sign the text that was read, as one of the three: ``statement_sha256`` is of :func:`statement`, the
    password was asked. With the third signature custody passes. Object: the handover.

    Raises ActionError for anybody else, for a second signature of one person, while something is left for a
    second count, and when the result is not the one that was shown.
    """
    asked = m.Handover.objects.select_related("stocktake").get(id=handover)
    actor.require("handover.sign", holder=asked.party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        signs_as = asked.signs_as(person)
        if signs_as is None:
            raise ActionError(
                Text(
                    en="Only the three people whom this handover names sign it.",
                    zh="只有本次交接指定的三名人员可以签字。",
                )
            )
        copies = _lock(act, asked)
        row = m.Handover.objects.select_related("stocktake__project").get(id=handover)
        act.unchanged(row)
        state = move(HANDOVER, row.state, "sign")
        before = row.signatures.count()
        if row.signatures.filter(signs_as=signs_as).exists():
            raise ActionError(Text(en="You have signed already.", zh="您已签字。"))
        found = stocktaking.result(row.stocktake)
        if row.state is HandoverState.COUNTING:
            stocktaking.ready(row.stocktake, found)
        stocktaking.read(statement(row, found), statement_sha256)
        if row.state is HandoverState.COUNTING:
            stocktaking.end(act, row.stocktake, found, statement_sha256)
        row.statement_sha256 = statement_sha256
        _signed(act, row, found, 2 - before)
        row.state = HandoverState(state)
        if before == 2:
            _complete(act, row, found, copies)
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="handover.sign")


def _kept_by(row: m.Handover) -> Any:
    """Return the copies that the outgoing person keeps for the party now."""
    return m.Copy.objects.there().filter(custodian_party=row.party_id, custodian_person=row.outgoing_id)


def _lock(act: Act, row: m.Handover) -> list[m.Copy]:
    """Lock all that passing custody rests on; return what the outgoing person keeps, kept for this act."""
    kept = _kept_by(row)
    known = list(kept.values_list("id", "system", "item__project"))
    projects = m.Project.objects.filter(id__in={project for *_, project in known})
    concerned = set[UUID]()
    for project in projects:
        concerned |= gather.path_parties(project, (), row.party_id)
    days = [regimes.today(project.regime, act.now) for project in projects]
    parties = {row.party_id}.union(*(gather.with_controllers(concerned, day) for day in set(days)))
    locking.together(
        ("share", "party", parties),
        ("share", "person", [row.outgoing_id, row.incoming_id, row.supervisor_id]),
        ("share", "system", {system for _, system, _ in known if system}),
        ("share", "project", [project.id for project in projects]),
        ("update", "copy", [copy for copy, *_ in known]),
        ("update", "stocktake", [row.stocktake_id]),
        ("update", "handover", [row.id]),
    )
    copies = list(kept.select_related("item__project").order_by("code"))
    locks.check("copy", [copy.id for copy in copies])
    return copies


def _signed(act: Act, row: m.Handover, found: stocktaking.Result, left: int) -> None:
    person, today = act.actor.human(), _today(act, row)
    signature = m.HandoverSignature(
        id=m.new_id(),
        handover=row,
        person_id=person,
        signs_as=row.signs_as(person),
        signed_on=today,
        statement_sha256=row.statement_sha256,
    )
    row.entry = signature.entry = act.record(
        events.HandoverSigned(
            handover=str(row.id),
            party=str(row.party_id),
            signature=str(signature.id),
            person=str(person),
            signs_as=str(signature.signs_as),
            signed_on=today.isoformat(),
            method=str(VoteMethod.PASSWORD),
            list_sha256=row.stocktake.list_sha256,
            lines_sha256=found.sha256,
            statement_sha256=row.statement_sha256,
            left=left,
        ),
        row.stream,
        on_behalf_of=row.party_id,
    )
    signature.save(force_insert=True)


def _today(act: Act, row: m.Handover) -> dt.date:
    return max(regimes.today(name, act.now) for name in stocktaking.regimes_of(row.stocktake))


def _complete(act: Act, row: m.Handover, found: stocktaking.Result, copies: Sequence[m.Copy]) -> None:
    """Pass custody of all that was counted and may pass, and ask for the rest by the day that was named."""
    today = _today(act, row)
    lines = _lines(act, row, found, copies)
    stayed = [line.copy_id for line in lines if line.stays]
    for stream, group in stock_list.by_stream((line, stock_list.stream_of(line.copy)) for line in lines):
        entry = act.record(
            events.HandoverPassed(
                handover=str(row.id),
                party=str(row.party_id),
                stocktake=str(row.stocktake_id),
                outgoing=str(row.outgoing_id),
                incoming=str(row.incoming_id),
                supervisor=str(row.supervisor_id),
                handoffs=sorted({str(line.handoff_id) for line in group if line.handoff_id}),
                passed=[_told(line) | {"handoff": str(line.handoff_id)} for line in group if not line.stays],
                stayed=[_kept(line) for line in group if line.stays],
                due=row.due.isoformat(),
                statement_sha256=row.statement_sha256,
            ),
            stream,
            on_behalf_of=row.party_id,
            copy_keys=[line.copy.tag_key for line in group],
        )
        for line in group:
            line.entry = entry
    m.HandoverLine.objects.bulk_create(lines, batch_size=1000)
    if stayed:
        why = f"Custodian handover 保管人交接: {row.reason}"
        asked = recalling.Asked(why, max(row.due, today), act.actor.human(), leaver=row.outgoing_id)
        recalling.keep(act, m.Copy.objects.filter(id__in=stayed), asked)
    row.state = HandoverState(move(HANDOVER, row.state, "complete"))
    row.completed_on, row.passed, row.stayed = today, len(lines) - len(stayed), len(stayed)
    row.entry = act.record(
        events.HandoverCompleted(
            handover=str(row.id),
            party=str(row.party_id),
            completed_on=today.isoformat(),
            passed=row.passed,
            stayed=row.stayed,
            statement_sha256=row.statement_sha256,
        ),
        row.stream,
        on_behalf_of=row.party_id,
    )


def _told(line: m.HandoverLine) -> dict[str, str]:
    return {"line": str(line.id), "copy": str(line.copy_id), "code": line.code}


def _kept(line: m.HandoverLine) -> dict[str, str]:
    refused = {"refusal": str(line.refusal_id)} if line.refusal_id else {}
    return _told(line) | {"why": str(line.stays)} | refused


def _lines(
    act: Act, row: m.Handover, found: stocktaking.Result, copies: Sequence[m.Copy]
) -> list[m.HandoverLine]:
    """Return what becomes of each copy that the outgoing person keeps now, the custody of most passed."""
    why = _stay(found, copies)
    lines = [_line(row, copy, stays=why[copy.id]) for copy in copies if copy.id in why]
    for result in pass_on(act, row, [copy for copy in copies if copy.id not in why]):
        lines += [
            _line(row, copy, stays=None if result.handoff else Stays.REFUSED, handoff=result.handoff,
                  refusal=result.refusal)
            for copy in result.copies
        ]  # fmt: skip
    return sorted(lines, key=lambda line: line.code)


@scope.whole()
def preview(actor: Actor, row: m.Handover, now: dt.datetime) -> list[tuple[Sequence[m.Copy], Ruling]]:
    """Return what the rules would bar if the last signature were given now, as the page of a handover shows
    it. Records nothing."""
    kept = _kept_by(row).filter(state=CopyState.HELD).exclude(system=None)
    copies = list(kept.select_related("item__project").order_by("code")[:PREVIEWED])
    return barred_today(actor, row, copies, now)


def _line(
    row: m.Handover,
    copy: m.Copy,
    *,
    stays: Stays | None,
    handoff: m.Handoff | None = None,
    refusal: m.Refusal | None = None,
) -> m.HandoverLine:
    return m.HandoverLine(
        id=m.new_id(), handover=row, copy=copy, code=copy.code, stays=stays, handoff=handoff, refusal=refusal
    )


def _stay(found: stocktaking.Result, copies: Sequence[m.Copy]) -> dict[UUID, Stays]:
    """Return which copies cannot pass, whatever the rules say, and why."""
    ids = [copy.id for copy in copies]
    seen = {line.copy_id: how for line, how, _ in found.lines if line.copy_id}
    unsettled = set(
        m.Discrepancy.objects.filter(copy__in=ids, state__in=("open", "reported")).values_list(
            "copy", flat=True
        )
    )
    missing = set(m.StocktakeLine.objects.barring().filter(copy__in=ids).values_list("copy", flat=True))
    why: dict[UUID, Stays] = {}
    for copy in copies:
        how = seen.get(copy.id)
        if how is Counted.MISSING or copy.id in missing:
            why[copy.id] = Stays.MISSING
        elif how not in FOUND:
            why[copy.id] = Stays.NOT_COUNTED
        elif copy.state is not CopyState.HELD:
            why[copy.id] = Stays.NOT_FREE
        elif copy.unconfirmed is not None:
            why[copy.id] = Stays.IN_DOUBT
        elif copy.id in unsettled:
            why[copy.id] = Stays.UNSETTLED
        elif copy.system_id is None:
            why[copy.id] = Stays.NO_PLACE
    return why


@entered(m.Handover, needed=("reason",))
def abandon(actor: Actor, *, handover: UUID, reason: str) -> Outcome:
    """Give a handover up: nothing passes. A count that nobody has signed is called off with it; one that was
    signed stands, with its differences. Object: the handover."""
    asked = m.Handover.objects.get(id=handover)
    actor.require("handover.abandon", holder=asked.party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        person = actor.human()
        locking.together(("update", "stocktake", [asked.stocktake_id]), ("update", "handover", [handover]))
        row = m.Handover.objects.select_related("stocktake__project").get(id=handover)
        act.unchanged(row)
        state = move(HANDOVER, row.state, "abandon")
        if row.state is HandoverState.COUNTING:
            stocktaking.call_off(act, row.stocktake, reason)
        row.state, row.abandoned_because = HandoverState(state), reason
        row.entry = act.record(
            events.HandoverAbandoned(
                handover=str(row.id), party=str(row.party_id), person=str(person), reason=reason
            ),
            row.stream,
            on_behalf_of=row.party_id,
        )
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb="handover.abandon")
