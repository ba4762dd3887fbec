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


@event(
    "handoff.overdue",
    1,
    Text(
        en="The copies of {number} are not there by the day on which they were expected.",
        zh="{number} 的副本逾期未送达。",
    ),
)
class HandoffOverdue:
    """What was sent off is late: found at night, told once."""

    dispatch: str = keep()
    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    expected_on: str = keep()
    on: str = keep()


@event(
    "handoff.lost", 1, Text(en="The copies of {number} were lost on the way.", zh="{number} 的副本途中丢失。")
)
class HandoffLost:
    """The sender says that what was sent off did not arrive: each copy is ``missing`` by a discrepancy, and
    ``incident`` was opened. Custody has not moved."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    reason: str = keep()
    incident: str = keep()
    missing: list[dict[str, str]] = keep()
    person: str = keep()


@event(
    "handoff.lapsed",
    1,
    Text(
        en="Nobody answered {number} by {answer_by}: the offer lapsed.",
        zh="{number} 至{answer_by}无人答复，移交失效。",
    ),
)
class HandoffLapsed:
    """An offer was not answered by its day; its copies are free again. Custody has not moved."""

    handoff: str = keep()
    number: str = keep()
    copies: list[str] = keep()
    answer_by: str = keep()
    on: str = keep()
