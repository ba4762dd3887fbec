"""Events of a party in time: renamed, no longer controlled, moved."""

from custody.terms import Audience, Text

from .kind import Value, event, keep, personal


@event("party.renamed", 1, Text(en="A party was renamed.", zh="单位更名。"))
class PartyRenamed:
    """A party has another name since ``on``. What it was called becomes a former name from ``starts``, where
    known, to ``ends``; ``former``: the field of the name -> the id of that former name."""

    party: str = keep()
    corrects: str = keep()
    on: str = keep()
    starts: str | None = keep()
    ends: str = keep()
    changed: list[str] = keep()
    former: dict[str, str] = keep()
    old: dict[str, Value] = keep()
    new: dict[str, Value] = keep()
    old_personal: dict[str, Value] = personal()
    new_personal: dict[str, Value] = personal()
    reason: str = keep()


@event(
    "party.control_ended",
    1,
    Text(en="Control of a party ended on {ends}.", zh="单位的控制关系于 {ends} 终止。"),
    Audience.INTERNAL,
)
class PartyControlEnded:
    """One party owned or controlled another up to a day."""

    control: str = keep()
    party: str = keep()
    controller: str = keep()
    ends: str = keep()
    reason: str = keep()


@event("party.located", 1, Text(en="An address of a party was recorded.", zh="登记单位地址。"))
class PartyLocated:
    """Where a party is registered or takes its post; ``replaces`` is its address of that kind of before,
    which ends with ``replaced_ends``. An individual's address stands in the personal field."""

    address_id: str = keep()
    party: str = keep()
    address_kind: str = keep()
    address: str | None = keep()
    individual_address: str | None = personal()
    country: str = keep()
    starts: str | None = keep()
    replaces: str | None = keep()
    replaced_ends: str | None = keep()
