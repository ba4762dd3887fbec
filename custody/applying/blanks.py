"""Event -> rows for blank receipts and handoffs that took place on paper."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import Apply, State, Told, applies
from custody.terms import BlankState, PaperState

_NOT_YET = {"issued_to_id": None, "party_id": None, "issued_by_id": None, "issued_at": None}


@applies("blanks.printed/1")
def _(state: State, t: Told) -> None:
    v = t.values
    row = t.pick("block", project_id="project", printed_by_id="person") | _NOT_YET
    for one in v["forms"]:
        more = {"number": one["number"], "handoff_id": None, "reason": "", "state": BlankState.PRINTED}
        state.set(m.BlankReceipt, one["form"], **row, **more)


@applies("blanks.issued/1")
def _(state: State, t: Told) -> None:
    row = t.pick(issued_to_id="to", party_id="party", issued_by_id="person")
    at = dt.datetime.fromisoformat(t.values["issued_at"])
    for form in t.values["forms"]:
        state.set(m.BlankReceipt, form, state=BlankState.ISSUED, issued_at=at, **row)


def _became(to: BlankState) -> Apply:
    def body(state: State, t: Told) -> None:
        state.set(m.BlankReceipt, t.values["form"], state=to, **t.pick("reason"))

    return body


applies("blank.spoiled/1")(_became(BlankState.SPOILED))
applies("blank.missing/1")(_became(BlankState.MISSING))
applies("blank.found/1")(_became(BlankState.ISSUED))


@applies("handoff.on_paper/1")
def _(state: State, t: Told) -> None:
    v = t.values
    state.set(m.BlankReceipt, v["form"], state=BlankState.USED, **t.pick(handoff_id="handoff"))
    state.set(
        m.PaperHandoff,
        v["paper"],
        took_place_at=dt.datetime.fromisoformat(v["took_place"]),
        state=PaperState.IN_ORDER if v["allowed"] else PaperState.WITHOUT_LEAVE,
        resolution="",
        settled_by_id=None,
        **t.pick("reason", "due", handoff_id="handoff", form_id="form", entered_by_id="person"),
    )


@applies("handoff.without_leave/1")
def _(state: State, t: Told) -> None:
    state.set(m.PaperHandoff, t.values["paper"], state=PaperState.WITHOUT_LEAVE, **t.pick("due"))


@applies("handoff.leave_settled/1")
def _(state: State, t: Told) -> None:
    row = t.pick("resolution", settled_by_id="person")
    state.set(m.PaperHandoff, t.values["paper"], state=PaperState.SETTLED, **row)
