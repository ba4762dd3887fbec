"""Events of handoffs."""

from custody.terms import Text

from .kind import Value, event, keep


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


@event("handoff.offered", 2, Text(en="Handoff {number} was offered.", zh="发起移交 {number}。"))
class HandoffOfferedWith:
    """The same, with who accompanies the copies; None: nobody was named (rule HND-04)."""

    handoff: str = keep()
    number: str = keep()
    project: str = keep()
    hop: str = keep()
    sender_party: str = keep()
    sender_person: str = keep()
    receiver_party: str = keep()
    receiver_person: str = keep()
    second_carrier: str | None = keep()
    copies: list[str] = keep()
    purpose: str = keep()
    channel: str = keep()
    system: str = keep()
    due_back: str | None = keep()


@event("handoff.offered", 3, Text(en="Handoff {number} was offered.", zh="发起移交 {number}。"))
class HandoffOfferedAs:
    """The same, with its leg; ``hop`` is None within one party, ``statement`` is what goes with a return."""

    handoff: str = keep()
    number: str = keep()
    project: str = keep()
    leg: str = keep()
    hop: str | None = keep()
    sender_party: str = keep()
    sender_person: str = keep()
    receiver_party: str = keep()
    receiver_person: str = keep()
    second_carrier: str | None = keep()
    copies: list[str] = keep()
    purpose: str = keep()
    statement: str = keep()
    channel: str = keep()
    system: str = keep()
    due_back: str | None = keep()


@event("handoff.offered", 4, Text(en="Handoff {number} was offered.", zh="发起移交 {number}。"))
class HandoffOfferedUntil:
    """The same, with the day by which it is to be answered; past it the offer lapses."""

    handoff: str = keep()
    number: str = keep()
    project: str = keep()
    leg: str = keep()
    hop: str | None = keep()
    sender_party: str = keep()
    sender_person: str = keep()
    receiver_party: str = keep()
    receiver_person: str = keep()
    second_carrier: str | None = keep()
    copies: list[str] = keep()
    purpose: str = keep()
    statement: str = keep()
    channel: str = keep()
    system: str = keep()
    due_back: str | None = keep()
    answer_by: str = keep()


@event(
    "handoff.read", 1, Text(en="The copies of {number} were read on site.", zh="现场查阅 {number} 的副本。")
)
class HandoffRead:
    """The reader signs that the copies were read where they lie; custody stays with the sender."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    reader_party: str = keep()
    reader: str = keep()
    note: str = keep()


@event("handoff.accepted", 1, Text(en="The recipient accepted {number}.", zh="接收人已签收 {number}。"))
class HandoffAccepted:
    """The receiver signs for the copies; custody moves now (rule HND-03)."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    custodian_party: str = keep()
    custodian_person: str = keep()
    system: str = keep()
    note: str = keep()


@event(
    "handoff.accepted", 2, Text(en="The recipient accepted {number} in part.", zh="接收人部分签收 {number}。")
)
class HandoffAcceptedInPart:
    """The receiver signs for ``copies``; custody of them moves now. Each of ``wrong`` was not in order, stays
    with the sender and is named with a discrepancy: its id, the copy, how it was found, and a note."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    custodian_party: str = keep()
    custodian_person: str = keep()
    system: str = keep()
    note: str = keep()
    wrong: list[dict[str, str]] = keep()


@event(
    "discrepancy.settled",
    1,
    Text(en="What became of a copy that was not in order was recorded.", zh="已记录异常副本的处理结果。"),
)
class DiscrepancySettled:
    """The sender says what became of a copy that was not in order: ``state`` is how it stands now,
    ``resolution`` says it in words."""

    discrepancy: str = keep()
    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    found: str = keep()
    state: str = keep()
    resolution: str = keep()
    person: str = keep()


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


@event(
    "handoff.mistaken",
    1,
    Text(en="The recipient says that {number} was accepted by mistake.", zh="接收人称 {number} 系误签收。"),
)
class HandoffMistaken:
    """The receiver asks the sender to undo an acceptance; until the answer nothing moves."""

    handoff: str = keep()
    number: str = keep()
    corrects: str = keep()
    copies: list[str] = keep()
    reason: str = keep()


@event(
    "handoff.undone",
    1,
    Text(en="The sender agreed that {number} was accepted by mistake.", zh="移交方同意 {number} 系误签收。"),
)
class HandoffUndone:
    """Custody goes back to the sender; ``systems`` tells for each copy where it stood before the offer."""

    handoff: str = keep()
    number: str = keep()
    corrects: str = keep()
    copies: list[str] = keep()
    custodian_party: str = keep()
    custodian_person: str = keep()
    systems: dict[str, str | None] = keep()
    reason: str = keep()


@event(
    "handoff.upheld",
    1,
    Text(
        en="The sender does not agree that {number} was accepted by mistake.",
        zh="移交方不同意 {number} 系误签收。",
    ),
)
class HandoffUpheld:
    """The acceptance stands; custody stays with the receiver."""

    handoff: str = keep()
    number: str = keep()
    corrects: str = keep()
    copies: list[str] = keep()
    reason: str = keep()


@event(
    "handoff.corrected",
    1,
    Text(en="The return date of {number} was corrected.", zh="更正 {number} 的归还日期。"),
)
class HandoffCorrected:
    """The day by which the copies are to be returned is put right."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    corrects: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    reason: str = keep()
