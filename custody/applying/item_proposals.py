"""Event -> rows for what is proposed of items and determined."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import Apply, State, Told, applies
from custody.terms import ProposalKind, ProposalState


@applies("item.proposed/1")
def _(state: State, t: Told) -> None:
    ids = {f"{name}_id": name for name in ("project", "item", "proposed_by")}
    names = ("level", "values", "effective_on", "change_basis", "reason", "subject_sha256")
    row = t.pick(*names, kind="proposed", **ids)
    state.set(
        m.ItemProposal,
        t.values["proposal"],
        state=ProposalState.PROPOSED,
        determined_sha256="",
        decided_by_id=None,
        decided_on=None,
        decision_reason="",
        was={},
        **row,
    )


@applies("item.determined/1")
def _(state: State, t: Told) -> None:
    v = t.values
    row = t.pick(
        determined_sha256="subject_sha256",
        decided_by_id="person",
        decided_on="determined_on",
        decision_reason="reason",
        was="old",
    )
    state.set(m.ItemProposal, v["proposal"], state=ProposalState.DETERMINED, **row)
    item = {**v["new"], "state": v["state"], "entry": t.entry}
    if v["proposed"] != ProposalKind.WITHDRAW:
        item |= {"determined_by_id": v["person"], "determined_on": v["determined_on"]}
    state.set(m.Item, v["item"], **item)


def _ended(became: ProposalState) -> Apply:
    def body(state: State, t: Told) -> None:
        row = t.pick("decided_on", decided_by_id="person", decision_reason="reason")
        state.set(m.ItemProposal, t.values["proposal"], state=became, **row)

    return body


applies("item.sent_back/1")(_ended(ProposalState.RETURNED))
applies("item.taken_back/1")(_ended(ProposalState.TAKEN_BACK))


@applies("item.determination_barred/1")
def _(state: State, t: Told) -> None:
    """Nothing changes: the entry alone keeps the attempt."""
