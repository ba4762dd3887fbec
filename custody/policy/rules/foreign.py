"""FOR: no foreign party in the chain, up to the ultimate client and its controllers, down to the last hop."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Country, Pack, Params, fewer, lower_level, switched_on
from custody.policy.rule import Answer, rule
from custody.terms import Text, Verb


class Home(Params):
    """Countries that are not foreign, the level this is asked from, and whether persons are asked too."""

    home: tuple[Country, ...] = ()
    from_level: str | None = None
    persons: bool = False
    tighten = {"home": fewer, "from_level": lower_level, "persons": switched_on}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


_ROLES = {
    "owner": Text("the project's owner", "项目承担单位"),
    "client": Text("the client", "委托方"),
    "ultimate_client": Text("the ultimate client", "最终委托方"),
    "chain": Text("the subcontract chain", "分包链"),
}
_CONTROLLER = Text("a controller of {0}", "{0}的控制方")


@rule(
    "FOR-01",
    1,
    verbs={Verb.PROJECT_OPEN} | subject.HOPS | subject.HANDOFFS,
    params=Home,
    title=Text("No foreign party stands in the chain, up or down", "上下游均无境外单位"),
    remedies={
        "foreign": Text(
            "{party} is of {country} and stands there as {via}. Providing data to it needs the authority's "
            "approval of external provision; without it, leave this party out.",
            "{party}属于{country}，其身份是{via}。向其提供数据须经主管部门批准对外提供；未获批准的，不得纳入。",
        ),
        "person": Text(
            "The receiving person holds a foreign citizenship. Name another person, or seek the "
            "authority's approval.",
            "接收人具有外国国籍。请更换接收人，或报主管部门批准。",
        ),
    },
)
def for_01(facts: Facts, pack: Pack, params: Home, answer: Answer) -> None:
    """Owner, client, ultimate client, all on the path, and all who control them are of the home country."""
    level = subject.level(facts, pack)
    start = known(
        params.from_level, "the level from which foreign parties are barred", "境外单位限制的起始密级", "pack"
    )
    if level.rank < pack.rank(start):
        return answer.not_applicable("Data of this level may go abroad.", "该密级数据不受此限。")
    answer.tell("home", params.home, everyone=True)
    examined: set[str] = set()
    foreign: list[str] = []
    for id, via, insiders in _chain(facts, examined):
        country = known(
            facts.party(id).country,
            "the country of a party in the chain",
            "链上某一单位的所属国家",
            f"party:{id}",
        )
        if country not in params.home:
            if not foreign:
                answer.tell("party", id, refers="party", own=insiders)
                answer.tell("country", country, own=insiders)
                answer.tell("via", via.en, shown=via, own=insiders)
            foreign.append(id)
            answer.fail("foreign")
    answer.tell("examined", len(examined))
    answer.tell("foreign", len(foreign))
    answer.tell("persons_asked", params.persons, everyone=True)
    if params.persons and facts.act.receiver_person is not None:
        person = facts.person(facts.act.receiver_person)
        held = known(
            person.citizenships, "the citizenships of the receiving person", "接收人的国籍", "person"
        )
        answer.tell("citizenships", held)
        if not held or not set(held) <= set(params.home):
            answer.fail("person")
    return None


def _chain(facts: Facts, seen: set[str]) -> Iterator[tuple[str, Text, list[str]]]:
    """Each party once, with how it comes in and whose own fact that is; controllers follow the controlled."""
    project = facts.project
    ends: list[tuple[str, str]] = [("owner", project.owner_party)]
    ends.append(("client", known(project.client_party, "the client", "委托方", "project")))
    last = known(project.ultimate_client_party, "the ultimate client", "最终委托方", "project")
    ends.append(("ultimate_client", last))
    for hop in subject.path(facts):
        ends += [("chain", hop.from_party), ("chain", hop.to_party)]
    if subject.is_handoff(facts):
        ends += [("chain", subject.sender(facts)), ("chain", subject.recipient(facts))]
    for role, id in ends:
        waiting = [(id, _ROLES[role], [id] if role == "chain" else [])]
        while waiting:
            at, via, insiders = waiting.pop()
            if at in seen:
                continue
            seen.add(at)
            yield at, via, insiders
            above = via if via.en.startswith("a controller") else Text(
                _CONTROLLER.en.format(via.en), _CONTROLLER.zh.format(via.zh)
            )  # fmt: skip
            waiting += [(c.party, above, insiders) for c in reversed(facts.party(at).controllers)]
