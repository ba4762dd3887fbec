"""The event of a receipt that was signed at a counter."""

from custody.terms import Text

from .kind import event, keep


@event(
    "handoff.at_counter",
    1,
    Text(
        en="The recipient signed for {number} at a counter, identified by {method}.",
        zh="接收人在移交方柜台签收 {number}，身份验证方式：{method}。",
    ),
)
class HandoffAtCounter:
    """Stands beside the acceptance of the same act, whose actor is the receiver. ``custodian`` was signed in
    there; ``session`` is an opaque name of that session; ``method`` is what identified the receiver."""

    handoff: str = keep()
    number: str = keep()
    receiver: str = keep()
    custodian: str = keep()
    session: str = keep()
    method: str = keep()
