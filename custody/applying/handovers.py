"""Event -> rows for handovers from one custodian to the next; what passes, its handoffs tell."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import HandoverState

_IDS = ("party", "stocktake", "outgoing", "incoming", "supervisor", "opened_by")


@applies("handover.opened/1")
def _(state: State, t: Told) -> None:
    state.set(
        m.Handover,
        t.values["handover"],
        state=HandoverState.COUNTING,
        statement_sha256="",
        completed_on=None,
        passed=None,
        stayed=None,
        abandoned_because="",
        **t.pick("reason", "due", "opened_on", **{f"{name}_id": name for name in _IDS}),
    )


@applies("handover.signed/1")
def _(state: State, t: Told) -> None:
    signed = t.pick("signs_as", "signed_on", "statement_sha256", handover_id="handover", person_id="person")
    state.set(m.HandoverSignature, t.values["signature"], **signed)
    sha256 = t.pick("statement_sha256")
    state.set(m.Handover, t.values["handover"], state=HandoverState.SIGNING, **sha256)


@applies("handover.passed/1")
def _(state: State, t: Told) -> None:
    for line in (*t.values["passed"], *t.values["stayed"]):
        state.set(
            m.HandoverLine,
            line["line"],
            handover_id=t.values["handover"],
            copy_id=line["copy"],
            code=line["code"],
            handoff_id=line.get("handoff"),
            stays=line.get("why"),
            refusal_id=line.get("refusal"),
            entry=t.entry,
        )


@applies("handover.completed/1")
def _(state: State, t: Told) -> None:
    row = t.pick("completed_on", "passed", "stayed")
    state.set(m.Handover, t.values["handover"], state=HandoverState.DONE, **row)


@applies("handover.abandoned/1")
def _(state: State, t: Told) -> None:
    why = t.pick(abandoned_because="reason")
    state.set(m.Handover, t.values["handover"], state=HandoverState.ABANDONED, **why)
