"""HND-04: copies travel only by a channel that their level allows, and two people carry the highest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from custody.policy import subject
from custody.policy.facts import Facts, known, word
from custody.policy.regime import Level, Pack, Params, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import Channel, Text

_BY_MAIL = frozenset({Channel.POST, Channel.COURIER})
_BY_NETWORK = frozenset({Channel.EMAIL, Channel.MESSAGING, Channel.CLOUD, Channel.UPLOAD})

_Channels = Annotated[tuple[Channel, ...], Field(min_length=1)]


_Open = Mapping[str, tuple[Channel, ...]]


def allowed_at(channels: _Open, rank: int, ranks: Mapping[str, int]) -> set[Channel]:
    """Return what is allowed at a rank: what the highest level named at or below it allows, else all."""
    reached = [level for level in channels if ranks[level] <= rank]
    return set(channels[max(reached, key=ranks.__getitem__)]) if reached else set(Channel)


def fewer_at_each(old: _Open, new: _Open, ranks: Mapping[str, int]) -> bool:
    """Allow that at every level the same channels or fewer are allowed."""
    return all(allowed_at(new, rank, ranks) <= allowed_at(old, rank, ranks) for rank in ranks.values())


class Channels(Params):
    """Which channels are allowed from a level on, until the next one named; and from where two carry.

    Below the lowest level named all channels are allowed.
    """

    channels: dict[str, _Channels] = {}
    two_carriers_from: str | None = None
    tighten = {"channels": fewer_at_each, "two_carriers_from": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("channels", "two_carriers_from")


@rule(
    "HND-04",
    1,
    verbs=subject.HANDOFFS,
    params=Channels,
    title=Text("The channel is allowed for the level", "传递方式与密级相符"),
    remedies={
        "mail": Text(
            "{channel} may not carry {level} copies: it does not guard them. Use {allowed}.",
            "{level}副本不得通过{channel}传递，该渠道无保密措施。请改用{allowed}。",
        ),
        "network": Text(
            "{channel} may not carry {level} copies: it goes over a public network. Use {allowed}.",
            "{level}副本不得通过{channel}传递，该方式经由公共信息网络。请改用{allowed}。",
        ),
        "channel": Text(
            "{channel} is not allowed for {level} copies. Use {allowed}.",
            "{level}副本不得采用{channel}方式。请改用{allowed}。",
        ),
        "alone": Text(
            "Two people must carry {level} copies. Name who accompanies them.",
            "{level}副本须两人以上同行携带。请指定同行人。",
        ),
        "same": Text(
            "Who accompanies the copies must be a third person, neither who hands over nor who receives. "
            "Name another one.",
            "同行人须为移交人和接收人以外的第三人。请另行指定。",
        ),
        "outsider": Text(
            "Who accompanies the copies does not stand for the sending or the receiving party today. "
            "Name one of their people.",
            "同行人目前不属于移交方或接收方。请指定双方人员。",
        ),
    },
)
def hnd_04(facts: Facts, pack: Pack, params: Channels, answer: Answer) -> None:
    """The channel is one that the level allows; from a level on two people carry what goes in person.

    The second carrier belongs to the sending or receiving party today, and is neither who hands over nor who
    is to receive. A classified courier sends two people by its own rules; the parties name none.
    """
    level = subject.level(facts, pack)
    channel = word(Channel, known(facts.act.channel, "how the copies travel", "副本的传递方式", "act"))
    ranks = {each.id: each.rank for each in pack.levels}
    allowed = allowed_at(params.channels, level.rank, ranks)
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    answer.tell("channel", channel.value, shown=channel.text, everyone=True)
    in_order = [each for each in Channel if each in allowed]
    answer.tell("allowed", [each.value for each in in_order], shown=_listed(in_order), everyone=True)
    if channel not in allowed:
        answer.fail("mail" if channel in _BY_MAIL else "network" if channel in _BY_NETWORK else "channel")
    elif channel is Channel.IN_PERSON and _two_carry(level, pack, params):
        _judge_second(facts, answer)


def _two_carry(level: Level, pack: Pack, params: Channels) -> bool:
    return params.two_carriers_from is not None and level.rank >= pack.rank(params.two_carriers_from)


def _judge_second(facts: Facts, answer: Answer) -> None:
    act = facts.act
    ends = {subject.sender(facts), subject.recipient(facts)}
    answer.tell("accompanied", act.second_carrier is not None, everyone=True)
    if act.second_carrier is None:
        answer.fail("alone")
        return
    second = facts.person(act.second_carrier)
    answer.tell("second_carrier", second.id, refers="person", own=ends)
    hands_over = known(act.offered_by or act.actor_person, "who hands the copies over", "移交人", "act")
    if second.id in (hands_over, act.receiver_person):
        answer.fail("same")
    if not ends & {m.party for m in second.memberships}:
        answer.fail("outsider")


def _listed(channels: list[Channel]) -> Text:
    """Return channels as a form names them: “A”, “B” or “C”."""
    english = [f"“{each.text.en}”" for each in channels]
    chinese = [f"“{each.text.zh}”" for each in channels]
    last = " or ".join(([", ".join(english[:-1])] if english[:-1] else []) + english[-1:])
    return Text(last, "或".join((["、".join(chinese[:-1])] if chinese[:-1] else []) + chinese[-1:]))
