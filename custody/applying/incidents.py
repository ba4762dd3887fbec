"""Event -> rows for incidents and what they hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from custody import models as m
from custody.applying.corrected import CORRECTED, keep_line
from custody.applying.rows import APPLIES, State, Told, applies
from custody.terms import IncidentState


@applies("incident.reported/1", "incident.reported/2")
def _(state: State, t: Told) -> None:
    names = ("number", "serial", "what", "copies", "hours", "pack_sha256")
    ids = {f"{name}_id": name for name in ("project", "party", "person", "reported_by", "reported_for")}
    state.set(
        m.Incident,
        t.values["incident"],
        state=IncidentState.REPORTED,
        report_entry=t.entry,
        stop_entry=None,
        authority="",
        reference="",
        notified_at=None,
        findings="",
        sanctions="",
        dismissal="",
        noticed_at=dt.datetime.fromisoformat(t.values["noticed_at"]),
        **t.pick(*names, **ids),
    )


def _moved(state: State, t: Told, to: str, **columns: Any) -> None:
    state.set(m.Incident, t.values["incident"], entry=t.entry, state=to, **columns)


@applies("incident.triaged/1")
def _(state: State, t: Told) -> None:
    _moved(state, t, IncidentState.TRIAGE)


@applies("incident.contained/1")
def _(state: State, t: Told) -> None:
    _moved(state, t, t.values["state"])


@applies("incident.notified/1")
def _(state: State, t: Told) -> None:
    v = t.values
    first = {
        "authority": v["authority"],
        "reference": v["reference"],
        "notified_at": dt.datetime.fromisoformat(v["notified_at"]),
        "stop_entry": t.entry,
    }
    _moved(state, t, v["state"], **(first if v["stops"] else {}))


@applies("incident.investigating/1")
def _(state: State, t: Told) -> None:
    _moved(state, t, IncidentState.INVESTIGATING)


@applies("incident.closed/1")
def _(state: State, t: Told) -> None:
    v = t.values
    _moved(state, t, IncidentState.CLOSED, findings=v["findings"], sanctions=v["sanctions"])


@applies("incident.dismissed/1")
def _(state: State, t: Told) -> None:
    v = t.values
    stop = {"stop_entry": t.entry} if v["stops"] else {}
    _moved(state, t, IncidentState.FALSE_ALARM, dismissal=v["reason"], **stop)


@applies("incident.held/1")
def _(state: State, t: Told) -> None:
    v = t.values
    state.set(m.Incident, v["incident"], entry=t.entry)
    for one in v["holds"]:
        state.set(
            m.IncidentHold,
            str(one["hold"]),
            copy_id=one["copy"],
            party_id=one["party"],
            released_by_id=None,
            release_reason="",
            release_entry=None,
            **t.pick("reason", incident_id="incident", project_id="project", held_by_id="person"),
        )


@applies("incident.released/1")
def _(state: State, t: Told) -> None:
    v = t.values
    state.set(m.Incident, v["incident"], entry=t.entry)
    for hold in v["holds"]:
        state.set(
            m.IncidentHold,
            hold,
            released_by_id=v["person"],
            release_reason=v["reason"],
            release_entry=t.entry,
            entry=t.entry,
        )


def _corrected(state: State, t: Told) -> None:
    v = t.values
    new = {n: dt.datetime.fromisoformat(x) if n == "noticed_at" else x for n, x in v["new"].items()}
    state.set(m.Incident, v["incident"], entry=t.entry, **new)
    keep_line(state, t, "incident", {n: [v["old"][n], v["new"][n]] for n in v["changed"]})


CORRECTED["incident.corrected/1"] = _corrected
APPLIES.update(CORRECTED)
