"""Who had a copy from when; the events of custody tell it."""

from __future__ import annotations

from typing import Any

from custody import models as m
from custody.applying.rows import Row, State, Told
from custody.terms import Had

BARE: Row = {"medium": None, "medium_serial": "", "seal_number": "", "sha256": "", "home_id": None}
"""What is recorded of the carrier of a copy that was numbered."""


def has(state: State, t: Told, copy: str, row: dict[str, Any], how: Had = Had.KEPT) -> None:
    """Set that a copy is with the custodian of a row of :class:`custody.models.Copy`, or was read there."""
    state.set(
        m.Holding,
        str(m.holding_id(copy, t.entry)),
        project_id=t.project,
        copy_id=copy,
        how=how,
        party_id=row["custodian_party_id"],
        person_id=row["custodian_person_id"],
        system_id=row["system_id"],
        entry=t.entry,
    )
