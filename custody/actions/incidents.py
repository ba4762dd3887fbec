"""Incidents: reported in three fields by anyone who stands for a party of the project, then moved on by those
who answer for it.

The clock to the authority starts with the ledger entry of the report: an earlier time at which something was
noticed is kept as claimed, and moves nothing. It stops with the entry that says the authority was notified.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import models as m
from custody import record, regimes
from custody.clock import Clock
from custody.events import incident as events
from custody.evidence.store import Received
from custody.evidence.words import EvidenceOf
from custody.terms import HopState, IncidentState, Text
from custody.transitions import INCIDENT, move

from . import files, locking
from .base import AHEAD, Act, ActionError, Actor, Outcome, perform
from .correcting import Alteration, needed, save_changed
from .entered import entered
from .seen_since import seen_since, stood_by

MOST = 200
"""Copies that one incident names."""
_NEVER = (HopState.REJECTED, HopState.WITHDRAWN)
"""States of a subcontract that never was one."""
RULE = "INC-01"
EARLIEST = dt.datetime(1949, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What is reported. Nothing named: it is not known which, and ``unknown`` says so."""

    what: str
    noticed_at: dt.datetime
    copies: Sequence[UUID] = ()
    party: UUID | None = None
    person: UUID | None = None
    unknown: bool = False
    sure: bool = False
    """It is reported although a copy was seen after the time at which it is said to have been noticed."""


def parties_of(project: m.Project) -> set[UUID]:
    """Return the parties of a project: its owner, and both ends of every subcontract that ever was one."""
    ends = m.Hop.objects.filter(project=project).exclude(state__in=_NEVER)
    found = {party for pair in ends.values_list("from_party_id", "to_party_id") for party in pair}
    return {project.owner_party_id, *found}


def reports_for(actor: Actor, project: m.Project) -> UUID | None:
    """Return for which party of the project an actor may report; the owner or the house before others."""
    own = {party for party, _role in actor.memberships if actor.can("incident.report", sender=party)}
    for party in (project.owner_party_id, actor.house):
        if party in own:
            return party
    concerned = own & parties_of(project) if own else ()
    return min(concerned, default=None)


def hours_of(project: m.Project, today: dt.date) -> tuple[int | None, str]:
    """Return within how many hours of its report an incident is notified (rule INC-01; None: no clock), and
    the SHA-256 of the rule pack that says so."""
    pack = regimes.pack(project.regime, today)
    setting = pack.rules.get(RULE)
    hours = setting.params.get("hours") if setting and setting.enabled else None
    return (hours if isinstance(hours, int) else None), pack.sha256


def clocks(rows: Iterable[m.Incident]) -> dict[UUID, Clock]:
    """Return the clock of each incident that has one, told from the times of its ledger entries alone."""
    found = [row for row in rows if row.hours is not None]
    times = record.times_of(
        entry for row in found for entry in (row.report_entry, row.stop_entry) if entry is not None
    )
    return {
        row.id: Clock(
            times[row.report_entry], row.hours or 0, times[row.stop_entry] if row.stop_entry else None
        )
        for row in found
        if row.report_entry in times and (row.stop_entry is None or row.stop_entry in times)
    }


@entered(m.Incident)
def report(
    actor: Actor,
    *,
    project: UUID,
    told: Told,
    file: Received | None = None,
    submission: UUID | None = None,
) -> Outcome:
    """Report an incident, with a file that shows it if there is one. Object: the incident.

    Raises ActionError for a time that lies ahead, copies of another project, a party or person that has
    nothing to do with it, for nothing named without saying that it is not known, and for copies that were
    seen after that time unless the reporter is sure.
    """
    row = m.Project.objects.get(id=project)
    party = reports_for(actor, row)
    if party is None:
        actor.require("incident.report")  # of no party of the project: only the installation itself goes on
        party = row.owner_party_id
    _named(row, told)
    id = m.new_id()

    def work(act: Act) -> Outcome:
        locking.together(("update", "project", [project]), ("share", "copy", told.copies))
        made = opened(act, row, told, party, id)
        return Outcome("done", made.entry, made)

    both = files.also(file, EvidenceOf.INCIDENT, id, work)
    with files.settled(file):
        return perform(actor, both, submission=submission, verb="incident.report")


