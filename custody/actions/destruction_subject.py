"""What a batch of copies to be destroyed is: as an approval is bound to it, as it is signed, and as rules are
told it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from custody import frozen, record
from custody import models as m
from custody.models.discrepancy import UNSETTLED
from custody.policy import facts as f
from custody.terms import VoteChoice

from .deciding import Ruling

if TYPE_CHECKING:
    from .destructions import Done


def subject_of(row: m.Destruction) -> dict[str, Any]:
    """Return the canonical subject of a batch: everything that, if changed, needs a new decision."""
    return {
        "v": 1,
        "destruction": str(row.id),
        "project": str(row.project_id),
        "holder": str(row.holder_id),
        "unit": str(row.unit_id),
        "copies": [str(id) for id in row.copies],
        "count": row.count,
        "method": str(row.method),
        "place": row.place,
        "reason": row.reason,
        "requested_by": str(row.requested_by_id),
    }


def digest_of(row: m.Destruction) -> str:
    """Return the SHA-256 of the canonical subject."""
    return record.digest(subject_of(row))


def members(row: m.Destruction, ruling: Ruling, reason: str) -> dict[str, Any]:
    """Return what the statement that is signed on an approval says, beside who signs it and what makes it
    fresh."""
    judgement = ruling.judgement
    return {
        "object": str(row.id),
        "project": str(row.project_id),
        "holder": str(row.holder_id),
        "unit": str(row.unit_id),
        "method": str(row.method),
        "count": row.count,
        "copies_sha256": record.digest([str(id) for id in row.copies]),
        "choice": str(VoteChoice.APPROVE),
        "reason": reason,
        "subject_sha256": digest_of(row),
        "findings_sha256": record.digest([finding.to_json() for finding in judgement.findings]),
        "facts_sha256": record.digest(ruling.facts.to_json()),
        "pack_sha256": judgement.pack_sha256,
    }


def facts_of(row: m.Destruction, copies: Sequence[m.Copy], done: Done | None) -> f.Destruction:
    """Return a batch as rules are told it, with what bars its copies from being destroyed."""
    ids = [copy.id for copy in copies]
    unsettled = m.Discrepancy.objects.filter(copy__in=ids, state__in=UNSETTLED).values_list("copy", flat=True)
    missing = m.StocktakeLine.objects.barring().filter(copy__in=ids).values_list("copy", flat=True)
    barred = {held for each in frozen.open_ones() for held in each.holds}
    return f.Destruction(
        id=str(row.id),
        holder=str(row.holder_id),
        unit=str(row.unit_id),
        copies=tuple(map(str, row.copies)),
        count=row.count,
        method=str(row.method),
        state=str(row.state),
        subject_sha256=digest_of(row),
        approved_sha256=row.approved_sha256 or None,
        approved_on=row.decided_on if row.approved_sha256 else None,
        requested_by=str(row.requested_by_id),
        on_hold=tuple(str(c.id) for c in copies if c.custodian_person and c.custodian_person.hold),
        unsettled=tuple(sorted({str(id) for id in unsettled})),
        not_found=tuple(sorted({str(id) for id in missing})),
        unconfirmed=tuple(str(c.id) for c in copies if c.unconfirmed),
        frozen=tuple(str(c.id) for c in copies if str(c.id) in barred),
        done_unit=str(done.unit) if done else None,
        done_method=str(done.method) if done else None,
        destroyed_on=done.destroyed_on if done else None,
        counted=done.counted if done else None,
        witnesses=tuple(sorted({str(id) for id in done.witnesses})) if done else None,
        entry=None if row._state.adding else str(row.entry),
    )
