"""Events of handoffs."""

from custody.terms import Text

from .kind import event, keep


@event("handoff.offered", 1, Text(en="Handoff {number} was offered.", zh="发起移交 {number}。"))
class HandoffOffered:
    """Copies are offered over a hop; custody stays with the sender."""

    handoff: str = keep()
    number: str = keep()
    project: str = keep()
    hop: str = keep()
    sender_party: str = keep()
    sender_person: str = keep()
    receiver_party: str = keep()
    receiver_person: str = keep()
    copies: list[str] = keep()
    purpose: str = keep()
    channel: str = keep()
    system: str = keep()
    due_back: str | None = keep()


@event("handoff.accepted", 1, Text(en="The recipient accepted {number}.", zh="接收人已接收 {number}。"))
class HandoffAccepted:
    """The receiver signs for the copies; custody moves now (rule HND-03)."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    custodian_party: str = keep()
    custodian_person: str = keep()
    system: str = keep()
    note: str = keep()


@event("handoff.declined", 1, Text(en="The recipient declined {number}.", zh="接收人拒收 {number}。"))
class HandoffDeclined:
    """The receiver refuses the copies; custody has not moved."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    reason: str = keep()


@event("handoff.withdrawn", 1, Text(en="The sender withdrew {number}.", zh="移交方撤回 {number}。"))
class HandoffWithdrawn:
    """The sender takes an unanswered offer back."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    reason: str = keep()
