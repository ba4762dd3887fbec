"""Events of how items are classified: proposed by one, determined by another, sent back or taken back."""

from custody.terms import Audience, Text

from .kind import Value, event, keep


@event(
    "item.registered",
    4,
    Text(en="Item {codename} was registered.", zh="登记成果 {codename}。"),
    Audience.INTERNAL,
)
class ItemBegun:
    """A data item of which the classification is not determined; ``level`` is the one that is proposed."""

    item: str = keep()
    project: str = keep()
    codename: str = keep()
    level: str = keep()
    sha256: str = keep()


@event(
    "item.proposed",
    1,
    Text(en="What item {codename} is to be was proposed.", zh="就成果 {codename} 的密级提出拟办意见。"),
    Audience.INTERNAL,
)
class ItemProposed:
    """All that is proposed; nothing of the item changes. ``values`` are columns of the item."""

    proposal: str = keep()
    item: str = keep()
    project: str = keep()
    codename: str = keep()
    proposed: str = keep()
    level: str = keep()
    values: dict[str, Value] = keep()
    effective_on: str | None = keep()
    change_basis: str = keep()
    reason: str = keep()
    subject_sha256: str = keep()
    proposed_by: str = keep()


@event(
    "item.determined",
    1,
    Text(en="What was proposed of item {codename} was determined.", zh="确定成果 {codename} 的拟办意见。"),
    Audience.INTERNAL,
)
class ItemDetermined:
    """An officer who did not propose it determined the proposal with this digest: the item stands so now."""

    proposal: str = keep()
    item: str = keep()
    project: str = keep()
    codename: str = keep()
    proposed: str = keep()
    corrects: str = keep()
    subject_sha256: str = keep()
    determined_on: str = keep()
    person: str = keep()
    reason: str = keep()
    state: str = keep()
    changed: list[str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()


@event(
    "item.sent_back",
    1,
    Text(en="What was proposed of an item was sent back.", zh="退回成果的拟办意见。"),
    Audience.INTERNAL,
)
class ItemSentBack:
    """An officer did not determine it; nothing of the item changes."""

    proposal: str = keep()
    item: str = keep()
    decided_on: str = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "item.taken_back",
    1,
    Text(en="A proposal about an item was taken back.", zh="收回成果的拟办意见。"),
    Audience.INTERNAL,
)
class ItemTakenBack:
    """Whoever proposes it does so no more; nothing of the item changes."""

    proposal: str = keep()
    item: str = keep()
    decided_on: str = keep()
    person: str = keep()
    reason: str = keep()


@event(
    "item.determination_barred",
    1,
    Text(
        en="Who proposed it wanted to determine it too, and was turned away.",
        zh="提出人拟自行确定，已被拒绝。",
    ),
    Audience.INTERNAL,
)
class ItemDeterminationBarred:
    """One person cannot do both."""

    proposal: str = keep()
    item: str = keep()
    person: str = keep()
