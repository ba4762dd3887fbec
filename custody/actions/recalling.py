"""Copies are asked back: of a subcontract, project or item, off a system, from a person who leaves.

Each holder is asked by itself, for the copies of one project at a time, at most 200 to an entry. Asking moves
no copy: it ends as the copies come back, are handed over or moved, or are destroyed. What is not back by its
day is overdue with its holder (rule HND-05).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from custody import models as m
from custody import out, regimes
from custody.events import ending as events
from custody.terms import HopState, Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import needed
from .entered import entered

DAYS = 14
"""Until when copies are to be back where no day is given."""
PER_ENTRY = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, and of what: a subcontract with its state from now on, a system, or a person; with none
    of them, of the project that the copies are of."""

    reason: str
    due: dt.date
    person: UUID
    hop: m.Hop | None = None
    state: HopState | None = None
    system: UUID | None = None
    leaver: UUID | None = None


@entered(m.Recall)
def off_system(actor: Actor, *, system: UUID, reason: str, due: dt.date | None = None) -> Outcome:
    """Ask the holders of all copies on a system to take them off it, by a day, in 14 days if none is given.

    Object: the first recall. Raises ActionError when no copy is on it or the day has passed.
    """
    actor.require("system.recall")
    needed(reason)

    def work(act: Act) -> Outcome:
        locking.update("system", [system])
        row = m.System.objects.filter(id=system).first()
        if row is None:
            raise ActionError(Text(en="There is no such system.", zh="没有此系统。"))
        act.unchanged(row)
        copies = m.Copy.objects.there().filter(system=row)
        asked = Asked(reason, _day_for(copies, due, act), actor.human(), system=row.id)
        made = keep(act, copies, asked)
        return Outcome("done", made[0].entry, made[0])

    return perform(actor, work, verb="system.recall")


@entered(m.Recall)
def from_person(actor: Actor, *, person: UUID, reason: str, due: dt.date | None = None) -> Outcome:
    """Ask for all copies that a person holds to be handed over to somebody else, by a day, in 14 days where
    none is given.

    Object: the first recall. Raises ActionError when they hold none or the day has passed.
    """
    actor.require("person.recall")
    needed(reason)

    def work(act: Act) -> Outcome:
        locking.update("person", [person])
        row = m.Person.objects.filter(id=person).first()
        if row is None:
            raise ActionError(Text(en="There is no such person.", zh="没有此人员。"))
        act.unchanged(row)
        copies = m.Copy.objects.there().filter(custodian_person=row)
        asked = Asked(reason, _day_for(copies, due, act), actor.human(), leaver=row.id)
        made = keep(act, copies, asked)
        return Outcome("done", made[0].entry, made[0])

    return perform(actor, work, verb="person.recall")


@entered(m.Recall)
def of_item(actor: Actor, *, item: UUID, reason: str, due: dt.date | None = None) -> Outcome:
    """Ask the holders of all copies of an item to give them back to the project's owner, by a day, in 14 days
    where none is given.

    Object: the first recall. Raises ActionError when none is out or the day has passed.
    """
    found = m.Item.objects.select_related("project").get(id=item)
    actor.require("item.recall", owner=found.project.owner_party_id)
    needed(reason)

    def work(act: Act) -> Outcome:
        locking.update("project", [found.project_id])
        row = m.Item.objects.select_related("project").get(id=item)
        act.unchanged(row)
        today = regimes.today(found.project.regime, act.now)
        made = keep(act, out.of_item(row), Asked(reason, by_day(due, today), actor.human()))
        return Outcome("done", made[0].entry, made[0])

    return perform(actor, work, verb="item.recall")


def by_day(due: dt.date | None, today: dt.date) -> dt.date:
    """Return the day by which copies are to be back. Raises ActionError for one that has passed."""
    if due is not None and due < today:
        raise ActionError(Text(en="This day has passed.", zh="该日期已过。"), "due")
    return due or today + dt.timedelta(days=DAYS)


def keep(act: Act, copies: Any, asked: Asked) -> list[m.Recall]:
    """Record that the holders of copies are asked, and return each request, at least one.

    Raises ActionError where there is no copy.
    """
    rows = list(copies.select_related("item__project").order_by("item__project", "custodian_party", "id"))
    if not rows:
        raise ActionError(Text(en="No copy is out.", zh="没有未收回的副本。"))
    made: list[m.Recall] = []
    for _, group in itertools.groupby(rows, key=lambda copy: (copy.item.project_id, copy.custodian_party_id)):
        one = list(group)
        made += [_kept(act, one[at : at + PER_ENTRY], asked) for at in range(0, len(one), PER_ENTRY)]
    m.Recall.objects.bulk_create(made)
    return made


def _kept(act: Act, copies: Sequence[m.Copy], asked: Asked) -> m.Recall:
    project, holder = copies[0].item.project, copies[0].custodian_party_id
    row = m.Recall(
        id=m.new_id(),
        project=project,
        hop=asked.hop,
        system_id=asked.system,
        leaver_id=asked.leaver,
        holders=[holder],
        copies=[copy.id for copy in copies],
        due=asked.due,
        person_id=asked.person,
        reason=asked.reason,
    )
    row.entry = act.record(
        events.CopiesRecalledOfOne(
            recall=str(row.id),
            project=str(project.id),
            hop=_text(asked.hop and asked.hop.id),
            system=_text(asked.system),
            leaver=_text(asked.leaver),
            state=_text(asked.state),
            holder=str(holder),
            copies=[str(copy.id) for copy in copies],
            due=asked.due.isoformat(),
            person=str(asked.person),
            reason=asked.reason,
        ),
        project.stream,
        on_behalf_of=asked.hop.from_party_id if asked.hop else project.owner_party_id,
        copy_keys=[copy.tag_key for copy in copies],
    )
    return row


def _text(value: Any) -> str | None:
    return str(value) if value else None


def _day_for(copies: Any, due: dt.date | None, act: Act) -> dt.date:
    """Return the day, by the calendar of the regimes that the copies are under."""
    names = copies.order_by().values_list("item__project__regime", flat=True).distinct()
    return by_day(due, max([regimes.today(name, act.now) for name in names], default=act.now.date()))
