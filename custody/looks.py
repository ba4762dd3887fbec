"""Which rows belong to which organisation, and whether it is another one's than the reader's.

A look counts where the reader stands neither for the owner of the project nor for anybody who takes part in
it. What belongs to a party and to no project (the party itself, its certificates, systems and people) is the
daily bread of whoever deals with it: there the looks of regulators and administrators count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q

from custody import models as m
from custody.terms import Looked, Role


class Place(NamedTuple):
    """What a row is called, by which columns it comes to its project and to its party, and which column holds
    the id of what it is called."""

    noun: Looked
    project: str = ""
    party: str = ""
    object: str = "pk"


PLACES: dict[type[Model], Place] = {
    m.Project: Place(Looked.PROJECT, "id"),
    m.Hop: Place(Looked.HOP, "project_id"),
    m.Approval: Place(Looked.APPROVAL, "hop__project_id"),
    m.Condition: Place(Looked.APPROVAL, "approval__hop__project_id", object="approval_id"),
    m.Decision: Place(Looked.DECISION, "project_id"),
    m.Refusal: Place(Looked.REFUSAL, "project_id"),
    m.Item: Place(Looked.ITEM, "project_id"),
    m.ItemProposal: Place(Looked.ITEM, "project_id", object="item_id"),
    m.NeedToKnow: Place(Looked.NEED, "item__project_id", object="item_id"),
    m.Copy: Place(Looked.COPY, "item__project_id"),
    m.Holding: Place(Looked.COPY, "project_id", object="copy_id"),
    m.Handoff: Place(Looked.HANDOFF, "project_id"),
    m.PaperHandoff: Place(Looked.HANDOFF, "handoff__project_id", object="handoff_id"),
    m.Discrepancy: Place(Looked.DISCREPANCY, "handoff__project_id"),
    m.CopyPermit: Place(Looked.COPYING, "project_id"),
    m.Destruction: Place(Looked.DESTRUCTION, "project_id"),
    m.Stocktake: Place(Looked.STOCKTAKE, "project_id", "party_id"),
    m.StocktakeLine: Place(Looked.STOCKTAKE, "stocktake__project_id", "stocktake__party_id", "stocktake_id"),
    m.Handover: Place(Looked.HANDOVER, "", "party_id"),
    m.HandoverLine: Place(Looked.HANDOVER, "copy__item__project_id", object="handover_id"),
    m.Recall: Place(Looked.RECALL, "project_id"),
    m.Incident: Place(Looked.INCIDENT, "project_id"),
    m.Objection: Place(Looked.OBJECTION, "project_id"),
    m.Sample: Place(Looked.SAMPLE, "project_id"),
    m.SampleLine: Place(Looked.SAMPLE, "sample__project_id", object="sample_id"),
    m.Override: Place(Looked.OVERRIDE, "project_id"),
    m.FieldPermit: Place(Looked.PERMIT, "project_id"),
    m.Collection: Place(Looked.COLLECTION, "project_id"),
    m.Visit: Place(Looked.VISIT, "project_id"),
    m.OpeningRegister: Place(Looked.REGISTER, "project_id"),
    m.OpeningFinding: Place(Looked.REGISTER, "register__project_id", object="register_id"),
    m.RegisterPrint: Place(Looked.PRINTED, "project_id", "party_id"),
    m.BlankReceipt: Place(Looked.FORM, "project_id", "party_id"),
    m.Lapse: Place(Looked.LAPSE, "project_id", "party_id"),
    m.Stray: Place(Looked.ITEM, "project_id", object="item_id"),
    m.Report: Place(Looked.REPORT, "project_id"),
    m.WithoutPaper: Place(Looked.HANDOFF, "project_id", "party_id"),
    m.Party: Place(Looked.PARTY, "", "id"),
    m.Qualification: Place(Looked.QUALIFICATION, "", "party_id"),
    m.System: Place(Looked.SYSTEM, "", "owner_party_id"),
    m.Equipment: Place(Looked.EQUIPMENT, "", "owner_party_id"),
    m.Person: Place(Looked.PERSON, "", "memberships__party_id"),
    m.Membership: Place(Looked.PERSON, "", "party_id", "person_id"),
    m.Access: Place(Looked.PERSON, "", "party_id", "person_id"),
}
"""What a look at a row of each table counts as. Of other tables none counts: they are of the site, of one
user, or shown on the page of one of these."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Something that is another organisation's: what, and of which project or party."""

    noun: Looked
    object: UUID
    project: UUID | None
    party: UUID | None


def at(user: m.User, rows: Sequence[Any], instead: Looked | None = None) -> list[Seen]:
    """Return what of ``rows``, all of one table, is another organisation's than the reader's.

    ``instead`` is a word for rows that are not looked at one by one: then one for each project or party.
    """
    place = PLACES.get(type(rows[0])) if rows else None
    if place is None:
        return []
    found = [told for told in _belonging(place, rows) if told[1] or told[2]]
    others = _projects_of_others(user, {project for _, project, _ in found if project})
    mine = set(user.party_ids()) if user.roles() & {Role.REGULATOR, Role.ADMINISTRATOR} else None
    seen: dict[tuple[Any, ...], Seen] = {}
    for id, project, party in found:
        if project not in others if project else mine is None or party in mine:
            continue
        one = (
            Seen(place.noun, id, project, party)
            if instead is None
            else Seen(instead, project or party or id, project, party)
        )
        seen.setdefault((one.noun, one.object), one)
    return list(seen.values())


def _belonging(place: Place, rows: Sequence[Any]) -> Iterable[tuple[UUID, UUID | None, UUID | None]]:
    """Yield for each row what was looked at, its project, or else its party; asks nothing where the row holds
    them itself."""
    columns = [place.object, place.project, place.party]
    if not any("__" in column for column in columns):
        for row in rows:
            project, party = (getattr(row, column) if column else None for column in columns[1:])
            yield getattr(row, place.object), project, None if project else party
        return
    asked = [column for column in columns if column]
    for told in (
        type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows]).order_by().values_list(*asked)
    ):
        values = dict(zip(asked, told, strict=True))
        project = values.get(place.project)
        yield values[place.object], project, None if project else values.get(place.party)


def _projects_of_others(user: m.User, projects: set[UUID]) -> set[UUID]:
    """Return those whose owner the reader does not stand for, and in which nobody takes part for whom the
    reader does."""
    if not projects:
        return set()
    mine = user.party_ids()
    here = {"project": OuterRef("pk")}
    parts = Exists(m.Hop.objects.filter(to_party__in=mine, **here)) | Exists(
        m.Handoff.objects.filter(Q(sender_party__in=mine) | Q(receiver_party__in=mine), **here)
    )
    rows = m.Project.objects.filter(id__in=projects).exclude(owner_party__in=mine).exclude(parts)
    return set(rows.values_list("id", flat=True))
