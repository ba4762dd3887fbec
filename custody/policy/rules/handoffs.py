"""HND: who holds a copy may offer it, and custody moves on the named receiver's own receipt."""

from __future__ import annotations

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.terms import CopyState, Text, Verb


@rule(
    "HND-01",
    1,
    verbs=subject.HANDOFFS,
    params=Params,
    title=Text("The sender is custodian of every copy", "移交方是每份副本的在册保管方"),
    remedies={
        "not_custodian": Text(
            "{elsewhere} of the copies are not in the sender's custody: {numbers}. Ask their custodian "
            "to hand "
            "them over, or take them off the list.",
            "有{elsewhere}份副本不在移交方保管之下：{numbers}。请由其保管方移交，或从清单中去除。",
        ),
        "offered": Text(
            "Copies are already offered in another handoff: {open_numbers}. Wait for its outcome, or "
            "withdraw it.",
            "以下副本已在另一移交中：{open_numbers}。请等待其结果，或先撤回。",
        ),
        "not_offered": Text(
            "Copies are no longer offered in this handoff: {open_numbers}. Ask the sender for a new offer.",
            "以下副本已不在本次移交中：{open_numbers}。请移交方重新发起。",
        ),
    },
)
def hnd_01(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Each copy is in the sender's custody: free for a new offer, or offered in the handoff accepted."""
    accepting = facts.act.verb == Verb.HANDOFF_ACCEPT.value
    sender = subject.sender(facts)
    copies = subject.copies(facts)
    elsewhere = []
    for copy in copies:
        holder = known(copy.custodian_party, "the custodian of a copy", "副本的保管方", f"copy:{copy.id}")
        if holder != sender:
            elsewhere.append(copy.number)
    wanted: tuple[str, str | None] = (CopyState.HELD.value, None)
    if accepting:
        handoff = known(facts.act.handoff, "the handoff to accept", "待接收的移交", "act")
        wanted = (CopyState.OFFERED.value, handoff)
    astray = [c.number for c in copies if (c.state, c.offered_in) != wanted]
    answer.tell("copies", len(copies), everyone=True)
    answer.tell("elsewhere", len(elsewhere), everyone=True)
    answer.tell("numbers", elsewhere, everyone=True)
    answer.tell("open_numbers", astray, everyone=True)
    if elsewhere:
        answer.fail("not_custodian")
    if astray:
        answer.fail("not_offered" if accepting else "offered")


@rule(
    "HND-03",
    1,
    verbs={Verb.HANDOFF_ACCEPT},
    params=Params,
    title=Text("Custody moves only on the receiver's own receipt", "保管责任仅凭接收人本人签收转移"),
    remedies={
        "not_named": Text(
            "The handoff is addressed to another person. Only that person can accept it; ask the sender "
            "to change "
            "the recipient if need be.",
            "本次移交指定了其他接收人，只能由其本人签收。如需更换，请移交方另行指定。",
        ),
        "not_member": Text(
            "You do not belong to the receiving party. One of its people must accept, or refuse with a "
            "reason.",
            "您不属于接收方。须由接收方人员签收，或说明理由后拒收。",
        ),
        "own_offer": Text(
            "You made this offer, so you cannot sign its receipt. Someone else of the receiving party must.",
            "本次移交由您发起，您不能自行签收。须由接收方其他人员签收。",
        ),
    },
)
def hnd_03(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Who accepts belongs to the receiving party, is the person named if any, and did not make the offer."""
    act = facts.act
    person = facts.person(known(act.actor_person, "who accepts", "签收人", "act"))
    offered_by = known(act.offered_by, "who made the offer", "移交发起人", "act")
    receiver = subject.recipient(facts)
    answer.tell("person", person.id, refers="person", own=[receiver])
    answer.tell("named", act.receiver_person is not None, everyone=True)
    if act.receiver_person is not None and act.receiver_person != person.id:
        answer.fail("not_named")
    if receiver not in {m.party for m in person.memberships}:
        answer.fail("not_member")
    if person.id == offered_by:
        answer.fail("own_offer")
