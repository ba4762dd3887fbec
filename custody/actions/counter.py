"""Receiving at a custodian's counter: the receiver identifies there for one receipt, and for nothing else.

The custodian's session neither ends nor gains anything: the receiver signs with the receiver's own rights,
and the entry beside the acceptance names the counter. What identified the receiver is told as well: a PIN
that is good at counters alone, for what is typed at another's screen may be kept there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from custody import models as m
from custody.terms import Text, VoteMethod

from . import handoffs
from .base import ActionError, Actor, Outcome
from .receipts import Wrong


@dataclass(frozen=True, slots=True)
class Counter:
    """Whose counter, and an opaque name of the session there."""

    custodian: UUID
    session: str
    method: VoteMethod = VoteMethod.PIN


def sign(
    custodian: Actor,
    receiver: Actor,
    *,
    handoff: UUID,
    session: str,
    method: VoteMethod = VoteMethod.PIN,
    note: str = "",
    wrong: Sequence[Wrong] = (),
    submission: UUID | None = None,
) -> Outcome:
    """Sign as receiver at a custodian's counter, identified by ``method``. Object: the handoff. Refused and
    recorded as ever.

    Raises NotPermitted for a custodian who is not of the sender, and for a receiver who may not receive;
    ActionError where both are one person.
    """
    row = m.Handoff.objects.get(id=handoff)
    custodian.require("handoff.counter", sender=row.sender_party_id)
    if receiver.human() == custodian.human():
        raise ActionError(
            Text(
                en="This is your own sign-in. Whoever receives the copies signs here.",
                zh="这是您本人的账号。须由接收人在此签收。",
            ),
            "username",
        )
    counter = Counter(custodian.human(), session, method)
    return handoffs.accept(
        receiver, handoff=handoff, note=note, wrong=wrong, submission=submission, counter=counter
    )
