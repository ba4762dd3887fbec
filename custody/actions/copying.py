"""Copy permits: more copies of an item are asked for by one, approved by another, and made once.

An approval is bound to the SHA-256 of the canonical subject. A permit is used up by one numbering, of as many
copies as it names or fewer (rule CPY-02). The copies are numbered by the owner's people and lie with the
owner, whoever asked: a holder gets them by a handoff, as every copy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.crypto import constant_time_compare

from custody import gather, record, regimes, scope
from custody import models as m
from custody.events import copying as events
from custody.policy import facts as f
from custody.terms import CopyState, Text, Verb
from custody.transitions import COPY_PERMIT, move

from . import classifying, locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import needed
from .deciding import Ruling, blank_act, carried, keep, refuse, rule
from .entered import entered

MOST = 200
"""Copies of one permit, as of one numbering."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. ``copy``: from which they are made, None: from the original, by the owner;
    ``until``: the last day."""

    count: int
    purpose: str
    until: dt.date
    copy: UUID | None = None
    place: str = ""


@entered(m.CopyPermit)
def request(actor: Actor, *, item: UUID, asked: Asked, submission: UUID | None = None) -> Outcome:
    """Ask for leave to make more copies of an item. Object: the permit, which waits for an officer. Refused
    and recorded where a rule bars.

    Raises ActionError for no copy or more than 200, for a blank purpose, for a copy that is not one of the
    item or is destroyed, and where no leave is needed.
    """
    found = m.Item.objects.select_related("project").get(id=item)
    project, asked_for = found.project, found.project.owner_party_id
    if asked.copy is not None:
        source = m.Copy.objects.filter(id=asked.copy, item=item).exclude(state=CopyState.DESTROYED).first()
        if source is None:
            raise ActionError(Text(en="Choose a copy of this item.", zh="请选择该成果的副本。"), "copy")
        asked_for = source.custodian_party_id
    actor.require("copy_permit.request", owner=project.owner_party_id, holder=asked_for)
    if not 1 <= asked.count <= MOST:
        raise ActionError(Text(en="Ask for 1 to 200 copies.", zh="请申请1至200份副本。"), "count")
    if not asked.purpose.strip():
        raise ActionError(Text(en="Say what the copies are for.", zh="请填写副本用途。"), "purpose")

    classifying.in_use(found.state, found.codename, "mint")
    if not asked_for_it(found):
        raise ActionError(
            Text(
                en="More copies of this item need no permit. They can be numbered at once.",
                zh="增加该成果的副本无需许可，可直接编号。",
            )
        )

    def work(act: Act) -> Outcome:
        row = m.CopyPermit(
            id=m.new_id(),
            project=project,
            item=found,
            asked_for_id=asked_for,
            copy_id=asked.copy,
            place=asked.place,
            count=asked.count,
            purpose=asked.purpose,
            until=asked.until,
            requested_by_id=actor.human(),
        )
        row.subject_sha256 = digest_of(row)
        _lock(act, row)
        ruling = preview(actor, row, Verb.COPY_PERMIT_REQUEST, act.now)
        if not ruling.allowed:
            return _refused(act, row, ruling, submission)
        told = events.CopyPermitRequested(
            permit=str(row.id),
            project=str(project.id),
            item=str(item),
            asked_for=str(asked_for),
            copy=_text(row.copy_id),
            place=row.place,
            count=row.count,
            purpose=row.purpose,
            until=row.until.isoformat(),
            subject_sha256=row.subject_sha256,
            requested_by=str(row.requested_by_id),
        )
        return _saved(act, row, row.state, told, ruling, "held")

    return perform(actor, work, submission=submission, verb="copy_permit.request")


@entered(m.CopyPermit)
def approve(actor: Actor, *, permit: UUID, reason: str, subject_sha256: str | None = None) -> Outcome:
    """Approve a permit; refused and recorded where a rule bars, so for who asked for it.

    ``subject_sha256`` is the digest of what the page showed. Raises ActionError when it is another by now.
    """
    found = _found(permit)
    actor.require("copy_permit.approve", **scope_of(found))
    needed(reason)

    def work(act: Act) -> Outcome:
        row = _locked(act, found)
        state = move(COPY_PERMIT, row.state, "approve")
        digest = digest_of(row)
        if subject_sha256 is not None and not constant_time_compare(digest, subject_sha256):
            raise ActionError(
                Text(
                    en="The permit is not what this page showed. Read it again, then decide.",
                    zh="许可内容与页面所示不一致。请重新阅读后再作决定。",
                )
            )
        ruling = preview(actor, row, Verb.COPY_PERMIT_APPROVE, act.now)
        if not ruling.allowed:
            return _refused(act, row, ruling)
        row.approved_sha256, row.decided_by_id, row.reason = digest, actor.human(), reason
        told = events.CopyPermitApproved(
            permit=str(row.id), subject_sha256=digest, person=str(row.decided_by_id), reason=reason
        )
        return _saved(act, row, state, told, ruling)

    return perform(actor, work, verb="copy_permit.approve")


@entered(m.CopyPermit)
def refuse_permit(actor: Actor, *, permit: UUID, reason: str) -> Outcome:
    """Do not approve a permit."""
    found = _found(permit)
    actor.require("copy_permit.refuse", **scope_of(found))
    return _ended(actor, found, "refuse", reason, events.CopyPermitRefused)


@entered(m.CopyPermit)
def withdraw(actor: Actor, *, permit: UUID, reason: str) -> Outcome:
    """Take a permit back under which no copy was made, approved or not."""
    found = _found(permit)
    actor.require("copy_permit.withdraw", **scope_of(found))
    return _ended(actor, found, "withdraw", reason, events.CopyPermitWithdrawn)


@scope.whole()
def preview(actor: Actor, row: m.CopyPermit, verb: Verb, now: dt.datetime) -> Ruling:
    """Run the rules on asking for or approving a permit. Records nothing."""
    today = regimes.today(row.project.regime, now)
    asked = blank_act(verb, today, actor, item=str(row.item_id), copy_permit=str(row.id), count=row.count)
    return rule(
        verb,
        gather.Question(
            asked, row.project, items=[row.item_id], parties=[row.asked_for_id], beside=[as_facts(row)]
        ),
    )


def asked_for_it(item: m.Item) -> bool:
    """Return whether the regime asks for leave to make more copies of an item (rule CPY-02). Raises PackLost
    where its text is gone."""
    pack = regimes.pack(item.project.regime)
    setting = pack.rules.get("CPY-02")
    start = setting.params.get("from_level") if setting and setting.enabled else None
    levels = {level.id: level.rank for level in pack.levels}
    return start is not None and levels.get(item.level, 0) >= levels[start]


def under_which(item: m.Item, count: int, today: dt.date) -> m.CopyPermit | None:
    """Return the permit under which so many more copies of an item are made: of those that are live and large
    enough the smallest, the oldest first; else the last one that was asked for. The caller holds the
    project."""
    rows = m.CopyPermit.objects.filter(item=item)
    fit = rows.live(today).filter(count__gte=count).order_by("count", "created_at", "id").first()
    found: m.CopyPermit | None = fit or rows.live(today).first() or rows.first()
    return found


def use(act: Act, permit: m.CopyPermit, copies: Sequence[m.Copy]) -> None:
    """Record that a permit was used up by copies that were numbered."""
    made = [copy.id for copy in copies]
    permit.state = move(COPY_PERMIT, permit.state, "use")
    permit.made = made
    permit.entry = act.record(
        events.CopyPermitUsed(permit=str(permit.id), copies=[str(id) for id in made]),
        permit.project.stream,
        on_behalf_of=permit.project.owner_party_id,
        copy_keys=[copy.tag_key for copy in copies],
    )
    permit.save()


def subject_of(row: m.CopyPermit) -> dict[str, Any]:
    """Return the canonical subject of a permit: everything that, if changed, needs a new decision."""
    return {
        "v": 1,
        "permit": str(row.id),
        "project": str(row.project_id),
        "item": str(row.item_id),
        "asked_for": str(row.asked_for_id),
        "copy": _text(row.copy_id),
        "place": row.place,
        "count": row.count,
        "purpose": row.purpose,
        "until": row.until.isoformat(),
        "requested_by": str(row.requested_by_id),
    }


def digest_of(row: m.CopyPermit) -> str:
    """Return the SHA-256 of the canonical subject."""
    return record.digest(subject_of(row))


def as_facts(row: m.CopyPermit) -> f.CopyPermit:
    """Return a permit as rules are told it."""
    return f.CopyPermit(
        id=str(row.id),
        item=str(row.item_id),
        asked_for=str(row.asked_for_id),
        count=row.count,
        until=row.until,
        state=str(row.state),
        subject_sha256=digest_of(row),
        approved_sha256=row.approved_sha256 or None,
        requested_by=str(row.requested_by_id),
        entry=None if row._state.adding else str(row.entry),
    )


def scope_of(row: m.CopyPermit) -> dict[str, UUID | None]:
    """Return the parties of a permit for which somebody may act on it."""
    return {
        "owner": row.project.owner_party_id,
        "holder": row.asked_for_id,
        "originator": row.item.classified_by_id,
    }


def _found(id: UUID) -> m.CopyPermit:
    row: m.CopyPermit = m.CopyPermit.objects.select_related("project", "item").get(id=id)
    return row


def _lock(act: Act, row: m.CopyPermit) -> None:
    """Keep still what a judgement rests on; whoever holds the project holds its permits and items."""
    today = regimes.today(row.project.regime, act.now)
    parties = gather.with_controllers(gather.path_parties(row.project, (), row.asked_for_id), today)
    locking.together(("share", "party", parties), ("update", "project", [row.project_id]))


def _locked(act: Act, found: m.CopyPermit) -> m.CopyPermit:
    _lock(act, found)
    row = _found(found.id)
    act.unchanged(row)
    return row


def _ended(actor: Actor, found: m.CopyPermit, verb: str, reason: str, event: Any) -> Outcome:
    needed(reason)

    def work(act: Act) -> Outcome:
        row = _locked(act, found)
        state = move(COPY_PERMIT, row.state, verb)
        row.decided_by_id, row.reason = actor.human(), reason
        told = event(permit=str(row.id), person=str(row.decided_by_id), reason=reason)
        return _saved(act, row, state, told, None)

    return perform(actor, work, verb=f"copy_permit.{verb}")


def _saved(
    act: Act, row: m.CopyPermit, state: Any, told: Any, ruling: Ruling | None, outcome: Any = "done"
) -> Outcome:
    decision_id = m.new_id()
    entry = act.record(
        told,
        row.project.stream,
        on_behalf_of=row.asked_for_id,
        **(carried(ruling, decision_id) if ruling else {}),
    )
    decision = keep(ruling, row.project, decision_id, entry) if ruling else None
    new = row._state.adding
    row.state, row.entry = state, entry
    row.save(force_insert=new)
    return Outcome(outcome, entry, row, decision)


def _refused(act: Act, row: m.CopyPermit, ruling: Ruling, submission: UUID | None = None) -> Outcome:
    return refuse(
        act,
        ruling,
        about=row.project.stream,
        project=row.project,
        attempt={
            "permit": str(row.id),
            "item": str(row.item_id),
            "to_party": str(row.asked_for_id),
            "count": row.count,
            "purpose": row.purpose,
        },
        submission=submission or act.actor.submission or m.new_id(),
        to_party=row.asked_for_id,
        on_behalf_of=row.asked_for_id,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
