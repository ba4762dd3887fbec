"""Events of regulators' objections: what was found wrong, what was answered, what became of it."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "objection.lodged",
    1,
    Text(en="A regulator objected; an answer is due by {due}.", zh="监管人员提出整改要求，答复期限 {due}。"),
    Audience.INTERNAL,
)
class ObjectionLodged:
    """What is wrong, on which legal basis, and by when the owner's side is to answer. ``line`` is of a random
    sample, and ``copies`` then has its copy."""

    objection: str = keep()
    number: str = keep()
    serial: int = keep()
    project: str = keep()
    authority: str = keep()
    line: str | None = keep()
    copies: list[str] = keep()
    text: str = keep()
    basis: str = keep()
    due: str = keep()
    lodged_by: str = keep()
    lodged_on: str = keep()


@event(
    "objection.answered",
    1,
    Text(en="A regulator's objection was answered.", zh="已答复监管人员的整改要求。"),
    Audience.INTERNAL,
)
class ObjectionAnswered:
    """The answer of the owner's side; ``late``: after the day by which it was due."""

    objection: str = keep()
    text: str = keep()
    answered_by: str = keep()
    answered_on: str = keep()
    late: bool = keep()


@event(
    "objection.accepted",
    1,
    Text(en="The answer to a regulator's objection was accepted.", zh="监管人员认可对整改要求的答复。"),
    Audience.INTERNAL,
)
class ObjectionAccepted:
    """Nothing more is asked for."""

    objection: str = keep()
    remark: str = keep()
    ended_by: str = keep()
    ended_on: str = keep()


@event(
    "objection.sent_back",
    1,
    Text(
        en="The answer to a regulator's objection was sent back; another is due by {due}.",
        zh="对整改要求的答复被退回，重新答复期限 {due}。",
    ),
    Audience.INTERNAL,
)
class ObjectionSentBack:
    """Why the answer is not enough, and by when another is due."""

    objection: str = keep()
    reason: str = keep()
    due: str = keep()
    sent_back_by: str = keep()


@event(
    "objection.withdrawn",
    1,
    Text(en="A regulator withdrew an objection.", zh="监管人员撤回整改要求。"),
    Audience.INTERNAL,
)
class ObjectionWithdrawn:
    """It was made in error; that it was made stays."""

    objection: str = keep()
    reason: str = keep()
    ended_by: str = keep()
    ended_on: str = keep()
