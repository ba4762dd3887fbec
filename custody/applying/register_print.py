"""Event -> rows for printed registers."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("register_print.made/1")
def _(state: State, t: Told) -> None:
    names = ("number", "address", "register", "starts", "ends", "zone", "language")
    row = t.pick(
        *names,
        "ledger_size",
        "ledger_head",
        "lines",
        "pages",
        "sha256",
        project_id="project",
        party_id="party",
    )
    at = dt.datetime.fromisoformat(t.values["printed_at"])
    by = {"printed_at": at, "printed_by_id": t.values["person"]}
    state.set(m.RegisterPrint, t.values["print"], **row, **by)
