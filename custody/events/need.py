"""Events of need-to-know lists: who may learn an item."""

from custody.terms import Audience, Text

from .kind import event, keep


@event(
    "need_to_know.added",
    1,
    Text(
        en="A person was put on the need-to-know list of item {codename}.",
        zh="将人员列入成果 {codename} 的知悉范围。",
    ),
    Audience.INTERNAL,
)
class NeedToKnowAdded:
    """One person may learn one item, by somebody's written decision."""

    listing: str = keep()
    item: str = keep()
    codename: str = keep()
    person: str = keep()
    since: str = keep()
    decided_by: str = keep()
    basis: str = keep()


@event(
    "need_to_know.ended",
    1,
    Text(
        en="A person was taken off the need-to-know list of item {codename}.",
        zh="将人员移出成果 {codename} 的知悉范围。",
    ),
    Audience.INTERNAL,
)
class NeedToKnowEnded:
    """One person is to learn no more of one item."""

    listing: str = keep()
    item: str = keep()
    codename: str = keep()
    person: str = keep()
    ended_on: str = keep()
    reason: str = keep()
