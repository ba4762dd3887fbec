"""SYS: data stays on systems accredited for it, this installation included."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Facts, System, known, word
from custody.policy.regime import Level, Pack, Params, lower_each, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import Network, Provision, SystemState, Text, Verb


class Accreditation(Params):
    """From which level a destination must be named and be offline, and how old its test may be by level."""

    destination_from: str | None = None
    no_internet_from: str | None = None
    test_days: dict[str, int] = {}
    tighten = {"destination_from": lower_level, "no_internet_from": lower_level, "test_days": lower_each}
    names_levels: ClassVar[tuple[str, ...]] = ("destination_from", "no_internet_from", "test_days")


@rule(
    "SYS-01",
    1,
    verbs={Verb.PROJECT_OPEN, Verb.ITEM_REGISTER} | subject.HOPS | subject.HANDOFFS,
    params=Accreditation,
    title=Text("Systems are accredited for the level", "系统与密级相符"),
    remedies={
        "installation_level": Text(
            "This installation is accredited up to {installation_level}; {level} may not be recorded "
            "here. Use an "
            "installation accredited for it.",
            "本系统的定级为{installation_level}，不得登记{level}内容。请使用相应密级的系统。",
        ),
        "installation_unaccredited": Text(
            "This installation is not accredited under this regime; nothing of it may be recorded here. Use "
            "an installation that is.",
            "本系统未按本规则包定级，不得登记相关内容。请使用已定级的系统。",
        ),
        "installation_network": Text(
            "This installation is connected to the internet; {level} may not be recorded here. Use one "
            "that is not.",
            "本系统连接互联网，不得登记{level}内容。请使用不联网的系统。",
        ),
        "destination_unaccredited": Text(
            "The destination is not accredited for {level} material. Choose a registered system that is.",
            "目的系统未经{level}级定级或测评，不得存放。请选择已登记的相应密级系统。",
        ),
        "destination_level": Text(
            "The destination is accredited up to {destination_level}, the copies are {level}. Choose an "
            "accredited "
            "system.",
            "目的系统的定级为{destination_level}，副本为{level}。请选择相应密级的系统。",
        ),
        "destination_network": Text(
            "The destination is connected to the internet. Choose an accredited system that is not.",
            "目的系统连接互联网。请选择不联网的涉密系统。",
        ),
        "destination_owner": Text(
            "The destination does not belong to the recipient. Choose one of the recipient's registered "
            "systems.",
            "目的系统不属于接收方。请选择接收方已登记的系统。",
        ),
        "destination_retired": Text(
            "The destination is out of use: retired, or failed its last test. Choose a system in use.",
            "目的系统未在用：已停用或最近一次检测未通过。请选择在用系统。",
        ),
        "untested": Text(
            "The destination was never tested. Have it tested and record the result, or choose another "
            "system.",
            "目的系统未经检测。请完成检测并登记结果，或选择其他系统。",
        ),
        "stale": Text(
            "The destination was last tested on {tested_on}; a new test was due by {test_due}. Have it "
            "tested.",
            "目的系统上次检测于{tested_on}，应于{test_due}前再次检测。请安排检测。",
        ),
    },
)
def sys_01(facts: Facts, pack: Pack, params: Accreditation, answer: Answer) -> None:
    """Nothing above the installation's level enters it; a destination fits the level, offline if need be."""
    judge(facts, pack, params, answer)


def judge(facts: Facts, pack: Pack, params: Accreditation, answer: Answer, *, read: bool = False) -> None:
    """Judge the installation, and where the copies go: to a system of the receiver or, where they are only
    ``read``, one of the sender."""
    level = subject.level(facts, pack)
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    offline = params.no_internet_from is not None and level.rank >= pack.rank(params.no_internet_from)
    here = facts.installation
    if here.level is None:
        answer.fail("installation_unaccredited")
    else:
        shown = pack.level(here.level).label.text
        answer.tell("installation_level", here.level, shown=shown, everyone=True)
        if level.rank > pack.rank(here.level):
            answer.fail("installation_level")
    if offline and word(Network, here.network) is Network.INTERNET:
        answer.fail("installation_network")
    if not subject.is_handoff(facts):
        return
    named = facts.act.system
    must = params.destination_from is not None and level.rank >= pack.rank(params.destination_from)
    if named is None and must:
        known(
            named,
            "the system, vault or site where the copies will be kept",
            "副本的存放系统、库房或场所",
            "act",
        )
    if named is not None:
        _judge_destination(facts, pack, params, level, facts.system(named), offline, answer, read)


