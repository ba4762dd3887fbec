"""Looks at what belongs to another organisation: recorded before the page is shown, once a person, object and
hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from custody import models as m
from custody.events.look import ObjectLooked
from custody.looks import Seen
from custody.record import party_stream, time_text
from custody.terms import Looked

from . import locking
from .base import Act, Actor, Outcome, perform


def record(actor: Actor, seen: Sequence[Seen]) -> None:
    """Record the looks of a person that were not recorded within this hour. Raises Busy."""
    person = actor.human()
    if not _new(person, seen, timezone.now()):
        return

    def work(act: Act) -> Outcome:
        locking.update("person", [person])  # two pages at once: one of them records
        for one in _new(person, seen, act.now):
            row = m.Look(
                id=m.new_id(), person_id=person, noun=one.noun, object=one.object, project_id=one.project,
                party_id=one.party, hour=_hour(act.now),
            )  # fmt: skip
            row.entry = act.record(
                ObjectLooked(
                    look=str(row.id), noun=str(one.noun), object=str(one.object),
                    project=str(one.project) if one.project else None,
                    party=str(one.party) if one.party else None, hour=time_text(row.hour),
                ),
                f"access:{_stream(one)}",
            )  # fmt: skip
            row.save(force_insert=True)
        return Outcome("done", act.id, None)

    perform(actor, work, despite_freeze=True)


def _new(person: UUID, seen: Sequence[Seen], now: dt.datetime) -> list[Seen]:
    """Return those that are not recorded yet within this hour."""
    rows = m.Look.objects.filter(person=person, hour=_hour(now), object__in=[one.object for one in seen])
    known: set[tuple[Looked, UUID]] = set(rows.values_list("noun", "object"))
    once = {(one.noun, one.object): one for one in seen}  # a page may look twice at one thing
    return [one for key, one in once.items() if key not in known]


def _hour(now: dt.datetime) -> dt.datetime:
    return now.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)


def _stream(one: Seen) -> str:
    return f"project:{one.project}" if one.project else party_stream(one.party)  # type: ignore[arg-type]
