"""What else a lost database needs of each entry, beside the rows that :mod:`custody.apply` tells.

Moments, the lines of handoffs, where copies stood when they were offered, who asked for a
report. None of it is compared with the tables from day to day: it is told here for a restore alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Model

from custody import models as m
from custody.apply import State, Told
from custody.terms import ApprovalState


@dataclass(slots=True)
class Beside:
    """Further columns by table and id, and rows whose ids no entry tells."""

    columns: dict[tuple[type[Model], str], dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    lines: dict[tuple[str, str], str | None] = field(default_factory=dict)
    """(handoff, copy) -> the system in which the copy stood when it was offered."""
    erased: dict[str, list[str]] = field(default_factory=dict)
    """Erased person -> the sign-ins that the order to erase shut."""

    terms: dict[str, dict[str, Any]] = field(default_factory=dict)
    """SHA-256 of a subject -> its subcontract as it stood before it was amended."""

    def read(self, state: State, told: Told) -> None:
        """Take what an entry tells; ``state`` is still that before it."""
        teller = _TELLERS.get(str(told.values["kind"]))
        if teller is not None:
            teller(self, state, told)

    def note(self, model: type[Model], id: str, **columns: Any) -> None:
        """Keep columns of a row."""
        self.columns[model, id].update(columns)


Teller = Callable[[Beside, State, Told], None]
_TELLERS: dict[str, Teller] = {}


def _tells(*kinds: str) -> Callable[[Teller], Teller]:
    def note(body: Teller) -> Teller:
        _TELLERS.update(dict.fromkeys(kinds, body))
        return body

    return note


@_tells("party.screened/1")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.Screening, t.values["screening"], screened_at=state.now)


@_tells("sign_in.given/1", "sign_in.given/2")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.User, t.values["user"], date_joined=state.now)


@_tells("sign_in.closed/1")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.User, t.values["user"], is_active=False)


@_tells("sign_in.opened/1")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.User, t.values["user"], is_active=True)


@_tells("person.erased/1")
def _(b: Beside, state: State, t: Told) -> None:
    person = t.values["person"]
    b.erased[person] = [id for id, row in state.rows[m.User].items() if row["person_id"] == person]
    for user in b.erased[person]:
        b.note(m.User, user, is_active=False)


@_tells("approval.voted/1", "approval.voted/2", "approval.voted/3", "approval.voted/4", "hop.withdrawn/1")
def _(b: Beside, state: State, t: Told) -> None:
    if t.values.get("state") != ApprovalState.REQUESTED.value:  # one vote of several decides nothing
        b.note(m.Approval, t.values["approval"], decided_at=state.now)


@_tells("hop.amended/1")
def _(b: Beside, state: State, t: Told) -> None:
    hop = state.rows[m.Hop][t.values["hop"]]
    b.terms[hop["subject_sha256"]] = dict(hop)


@_tells("attempt.refused/1")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.Refusal, t.values["refusal"], attempted_at=state.now)


@_tells("handoff.offered/1", "handoff.offered/2", "handoff.offered/3", "handoff.offered/4")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.Handoff, t.values["handoff"], offered_at=state.now)
    for copy in t.values["copies"]:
        b.lines[t.values["handoff"], copy] = state.rows[m.Copy][copy]["system_id"]


@_tells(
    "handoff.accepted/1",
    "handoff.accepted/2",
    "handoff.accepted/3",
    "handoff.read/1",
    "handoff.declined/1",
    "handoff.withdrawn/1",
    "handoff.withdrawn/2",
    "handoff.lapsed/1",
    "handoff.lost/1",
)
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.Handoff, t.values["handoff"], answered_at=state.now)


@_tells("incident.reported/1", "incident.reported/2")
def _(b: Beside, state: State, t: Told) -> None:
    if state.now is not None and t.values["hours"] is not None:
        by = state.now + timedelta(hours=t.values["hours"])
        b.note(m.Incident, t.values["incident"], notify_by=by)


@_tells("incident.notified/1", "incident.dismissed/1")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.Incident, t.values["incident"], notify_by=None)


@_tells("report.requested/1", "report.requested/2")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.Report, t.values["report"], requested_by_id=t.values["actor"])


@_tells("report.issued/1", "report.issued/2")
def _(b: Beside, state: State, t: Told) -> None:
    b.note(m.Report, t.values["report"], built_at=state.now, progress=100, step="issued")
