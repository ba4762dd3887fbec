"""Asking for a custody report, and issuing it once it is built and sealed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import gather, outbox, record
from custody import models as m
from custody.events.report import ReportIssued, ReportRequestedOf
from custody.record import SYSTEM_STREAM
from custody.reports.kinds import KINDS
from custody.terms import ReportKind, ReportState, Text
from custody.transitions import REPORT, move

from . import granted, locking
from .base import Act, ActionError, Actor, NotPermitted, Outcome, perform
from .entered import entered
from .projects import commitment
from .registers import party_stream

BUILD_TASK = "custody.build_report"


def streams_of(project: m.Project) -> list[str]:
    """Return every stream that a report on a project relies on: the project, its parties, the system."""
    hops = m.Hop.objects.filter(project=project)
    refused = m.Refusal.objects.filter(project=project, to_party__isnull=False)
    drew = m.Sample.objects.filter(project=project).values_list("authority_id", flat=True)
    parties = gather.path_parties(project, hops, *refused.values_list("to_party_id", flat=True), *drew)
    everyone = gather.with_controllers(parties, project.created_at.date())
    return [project.stream, *[party_stream(p) for p in everyone], SYSTEM_STREAM]


def may_request(actor: Actor, project: m.Project) -> bool:
    """Return whether the actor may ask for a report: project staff, officers, or a regulator with a live
    grant."""
    if actor.can("report.request", owner=project.owner_party_id):
        return True
    return actor.can("report.request_granted", grant=granted.authority(actor, project))


@dataclass(frozen=True, slots=True)
class About:
    """What a kind of report is about, as its entry says it, and the streams that answer it."""

    subject: Mapping[str, str]
    streams: Sequence[str]


def _project(row: m.Project, said: Mapping[str, Any]) -> About:
    return About({}, streams_of(row))


def _copy(row: m.Project, said: Mapping[str, Any]) -> About:
    """The number and the key's commitment stand in the question: the list of numbering names other copies."""
    copy = m.Copy.objects.filter(id=said["copy"], item__project=row).first()
    if copy is None:
        raise ActionError(Text("Choose a copy of this project.", "请选择本项目的副本。"), "copy")
    subject = {
        "copy": str(copy.id),
        "code": copy.code,
        "number": str(copy.number),
        "key_commitment": commitment(copy.tag_key),
    }
    return About(subject, [row.stream])


ABOUT: Mapping[ReportKind, Callable[[m.Project, Mapping[str, Any]], About]] = {
    ReportKind.PROJECT: _project,
    ReportKind.COPY: _copy,
}
_MISSING: Mapping[str, Text] = {
    "copy": Text("Choose the copy.", "请选择副本。"),
}


def _about(row: m.Project, kind: ReportKind, said: Mapping[str, Any]) -> About:
    """Return what a report is about. Raises ActionError for what its kind asks for and is not said, and for
    what is said and not asked for."""
    for name, value in said.items():
        if value is None and name in KINDS[kind].asks:
            raise ActionError(_MISSING[name], name)
        if value is not None and name not in KINDS[kind].asks:
            raise ActionError(Text("A report of this kind is not about that.", "此类报告不涉及该项。"), name)
    return ABOUT[kind](row, said)


@entered(m.Report)
def request(
    actor: Actor,
    *,
    project: UUID,
    language: str,
    kind: ReportKind = ReportKind.PROJECT,
    copy: UUID | None = None,
) -> Outcome:
    """Record the question with the heads of its streams, and queue the work. Object: the report."""
    row = m.Project.objects.get(id=project)
    if not may_request(actor, row):
        raise NotPermitted("report.request")
    about = _about(row, kind, {"copy": copy})

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


def issue(report: UUID, *, sha256: str, length: int, log_size: int, file: str) -> Outcome:
    """Record the sealed file by its SHA-256 and length; issued twice it stays issued once."""

    def work(act: Act) -> Outcome:
        locking.update("report", [report])
        row = m.Report.objects.select_related("project").get(id=report)
        if row.state is ReportState.READY:
            return Outcome("done", row.entry, row)
        state = move(REPORT, row.state, "issue")
        entry = act.record(
            ReportIssued(
                report=str(report),
                project=str(row.project_id),
                sha256=sha256,
                length=length,
                log_size=log_size,
            ),
            row.project.stream,
        )
        row.state, row.entry, row.progress, row.step = state, entry, 100, "issued"
        row.sha256, row.length, row.log_size, row.file, row.built_at = sha256, length, log_size, file, act.now
        row.save()
        return Outcome("done", entry, row)

    return perform(Actor.setup(), work)


def fail(report: UUID, reason: str) -> None:
    """Say that a report could not be built and why; the question stays in the ledger."""
    m.Report.objects.filter(id=report).exclude(state__in=[ReportState.READY, ReportState.WITHDRAWN]).update(
        state=ReportState.FAILED, failure=reason
    )
