"""Event -> rows for opening registers."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import RegisterState


@applies("register.opened/1")
def _(state: State, t: Told) -> None:
    names = ("name", "sha256", "headings", "mapping", "from_1904")
    row = t.pick(*names, project_id="project", opened_by_id="person", lines_read="lines")
    state.set(m.OpeningRegister, t.values["register"], state=RegisterState.READ, reason="", **row)


@applies("register.mapped/1")
def _(state: State, t: Told) -> None:
    state.set(m.OpeningRegister, t.values["register"], **t.pick("mapping"))


@applies("register.withdrawn/1")
def _(state: State, t: Told) -> None:
    row = t.pick("reason")
    state.set(m.OpeningRegister, t.values["register"], state=RegisterState.WITHDRAWN, **row)
