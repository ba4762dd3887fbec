"""How an item is classified, that its level changes, that it is declassified or withdrawn: proposed by one,
determined by another.

A proposal changes nothing of its item, so no rule reads it: until it is determined rule CLS-01 holds the
first copy back. Whoever determines answers for exactly what was proposed, by its SHA-256. No rule judges
either: it says what is so, and whatever is done next is judged by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare

from custody import models as m
from custody import record, regimes
from custody.events import item as events
from custody.terms import BasisKind, ItemState, Leg, Marking, ProposalKind, Text
from custody.transitions import ITEM, PROPOSAL, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .correcting import needed, plain
from .corrections import known_level
from .entered import entered
from .items import COLUMNS, Classification, check_named, settled

MOST_BARRED = 30
"""Tries to determine an own proposal that are recorded; more are turned away all the same."""
FOR_USE = frozenset({Leg.ISSUE, Leg.LOAN, Leg.TRANSFER, Leg.INSPECTION, None})
"""Legs that give copies to somebody for use; a handoff of before legs were stated is one of them."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed of an item.

    ``given``: how it is to be classified, ``named`` the fields of it that are meant, None: all. ``level``:
    the new one, or the one of an item that is not determined yet. A change of level, a declassification and
    a withdrawal have the day of it and the paper or provision that they rest on.
    """

    kind: ProposalKind = ProposalKind.CLASSIFY
    given: Classification | None = None
    named: Collection[str] | None = None
    level: str | None = None
    effective_on: dt.date | None = None
    change_basis: str = ""
    reason: str = ""


@entered(m.ItemProposal, m.Item)
def propose(actor: Actor, *, item: UUID, proposed: Proposed, submission: UUID | None = None) -> Outcome:
    """Propose how an item is to be classified, or that it changes. Object: the proposal, which waits for an
    officer who did not propose it.

    Raises ActionError for what :func:`settled` and :func:`check_named` do not take, while another proposal
    waits, when nothing would change, and for a change without its day, basis or reason.
    """
    found = m.Item.objects.select_related("project").get(id=item)
    actor.require("item.propose", owner=found.project.owner_party_id)
    needed(proposed.reason)

    def work(act: Act) -> Outcome:
        locking.update("project", [found.project_id])
        row = m.Item.objects.select_related("project").get(id=item)
        act.unchanged(row)
        proposal = drafted(act, row, proposed)
        entry = said(act, row, proposal)
        return Outcome("held", entry, proposal)

    return perform(actor, work, submission=submission, verb="item.propose")


@entered(m.ItemProposal, reason="decision_reason")
def determine(actor: Actor, *, proposal: UUID, reason: str, subject_sha256: str | None = None) -> Outcome:
    """Determine what somebody else has proposed: the item stands so from now on. Object: the proposal.

    ``subject_sha256`` is the digest of what the page showed. That whoever proposed it wanted to determine it
    too is recorded, and then an ActionError; so is one where the digest is another by now.
    """
    found = _found(proposal)
    actor.require("item.determine", **scope_of(found))
    needed(reason)

    def work(act: Act) -> Outcome:
        row, item = _locked(act, found)
        if actor.human() == row.proposed_by_id:
            return _barred(act, row)
        row.state = move(PROPOSAL, row.state, "determine")
        digest = digest_of(row)
        if subject_sha256 is not None and not constant_time_compare(digest, subject_sha256):
            raise ActionError(
                Text(
                    en="The proposal is not what this page showed. Read it again, then decide.",
                    zh="拟办意见与页面所示不一致。请重新阅读后再作决定。",
                )
            )
        became = move(ITEM, item.state, str(row.kind))
        known_level(item.project, row.level)
        check_named(item.project_id, item.id, classification_of(row))
        today = regimes.today(item.project.regime, act.now)
        new = {"level": row.level, **_columns(row.values)}
        changed = sorted(name for name, value in new.items() if getattr(item, name) != value)
        row.was = {name: plain(getattr(item, name)) for name in changed}
        row.determined_sha256, row.decided_by_id = digest, actor.human()
        row.decided_on, row.decision_reason = today, reason
        entry = act.record(
            events.ItemDetermined(
                proposal=str(row.id),
                item=str(item.id),
                project=str(item.project_id),
                codename=item.codename,
                proposed=str(row.kind),
                corrects=str(item.entry),
                subject_sha256=digest,
                determined_on=today.isoformat(),
                person=str(row.decided_by_id),
                reason=reason,
                state=str(became),
                changed=changed,
                old=row.was,
                new={name: plain(new[name]) for name in changed},
            ),
            item.project.stream,
            on_behalf_of=item.project.owner_party_id,
        )
        for name in changed:
            setattr(item, name, new[name])
        item.state = became
        if row.kind is not ProposalKind.WITHDRAW:
            item.determined_by_id, item.determined_on = row.decided_by_id, today
        row.entry = item.entry = entry
        item.save()
        row.save()
        return Outcome("done", entry, row)

    return perform(actor, work, verb="item.determine")


@entered(m.ItemProposal, reason="decision_reason")
def send_back(actor: Actor, *, proposal: UUID, reason: str) -> Outcome:
    """Do not determine a proposal: nothing of the item changes, and another may be made."""
    found = _found(proposal)
    actor.require("item.return", **scope_of(found))
    return _ended(actor, found, "return", reason, events.ItemSentBack)


@entered(m.ItemProposal, reason="decision_reason")
def take_back(actor: Actor, *, proposal: UUID, reason: str) -> Outcome:
    """Take a proposal back that waits: nothing of the item changes."""
    found = _found(proposal)
    actor.require("item.take_back", owner=found.project.owner_party_id)
    return _ended(actor, found, "take_back", reason, events.ItemTakenBack)


def drafted(act: Act, item: m.Item, proposed: Proposed) -> m.ItemProposal:
    """Return the proposal that somebody makes of an item, not saved; the caller holds the project."""
    move(ITEM, item.state, str(proposed.kind))
    if m.ItemProposal.objects.open().filter(item=item).exists():
        raise ActionError(
            Text(
                en="A proposal about this item waits to be determined. Take it back first.",
                zh="该成果已有待确定的拟办意见，请先收回。",
            )
        )
    kind, today = proposed.kind, regimes.today(item.project.regime, act.now)
    changes = kind is not ProposalKind.CLASSIFY
    if changes:
        _day_and_basis(item, proposed, today)
    if kind in (ProposalKind.DECLASSIFY, ProposalKind.WITHDRAW) and (proposed.named or proposed.level):
        raise ActionError(
            Text(
                en="To declassify or to withdraw changes nothing else. Leave the classification out.",
                zh="解密或撤回不涉及其他内容，请勿填写定密信息。",
            ),
            "level" if proposed.level else "",
        )
    level = _level(item, proposed)
    kept = Classification.of(item)
    if kind is ProposalKind.WITHDRAW:
        meant = kept
    elif kind is ProposalKind.DECLASSIFY:
        meant = replace(kept, until=None, release_condition="")
    else:
        meant = _meant(kept, proposed)
    meant = settled(meant, today)
    check_named(item.project_id, item.id, meant)
    row = m.ItemProposal(
        id=m.new_id(),
        project=item.project,
        item=item,
        kind=kind,
        level=level,
        values={column: plain(value) for column, value in meant.columns().items()},
        effective_on=proposed.effective_on if changes else None,
        change_basis=proposed.change_basis if changes else "",
        reason=proposed.reason,
        proposed_by_id=act.actor.human(),
    )
    same = level == item.level and all(getattr(item, c) == v for c, v in _columns(row.values).items())
    if kind is ProposalKind.CLASSIFY and item.determined_by_id and same:
        raise ActionError(
            Text(
                en="Nothing would change. Correct at least one field.",
                zh="没有任何改动，请至少更正一项。",
            )
        )
    row.subject_sha256 = digest_of(row)
    return row


def said(act: Act, item: m.Item, row: m.ItemProposal) -> UUID:
    """Record a proposal and save it; return its entry."""
    row.entry = act.record(
        events.ItemProposed(
            proposal=str(row.id),
            item=str(item.id),
            project=str(item.project_id),
            codename=item.codename,
            proposed=str(row.kind),
            level=row.level,
            values=row.values,
            effective_on=plain(row.effective_on),
            change_basis=row.change_basis,
            reason=row.reason,
            subject_sha256=row.subject_sha256,
            proposed_by=str(row.proposed_by_id),
        ),
        item.project.stream,
        on_behalf_of=item.project.owner_party_id,
    )
    row.save(force_insert=True)
    return row.entry


def scope_of(row: m.ItemProposal) -> dict[str, UUID | None]:
    """Return the parties for which somebody may act on a proposal.

    Who classifies an item is whom the determined record or the project names: the proposer does not choose
    who determines.
    """
    project = row.project
    named = _uuid(row.values.get("classified_by_id")) or row.item.classified_by_id
    known = {project.client_party_id, project.ultimate_client_party_id, row.item.classified_by_id}
    return {"owner": project.owner_party_id, "originator": named if named in known else None}


def subject_of(row: m.ItemProposal) -> dict[str, Any]:
    """Return the canonical subject of a proposal: everything that, if changed, needs a new one."""
    return {
        "v": 1,
        "proposal": str(row.id),
        "project": str(row.project_id),
        "item": str(row.item_id),
        "kind": str(row.kind),
        "level": row.level,
        "values": row.values,
        "effective_on": plain(row.effective_on),
        "change_basis": row.change_basis,
        "reason": row.reason,
        "proposed_by": str(row.proposed_by_id),
    }


def digest_of(row: m.ItemProposal) -> str:
    """Return the SHA-256 of the canonical subject."""
    return record.digest(subject_of(row))


def classification_of(row: m.ItemProposal) -> Classification:
    """Return how a proposal would classify its item."""
    return Classification.of(m.Item(**_columns(row.values)))


def in_use(state: ItemState, codename: str, verb: str) -> None:
    """Raise ActionError where an item is not determined yet or was withdrawn: no new copy is made of it and
    none is given out. What is out may come back, be moved and be destroyed."""
    if (state, verb) in ITEM:
        return
    if state is ItemState.PROPOSED:
        raise ActionError(
            Text(
                en=f"The classification of {codename} is proposed and not determined. An officer who did not "
                "propose it determines it first.",
                zh=f"成果{codename}的密级仅为拟定，尚未确定。须先由提出人以外的审批人确定。",
            )
        )
    raise ActionError(
        Text(
            en=f"{codename} was withdrawn. No copy of it is made or given out any more.",
            zh=f"成果{codename}已撤回，不再制作或发放其副本。",
        )
    )


def given_out(leg: Leg | None, items: Iterable[tuple[Any, str]]) -> None:
    """Raise ActionError where a handoff would give out a copy of an item that was withdrawn; the items by
    state and codename. The caller holds the project."""
    if leg in FOR_USE:
        for state, codename in items:
            in_use(ItemState(state), codename, "issue")


def _day_and_basis(item: m.Item, proposed: Proposed, today: dt.date) -> None:
    if proposed.effective_on is None:
        raise ActionError(Text(en="Give the day of the change.", zh="请填写变更日期。"), "effective_on")
    reached(proposed.effective_on, today, "effective_on")
    if not proposed.change_basis.strip():
        raise ActionError(Text(en="Say what the change rests on.", zh="请填写变更依据。"), "change_basis")


def _level(item: m.Item, proposed: Proposed) -> str:
    """Return the level that the item would have. Raises ActionError where it does not fit the proposal."""
    if proposed.kind is ProposalKind.DECLASSIFY:
        levels = regimes.pack(item.project.regime).levels
        lowest = min(levels, key=lambda level: level.rank).id
        if item.level == lowest:
            raise ActionError(Text(en="It has the lowest level already.", zh="该成果已为最低密级。"), "level")
        return lowest
    level = proposed.level or item.level
    known_level(item.project, level)
    if proposed.kind is ProposalKind.RECLASSIFY and level == item.level:
        raise ActionError(Text(en="Choose another level.", zh="请选择不同的密级。"), "level")
    determined = item.state is not ItemState.PROPOSED
    if proposed.kind is ProposalKind.CLASSIFY and level != item.level and determined:
        raise ActionError(
            Text(
                en="Another level is a change of its own: propose to change the level.",
                zh="调整密级须另行提出变更密级。",
            ),
            "level",
        )
    return level


def _meant(kept: Classification, proposed: Proposed) -> Classification:
    given, named = proposed.given or kept, proposed.named
    meant = given if named is None else replace(kept, **{n: getattr(given, n) for n in named})
    if named is not None and meant.years is not None and "until" not in named:
        meant = replace(meant, until=None)  # the years take the place of the day that was recorded
    return meant


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a proposal as the columns of an item take them."""

    def of(column: str, value: Any) -> Any:
        if value is None:
            return None
        if column in ("issued_on", "until", "certificate_on"):
            return dt.date.fromisoformat(value)
        if column == "classified_by_id":
            return UUID(value)
        if column == "area_km2":
            return Decimal(value)
        words: dict[str, Any] = {"basis_kind": BasisKind, "marking": Marking}
        return words[column](value) if column in words else value

    return {column: of(column, values.get(column)) for column in COLUMNS.values() if column in values}


