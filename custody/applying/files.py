"""Event -> rows for evidence files."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies


@applies("file.attached/1")
def _(state: State, t: Told) -> None:
    row = t.pick(
        "subject", "sha256", "length", "media_type", what="evidence_of", attached_by_id="attached_by"
    )
    state.set(m.EvidenceFile, t.values["file"], **row, erased=False)


@applies("file.erased/1")
def _(state: State, t: Told) -> None:
    state.set(m.EvidenceFile, t.values["file"], erased=True, entry=t.entry)
