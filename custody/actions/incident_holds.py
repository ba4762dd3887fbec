"""What an incident holds: copies that nothing moves, and parties that pass on and get nothing, until an
officer lets them go. Rule INC-01 bars what would move them; a record that does not agree with the ledger
(:mod:`custody.frozen`) is something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from custody import models as m
from custody.events import incident as events
from custody.terms import Text
from custody.transitions import INCIDENT, move

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered
from .incidents import MOST, not_about, parties_of


@entered(m.IncidentHold, needed=("reason",))
def hold(
    actor: Actor,
    *,
    incident: UUID,
    copies: Sequence[UUID] = (),
    copies_of: UUID | None = None,
    party: UUID | None = None,
    reason: str,
) -> Outcome:
    """Hold named copies, all copies of the project that a party has in custody now, or a party itself.
    Object: the incident. What it holds already is left as it is.

    Raises ActionError where nothing new is named, for copies or parties of another project, and for more than
    200 copies: name the party, and what it gives on is barred too.
    """
    found = m.Incident.objects.select_related("project").get(id=incident)
    project = found.project
    actor.require("incident.hold", owner=project.owner_party_id)
    _of_project(project, copies, copies_of, party)

    def work(act: Act) -> Outcome:
        person = actor.human()
        # Custody of a party's copies moves by handoffs that keep its row still: what is read then stays so.
        locking.together(
            ("update", "party", [p for p in (party, copies_of) if p]), ("share", "project", [project.id])
        )
        named = {*copies, *_held_by(project, copies_of)}
        if len(named) > MOST:
            raise ActionError(Text(en="At most 200 copies at once.", zh="一次最多管控200份副本。"), "copies")
        locking.together(("update", "copy", named), ("update", "incident", [incident]))
        row = _as_it_stands(act, found, "hold")
        not_about(actor, row)
        live = m.IncidentHold.objects.live().filter(incident=row)
        there = {id for pair in live.values_list("copy_id", "party_id") for id in pair}
        new = [m.IncidentHold(id=m.new_id(), copy_id=copy) for copy in sorted(named - there)]
        if party is not None and party not in there:
            new.append(m.IncidentHold(id=m.new_id(), party_id=party))
        if not new:
            raise ActionError(
                Text(en="It holds all of these already.", zh="所选内容均已处于管控中。"), "copies"
            )
        kept = [one.copy_id for one in new if one.copy_id]
        event = events.IncidentHeld(
            incident=str(row.id),
            number=row.number,
            project=str(project.id),
            holds=[
                {"hold": str(one.id), "copy": _text(one.copy_id), "party": _text(one.party_id)} for one in new
            ],
            copies=[str(copy) for copy in kept],
            parties=[str(one.party_id) for one in new if one.party_id],
            reason=reason,
            person=str(person),
        )
        entry = act.record(event, project.stream, on_behalf_of=project.owner_party_id, copy_keys=_keys(kept))
        for one in new:
            one.entry, one.incident, one.project, one.reason, one.held_by_id = (
                entry, row, project, reason, person,
            )  # fmt: skip
        m.IncidentHold.objects.bulk_create(new)
        return _kept(row, entry)

    return perform(actor, work, verb="incident.hold")


@entered(m.IncidentHold, reason="release_reason", needed=("reason",))
def release(actor: Actor, *, incident: UUID, holds: Sequence[UUID], reason: str) -> Outcome:
    """Let go what an incident holds. Object: the incident.

    Raises ActionError for nothing named and for what this incident does not hold, or not any more.
    """
    found = m.Incident.objects.select_related("project").get(id=incident)
    project = found.project
    actor.require("incident.release", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        person = actor.human()
        locking.together(("share", "project", [project.id]), ("update", "incident", [incident]))
        row = _as_it_stands(act, found, "release")
        not_about(actor, row)
        live = list(m.IncidentHold.objects.live().filter(incident=row, id__in=holds).order_by("id"))
        if not live or len(live) != len(set(holds)):
            raise ActionError(
                Text(en="Choose what this incident holds now.", zh="请选择该事件目前管控的内容。"), "holds"
            )
        copies = [one.copy_id for one in live if one.copy_id]
        event = events.IncidentReleased(
            incident=str(row.id),
            number=row.number,
            holds=[str(one.id) for one in live],
            copies=[str(copy) for copy in copies],
            parties=[str(one.party_id) for one in live if one.party_id],
            reason=reason,
            person=str(person),
        )
        entry = act.record(
            event, project.stream, on_behalf_of=project.owner_party_id, copy_keys=_keys(copies)
        )
        m.IncidentHold.objects.filter(id__in=[one.id for one in live]).update(
            released_by=person, release_reason=reason, release_entry=entry, entry=entry
        )
        return _kept(row, entry)

    return perform(actor, work, verb="incident.release")


def _as_it_stands(act: Act, found: m.Incident, verb: str) -> m.Incident:
    row: m.Incident = m.Incident.objects.select_related("project").get(id=found.id)
    act.unchanged(row)
    move(INCIDENT, row.state, verb)
    return row


def _kept(row: m.Incident, entry: UUID) -> Outcome:
    row.entry = entry
    row.save(update_fields=["entry"])
    return Outcome("done", entry, row)


def _of_project(
    project: m.Project, copies: Sequence[UUID], copies_of: UUID | None, party: UUID | None
) -> None:
    if not (copies or copies_of or party):
        raise ActionError(
            Text(en="Name the copies or the party to hold.", zh="请指明需管控的副本或单位。"), "copies"
        )
    ids = set(copies)
    if m.Copy.objects.filter(id__in=ids, item__project=project).count() != len(ids):
        raise ActionError(Text(en="Choose copies of this project.", zh="请选择本项目的副本。"), "copies")
    known = parties_of(project)
    for name, one in (("copies_of", copies_of), ("party", party)):
        if one is not None and one not in known:
            raise ActionError(Text(en="Choose a party of this project.", zh="请选择本项目的单位。"), name)


def _held_by(project: m.Project, party: UUID | None) -> set[UUID]:
    """Return the copies of a project that a party has in custody."""
    if party is None:
        return set()
    rows = m.Copy.objects.filter(item__project=project, custodian_party=party)
    return set(rows.values_list("id", flat=True)[: MOST + 1])


def _keys(copies: Iterable[UUID]) -> list[bytes]:
    return [bytes(key) for key in m.Copy.objects.filter(id__in=set(copies)).values_list("tag_key", flat=True)]


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
