"""Need-to-know lists (rule HND-02): who may learn an item, down to persons, each by a written decision."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Q

from custody import models as m
from custody import regimes
from custody.events.need import NeedToKnowAdded, NeedToKnowEnded
from custody.terms import Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform, reached
from .entered import entered


@entered(m.NeedToKnow, needed=("basis",))
def admit(actor: Actor, *, item: UUID, person: UUID, since: dt.date, decided_by: UUID, basis: str) -> Outcome:
    """Put a person on the need-to-know list of an item, since a day, by whose decision, on which written
    basis. Object: their place on the list.

    Raises ActionError for oneself or one's own decision about oneself, for who stands for no party of the
    project, for a decision by somebody who stands neither for the owner nor for the house, for a day that has
    not come, and for who is on the list already.
    """
    row = m.Item.objects.select_related("project").get(id=item)
    project = row.project
    actor.require("item.admit", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        reached(since, regimes.today(project.regime, act.now), "since")
        locking.together(("share", "person", [person, decided_by]), ("update", "project", [project.id]))
        if person in (actor.person, decided_by):
            raise ActionError(
                Text(
                    en="Nobody puts themselves on a need-to-know list. Somebody else must decide and do it.",
                    zh="任何人不得将自己列入知悉范围，须由他人决定并登记。",
                ),
                "person",
            )
        if not m.Person.objects.filter(id__in=may_be_admitted(project).values("id"), id=person).exists():
            raise ActionError(
                Text(
                    en="This person stands for no party of the project today. Choose one of their people.",
                    zh="该人员目前不代表项目的任何一方，请从各方人员中选择。",
                ),
                "person",
            )
        if not m.Person.objects.filter(
            id__in=may_decide(project, actor.house).values("id"), id=decided_by
        ).exists():
            raise ActionError(
                Text(
                    en="Who decides must stand for the owner of the project today. Choose one of its people.",
                    zh="决定人目前须代表项目所有方，请从其人员中选择。",
                ),
                "decided_by",
            )
        if m.NeedToKnow.objects.standing().filter(item=item, person=person).exists():
            raise ActionError(
                Text(en="This person is on the list already.", zh="该人员已在知悉范围内。"), "person"
            )
        listing = m.new_id()
        current = m.Item.objects.get(id=item)
        event = NeedToKnowAdded(
            listing=str(listing),
            item=str(item),
            codename=current.codename,
            person=str(person),
            since=since.isoformat(),
            decided_by=str(decided_by),
            basis=basis,
        )
        entry = act.record(event, project.stream, on_behalf_of=project.owner_party_id)
        made = m.NeedToKnow.objects.create(
            id=listing,
            entry=entry,
            item=row,
            person_id=person,
            since=since,
            decided_by_id=decided_by,
            basis=basis,
        )
        return Outcome("done", entry, made)

    return perform(actor, work, verb="item.admit")


@entered(needed=("reason",))
def dismiss(actor: Actor, *, listing: UUID, reason: str) -> Outcome:
    """Take a person off the need-to-know list, from today on. What they hold they keep until it is handed
    back. Object: their place on the list. Raises ActionError when it has ended already."""
    row = m.NeedToKnow.objects.select_related("item__project").get(id=listing)
    project = row.item.project
    actor.require("item.dismiss", owner=project.owner_party_id)

    def work(act: Act) -> Outcome:
        locking.update("project", [project.id])
        current = m.NeedToKnow.objects.select_related("item").get(id=listing)
        act.unchanged(current)
        if current.ended_on:
            raise ActionError(Text(en="This person is off the list already.", zh="该人员已移出知悉范围。"))
        today = regimes.today(project.regime, act.now)
        event = NeedToKnowEnded(
            listing=str(listing),
            item=str(current.item_id),
            codename=current.item.codename,
            person=str(current.person_id),
            ended_on=today.isoformat(),
            reason=reason,
        )
        entry = act.record(event, project.stream, on_behalf_of=project.owner_party_id)
        current.ended_on, current.entry = today, entry
        current.save()
        return Outcome("done", entry, current)

    return perform(actor, work, verb="item.dismiss")


def may_be_admitted(project: m.Project) -> m.VisibleQuerySet:
    """Return the people who stand today for the owner or for a party of a subcontract of the project."""
    receiving = m.Hop.objects.filter(project=project).values("to_party")
    parties = Q(party=project.owner_party_id) | Q(party__in=receiving)
    found: m.VisibleQuerySet = m.Person.objects.filter(
        id__in=m.Membership.objects.current().filter(parties).values("person")
    )
    return found


def may_decide(project: m.Project, house: UUID | None) -> m.VisibleQuerySet:
    """Return the people who stand today for the owner of the project or for the house."""
    parties = [p for p in (project.owner_party_id, house) if p]
    found: m.VisibleQuerySet = m.Person.objects.filter(
        id__in=m.Membership.objects.current().filter(party__in=parties).values("person")
    )
    return found
