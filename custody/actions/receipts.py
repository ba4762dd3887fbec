"""What a receiver found of each copy: what is not in order stays with the sender until it is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from custody import models as m
from custody.events import handoff as handoff_events
from custody.terms import Leg, Received, Text
from custody.transitions import DISCREPANCY, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered

NOTE = 300  # characters of a note on one copy


@dataclass(frozen=True, slots=True)
class Wrong:
    """A copy that was not in order on receipt."""

    copy: UUID
    found: Received
    note: str = ""


def sorted_out(
    row: m.Handoff, copies: Sequence[m.Copy], wrong: Sequence[Wrong], hashes: Mapping[UUID, str]
) -> dict[UUID, Wrong]:
    """Return by copy what was not in order: what the receiver says, and a hash that differs from the copy's
    own, or where it has none from the one with which its item is registered.

    Raises ActionError for a copy that is not in the handoff or is named twice, a hash where none is
    registered, and where no copy at all is in order: then the handoff is to be refused.
    """
    known = {copy.id: copy for copy in copies}
    found = {one.copy: one for one in wrong}
    if len(found) < len(wrong):
        raise ActionError(Text(en="Name each copy once.", zh="每份副本只列一次。"), "wrong")
    if (set(found) | set(hashes)) - set(known):
        raise ActionError(
            Text(en="Name copies of this handoff only.", zh="只能列出本次移交的副本。"), "wrong"
        )
    if (found or hashes) and row.leg is Leg.INSPECTION:
        raise ActionError(
            Text(
                en="Nothing changes hands when copies are only read. Confirm the reading, or refuse it.",
                zh="现场查阅不发生交接，请确认查阅或拒绝。",
            ),
            "wrong",
        )
    recorded = recorded_hashes(copies) if hashes else {}
    for id, given in hashes.items():
        if id not in recorded:
            raise ActionError(
                Text(
                    en=f"No hash is registered for {known[id].code} or its item. Leave its hash out.",
                    zh=f"{known[id].code}及其所属成果均未登记哈希值，请勿填写。",
                ),
                "hashes",
            )
        if given.lower() != recorded[id] and id not in found:
            found[id] = Wrong(id, Received.HASH_DIFFERS)
    if len(found) == len(known):
        raise ActionError(
            Text(
                en="No copy is in order, so there is nothing to sign for. Refuse the handoff with a reason.",
                zh="没有完好的副本可供签收，请说明原因后拒收。",
            ),
            "wrong",
        )
    return found


def recorded_hashes(copies: Sequence[m.Copy]) -> dict[UUID, str]:
    """Return by copy what the SHA-256 of its file should be: its own, else its item's; without those of which
    none is recorded."""
    items = {i.id: i.sha256 for i in m.Item.objects.filter(id__in={c.item_id for c in copies})}
    found = {copy.id: copy.sha256 or items[copy.item_id] for copy in copies}
    return {id: sha256 for id, sha256 in found.items() if sha256}


def discrepancies(row: m.Handoff, wrong: Mapping[UUID, Wrong]) -> list[m.Discrepancy]:
    """Return the discrepancies of a handoff, yet to be saved under the entry that tells them."""
    return [
        m.Discrepancy(id=m.new_id(), handoff=row, copy_id=id, found=one.found, note=one.note.strip())
        for id, one in sorted(wrong.items())
    ]


def told(rows: Sequence[m.Discrepancy]) -> list[dict[str, str]]:
    """Return discrepancies as the entry tells them."""
    return [
        {"discrepancy": str(d.id), "copy": str(d.copy_id), "found": str(d.found), "note": d.note}
        for d in rows
    ]


def signed_for(
    row: m.Handoff, person: UUID, copies: list[str], note: str, wrong: Sequence[m.Discrepancy]
) -> handoff_events.HandoffAccepted | handoff_events.HandoffAcceptedInPart | handoff_events.HandoffRead:
    """Return what the receiver signs: for the copies, for those in order, or that they were read."""
    said: dict[str, Any] = {"handoff": str(row.id), "number": row.number, "copies": copies, "note": note}
    party = str(row.receiver_party_id)
    if row.leg is Leg.INSPECTION:
        return handoff_events.HandoffRead(reader_party=party, reader=str(person), **said)
    said |= {"custodian_party": party, "custodian_person": str(person), "system": str(row.system_id)}
    if wrong:
        return handoff_events.HandoffAcceptedInPart(wrong=told(wrong), **said)
    return handoff_events.HandoffAccepted(**said)


class Offerable(Protocol):
    """A copy that is about to be offered: whether it was not in order on receipt, or not seen at a
    stocktake."""

    @property
    def code(self) -> str: ...  # noqa: D102 - said by the class
    @property
    def unsettled(self) -> bool: ...  # noqa: D102
    @property
    def missing(self) -> bool: ...  # noqa: D102


def all_there(copies: Iterable[Offerable]) -> None:
    """Raise ActionError for copies of which nobody can say that they are there and in order."""
    rows = list(copies)
    if some := _some(row.code for row in rows if row.unsettled):
        raise ActionError(
            Text(
                en=f"These copies were not in order when they were last to be received: {some}. Say on the "
                "page of that handoff what became of them, then offer them.",
                zh=f"下列副本上次签收时存在异常：{some}。请先在该次移交页面记录处理结果，再移交。",
            ),
            "copies",
        )
    if some := _some(row.code for row in rows if row.missing):
        raise ActionError(
            Text(
                en=f"These copies were missing at a stocktake: {some}. Say on its page that they were found, "
                "then offer them.",
                zh=f"下列副本在清点中缺失：{some}。请先在该次清点页面记录已找到，再移交。",
            ),
            "copies",
        )


def _some(codes: Iterable[str]) -> str:
    """Return up to ten codes as one text; empty for none."""
    found = list(codes)
    return ", ".join(found[:10]) + (" …" if len(found) > 10 else "")


@entered(m.Discrepancy, needed=("resolution",))
def settle(actor: Actor, *, discrepancy: UUID, how: str, resolution: str) -> Outcome:
    """Say what became of a copy that was not in order: ``find``, ``replace`` or ``report``.

    A copy that was found or put right by a correction may be offered again; one that was reported waits until
    it is.
    """
    found = m.Discrepancy.objects.select_related("handoff__project", "copy").get(id=discrepancy)
    row = found.handoff
    actor.require("discrepancy.settle", owner=row.project.owner_party_id, sender=row.sender_party_id)
    if not resolution.strip():
        raise ActionError(Text(en="Say what was found out.", zh="请填写查明的情况。"), "resolution")

    def work(act: Act) -> Outcome:
        person = actor.human()
        locking.together(
            ("share", "project", [row.project_id]),
            ("update", "copy", [found.copy_id]),
            ("update", "handoff", [row.id]),
        )
        current = m.Discrepancy.objects.get(id=discrepancy)
        act.unchanged(current)
        state = move(DISCREPANCY, current.state, how)
        entry = act.record(
            handoff_events.DiscrepancySettled(
                discrepancy=str(discrepancy),
                handoff=str(row.id),
                number=row.number,
                copies=[str(found.copy_id)],
                found=str(current.found),
                state=str(state),
                resolution=resolution,
                person=str(person),
            ),
            row.project.stream,
            on_behalf_of=row.sender_party_id,
            copy_keys=[found.copy.tag_key],
        )
        current.state, current.resolution, current.entry = state, resolution, entry
        current.settled_by_id = person
        current.save()
        return Outcome("done", entry, current)

    return perform(actor, work, verb="discrepancy.settle")
