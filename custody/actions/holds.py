"""Legal holds: while one stands, nothing known about the person is erased."""

from __future__ import annotations

from uuid import UUID

from custody import models as m
from custody.events.erasure import PersonHeld, PersonHoldLifted
from custody.record import SYSTEM_STREAM
from custody.terms import Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .correcting import needed


def hold(*, person: UUID, reason: str, ordered_by: str) -> Outcome:
    """Put a person under a legal hold. Raises ActionError when one stands. Object: the person."""
    return _change(person, PersonHeld(person=str(person), reason=reason, ordered_by=ordered_by))


def lift(*, person: UUID, reason: str, ordered_by: str) -> Outcome:
    """End a legal hold. Raises ActionError when none stands. Object: the person."""
    return _change(person, PersonHoldLifted(person=str(person), reason=reason, ordered_by=ordered_by))


def _change(person: UUID, event: PersonHeld | PersonHoldLifted) -> Outcome:
    needed(event.reason)
    needed(event.ordered_by)
    holding = isinstance(event, PersonHeld)

    def work(act: Act) -> Outcome:
        locking.update("person", [person])
        row = m.Person.objects.filter(id=person).first()
        if row is None:
            raise ActionError(Text(en="There is no such person.", zh="没有此人员。"))
        if holding and row.hold:
            raise ActionError(Text(en="This person is under a hold already.", zh="此人员已处于法定保全中。"))
        if not holding and not row.hold:
            raise ActionError(Text(en="This person is under no hold.", zh="此人员未处于法定保全中。"))
        row.entry = act.record(event, SYSTEM_STREAM)
        row.hold = row.entry if holding else None
        row.save()
        return Outcome("done", row.entry, row)

    return perform(Actor.setup(), work)
