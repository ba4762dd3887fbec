"""Event -> rows for stocktakes."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import Counted, Difference, StocktakeState

_IDS = ("party", "project", "system", "counter", "second", "opened_by")
_UNSETTLED = {"difference": None, "resolution": "", "settled_by_id": None}


@applies("stocktake.opened/1", "stocktake.opened/2")
def _(state: State, t: Told) -> None:
    names = ("second_as", "opened_on", "expected", "list_sha256", "ledger_size", "head")
    state.set(
        m.Stocktake,
        t.values["stocktake"],
        state=StocktakeState.COUNTING,
        closed_on=None,
        closed_by_id=None,
        counts=None,
        lines_sha256="",
        reason="",
        keeper_id=t.values.get("keeper"),
        **t.pick(*names, **{f"{name}_id": name for name in _IDS}),
    )


@applies("stocktake.listed/1")
def _(state: State, t: Told) -> None:
    for line in t.values["lines"]:
        state.set(
            m.StocktakeLine,
            line["line"],
            stocktake_id=t.values["stocktake"],
            copy_id=line["copy"],
            code=line["code"],
            expected=True,
            found=Counted.NOT_SEEN,
            round=None,
            place_id=None,
            counted_by_id=None,
            entry=t.entry,
            **_UNSETTLED,
        )


@applies("stocktake.counted/1")
def _(state: State, t: Told) -> None:
    seen = t.pick("round", place_id="place", counted_by_id="counted_by")
    for line in t.values["lines"]:
        state.set(m.StocktakeLine, line["line"], found=line["found"], **seen)
    for line in t.values["met"]:
        state.set(
            m.StocktakeLine,
            line["line"],
            stocktake_id=t.values["stocktake"],
            copy_id=line.get("copy"),
            code=line["code"],
            expected=False,
            found=line["found"],
            **seen,
            **_UNSETTLED,
        )


@applies("stocktake.recount/1")
def _(state: State, t: Told) -> None:
    state.set(m.Stocktake, t.values["stocktake"], state=StocktakeState.RECOUNT, entry=t.entry)


@applies("stocktake.concluded/1")
def _(state: State, t: Told) -> None:
    for line in t.values["lines"]:
        open_ = None if line["found"] == Counted.MOVED else Difference.OPEN
        state.set(m.StocktakeLine, line["line"], found=line["found"], difference=open_, entry=t.entry)


@applies("stocktake.closed/1")
def _(state: State, t: Told) -> None:
    row = t.pick("closed_on", "counts", "lines_sha256", closed_by_id="closed_by")
    state.set(m.Stocktake, t.values["stocktake"], state=StocktakeState.CLOSED, **row)


@applies("stocktake.cancelled/1")
def _(state: State, t: Told) -> None:
    state.set(m.Stocktake, t.values["stocktake"], state=StocktakeState.CANCELLED, **t.pick("reason"))


@applies("stocktake.settled/1")
def _(state: State, t: Told) -> None:
    state.set(m.StocktakeLine, t.values["line"], **t.pick("difference", "resolution", settled_by_id="person"))
