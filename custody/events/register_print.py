"""Events of printed registers."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "register_print.made",
    1,
    Text(
        en="Register {number} was printed: {lines} lines at ledger size {ledger_size}.",
        zh="打印登记簿 {number}：{lines}行，账本规模{ledger_size}。",
    ),
    Audience.INTERNAL,
)
class RegisterPrinted:
    """The whole question, so that the same lines can be told again, and what came out of it. ``starts`` and
    ``ends`` are days in ``zone``, ``ledger_head`` is the root of the tree at that size in hex, ``address``
    stands in the QR code of every page and says nothing."""

    print: str = keep()
    number: str = keep()
    address: str = keep()
    register: str = keep()
    project: str | None = keep()
    party: str | None = keep()
    starts: str = keep()
    ends: str = keep()
    zone: str = keep()
    language: str = keep()
    ledger_size: int = keep()
    ledger_head: str = keep()
    lines: int = keep()
    pages: int = keep()
    sha256: str = keep()
    printed_at: str = keep()
    person: str = keep()
