"""The PIN with which a person signs at somebody else's counter: set, checked, ended.

It stands apart from all that signs in, so that nothing there can come to take it: no factor, no password.
Its digest is sealed for its row: whoever holds the database alone neither tries all PINs against it nor puts
one of their own in its place.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from custody import at_rest, passwords, record
from custody import models as m
from custody.events import pin as events
from custody.record import SYSTEM_STREAM
from custody.terms import PinEnd

from . import locking
from .base import Act, ActionError, Actor, Outcome, perform
from .factors import own


def set_own(actor: Actor, *, user: UUID, pin: str) -> Outcome:
    """Set the PIN of one's own sign-in, in place of the one before. Raises ActionError for one that is easily
    guessed."""
    actor.require("pin.set", own=own(actor, user))
    row = m.User.objects.select_related("person").get(id=user)
    if fault := passwords.pin_fault(pin, row.username, row.person.staff_number):
        raise ActionError(fault, "pin")

    def work(act: Act) -> Outcome:
        locking.update("person", [row.person_id])
        end_of(act, user, PinEnd.REPLACED)
        id = m.new_id()
        entry = act.record(events.PinSet(pin=str(id), user=str(user)), SYSTEM_STREAM)
        digest = at_rest.seal(make_password(pin), _about(user, id))
        made = m.CounterPin.objects.create(id=id, entry=entry, user_id=user, digest=digest)
        return Outcome("done", entry, made)

    return perform(actor, work, verb="pin.set")


def remove_own(actor: Actor, *, user: UUID) -> Outcome:
    """End the PIN of one's own sign-in; nothing happens where there is none."""
    actor.require("pin.remove", own=own(actor, user))

    def work(act: Act) -> Outcome:
        locking.update("person", [actor.human()])
        return Outcome("done", end_of(act, user, PinEnd.REMOVED) or act.id)

    return perform(actor, work, verb="pin.remove")


def end_of(act: Act, user: UUID, how: PinEnd) -> UUID | None:
    """End the PIN of a sign-in, inside an act that holds its person. Return the entry that says so."""
    row = m.CounterPin.objects.live().filter(user=user).first()
    if row is None:
        return None
    event = events.PinEnded(pin=str(row.id), user=str(user), how=str(how), ended_at=record.time_text(act.now))
    row.entry = act.record(event, SYSTEM_STREAM)
    row.digest, row.ended_at, row.ended_how = "", act.now, how
    row.save(update_fields=["entry", "digest", "ended_at", "ended_how"])
    return row.entry


def fits(user: m.User | None, pin: str) -> bool:
    """Return whether this is the PIN of a sign-in. Without a sign-in or a PIN a no takes as long."""
    row = m.CounterPin.objects.live().filter(user=user.pk if user else m.new_id()).first()
    try:
        known = at_rest.unseal(row.digest, _about(row.user_id, row.id)) if row else ""
    except at_rest.NotOpened:
        known = ""
    if not known:
        make_password(pin)
        return False
    return check_password(pin, known)


def _about(user: UUID, pin: UUID) -> str:
    return f"counter-pin:{user}:{pin}"
