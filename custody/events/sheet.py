"""Events of receipts that are signed by hand before a witness."""

from custody.terms import Text

from .kind import event, keep


@event(
    "handoff.sheet_printed",
    1,
    Text(
        en="Sheet {sheet_number} was printed, for a receiver without a sign-in to sign by hand.",
        zh="印制签收单 {sheet_number}，供无账号的接收人纸质签收。",
    ),
)
class ReceiptSheetPrinted:
    """A numbered sheet for one handoff; ``replaces`` is the one that may not be used any more."""

    sheet: str = keep()
    sheet_number: str = keep()
    handoff: str = keep()
    number: str = keep()
    receiver: str = keep()
    replaces: str | None = keep()
    person: str = keep()


@event(
    "handoff.accepted",
    3,
    Text(
        en="The recipient signed for {number} on paper before a witness.",
        zh="接收人在见证人面前以纸质方式签收 {number}。",
    ),
)
class HandoffAcceptedByHand:
    """The receiver, who has no sign-in, signed the sheet by hand; the witness, who is the actor, confirmed it
    with an own PIN at the custodian's counter. Weaker than a receipt with an own sign-in.

    Custody of ``copies`` moves now; each of ``wrong`` stays with the sender, as in the version before.
    """

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    custodian_party: str = keep()
    custodian_person: str = keep()
    system: str = keep()
    note: str = keep()
    wrong: list[dict[str, str]] = keep()
    sheet: str = keep()
    sheet_number: str = keep()
    scan_sha256: str = keep()
    witness: str = keep()
    at_counter_of: str = keep()
    session: str = keep()
    method: str = keep()