def opened(act: Act, row: m.Project, told: Told, party: UUID, id: UUID | None = None) -> m.Incident:
    """Open an incident inside an act that keeps its project and copies; its clock begins with the entry."""
    actor, id = act.actor, id or m.new_id()
    person = actor.human()
    noticed = _claimed(told.noticed_at, act.now, "noticed_at")
    since = stood_by(row, seen_since(actor, row, told.copies, noticed), sure=told.sure)
    serial = m.Incident.objects.filter(project=row).count() + 1
    hours, pack = hours_of(row, regimes.today(row.regime, act.now))
    made = m.Incident(
        id=id,
        number=f"{row.code}-I{serial}",
        serial=serial,
        project=row,
        what=told.what,
        noticed_at=noticed,
        copies=sorted({str(copy) for copy in told.copies}),
        party_id=told.party,
        person_id=told.person,
        reported_by_id=person,
        reported_for_id=party,
        hours=hours,
        pack_sha256=pack,
        notify_by=act.now + dt.timedelta(hours=hours) if hours else None,
    )
    event = events.IncidentReportedKnowing(
        incident=str(id),
        number=made.number,
        serial=serial,
        project=str(row.id),
        what=told.what,
        noticed_at=record.time_text(noticed),
        copies=made.copies,
        party=_text(told.party),
        person=_text(told.person),
        reported_by=str(person),
        reported_for=str(party),
        hours=hours,
        pack_sha256=pack,
        seen_since=since,
    )
    made.entry = made.report_entry = act.record(
        event, row.stream, on_behalf_of=party, copy_keys=_keys(told.copies)
    )
    made.save(force_insert=True)
    return made


@entered(m.Incident)
def correct(
    actor: Actor,
    *,
    incident: UUID,
    what: str,
    noticed_at: dt.datetime,
    copies: Sequence[UUID],
    party: UUID | None,
    person: UUID | None,
    reason: str,
) -> Outcome:
    """Put right what was reported; the entry names the one before. The clock does not move."""
    found = _row(incident)
    scope = {"owner": found.project.owner_party_id, "sender": found.reported_for_id}
    actor.require("incident.correct", **scope)
    needed(reason)
    told = Told(what, noticed_at, copies, party, person, unknown=True)
    _named(found.project, told)

    def work(act: Act) -> Outcome:
        noticed = _claimed(noticed_at, act.now, "noticed_at")
        row = _locked(act, found, "correct", share=copies)
        given = {
            "what": what,
            "noticed_at": noticed,
            "copies": sorted({str(copy) for copy in copies}),
            "party_id": party,
            "person_id": person,
        }
        changed = Alteration.of(row, given)
        event = events.IncidentCorrected(
            incident=str(incident),
            number=row.number,
            corrects=str(row.entry),
            changed=changed.names,
            old=changed.old,
            new=changed.new,
            reason=reason,
        )
        entry = act.record(
            event,
            row.project.stream,
            on_behalf_of=row.reported_for_id,
            copy_keys=_keys([*copies, *map(UUID, row.copies)]),
        )
        return save_changed(act, row, changed, entry, reason, new=given)

    return perform(actor, work, verb="incident.correct")


@entered(m.Incident, needed=("note",))
def triage(actor: Actor, *, incident: UUID, note: str) -> Outcome:
    """Take an incident up: who assesses it, and how bad it looks."""

    def step(row: m.Incident, state: IncidentState) -> Any:
        return events.IncidentTriaged(**_about(row), note=note, person=str(actor.human()))

    return _step(actor, incident, "triage", step)


@entered(m.Incident, needed=("note",))
def contain(actor: Actor, *, incident: UUID, note: str) -> Outcome:
    """Say what was done so that it goes no further; may be added to later."""

    def step(row: m.Incident, state: IncidentState) -> Any:
        return events.IncidentContained(**_about(row), state=str(state), note=note, person=str(actor.human()))

    return _step(actor, incident, "contain", step)


