"""Legal holds: while one stands, nothing known about the person is erased."""

from __future__ import annotations

from uuid import UUID

from custody import models as m
from custody.events.erasure import PersonHeld, PersonHoldLifted
from custody.record import SYSTEM_STREAM
from custody.terms import Text

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .entered import entered


@entered(m.Person, needed=("reason", "ordered_by"))
def hold(actor: Actor, *, person: UUID, reason: str, ordered_by: str) -> Outcome:
    """Put a person under a legal hold. Raises ActionError when one stands. Object: the person."""
    actor.require("person.hold")

    def work(act: Act) -> Outcome:
        row = _locked(act, person)
        if row.hold:
            raise ActionError(Text(en="This person is under a hold already.", zh="此人员已处于法定保全中。"))
        return _set(act, row, PersonHeld(person=str(person), reason=reason, ordered_by=ordered_by))

    return perform(actor, work, verb="person.hold")


@entered(m.Person, needed=("reason", "ordered_by"))
def lift(actor: Actor, *, person: UUID, reason: str, ordered_by: str) -> Outcome:
    """End a legal hold. Raises ActionError when none stands, and for one's own. Object: the person."""
    actor.require("person.lift_hold")

    def work(act: Act) -> Outcome:
        row = _locked(act, person)
        if not row.hold:
            raise ActionError(Text(en="This person is under no hold.", zh="此人员未处于法定保全中。"))
        if actor.person == row.id:
            raise ActionError(
                Text(
                    en="This hold is on you, so somebody else must lift it.",
                    zh="该法定保全针对您本人，须由他人解除。",
                )
            )
        return _set(act, row, PersonHoldLifted(person=str(person), reason=reason, ordered_by=ordered_by))

    return perform(actor, work, verb="person.lift_hold")


def _locked(act: Act, person: UUID) -> m.Person:
    locking.update("person", [person])
    row = m.Person.objects.filter(id=person).first()
    if row is None:
        raise ActionError(Text(en="There is no such person.", zh="没有此人员。"))
    act.unchanged(row)
    return row


def _set(act: Act, row: m.Person, event: PersonHeld | PersonHoldLifted) -> Outcome:
    entry = act.record(event, SYSTEM_STREAM)
    row.entry, row.hold = entry, entry if isinstance(event, PersonHeld) else None
    row.save()
    return Outcome("done", entry, row)
