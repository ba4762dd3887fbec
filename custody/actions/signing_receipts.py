"""What the receiver of copies signs with an own key: for which copies, whose, and what was not in order.

Rule HND-09 names the level from which a receipt counts only so. Below it a receiver who has a key may sign
with it all the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from custody import gather, record, regimes
from custody import models as m
from custody.terms import KeyForm, SignedType

from .deciding import Ruling
from .receipts import Wrong

RULE = "HND-09"
ACCEPT = "accept"
"""The choice that a signed receipt states; to refuse copies is signed by nobody."""


def demanded(row: m.Handoff, levels: Sequence[str]) -> bool:
    """Return whether the regime lets a receipt of copies at these levels count only when it is signed."""
    pack = regimes.pack(row.project.regime)
    setting = pack.rules.get(RULE)
    first = setting.params.get("from_level") if setting and setting.enabled else None
    return first is not None and any(pack.rank(level) >= pack.rank(first) for level in levels)


def asked(question: gather.Question, form: KeyForm | None) -> gather.Question:
    """Return the question of an acceptance that is signed with a key of a form; None: with none."""
    return replace(question, act=replace(question.act, signed_with=str(form) if form else None))


def members(
    row: m.Handoff, copies: Sequence[m.Copy], wrong: Mapping[UUID, Wrong], note: str, ruling: Ruling
) -> dict[str, Any]:
    """Return what a statement on a receipt says, beside who signs it and what makes it fresh: the copies that
    are in order and signed for, and how each of the others was found."""
    taken = [copy for copy in copies if copy.id not in wrong]
    return {
        "object": str(row.id),
        "project": str(row.project_id),
        "number": row.number,
        "choice": ACCEPT,
        "reason": note,
        "sender": str(row.sender_party_id),
        "receiver": str(row.receiver_party_id),
        "system": str(row.system_id),
        "copies": [copy.code for copy in taken],
        "copies_sha256": record.digest([str(copy.id) for copy in taken]),
        "wrong": [
            {"copy": str(id), "found": str(one.found), "note": one.note.strip()}
            for id, one in sorted(wrong.items())
        ],
        "pack_sha256": ruling.judgement.pack_sha256,
        "findings_sha256": record.digest([finding.to_json() for finding in ruling.judgement.findings]),
        "facts_sha256": record.digest(ruling.facts.to_json()),
    }


def given(row: m.Handoff) -> m.Signature | None:
    """Return the receiver's signature on a receipt; None where it bears none."""
    if row.answer_entry is None:
        return None
    rows = m.Signature.objects.filter(type=SignedType.RECEIPT, decision_entry=row.answer_entry)
    return rows.select_related("key").first()
