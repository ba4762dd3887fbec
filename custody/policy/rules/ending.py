"""HOP-09 and HOP-10: what has ended takes nothing new, and it is closed only once the copies are back.

A pack says in the parameters of HOP-10 how a step on one subcontract reaches those below it:

- ``each``: every one below takes the step too, with an entry of its own.
- ``path`` (suspending, revoking): those below keep their state; nothing passes them all the same, since every
  subcontract on a path must count (HOP-01, APR-02). Lifted, all count again at once.
- ``first`` (completing, closing): those below must have come so far before; until then it is refused.

By default a suspension stops by the path alone, and all else reaches each. A project that is closed does to
its subcontracts what a subcontract does to those below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from custody.policy import subject
from custody.policy.facts import Facts, Hop, known, word
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.terms import HopState, ProjectState, Text, Verb

ENDED = (HopState.COMPLETED.value, HopState.CLOSING.value, HopState.CLOSED.value)
Reach = Literal["path", "each"]
Order = Literal["each", "first"]


def _each_for_path(old: str, new: str, ranks: Mapping[str, int]) -> bool:
    """Allow a step to reach each below instead of stopping them by the path."""
    return old == "path" or new == "each"


def _first_for_each(old: str, new: str, ranks: Mapping[str, int]) -> bool:
    """Allow it to be asked that those below have come so far before."""
    return old == "each" or new == "first"


class Endings(Params):
    """How each step reaches the subcontracts below: as the head of the file has it."""

    suspend: Reach = "path"
    revoke: Reach = "each"
    complete: Order = "each"
    close: Order = "each"
    tighten = {
        "suspend": _each_for_path,
        "revoke": _each_for_path,
        "complete": _first_for_each,
        "close": _first_for_each,
    }


def endings(pack: Pack) -> Endings:
    """Return how steps reach the subcontracts below under a pack; as by default where HOP-10 is off."""
    setting = pack.rules.get("HOP-10")
    return Endings.model_validate(setting.params) if setting and setting.enabled else Endings()


@rule(
    "HOP-09",
    1,
    verbs=subject.HOPS | subject.HANDOFFS | {Verb.ITEM_REGISTER, Verb.COPY_MINT, Verb.VISIT_REQUEST},
    params=Params,
    title=Text("Nothing new goes into what has ended", "已结束的项目和分包不再接受新的移交"),
    remedies={
        "project": Text(
            "The project is closed. Nothing new is passed on, registered or asked for in it; open another "
            "project.",
            "项目已结束，不得再移交、登记或申请。请另行立项。",
        ),
        "ended": Text(
            "The subcontract at tier {tier} is at “{state}”: nothing more goes down it. Copies are given "
            "back up it; for more work ask for another subcontract.",
            "第{tier}级分包的状态为“{state}”，不得再向下移交。副本可沿其归还上级；如有新的工作，请另行申请分包。",
        ),
    },
)
def hop_09(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The project is open, and no subcontract on the path is completed or closed. Copies that go back up a
    subcontract, or stay with the owner, may go on."""
    if subject.is_handoff(facts):
        ends = subject.sender(facts), subject.recipient(facts)
        path = subject.path(facts)
        if ends[0] == ends[1] or (path and ends == (path[-1].to_party, path[-1].from_party)):
            answer.not_applicable(
                "The copies go back up, or stay with the party that holds them.",
                "副本退回上级，或仍在原单位。",
            )
            return
    state = known(facts.project.state, "whether the project is open", "项目是否进行中", "project")
    answer.tell("project_state", state, shown=word(ProjectState, state).text, everyone=True)
    if state == ProjectState.CLOSED.value:
        answer.fail("project")
    for tier, hop in enumerate(_above(facts), 1):
        if hop.state in ENDED:
            own = [hop.from_party, hop.to_party]
            answer.tell("tier", tier, own=own)
            answer.tell("state", hop.state, shown=word(HopState, hop.state).text, own=own)
            answer.fail("ended")


def _above(facts: Facts) -> tuple[Hop, ...]:
    if facts.act.verb == Verb.VISIT_REQUEST.value:
        return subject.path(facts)
    return subject.approved_part(facts) if facts.act.hop is not None else ()


@rule(
    "HOP-10",
    1,
    verbs={Verb.HOP_COMPLETE, Verb.HOP_CLOSE, Verb.PROJECT_CLOSE},
    params=Endings,
    title=Text("It is closed once all copies are back", "副本全部收回后方可关闭"),
    remedies={
        "copies": Text(
            "{out} copies are still out below, among them {numbers}. Ask all of them back, and close it when "
            "they are.",
            "仍有{out}份副本未收回，包括{numbers}。请要求全部归还，收回后再关闭。",
        ),
        "offers": Text(
            "{offers} offers over it are not answered. Withdraw them first.",
            "仍有{offers}项移交未答复，请先撤回。",
        ),
        "waiting": Text(
            "{waiting} requests below wait for a decision. Have them decided or withdraw them first.",
            "仍有{waiting}项下级分包申请待审批，请先审批或撤回。",
        ),
        "below": Text(
            "{below} subcontracts below have not come so far. Begin with those.",
            "仍有{below}项下级分包未到此阶段，请先办理下级分包。",
        ),
    },
)
def hop_10(facts: Facts, pack: Pack, params: Endings, answer: Answer) -> None:
    """No copy lies with the receiving party or below, no offer is open, no request waits; and those below
    have come so far where the regime wants them to go first. Completing asks the last alone."""
    completes = facts.act.verb == Verb.HOP_COMPLETE.value
    below = known(facts.act.below_open, "the subcontracts below", "下级分包情况", "act")
    answer.tell("below", below)
    if (params.complete if completes else params.close) == "first" and below:
        answer.fail("below")
    if completes:
        return
    out = known(facts.act.copies_out, "the copies that are out", "未收回的副本", "act")
    answer.tell("out", out)
    if out:
        answer.tell("numbers", [facts.copy(id).number for id in facts.act.copies])
        answer.fail("copies")
    offers = known(facts.act.offers_open, "the offers that are open", "未答复的移交", "act")
    answer.tell("offers", offers)
    if offers:
        answer.fail("offers")
    waiting = known(facts.act.requests_open, "the requests that wait", "待审批的申请", "act")
    answer.tell("waiting", waiting)
    if waiting:
        answer.fail("waiting")
