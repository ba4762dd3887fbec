"""Event -> rows for looks."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("object.looked/1")
def _(state: State, t: Told) -> None:
    row = t.pick("noun", "object", project_id="project", party_id="party", person_id="actor")
    state.set(m.Look, t.values["look"], hour=dt.datetime.fromisoformat(t.values["hour"]), **row)