@entered(m.Incident, needed=("authority", "reference"))
def notify(
    actor: Actor, *, incident: UUID, authority: str, reference: str, notified_at: dt.datetime
) -> Outcome:
    """Record that an authority was notified, under which number, and when as claimed. The first stops the
    clock, by the time of this entry."""

    def step(row: m.Incident, state: IncidentState, now: dt.datetime) -> Any:
        told = _claimed(notified_at, now, "notified_at")
        return events.IncidentNotified(
            **_about(row),
            state=str(state),
            stops=row.stop_entry is None,
            authority=authority,
            reference=reference,
            notified_at=record.time_text(told),
            person=str(actor.human()),
        )

    def after(row: m.Incident, entry: UUID) -> None:
        if row.stop_entry is None:
            row.authority, row.reference, row.notified_at = authority, reference, notified_at
            row.stop_entry, row.notify_by = entry, None

    return _step(actor, incident, "notify", step, after)


@entered(m.Incident, needed=("note",))
def investigate(actor: Actor, *, incident: UUID, note: str) -> Outcome:
    """Say who looks into it, and how."""

    def step(row: m.Incident, state: IncidentState) -> Any:
        return events.IncidentInvestigating(**_about(row), note=note, person=str(actor.human()))

    return _step(actor, incident, "investigate", step)


@entered(m.Incident, needed=("findings",))
def close(actor: Actor, *, incident: UUID, findings: str, sanctions: str = "") -> Outcome:
    """Close an incident with what was found and what followed.

    Raises ActionError for whoever reported it, while it holds something, and while its clock runs.
    """

    def step(row: m.Incident, state: IncidentState) -> Any:
        _over(actor, row)
        if row.hours is not None and row.stop_entry is None:
            raise ActionError(
                Text(
                    en="No authority was notified yet. Record that first, late or not.",
                    zh="尚未向主管部门报告。无论是否超时，请先登记报告情况。",
                )
            )
        return events.IncidentClosed(
            **_about(row), findings=findings, sanctions=sanctions, person=str(actor.human())
        )

    def after(row: m.Incident, entry: UUID) -> None:
        row.findings, row.sanctions = findings, sanctions

    return _step(actor, incident, "close", step, after)


@entered(m.Incident, reason="dismissal", needed=("reason",))
def dismiss(actor: Actor, *, incident: UUID, reason: str) -> Outcome:
    """Say that it was a false alarm, and why; raises ActionError as :func:`close` does, but for the clock,
    which stops here."""

    def step(row: m.Incident, state: IncidentState) -> Any:
        _over(actor, row)
        stops = row.stop_entry is None
        return events.IncidentDismissed(**_about(row), stops=stops, reason=reason, person=str(actor.human()))

    def after(row: m.Incident, entry: UUID) -> None:
        row.dismissal, row.notify_by = reason, None
        row.stop_entry = row.stop_entry or entry

    return _step(actor, incident, "dismiss", step, after)


# --- what the steps share ---------------------------------------------------------------------------------


def _row(incident: UUID) -> m.Incident:
    found: m.Incident = m.Incident.objects.select_related("project").get(id=incident)
    return found


def _about(row: m.Incident) -> dict[str, str]:
    return {"incident": str(row.id), "number": row.number}


def _locked(act: Act, found: m.Incident, verb: str, share: Iterable[UUID] = ()) -> m.Incident:
    """Lock an incident and return it as it stands now. Raises Changed, and NotNow where it has ended."""
    locking.together(
        ("share", "project", [found.project_id]), ("share", "copy", share), ("update", "incident", [found.id])
    )
    row = _row(found.id)
    act.unchanged(row)
    move(INCIDENT, row.state, verb)
    return row