def _judge_destination(
    facts: Facts,
    pack: Pack,
    params: Accreditation,
    level: Level,
    system: System,
    offline: bool,
    answer: Answer,
    read: bool,
) -> None:
    keeper = subject.sender(facts) if read else subject.recipient(facts)
    own = [keeper]
    answer.tell("destination", system.id, refers="system", own=own)
    owner = known(system.owner_party, "the owner of the destination system", "目的系统的所属单位", "system")
    if owner != keeper:
        answer.fail("reading_place" if read else "destination_owner")
    if system.state != SystemState.ACTIVE.value:
        answer.fail("destination_retired")
    if system.level is not None:
        answer.tell("destination_level", system.level, shown=pack.level(system.level).label.text, own=own)
        if level.rank > pack.rank(system.level):
            answer.fail("destination_level")
    elif level.rank > min(each.rank for each in pack.levels):
        answer.fail("destination_unaccredited")
    if offline and word(Network, system.network) is Network.INTERNET:
        answer.fail("destination_network")
    days = params.test_days.get(level.id)
    if days is None:
        return
    answer.tell("tested_on", system.tested_on, own=own)
    if system.tested_on is None:
        answer.fail("untested")
        return
    due = system.tested_on + timedelta(days=days)
    answer.tell("test_due", due, own=own)
    if facts.act.today > due:
        answer.warn("stale")


class Registered(Params):
    """From which level copies stay on numbered devices that the recipient has issued."""

    registered_from: str | None = None
    tighten = {"registered_from": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("registered_from",)


@rule(
    "SYS-02",
    1,
    verbs=subject.HANDOFFS,
    params=Registered,
    title=Text("The destination is a registered device, not somebody's own", "目的设备为登记在册的单位设备"),
    remedies={
        "personal": Text(
            "The destination is somebody's own device. Use one that the recipient has issued and registered.",
            "目的设备为个人自有设备。请使用接收方配发并登记的设备。",
        ),
        "unnumbered": Text(
            "The destination has no inventory or seal number. Give it one and record it, or choose another "
            "system.",
            "目的设备没有资产编号或封签号。请编号并登记，或选择其他系统。",
        ),
    },
)
def sys_02(facts: Facts, pack: Pack, params: Registered, answer: Answer) -> None:
    """From a level on the destination has a number, and was issued by its owner: it is nobody's own device.

    That the owner is the recipient is SYS-01. What was recorded before these were asked for is not known.
    """
    level = subject.level(facts, pack)
    if params.registered_from is None or level.rank < pack.rank(params.registered_from):
        answer.not_applicable(
            "At this level copies may be kept on any device.", "该密级不要求存放于登记在册的单位设备。"
        )
        return
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    named = known(
        facts.act.system,
        "the system, vault or site where the copies will be kept",
        "副本的存放系统、库房或场所",
        "act",
    )
    system = facts.system(named)
    own = [subject.recipient(facts)]
    answer.tell("destination", system.id, refers="system", own=own)
    provision = known(
        system.provision,
        "whether the destination is somebody's own device",
        "目的设备是否为个人自有",
        "system",
    )
    answer.tell("provision", provision, shown=word(Provision, provision).text, own=own)
    if provision == Provision.PERSONAL.value:
        answer.fail("personal")
        return
    number = known(
        system.inventory_number,
        "the inventory or seal number of the destination",
        "目的设备的资产编号或封签号",
        "system",
    )
    answer.tell("inventory_number", number, own=own)
    if not number.strip():
        answer.fail("unnumbered")
