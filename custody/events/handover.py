"""Events of handovers from one custodian to the next.

A handover's own entries stand in the stream of its party. What passed, and what stayed, stands for each
project in the stream of that, at most 200 copies to an entry; the count is a stocktake, and each passing an
ordinary handoff within the party.
"""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "handover.opened",
    1,
    Text(en="A handover to another custodian was opened.", zh="开始保管人交接。"),
    Audience.INTERNAL,
)
class HandoverOpened:
    """All that ``outgoing`` keeps for a party is to pass to ``incoming`` before ``supervisor``; ``stocktake``
    is the list that they count together. What stays is to be settled by ``due``."""

    handover: str = keep()
    party: str = keep()
    stocktake: str = keep()
    outgoing: str = keep()
    incoming: str = keep()
    supervisor: str = keep()
    reason: str = keep()
    due: str = keep()
    opened_by: str = keep()
    opened_on: str = keep()


@event(
    "handover.signed",
    1,
    Text(en="One of three signed a handover to another custodian.", zh="三方之一在保管人交接单上签字。"),
    Audience.INTERNAL,
)
class HandoverSigned:
    """``person`` signed with the password, as one of the three: ``statement_sha256`` is the SHA-256 of the
    text that all three sign, ``list_sha256`` of the list that was frozen, ``lines_sha256`` of all codes with
    how each was found. ``left`` is how many signatures are to come."""

    handover: str = keep()
    party: str = keep()
    signature: str = keep()
    person: str = keep()
    signs_as: str = keep()
    signed_on: str = keep()
    method: str = keep()
    list_sha256: str = keep()
    lines_sha256: str = keep()
    statement_sha256: str = keep()
    left: int = keep()


@event(
    "handover.passed",
    1,
    Text(
        en="Copies were handed over to another custodian, or stayed.", zh="副本已交接给新保管人，或予以保留。"
    ),
    Audience.INTERNAL,
)
class HandoverPassed:
    """Of one project: ``passed`` tells the copies whose custody passed by ``handoffs``, ``stayed`` those that
    stayed with ``outgoing``, each with its code and why. Who signed, and the text that they signed."""

    handover: str = keep()
    party: str = keep()
    stocktake: str = keep()
    outgoing: str = keep()
    incoming: str = keep()
    supervisor: str = keep()
    handoffs: list[str] = keep()
    passed: list[dict[str, str]] = keep()
    stayed: list[dict[str, str]] = keep()
    due: str = keep()
    statement_sha256: str = keep()


@event(
    "handover.completed",
    1,
    Text(
        en="A handover to another custodian is complete: {passed} copies passed, {stayed} stayed.",
        zh="保管人交接完成：移交{passed}份，保留{stayed}份。",
    ),
    Audience.INTERNAL,
)
class HandoverCompleted:
    """The third has signed, and custody has passed with it."""

    handover: str = keep()
    party: str = keep()
    completed_on: str = keep()
    passed: int = keep()
    stayed: int = keep()
    statement_sha256: str = keep()


@event(
    "handover.abandoned",
    1,
    Text(en="A handover to another custodian was abandoned.", zh="保管人交接中止。"),
    Audience.INTERNAL,
)
class HandoverAbandoned:
    """Nothing has passed; what a count that was signed by then found stands."""

    handover: str = keep()
    party: str = keep()
    person: str = keep()
    reason: str = keep()
