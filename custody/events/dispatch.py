"""Events of copies on their way: sent off, said to be late, come back, lost, and offers that lapsed."""

from custody.terms import Text

from .kind import event, keep


@event(
    "handoff.dispatched", 1, Text(en="The copies of {number} were sent off.", zh="{number} 的副本已发出。")
)
class HandoffDispatched:
    """What left, when and how: a service that carries it, or one or two people. Custody stays with the
    sender. A further one puts the one before right, and names its entry as ``corrects``."""

    dispatch: str = keep()
    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    left_on: str = keep()
    carrier: str = keep()
    carriers: list[str] = keep()
    waybill: str = keep()
    packages: int = keep()
    seals: list[str] = keep()
    expected_on: str = keep()
    corrects: str | None = keep()
    person: str = keep()


@event("handoff.withdrawn", 2, Text(en="The sender withdrew {number}.", zh="移交方撤回 {number}。"))
class HandoffCameBack:
    """The sender takes an offer back of which the copies were on their way, and says when they came back and
    how."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    reason: str = keep()
    dispatch: str = keep()
    came_back_on: str = keep()
    condition: str = keep()
