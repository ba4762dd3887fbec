"""Event -> rows for random samples."""

from __future__ import annotations

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.terms import SampleFound, SampleState


@applies("sample.asked/1")
def _(state: State, t: Told) -> None:
    names = ("number", "serial", "asked_on", "count", "word_sha256", "population", "population_sha256")
    ids = {f"{name}_id": name for name in ("project", "authority", "asked_by")}
    state.set(
        m.Sample,
        t.values["sample"],
        asked_entry=t.entry,
        state=SampleState.ASKED,
        drawn_by_id=None,
        drawn_on=None,
        ledger_size=None,
        root="",
        word="",
        closed_by_id=None,
        closed_on=None,
        remark="",
        **t.pick(*names, **ids),
    )


@applies("sample.drawn/1")
def _(state: State, t: Told) -> None:
    sample = t.values["sample"]
    row = t.pick("ledger_size", "root", "word", "drawn_on", drawn_by_id="drawn_by")
    state.set(m.Sample, sample, state=SampleState.DRAWN, **row)
    for line in t.values["lines"]:
        state.set(
            m.SampleLine,
            line["line"],
            entry=t.entry,
            sample_id=sample,
            position=line["position"],
            copy_id=line["copy"],
            code=line["code"],
            party_id=line["party"],
            person_id=line["person"],
            system_id=line["system"],
            found=SampleFound.OPEN,
            note="",
            entered_by_id=None,
        )


@applies("sample.entered/1")
def _(state: State, t: Told) -> None:
    for line in t.values["lines"]:
        told = {"found": line["found"], "note": line["note"], "entered_by_id": t.values["entered_by"]}
        state.set(m.SampleLine, line["line"], entry=t.entry, **told)


@applies("sample.closed/1")
def _(state: State, t: Told) -> None:
    row = t.pick("closed_on", "remark", closed_by_id="closed_by")
    state.set(m.Sample, t.values["sample"], state=SampleState.CLOSED, **row)


@applies("sample.withdrawn/1")
def _(state: State, t: Told) -> None:
    state.set(m.Sample, t.values["sample"], state=SampleState.WITHDRAWN, **t.pick(remark="reason"))
