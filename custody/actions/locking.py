"""Taking row locks in the order of :mod:`custody.locks`.

A party's row stands for its paper: whoever changes a qualification or a control locks the party first. A
hop's row stands for its approvals and votes in the same way. So a handoff need only share-lock parties,
system, project and hops to keep every fact still, and lock its copies against other handoffs.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, models

from custody import locks
from custody.models import (
    Approval,
    Copy,
    Handoff,
    Hop,
    Party,
    Person,
    Project,
    Qualification,
    Refusal,
    Report,
    System,
)

_TABLES: dict[str, type[models.Model]] = {
    "party": Party,
    "person": Person,
    "qualification": Qualification,
    "system": System,
    "project": Project,
    "hop": Hop,
    "approval": Approval,
    "copy": Copy,
    "handoff": Handoff,
}
_OTHER: dict[str, type[models.Model]] = {"refusal": Refusal, "report": Report}


def share(noun: str, ids: Iterable[UUID]) -> None:
    """Keep rows still until the transaction ends, while others may keep them still too."""
    _take(noun, ids, "SHARE")


def update(noun: str, ids: Iterable[UUID]) -> None:
    """Keep rows for this transaction alone."""
    _take(noun, ids, "UPDATE")


def _take(noun: str, ids: Iterable[UUID], mode: str) -> None:
    ordered = locks.in_order(ids)
    locks.note("other" if noun in _OTHER else noun, ordered)
    if not ordered:
        return
    table = (_TABLES.get(noun) or _OTHER[noun])._meta.db_table
    order = "depth, id" if noun == "hop" else "id"
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id FROM "{table}" WHERE id = ANY(%s) ORDER BY {order} FOR {mode}',  # noqa: S608
            [ordered],
        )
        cursor.fetchall()
