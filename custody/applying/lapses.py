"""Event -> rows for what the re-check found."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import LapseEnd


@applies("recheck.found/1")
def _(state: State, t: Told) -> None:
    v = t.values
    for lapse in v["replaced"]:
        state.set(m.Lapse, lapse, ended_on=v["on"], ended=LapseEnd.CHANGED, entry=t.entry)
    row = t.pick("noun", "object", project_id="project", hop_id="hop", party_id="party", since="on")
    for lapse, finding in zip(v["lapses"], v["findings"], strict=True):
        said = {name: finding[name] for name in ("code", "version", "outcome")}
        state.set(m.Lapse, lapse, finding=finding, ended_on=None, ended=None, **said, **row)


@applies("recheck.cleared/1")
def _(state: State, t: Told) -> None:
    for lapse in t.values["lapses"]:
        state.set(m.Lapse, lapse, ended_on=t.values["on"], ended=t.values["ended"], entry=t.entry)
