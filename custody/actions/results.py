"""A project's results as a whole: that they were accepted, that they were submitted to an authority, and both
put right (monitor SUB-01)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from custody import models as m
from custody import regimes
from custody.events import results as events
from custody.terms import Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .correcting import Alteration, needed, save_changed
from .entered import entered

_ASKED = {
    "accepted_on": Text("Give the day on which the results were accepted.", "请填写成果验收日期。"),
    "accepted_by": Text("Say who accepted the results.", "请填写验收单位。"),
    "acceptance_number": Text("Give the number of the acceptance document.", "请填写验收文件编号。"),
    "submitted_on": Text("Give the day on which the results were submitted.", "请填写成果汇交日期。"),
    "submitted_to": Text("Say to which authority the results were submitted.", "请填写接收汇交的主管部门。"),
    "submitted_by": Text("Say who submitted the results.", "请填写汇交单位。"),
    "submission_number": Text("Give the reference number of the submission.", "请填写汇交凭证编号。"),
}
_ACCEPTANCE, _SUBMISSION = tuple(_ASKED)[:3], tuple(_ASKED)[3:]


@entered(m.Project)
def accept(
    actor: Actor, *, project: UUID, accepted_on: dt.date, accepted_by: str, acceptance_number: str
) -> Outcome:
    """Record that a project's results were accepted: by whom, and the number of the document that says so.
    Object: the project, whatever its state.

    Raises ActionError where that is recorded already, for a day to come, and where something is left open.
    """
    row = m.Project.objects.get(id=project)
    actor.require("project.accept_results", owner=row.owner_party_id)
    given = {
        "accepted_on": accepted_on,
        "accepted_by": accepted_by.strip(),
        "acceptance_number": acceptance_number.strip(),
    }

    def work(act: Act) -> Outcome:
        fresh = _locked(act, row)
        if fresh.accepted_on is not None:
            day = fresh.accepted_on.isoformat()
            raise ActionError(
                Text(
                    en=f"An acceptance on {day} is recorded already. If it is wrong, correct it.",
                    zh=f"已登记{day}的验收，如有误请更正。",
                )
            )
        _whole(act, fresh, given, _ACCEPTANCE)
        return _kept(act, fresh, given, events.ResultsAccepted(project=str(project), **_said(given)))

    return perform(actor, work, verb="project.accept_results")


@entered(m.Project)
def submit(
    actor: Actor,
    *,
    project: UUID,
    submitted_on: dt.date,
    submitted_to: str,
    submitted_by: str,
    submission_number: str,
) -> Outcome:
    """Record that a project's results were submitted: to which authority, by whom, and the number under which
    it took them. Object: the project.

    Raises ActionError before an acceptance is recorded, where a submission is, for a day to come or before
    that of the acceptance, and where something is left open.
    """
    row = m.Project.objects.get(id=project)
    actor.require("project.submit_results", owner=row.owner_party_id)
    given = {
        "submitted_on": submitted_on,
        "submitted_to": submitted_to.strip(),
        "submitted_by": submitted_by.strip(),
        "submission_number": submission_number.strip(),
    }

    def work(act: Act) -> Outcome:
        fresh = _locked(act, row)
        if fresh.submitted_on is not None:
            day = fresh.submitted_on.isoformat()
            raise ActionError(
                Text(
                    en=f"A submission on {day} is recorded already. If it is wrong, correct it.",
                    zh=f"已登记{day}的汇交，如有误请更正。",
                )
            )
        _whole(act, fresh, given, _SUBMISSION)
        _in_order(fresh.accepted_on, submitted_on)
        return _kept(act, fresh, given, events.ResultsSubmitted(project=str(project), **_said(given)))

    return perform(actor, work, verb="project.submit_results")


@entered(m.Project, needed=("reason",))
def correct(
    actor: Actor,
    *,
    project: UUID,
    accepted_on: dt.date | None,
    accepted_by: str,
    acceptance_number: str,
    submitted_on: dt.date | None,
    submitted_to: str,
    submitted_by: str,
    submission_number: str,
    reason: str,
) -> Outcome:
    """Put right what is recorded of acceptance and submission; one of which nothing is given there was none.

    Raises ActionError without a reason, where nothing is recorded or would change, and for what could not
    have been recorded.
    """
    row = m.Project.objects.get(id=project)
    actor.require("project.correct", owner=row.owner_party_id)
    needed(reason)
    given: dict[str, Any] = {
        "accepted_on": accepted_on,
        "accepted_by": accepted_by.strip(),
        "acceptance_number": acceptance_number.strip(),
        "submitted_on": submitted_on,
        "submitted_to": submitted_to.strip(),
        "submitted_by": submitted_by.strip(),
        "submission_number": submission_number.strip(),
    }

    def work(act: Act) -> Outcome:
        fresh = _locked(act, row)
        if fresh.accepted_on is None:
            raise ActionError(Text("No acceptance of results is recorded yet.", "尚未登记成果验收。"))
        changed = Alteration.of(fresh, given)
        for names in (_ACCEPTANCE, _SUBMISSION):
            if any(given[name] for name in names):
                _whole(act, fresh, given, names)
        if submitted_on is not None:
            _in_order(accepted_on, submitted_on)
        event = events.ResultsCorrected(
            project=str(project),
            corrects=str(fresh.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        entry = act.record(event, fresh.stream, on_behalf_of=fresh.owner_party_id)
        return save_changed(act, fresh, changed, entry, reason, new=given)

    return perform(actor, work, verb="project.correct")


def _locked(act: Act, row: m.Project) -> m.Project:
    locking.update("project", [row.id])
    fresh = m.Project.objects.get(id=row.id)
    act.unchanged(fresh)
    return fresh


def _said(given: dict[str, Any]) -> dict[str, str]:
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in given.items()}


def _kept(act: Act, row: m.Project, given: dict[str, Any], event: Any) -> Outcome:
    row.entry = act.record(event, row.stream, on_behalf_of=row.owner_party_id)
    for name, value in given.items():
        setattr(row, name, value)
    row.save(update_fields=[*given, "entry"])
    return Outcome("done", row.entry, row)


def _whole(act: Act, row: m.Project, given: dict[str, Any], names: tuple[str, ...]) -> None:
    """Raise ActionError for what is left open, and for a day that has not come."""
    for name in names:
        if not given[name]:
            raise ActionError(_ASKED[name], name)
    reached(given[names[0]], regimes.today(row.regime, act.now), names[0])


def _in_order(accepted_on: dt.date | None, submitted_on: dt.date) -> None:
    if accepted_on is None:
        raise ActionError(
            Text(
                en="Results are submitted after they were accepted. Record their acceptance first.",
                zh="成果验收后方可汇交，请先登记验收。",
            ),
            "submitted_on",
        )
    if submitted_on < accepted_on:
        raise ActionError(
            Text(
                en="The results were accepted after that day. Correct one of the days.",
                zh="汇交日期早于验收日期，请核对。",
            ),
            "submitted_on",
        )
