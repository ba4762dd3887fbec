"""Event -> rows for reports, frozen records and erasures."""

from __future__ import annotations

import datetime as dt

from custody import models as m
from custody.applying.rows import State, Told, applies
from custody.stamp_terms import SealTime
from custody.terms import ReportState


@applies("report.requested/1")
def _(state: State, t: Told) -> None:
    row = t.pick("language", project_id="project") | {"requested_entry": t.entry}
    state.set(m.Report, t.values["report"], **row)


@applies("report.requested/2")
def _(state: State, t: Told) -> None:
    row = t.pick("language", "subject", project_id="project", kind="report_kind")
    state.set(m.Report, t.values["report"], **row, requested_entry=t.entry)


@applies("report.issued/1")
def _(state: State, t: Told) -> None:
    state.set(m.Report, t.values["report"], state=ReportState.READY, **t.pick("sha256", "length", "log_size"))


@applies("report.issued/2")
def _(state: State, t: Told) -> None:
    state.set(
        m.Report,
        t.values["report"],
        state=ReportState.READY,
        **t.pick("sha256", "length", "log_size", "seal_time", "stamped_by"),
        stamped_at=_moment(t.values["stamped_at"]),
    )


@applies("report.stamped/1")
def _(state: State, t: Told) -> None:
    state.set(
        m.Report,
        t.values["report"],
        **t.pick("stamped_by"),
        seal_time=SealTime.LATER,
        stamped_at=_moment(t.values["stamped_at"]),
    )


def _moment(text: str) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


@applies("object.frozen/1")
def _(state: State, t: Told) -> None:
    row = t.pick("table", "object", "holds", "columns")
    state.set(m.FrozenObject, t.values["frozen"], settled_entry=None, **row)


@applies("object.settled/1")
def _(state: State, t: Told) -> None:
    state.set(m.FrozenObject, t.values["frozen"], settled_entry=t.entry, entry=t.entry)


@applies("person.erased/1")
@applies("fields.erased/1")
def _(state: State, t: Told) -> None:
    for report in t.values["reports"]:
        state.set(m.Report, report, state=ReportState.WITHDRAWN, entry=t.entry)
