"""Event -> rows for what screening found and what was judged of it."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import HitState


@applies("party.screened/1")
def _(state: State, t: Told) -> None:
    v = t.values
    row = t.pick("screened_on", "found", source="list_source", party_id="party", barred_list_id="barred_list")
    state.set(m.Screening, v["screening"], **row)
    of_hits = t.pick(source="list_source", party_id="party", barred_list_id="barred_list")
    for hit in v["hits"]:
        fresh = hit["hit"] in v["fresh"]
        unjudged = {"state": HitState.OPEN, "reason": "", "judged_by_id": None, "judged_on": None}
        state.set(
            m.ScreeningHit,
            hit["hit"],
            key=hit["key"],
            by=hit["by"],
            line=int(hit["line"]),
            score=int(hit["score"]),
            **of_hits,
            **(unjudged if fresh else {}),
        )


@applies("screening.judged/1")
def _(state: State, t: Told) -> None:
    row = t.pick("reason", "judged_on", state="verdict", judged_by_id="judged_by")
    state.set(m.ScreeningHit, t.values["hit"], **row)
