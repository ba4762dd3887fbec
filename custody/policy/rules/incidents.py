"""INC-01: what an incident holds is not moved, and an authority is notified within its time."""

from __future__ import annotations

from pydantic import Field

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params, lower, switched_off
from custody.policy.rule import Answer, rule
from custody.policy.rules.destruction import VERBS as DESTROYING
from custody.terms import Leg, Text


class Clock(Params):
    """Within how many hours of the report an authority is notified (None: no clock), and whether copies that
    are held may all the same be given back up the subcontract over which they came."""

    hours: int | None = Field(default=None, ge=1, le=8760)
    returns: bool = False
    tighten = {"hours": lower, "returns": switched_off}


@rule(
    "INC-01",
    1,
    verbs=subject.HOPS | subject.HANDOFFS | DESTROYING,
    params=Clock,
    title=Text(
        "No incident holds the copies or the parties, and none is past its time",
        "副本和单位未因事件管控，且事件未超过报告时限",
    ),
    remedies={
        "copies": Text(
            "These copies are held by an incident: {held_copies}. They stay where they are until an officer "
            "releases them; choose others.",
            "以下副本已因事件管控：{held_copies}。审批人解除管控之前不得移动，请另选副本。",
        ),
        "party": Text(
            "{held_parties} of the parties concerned are held by an incident of this project. Until an "
            "officer releases them nothing is passed on to or by them.",
            "相关单位中有{held_parties}家已因本项目的事件管控。审批人解除管控之前，不得向其或由其移交、分包。",
        ),
        "late": Text(
            "{incidents_late} incidents that concern the recipient are past the time within which an "
            "authority is to be notified. Notify it now, and record that.",
            "与接收方有关的{incidents_late}起事件已超过向主管部门报告的时限。请立即报告并予以登记。",
        ),
    },
)
def inc_01(facts: Facts, pack: Pack, params: Clock, answer: Answer) -> None:
    """No copy named is held by an incident, nor any party at either end or on the path; of what is to be
    destroyed, neither a copy nor the party that has it.

    Copies that go back up leave a party that is held, for that is what a hold is to bring about; held copies
    go back only where the regime lets them. An incident that nobody notified in time warns.
    """
    back = subject.leg(facts) is Leg.RETURN
    destroys = facts.act.verb in {verb.value for verb in DESTROYING}
    if destroys or subject.is_handoff(facts):
        held = [
            copy.number
            for copy in subject.copies(facts)
            if known(
                copy.held_by, "whether an incident holds a copy", "副本是否因事件管控", f"copy:{copy.id}"
            )
        ]
        answer.tell("held_copies", held, everyone=True)
        if held and not (back and params.returns):
            answer.fail("copies")
    if back:
        return
    standing = [
        id
        for id in _parties(facts)
        if known(
            facts.party(id).held_by,
            "whether an incident holds a party",
            "单位是否因事件管控",
            f"party:{id}",
        )
    ]
    answer.tell("held_parties", len(standing), everyone=True)
    if standing:
        answer.fail("party")
    if destroys:
        return
    recipient = facts.party(subject.recipient(facts))
    late = known(
        recipient.incidents_late,
        "how many incidents of the recipient are past their time",
        "接收方超过报告时限的事件数",
        f"party:{recipient.id}",
    )
    answer.tell("incidents_late", late)
    if late:
        answer.warn("late")


def _parties(facts: Facts) -> list[str]:
    """Return the parties on the path and at both ends, each once; of a destruction, who has the copies."""
    if facts.act.verb in {verb.value for verb in DESTROYING}:
        batch = facts.destruction(known(facts.act.destruction, "the destruction batch", "销毁批次", "act"))
        return [batch.holder]
    found = {party for hop in subject.path(facts) for party in (hop.from_party, hop.to_party)}
    if subject.is_handoff(facts):
        found |= {subject.sender(facts), subject.recipient(facts)}
    return sorted(found)