def _step(actor: Actor, incident: UUID, verb: str, event: Any, after: Any = None) -> Outcome:
    found = _row(incident)
    actor.require(f"incident.{verb}", owner=found.project.owner_party_id)

    def work(act: Act) -> Outcome:
        actor.human()
        row = _locked(act, found, verb)
        not_about(actor, row)
        state = move(INCIDENT, row.state, verb)
        told = event(row, state, act.now) if verb == "notify" else event(row, state)
        entry = act.record(told, row.project.stream, on_behalf_of=row.project.owner_party_id)
        if after is not None:
            after(row, entry)
        row.state, row.entry = state, entry
        row.save()
        return Outcome("done", entry, row)

    return perform(actor, work, verb=f"incident.{verb}")


def not_about(actor: Actor, row: m.Incident) -> None:
    """Raise ActionError for whoever an incident names: nobody leads their own case."""
    if row.person_id is not None and row.person_id == actor.person:
        raise ActionError(
            Text(
                en="This incident names you, so somebody else must do this.",
                zh="该事件涉及您本人，须由他人办理。",
            )
        )


def _over(actor: Actor, row: m.Incident) -> None:
    """Raise ActionError for whoever reported it, and while it holds copies or parties."""
    if row.reported_by_id == actor.person:
        raise ActionError(
            Text(
                en="You reported it, so somebody else must close it.",
                zh="该事件由您报告，须由他人结案。",
            )
        )
    if m.IncidentHold.objects.live().filter(incident=row).exists():
        raise ActionError(
            Text(
                en="It still holds copies or parties. An officer must release them first.",
                zh="仍有副本或单位处于管控中，须先由审批人解除。",
            )
        )


def _named(project: m.Project, told: Told) -> None:
    """Raise ActionError for what is named and has nothing to do with the project, and for nothing named."""
    if not told.what.strip():
        raise ActionError(Text(en="Say what happened.", zh="请说明事件经过。"), "what")
    if not (told.copies or told.party or told.person or told.unknown):
        raise ActionError(
            Text(
                en="Name the copies, the party or the person, or say that it is not known.",
                zh="请指明副本、单位或人员，或注明尚不清楚。",
            ),
            "unknown",
        )
    ids = set(told.copies)
    if len(ids) > MOST:
        raise ActionError(Text(en="Name 200 copies at most.", zh="最多指明200份副本。"), "copies")
    if m.Copy.objects.filter(id__in=ids, item__project=project).count() != len(ids):
        raise ActionError(Text(en="Choose copies of this project.", zh="请选择本项目的副本。"), "copies")
    known = parties_of(project)
    if told.party is not None and told.party not in known:
        raise ActionError(Text(en="Choose a party of this project.", zh="请选择本项目的单位。"), "party")
    if told.person is not None:
        stands = m.Membership.objects.filter(person=told.person, party__in={*known, _house()}).exists()
        if not stands:
            raise ActionError(
                Text(en="Choose a person of a party of this project.", zh="请选择本项目各单位的人员。"),
                "person",
            )


def _house() -> UUID | None:
    return m.Site.operator_id_or_none()


def _claimed(moment: dt.datetime, now: dt.datetime, about: str) -> dt.datetime:
    """Return a claimed moment. Raises ActionError for one that lies ahead, or before anybody kept records."""
    if moment.astimezone(dt.UTC) < EARLIEST:
        raise ActionError(Text(en="This time lies too far back.", zh="该时间过早。"), about)
    if moment > now + AHEAD:
        raise ActionError(Text(en="This time lies in the future.", zh="该时间晚于当前时间。"), about)
    return moment


def _keys(copies: Iterable[UUID]) -> list[bytes]:
    """Return the tag keys of copies: every leaf about them can be told to be."""
    return [bytes(key) for key in m.Copy.objects.filter(id__in=set(copies)).values_list("tag_key", flat=True)]


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def citations(row: m.Incident) -> Sequence[Mapping[str, Any]]:
    """Return where the clock of an incident rests, as the pack says under which it was reported: source,
    article and how far that was checked. None where the text of the pack is gone."""
    try:
        pack = regimes.published_pack(row.project.regime, row.pack_sha256)
    except (KeyError, ValueError):
        return ()
    setting = pack.rules.get(RULE)
    return [
        {"source": c.source.text, "article": c.article.text if c.article else None, "status": c.status}
        for c in (setting.cite if setting else ())
        if not c.problems or "late" in c.problems
    ]
