"""Event -> rows for sheets that are signed by hand; what an acceptance moves is told in :mod:`handoffs`."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import ReceiptSheetState


@applies("handoff.sheet_printed/1")
def _(state: State, t: Told) -> None:
    v = t.values
    row = t.pick(number="sheet_number", handoff_id="handoff", printed_by_id="person")
    none = {"witness_id": None, "custodian_id": None}
    if v["replaces"]:
        state.set(m.ReceiptSheet, v["replaces"], state=ReceiptSheetState.VOID, entry=t.entry)
    state.set(m.ReceiptSheet, v["sheet"], state=ReceiptSheetState.PRINTED, **row, **none)
