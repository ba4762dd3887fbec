"""HND-09: from a level on, a receipt that is signed with the receiver's own passkey or smart card."""

from __future__ import annotations

from typing import ClassVar

from custody.policy import subject
from custody.policy.facts import Facts
from custody.policy.regime import Pack, Params, lower_level
from custody.policy.rule import Answer, rule
from custody.terms import Text, Verb


class Signed(Params):
    """From which level on a receipt counts only when it is signed with the receiver's own key; None: at
    none."""

    from_level: str | None = None
    tighten = {"from_level": lower_level}
    names_levels: ClassVar[tuple[str, ...]] = ("from_level",)


@rule(
    "HND-09",
    1,
    verbs={Verb.HANDOFF_ACCEPT},
    params=Signed,
    title=Text(
        "From a level on, a receipt is signed with the receiver's own key",
        "达到规定密级的签收须用接收人本人密钥签署",
    ),
    remedies={
        "unsigned": Text(
            "These copies are {level}; from {from_level} on a receipt counts only when the receiver signs it "
            "with an own passkey or smart card. Sign on the page of the handoff; who has no confirmed key "
            "asks for one under How you sign in.",
            "本次副本为{level}，{from_level}及以上的签收须由接收人用本人通行密钥或智能卡签署。请在移交页面签署；"
            "尚无已确认密钥的，请先在“登录方式”中申请。",
        ),
        "by_hand": Text(
            "These copies are {level}; from {from_level} on no receipt on paper takes the place of the "
            "receiver's own key. Let somebody of the receiving party sign who has one.",
            "本次副本为{level}，{from_level}及以上不得以纸质签收代替接收人本人密钥签署。请由接收方持有密钥的人员签收。",
        ),
    },
)
def hnd_09(facts: Facts, pack: Pack, params: Signed, answer: Answer) -> None:
    """Where one copy is at the level that the regime names or above, the receiver signs with an own key,
    which another person confirmed before. That the signature holds is judged before any rule is asked."""
    if params.from_level is None:
        answer.not_applicable("No receipt has to be signed with a key.", "未要求签收使用密钥。")
        return
    level = subject.level(facts, pack)
    answer.tell("level", level.id, shown=level.label.text, everyone=True)
    answer.tell(
        "from_level", params.from_level, shown=pack.level(params.from_level).label.text, everyone=True
    )
    if level.rank < pack.rank(params.from_level):
        answer.not_applicable("No copy is at a level that asks for it.", "没有副本达到须签署的密级。")
        return
    answer.tell("signed_with", facts.act.signed_with, everyone=True)
    if facts.act.witness is not None:
        answer.fail("by_hand")
    elif facts.act.signed_with is None:
        answer.fail("unsigned")
