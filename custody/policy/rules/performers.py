"""QUA-07: who does the work is who is qualified for it; nobody works under another's name."""

from __future__ import annotations

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.terms import Text


@rule(
    "QUA-07",
    1,
    verbs=subject.HOPS | subject.HANDOFFS,
    params=Params,
    title=Text("Who performs the work is who is qualified", "实际作业单位即持证单位"),
    remedies={
        "other": Text(
            "Work is done by {performer}, the certificate is {holder}'s. Add {performer} as its own hop.",
            "实际作业单位为{performer}，证书属于{holder}。请将{performer}作为单独一级分包登记。",
        )
    },
)
def qua_07(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """The party that receives the hop performs its work; what another does is a hop of its own below it.

    The certificates judged by the other rules are the receiving party's, so a second party that does the
    work would do so under a borrowed name. Where nobody said who performs it, this rule cannot tell.
    """
    if facts.act.hop is None:
        return answer.not_applicable("No subcontract is used.", "不涉及分包。")
    hop = subject.hop(facts)
    performer = known(hop.performer, "who performs the work", "实际作业单位", f"hop:{hop.id}")
    answer.tell("holder", hop.to_party, refers="party", everyone=True)
    answer.tell("performer", performer, refers="party", everyone=True)
    if performer != hop.to_party:
        answer.fail("other")
    return None
