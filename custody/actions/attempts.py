"""Attempts that came to nothing: those that a frozen record held, and how many a person may make in an hour.

What the rules refuse is recorded by :mod:`custody.actions.deciding`; both count.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import F

from custody import models as m
from custody import record
from custody.events.check import AttemptHeld
from custody.events.hop import RefusalsThrottled
from custody.events.kind import RESERVED
from custody.record import FACTS_PREFIX, SYSTEM_STREAM
from custody.terms import Source

from .errors import Frozen, TooManyRefusals

if TYPE_CHECKING:
    from .base import Act

logger = logging.getLogger(__name__)

PER_HOUR = 30
HELD = "attempt.held/1"
_HOUR = dt.timedelta(hours=1)
_MOST = 200
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def too_many(act: Act) -> bool:
    """Return whether a person at a screen or with a program has had so many attempts come to nothing."""
    if act.actor.source not in (Source.SCREEN, Source.API):
        return False
    since = act.now - _HOUR
    refused = m.Refusal.objects.filter(attempted_by=act.actor.person, attempted_at__gt=since).count()
    if refused < PER_HOUR and m.FrozenObject.objects.exists():  # else nothing was ever held
        refused += len(held(str(act.actor.person), since))
    return refused >= PER_HOUR


def held(named: str, since: dt.datetime) -> list[Any]:
    """Return the entries of attempts that were held since a moment and name somebody or something."""
    return record.naming(named, (HELD,), stream=SYSTEM_STREAM, since=since)


def turn_away(act: Act, person: UUID) -> m.RefusalPause:
    """Count the attempt; the first one of a clock hour is an entry."""
    hour = act.now.replace(minute=0, second=0, microsecond=0)
    pause, first = m.RefusalPause.objects.get_or_create(
        person_id=person, hour=hour, defaults={"entry": m.new_id()}
    )
    if first:
        act.record(
            RefusalsThrottled(person=str(person), hour=record.time_text(hour), limit=PER_HOUR),
            SYSTEM_STREAM,
            entry=pause.entry,
        )
    m.RefusalPause.objects.filter(id=pause.id).update(attempts=F("attempts") + 1)
    act.turned_away = TooManyRefusals()
    return pause


def hold(act: Act, verb: str, drafts: Sequence[record.Draft], rows: Sequence[m.FrozenObject]) -> UUID:
    """Record that an act was held by frozen records; ``drafts``: what it would have appended.

    The act ends in Frozen once that is committed. After 30 attempts in an hour that came to nothing it is
    counted only, as :func:`turn_away` does; of background work no more than that are listed for one record.
    """
    person = act.actor.person
    if person is not None and too_many(act):
        return turn_away(act, person).entry
    act.turned_away = Frozen()
    if person is None and len(held(str(rows[0].id), act.now - _HOUR)) >= PER_HOUR:
        logger.warning("%s is held by %s and not listed again this hour", verb or "an act", rows[0])
        return act.id
    event = AttemptHeld(
        verb=verb or str(_kind(drafts[0])),
        person=str(person) if person else None,
        frozen=[str(row.id) for row in rows[:_MOST]],
        kinds=sorted({str(_kind(draft)) for draft in drafts}),
        streams=sorted({draft.stream for draft in drafts})[:_MOST],
        attempt=dict(_ids(drafts[0])),
    )
    return act.record(event, SYSTEM_STREAM)


def _kind(draft: record.Draft) -> Any:
    return next(field.value for field in draft.fields if field.name == "kind")


def _ids(draft: record.Draft) -> Iterator[tuple[str, str | list[str]]]:
    """Yield what an entry would have named by id: what was attempted, without a word about a person."""
    for field in draft.fields:
        if field.personal or field.name in RESERVED or field.name.startswith(FACTS_PREFIX):
            continue
        members: dict[str, Any] = field.value if isinstance(field.value, dict) else {field.name: field.value}
        for name, value in members.items():
            every = value if isinstance(value, list) else [value]
            if every and all(isinstance(each, str) and _UUID.fullmatch(each) for each in every):
                yield name, value[:_MOST] if isinstance(value, list) else value
