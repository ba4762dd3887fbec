"""What an offer needs of its copies and people, beside what the rules ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from custody import models as m
from custody.events.handoff import HandoffOfferedAs, HandoffOfferedUntil
from custody.policy import facts as f
from custody.terms import Text

from . import receipts
from .base import ActionError
from .legs import Ends

_COPIES = """
SELECT (SELECT nextval('custody_handoff_number') WHERE %s),
  i.project_id, c.id, c.code, c.state, c.system_id, c.tag_key, c.unconfirmed, EXISTS (
    SELECT FROM custody_discrepancy d WHERE d.copy_id = c.id AND d.state IN ('open', 'reported')), EXISTS (
    SELECT FROM custody_stocktakeline l WHERE l.copy_id = c.id AND l.found = 'missing'
      AND l.difference IN ('open', 'incident', 'destroyed')), i.state, i.codename
FROM custody_copy c JOIN custody_item i ON i.id = c.item_id WHERE c.id = ANY(%s) ORDER BY c.id
"""


class Offered(NamedTuple):
    """What an offer needs of a copy."""

    id: UUID
    code: str
    state: str
    system_id: UUID | None
    tag_key: bytes
    unconfirmed: UUID | None
    unsettled: bool
    missing: bool
    item_state: str
    codename: str


def unconfirmed(codes: Sequence[str]) -> Text:
    """Return what is said of copies whose custody a restore or an old register left open."""
    some = ", ".join(codes[:10]) + (" …" if len(codes) > 10 else "")
    return Text(
        en=f"Since a restore, or since they came from an old register, the custody of these copies is not "
        f"confirmed: {some}. Count them and confirm that they are there, then offer them.",
        zh=f"系统恢复后或自旧登记簿接收后，下列副本的保管情况未经确认：{some}。请清点并确认后再移交。",
    )


def stands_for(facts: f.Facts, receiver: UUID, party: UUID) -> None:
    """Raise ActionError unless the person named stands for the receiving party: nobody else could sign."""
    if not _parties_of(facts, receiver) & {str(party)}:
        raise ActionError(
            Text(
                en="This person does not stand for the receiving party today. Choose one of its people.",
                zh="该人员目前不代表接收方，请从接收方人员中选择。",
            ),
            "receiver_person",
        )


def may_accompany(facts: f.Facts, second: UUID | None, ends: Ends) -> None:
    """Raise ActionError unless the second carrier, if any, stands for one of both ends; rule HND-04 asks no
    more of one who is named where nobody need be."""
    if second and not _parties_of(facts, second) & {str(ends.sender), str(ends.receiver)}:
        raise ActionError(
            Text(
                en="This person stands neither for the sending nor for the receiving party today. Choose one "
                "of their people.",
                zh="该人员目前既不代表移交方，也不代表接收方，请从双方人员中选择。",
            ),
            "second_carrier",
        )


def _parties_of(facts: f.Facts, person: UUID) -> set[str]:
    """Return the parties that a person stands for today; none for somebody unknown."""
    there = f"person:{person}" in facts.groups
    return {m.party for m in facts.person(str(person)).memberships} if there else set()


def read_copies(project: m.Project, copies: Sequence[UUID], number: bool) -> tuple[int, list[Offered]]:
    """Return the number of the handoff to be, when one is asked for, and the copies, in one query.

    Raises ActionError for a copy of another project, and for one whose custody a restore left unconfirmed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COPIES, [number, list(copies)])
        found = cursor.fetchall()
    if any(of_project != project.id for _, of_project, *_ in found):
        raise ActionError(
            Text(en="Choose copies of this project only.", zh="只能选择本项目的副本。"), "copies"
        )
    rows = [Offered(*row) for _, _, *row in found]
    if in_doubt := [row.code for row in rows if row.unconfirmed]:
        raise ActionError(unconfirmed(in_doubt), "copies")
    receipts.all_there(rows)
    return found[0][0] if found else 0, rows


def event_of(row: m.Handoff, copies: Sequence[UUID]) -> HandoffOfferedAs | HandoffOfferedUntil:
    """Return what an offer that is about to be saved tells the ledger."""
    told: dict[str, Any] = {
        "handoff": str(row.id),
        "number": row.number,
        "project": str(row.project_id),
        "leg": str(row.leg),
        "hop": str(row.hop_id) if row.hop_id else None,
        "sender_party": str(row.sender_party_id),
        "sender_person": str(row.sender_person_id),
        "receiver_party": str(row.receiver_party_id),
        "receiver_person": str(row.receiver_person_id),
        "second_carrier": str(row.second_carrier_id) if row.second_carrier_id else None,
        "copies": [str(id) for id in copies],
        "purpose": row.purpose,
        "statement": row.statement,
        "channel": str(row.channel),
        "system": str(row.system_id),
        "due_back": row.due_back.isoformat() if row.due_back else None,
    }
    if row.answer_by:
        return HandoffOfferedUntil(answer_by=row.answer_by.isoformat(), **told)
    return HandoffOfferedAs(**told)
