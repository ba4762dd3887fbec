"""HND-06: a receipt that was signed by hand, before a witness, in place of the receiver's own sign-in."""

from __future__ import annotations

from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params, lower_top
from custody.policy.rule import Answer, rule
from custody.terms import Text, Verb


class Witnessed(Params):
    """Up to which level a receipt may be signed on paper before a witness; None: at none."""

    up_to: str | None = None
    tighten = {"up_to": lower_top}
    names_levels: ClassVar[tuple[str, ...]] = ("up_to",)


@rule(
    "HND-06",
    1,
    verbs={Verb.HANDOFF_ACCEPT},
    params=Witnessed,
    title=Text(
        "A receipt on paper is signed before a witness, at a low level", "纸质签收须有见证人且密级不超限"
    ),
    remedies={
        "too_high": Text(
            "These copies are {level}; a receipt signed on paper before a witness counts up to {up_to} only. "
            "Let the receiver sign with an own sign-in, or another of its people.",
            "本次副本为{level}，纸质见证签收仅适用于{up_to}及以下。请由接收人凭本人账号签收，或由接收方其他人员签收。",
        ),
        "never": Text(
            "This regime lets no receipt be signed on paper. Let the receiver sign with an own sign-in.",
            "本规则包不允许纸质签收，请由接收人凭本人账号签收。",
        ),
        "concerned": Text(
            "The witness is the custodian at the counter, or hands over, accompanies or receives these "
            "copies. Let somebody else be the witness.",
            "见证人是柜台保管员，或者是本次移交的移交人、同行人、接收人。请另请见证人。",
        ),
        "stranger": Text(
            "The witness does not stand for the party that hands over. One of its people must be the "
            "witness.",
            "见证人不是移交方人员。须由移交方人员见证。",
        ),
    },
)
def hnd_06(facts: Facts, pack: Pack, params: Witnessed, answer: Answer) -> None:
    """Where a receiver who has no sign-in signs by hand, a witness of the sender confirms it who has no other
    part in the handoff, and no copy is above the level that the regime names.

    Who signs is the receiver then, as rule HND-03 asks; the witness's own PIN is what was typed.
    """
    act = facts.act
    if act.witness is None:
        answer.not_applicable("The receiver signs with an own sign-in.", "接收人凭本人账号签收。")
        return
    sender, receiver = subject.sender(facts), subject.recipient(facts)
    witness = facts.person(act.witness)
    counter = known(act.at_counter_of, "at whose counter it is signed", "办理柜台的保管员", "act")
    level = subject.level(facts, pack)
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    if params.up_to is None:
        answer.fail("never")
    else:
        answer.tell("up_to", params.up_to, shown=pack.level(params.up_to).label.text, everyone=True)
        if level.rank > pack.rank(params.up_to):
            answer.fail("too_high")
    answer.tell("witness", witness.id, refers="person", own=[sender, receiver])
    if witness.id in {counter, act.actor_person, act.offered_by, act.receiver_person, act.second_carrier}:
        answer.fail("concerned")
    if sender not in {m.party for m in witness.memberships}:
        answer.fail("stranger")