def _ended(actor: Actor, found: m.ItemProposal, verb: str, reason: str, event: Any) -> Outcome:
    needed(reason)

    def work(act: Act) -> Outcome:
        row, item = _locked(act, found)
        row.state = move(PROPOSAL, row.state, verb)
        row.decided_by_id, row.decision_reason = actor.human(), reason
        row.decided_on = regimes.today(item.project.regime, act.now)
        row.entry = act.record(
            event(
                proposal=str(row.id),
                item=str(item.id),
                decided_on=row.decided_on.isoformat(),
                person=str(row.decided_by_id),
                reason=reason,
            ),
            item.project.stream,
            on_behalf_of=item.project.owner_party_id,
        )
        row.save()
        return Outcome("done", row.entry, row)

    return perform(actor, work, verb=f"item.{verb}")


def _barred(act: Act, row: m.ItemProposal) -> Outcome:
    """Turn away who proposed it, once that is recorded."""
    act.turned_away = ActionError(
        Text(
            en="You proposed it. Another officer determines it, or sends it back.",
            zh="您是提出人，须由其他审批人确定或退回。",
        )
    )
    kind, project = "item.determination_barred/1", row.project
    if len(record.naming(str(row.id), (kind,), stream=project.stream)) >= MOST_BARRED:
        return Outcome("refused", act.id, row)
    told = events.ItemDeterminationBarred(
        proposal=str(row.id), item=str(row.item_id), person=str(act.actor.human())
    )
    entry = act.record(told, project.stream, on_behalf_of=project.owner_party_id)
    return Outcome("refused", entry, row)


def _found(id: UUID) -> m.ItemProposal:
    row: m.ItemProposal = m.ItemProposal.objects.select_related("project", "item__project").get(id=id)
    return row


def _locked(act: Act, found: m.ItemProposal) -> tuple[m.ItemProposal, m.Item]:
    """Lock the project, which stands for its items and proposals; return both as they stand now."""
    locking.update("project", [found.project_id])
    row = _found(found.id)
    act.unchanged(row)
    return row, row.item


def _uuid(value: Any) -> UUID | None:
    return UUID(value) if value else None
