"""Event -> rows for overrides of rules."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import OverrideState


@applies("override.asked/1")
def _(state: State, t: Told) -> None:
    names = ("rule", "problems", "hop_sha256", "until", "subject_sha256", "needed", "reason")
    ids = {f"{name}_id": name for name in ("project", "party", "hop")}
    row = t.pick(*names, **ids, requested_by_id="person")
    state.set(m.Override, t.values["override"], state=OverrideState.REQUESTED, **row)


@applies("override.voted/1")
def _(state: State, t: Told) -> None:
    row = t.pick("choice", "reason", "method", "subject_sha256", override_id="override", person_id="person")
    state.set(m.OverrideVote, t.values["vote"], **row)
    state.set(m.Override, t.values["override"], state=OverrideState(t.values["state"]), entry=t.entry)


@applies("override.revoked/1")
def _(state: State, t: Told) -> None:
    state.set(m.Override, t.values["override"], state=OverrideState.REVOKED, entry=t.entry)
