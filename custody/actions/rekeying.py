"""A new key for the ledger, ordered by the owner of the machine."""

from __future__ import annotations

from custody.actions.base import Act, ActionError, Actor, Outcome, perform
from custody.events.site import LogKeyChanged
from custody.record import SYSTEM_STREAM
from custody.terms import Text
from ledger.rekey import Change, RestoreError, changing

__all__ = ["RestoreError", "change_log_key"]


def change_log_key(*, reason: str, ordered_by: str) -> Change:
    """Have the log signed with a new key from the next entry on, which says so.

    Raises ActionError without reason or order, RestoreError where the ledger does not allow it. Killed on
    the way it is called again: it ends what was begun, under the same new key, and records it once more.
    """
    if not reason.strip() or not ordered_by.strip():
        raise ActionError(Text(en="Say why, and on whose order.", zh="请说明原因，以及由谁下令。"))

    with changing() as change:

        def work(act: Act) -> Outcome:
            event = LogKeyChanged(
                old_key=change.old, new_key=change.new, reason=reason.strip(), ordered_by=ordered_by.strip()
            )
            return Outcome("done", act.record(event, SYSTEM_STREAM))

        perform(Actor.setup(), work)
    return change
