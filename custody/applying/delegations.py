"""Event -> rows for delegations."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import DelegationState

_IDS = {f"{name}_id": name for name in ("party", "delegator", "delegate", "project")}


@applies("delegation.given/1")
def _(state: State, t: Told) -> None:
    row = t.pick("level", "starts", "ends", "reason", **_IDS)
    row |= {"proposed_by_id": None, "confirmed_by_id": None}
    state.set(m.Delegation, t.values["delegation"], state=DelegationState.ACTIVE, **row)


@applies("deputy.proposed/1")
def _(state: State, t: Told) -> None:
    row = t.pick("level", "starts", "ends", "reason", proposed_by_id="proposed_by", **_IDS)
    state.set(
        m.Delegation, t.values["delegation"], state=DelegationState.PROPOSED, confirmed_by_id=None, **row
    )


@applies("deputy.confirmed/1")
def _(state: State, t: Told) -> None:
    row = t.pick(confirmed_by_id="confirmed_by")
    state.set(m.Delegation, t.values["delegation"], state=DelegationState.ACTIVE, **row)


@applies("delegation.revoked/1")
def _(state: State, t: Told) -> None:
    state.set(m.Delegation, t.values["delegation"], state=DelegationState.REVOKED, entry=t.entry)
