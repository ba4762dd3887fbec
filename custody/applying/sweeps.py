"""Event -> rows for sweeps."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import StrayState


@applies("sweep.listed/1")
def _(state: State, t: Told) -> None:
    state.set(m.SweepList, t.values["sweep_list"], **t.pick("items", "key", made_by_id="person"))


@applies("sweep.imported/1")
def _(state: State, t: Told) -> None:
    names = ("folder", "began_at", "ended_at", "files", "size", "links", "unread", "unread_count")
    ids = {"sweep_list_id": "sweep_list", "system_id": "system", "imported_by_id": "person"}
    row = t.pick(*names, "registered", "unknown", "sha256", **ids)
    state.set(m.Sweep, t.values["sweep"], **row)


@applies("sweep.found/1")
def _(state: State, t: Told) -> None:
    common = t.pick(sweep_id="sweep", project_id="project", system_id="system")
    for one in t.values["strays"]:
        state.set(
            m.Stray,
            one["stray"],
            item_id=one["item"],
            path=one["path"],
            size=one["size"],
            state=StrayState.OPEN,
            resolution="",
            settled_by_id=None,
            **common,
        )


@applies("stray.settled/1")
def _(state: State, t: Told) -> None:
    row = t.pick("state", "resolution", settled_by_id="person")
    state.set(m.Stray, t.values["stray"], **row)
