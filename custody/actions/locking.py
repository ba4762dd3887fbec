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
    ApiKey,
    Approval,
    BlankReceipt,
    Collection,
    Copy,
    Delegation,
    Destruction,
    FieldPermit,
    FrozenObject,
    Handoff,
    Handover,
    Hop,
    Incident,
    OpeningRegister,
    PaperHandoff,
    Party,
    Person,
    Project,
    Qualification,
    Refusal,
    Report,
    Stocktake,
    SweepList,
    System,
    ZoneList,
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
_OTHER: dict[str, type[models.Model]] = {
    "key": ApiKey,
    "refusal": Refusal,
    "report": Report,
    "delegation": Delegation,
    "permit": FieldPermit,
    "collection": Collection,
    "destruction": Destruction,
    "zones": ZoneList,
    "sweep_list": SweepList,
    "incident": Incident,
    "register": OpeningRegister,
    "blank": BlankReceipt,
    "on_paper": PaperHandoff,
    "stocktake": Stocktake,
    "handover": Handover,
    "frozen": FrozenObject,
}


Kept = tuple[locks.Mode, str, Iterable[UUID]]


def share(noun: str, ids: Iterable[UUID]) -> None:
    """Keep rows still until the transaction ends, while others may keep them still too."""
    together(("share", noun, ids))


def update(noun: str, ids: Iterable[UUID]) -> None:
    """Keep rows for this transaction alone."""
    together(("update", noun, ids))


def together(*kept: Kept) -> None:
    """Take several locks one after the other in one trip to the database. Raises LockOrderError."""
    statements, values = [], []
    for mode, noun, ids in kept:
        ordered = locks.in_order(ids)
        locks.note("other" if noun in _OTHER else noun, ordered)
        if ordered:
            table = (_TABLES.get(noun) or _OTHER[noun])._meta.db_table
            order = "depth, id" if noun == "hop" else "id"
            statements.append(
                f'SELECT id FROM "{table}" WHERE id = ANY(%s) ORDER BY {order} FOR {mode.upper()}'  # noqa: S608
            )
            values.append(ordered)
    if statements:
        with connection.cursor() as cursor:
            cursor.execute("; ".join(statements), values)
