"""Asking for a custody report, and issuing it once it is built and sealed."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from custody import models as m
from custody import outbox, record
from custody.events.report import ReportIssuedStamped, ReportRequestedOf
from custody.reports.timestamp import Stamp
from custody.stamp_terms import SealTime
from custody.terms import ReportKind, ReportState
from custody.transitions import REPORT, move

from . import granted, locking, stamping
from .base import Act, Actor, NotPermitted, Outcome, perform
from .entered import entered
from .report_subjects import about_of

BUILD_TASK = "custody.build_report"


def may_request(actor: Actor, project: m.Project) -> bool:
    """Return whether the actor may ask for a report: project staff, officers, or a regulator with a live
    grant."""
    if actor.can("report.request", owner=project.owner_party_id):
        return True
    return actor.can("report.request_granted", grant=granted.authority(actor, project))


@entered(m.Report)
def request(
    actor: Actor,
    *,
    project: UUID,
    language: str,
    kind: ReportKind = ReportKind.PROJECT,
    copy: UUID | None = None,
    person: UUID | None = None,
    party: UUID | None = None,
    destruction: UUID | None = None,
    stocktake: UUID | None = None,
    starts: dt.date | None = None,
    ends: dt.date | None = None,
) -> Outcome:
    """Record the question with the heads of its streams, and queue the work. Object: the report.

    What a kind asks for, and nothing else, must be said: `custody.reports.kinds`.
    """
    row = m.Project.objects.get(id=project)
    if not may_request(actor, row):
        raise NotPermitted("report.request")
    said = {
        "copy": copy, "person": person, "party": party, "destruction": destruction,
        "stocktake": stocktake, "starts": starts, "ends": ends,
    }  # fmt: skip
    about = about_of(row, kind, said)

    def work(act: Act) -> Outcome:
        report_id = m.new_id()
        entry = act.record(
            ReportRequestedOf(
                report=str(report_id),
                project=str(project),
                report_kind=str(kind),
                subject=dict(about.subject),
                language=language,
                heads=record.heads(list(about.streams)),
            ),
            row.stream,
        )
        report = m.Report.objects.create(
            id=report_id,
            entry=entry,
            requested_entry=entry,
            project=row,
            requested_by_id=actor.human(),
            kind=kind,
            subject=dict(about.subject),
            language=language,
        )
        outbox.put(BUILD_TASK, {"report": str(report_id)})
        return Outcome("done", entry, report)

    return perform(actor, work, verb="report.request")


def progress(report: UUID, percent: int, step: str) -> None:
    """Note how far the building has come; not an event, it only moves a bar."""
    m.Report.objects.filter(id=report, state__in=["requested", "building"]).update(
        state=ReportState.BUILDING, progress=percent, step=step
    )


def issue(
    report: UUID,
    *,
    sha256: str,
    length: int,
    log_size: int,
    file: str,
    seal_time: SealTime = SealTime.UNIT,
    stamp: Stamp | None = None,
) -> Outcome:
    """Record the sealed file by its SHA-256 and length; issued twice it stays issued once.

    Whose word the time of its seal is goes with it; a silent authority is asked again.
    """
    by, at = (stamp.by or "", stamp.at) if stamp is not None else ("", None)

    def work(act: Act) -> Outcome:
        locking.update("report", [report])
        row = m.Report.objects.select_related("project").get(id=report)
        if row.state is ReportState.READY:
            return Outcome("done", row.entry, row)
        state = move(REPORT, row.state, "issue")
        entry = act.record(
            ReportIssuedStamped(
                report=str(report),
                project=str(row.project_id),
                sha256=sha256,
                length=length,
                log_size=log_size,
                seal_time=str(seal_time),
                stamped_by=by,
                stamped_at=at.isoformat() if at else "",
            ),
            row.project.stream,
        )
        row.state, row.entry, row.progress, row.step = state, entry, 100, "issued"
        row.sha256, row.length, row.log_size, row.file, row.built_at = sha256, length, log_size, file, act.now
        row.seal_time, row.stamped_by, row.stamped_at = seal_time, by, at
        row.save()
        if seal_time is SealTime.SILENT:
            stamping.queue(report)
        return Outcome("done", entry, row)

    return perform(Actor.setup(), work)


def fail(report: UUID, reason: str) -> None:
    """Say that a report could not be built and why; the question stays in the ledger."""
    m.Report.objects.filter(id=report).exclude(state__in=[ReportState.READY, ReportState.WITHDRAWN]).update(
        state=ReportState.FAILED, failure=reason
    )
