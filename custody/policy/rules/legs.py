"""Rules that ask less of some legs: of copies that go back up, stay within one party, or are only read.

Returning must never be barred by what makes a subcontract or a certificate count no more, for then the
copies would stay with the very party that may not have them. So each rule on the receiver's paper and on the
way down has a version here that leaves a return alone and is otherwise the version before it, with the reason
beside it. What is asked of where the copies come to lie (SYS, FOR-02), of who signs (HND-02, HND-03), of how
they travel (HND-04) and of the copies themselves (CPY-01, HND-01) is asked of a return too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from custody.policy import subject
from custody.policy.facts import Facts, word
from custody.policy.regime import Pack, Params
from custody.policy.rule import REGISTRY, Answer, rule
from custody.terms import Leg, PartyState, Text

from . import (
    approvals,
    approvals_changed,
    approvals_conditions,
    approvals_delegated,
    approvals_standing,
    businesses,
    channels,
    classification,
    contractors,
    contracts,
    foreign,
    hops,
    papers,
    performers,
    qualifications,
    splitting,
    systems,
)

_BEFORE = (
    *(approvals, approvals_changed, approvals_conditions, approvals_delegated, approvals_standing),
    *(businesses, channels, classification, contractors, contracts, foreign, hops, papers, performers),
    *(qualifications, splitting, systems),
)
"""The files whose versions stand before those of this one."""
BACK = Text(
    "Copies go back up the subcontract over which they came; returning is never barred by this.",
    "副本沿原分包退回上级，本规则不限制归还。",
)
INSIDE = Text(
    "Custody stays within one party: nothing is passed on to another.",
    "保管责任仍在同一单位内，未向其他单位移交。",
)
READ = Text("The copies are read where they lie; nothing travels.", "副本在保管地点查阅，不发生传递。")


@dataclass(frozen=True, slots=True)
class Spared:
    """A version of a rule, and the legs of which the next one asks nothing, each with why."""

    code: str
    version: int
    legs: Mapping[Leg, Text]

    @property
    def base(self) -> str:
        """Return the name of the version that is otherwise the same."""
        return f"{self.code}@{self.version}"

    @property
    def name(self) -> str:
        """Return the name of the version that spares the legs."""
        return f"{self.code}@{self.version + 1}"


_BACK_OR_INSIDE = {Leg.RETURN: BACK, Leg.INTERNAL: INSIDE}
SPARED = (
    *(Spared(code, 1, _BACK_OR_INSIDE) for code in ("HOP-02", "HOP-03", "HOP-04", "HOP-06", "HOP-07")),
    Spared("HOP-08", 1, {Leg.RETURN: BACK}),
    *(Spared(code, 2, _BACK_OR_INSIDE) for code in ("APR-01", "APR-02", "APR-03", "APR-04")),
    *(Spared(code, 1, _BACK_OR_INSIDE) for code in ("APR-06", "APR-07")),
    Spared("QUA-01", 2, _BACK_OR_INSIDE),
    *(Spared(code, 1, _BACK_OR_INSIDE) for code in ("QUA-02", "QUA-03", "QUA-04", "QUA-05")),
    Spared("QUA-06", 2, _BACK_OR_INSIDE),
    *(Spared(code, 1, _BACK_OR_INSIDE) for code in ("QUA-07", "QUA-08", "QUA-09", "CTR-01", "FOR-01")),
    *(Spared(code, 1, {Leg.RETURN: BACK}) for code in ("CLS-01", "CLS-02", "CLS-04")),
    Spared("HND-04", 1, {Leg.INSPECTION: READ}),
)


def spared(facts: Facts, name: str) -> Text | None:
    """Return why the version of that name asks nothing of the leg concerned; None where it asks."""
    return _why(facts, next(one.legs for one in SPARED if one.name == name))


def _why(facts: Facts, legs: Mapping[Leg, Text]) -> Text | None:
    leg = subject.leg(facts)
    if leg is Leg.INSPECTION and Leg.INTERNAL in legs and subject.inside(facts):
        leg = Leg.INTERNAL
    return None if leg is None else legs.get(leg)


def _publish(one: Spared) -> None:
    before = REGISTRY.named(one.base)

    def body(facts: Facts, pack: Pack, params: Any, answer: Answer) -> None:
        why = _why(facts, one.legs)
        if why is not None:
            answer.not_applicable(why.en, why.zh)
            return
        before.body(facts, pack, params, answer)

    asked = " ".join(f"Not asked of the leg “{leg.text.en}”: {why.en}" for leg, why in one.legs.items())
    body.__doc__ = f"{before.doc.rstrip()}\n\n    {asked}\n    "
    rule(
        one.code,
        one.version + 1,
        verbs=before.verbs,
        params=before.params,
        title=before.title,
        remedies=before.remedies,
        severity=before.severity,
    )(body)


for _one in SPARED:
    _publish(_one)


@rule(
    "HOP-01",
    2,
    verbs=hops.VERBS,
    params=Params,
    title=REGISTRY.named("HOP-01@1").title,
    remedies={
        **REGISTRY.named("HOP-01@1").remedies,
        "not_up": Text(
            "A return goes up the subcontract over which the copies came, from the party that holds them to "
            "the party that gave them. Choose that subcontract.",
            "归还须沿副本来时的分包退回，由持有方交还移交方。请选择该分包。",
        ),
        "not_from": Text(
            "Copies did not come over this subcontract: {numbers}. Return each over the one by which it "
            "came.",
            "以下副本并非经由该分包而来：{numbers}。请沿其来时的分包归还。",
        ),
        "not_inside": Text(
            "Sender and recipient of a handoff within one party must be the same party. Use a subcontract to "
            "hand over to another one.",
            "单位内部交接的移交方和接收方须为同一单位。向其他单位移交须通过分包。",
        ),
    },
)
def hop_01_2(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """All hops from the root down are approved and run today, join up, and no party on them is barred.

    A return goes up one hop, whatever has become of it: suspended, revoked, run out or below one that is.
    Each copy must have come over that hop, so that no return leads anywhere else. Only to a party that is
    itself barred or closed nothing may come back. A handoff within one party, or
    reading by its own people, uses no hop; a party that is barred or closed moves nothing.
    """
    leg = subject.leg(facts)
    if leg is not Leg.RETURN and not subject.inside(facts):
        hops.hop_01(facts, pack, params, answer)
        return
    sender, receiver = subject.sender(facts), subject.recipient(facts)
    if leg is Leg.RETURN:
        hop = subject.hop(facts)
        if (sender, receiver) != (hop.to_party, hop.from_party):
            answer.fail("not_up")
        strangers = [copy.number for copy in subject.copies(facts) if copy.came_over != hop.id]
        answer.tell("numbers", strangers, everyone=True)
        if strangers:
            answer.fail("not_from")
    elif sender != receiver:
        answer.fail("not_inside")
    state = facts.party(receiver).state
    answer.tell("party_state", state, shown=word(PartyState, state).text, own=[receiver])
    if state in {PartyState.BARRED.value, PartyState.CLOSED.value}:
        answer.fail("barred")


@rule(
    "SYS-01",
    2,
    verbs=REGISTRY.named("SYS-01@1").verbs,
    params=systems.Accreditation,
    title=REGISTRY.named("SYS-01@1").title,
    remedies={
        **REGISTRY.named("SYS-01@1").remedies,
        "reading_place": Text(
            "Copies are read on site where they lie, and this place does not belong to the sender. Choose "
            "one of the sender's registered systems, or hand the copies over.",
            "现场查阅须在副本的保管地点进行，所选地点不属于移交方。请选择移交方已登记的系统，或办理移交。",
        ),
    },
)
def sys_01_2(facts: Facts, pack: Pack, params: systems.Accreditation, answer: Answer) -> None:
    """Nothing above the installation's level enters it; a destination fits the level, offline if need be.

    A destination belongs to the receiver, the place where copies are only read to the sender.
    """
    systems.judge(facts, pack, params, answer, read=subject.leg(facts) is Leg.INSPECTION)
