"""APR-09: an approval that an officer limited is used no more often, and no longer, than that."""

from __future__ import annotations

from custody.policy import subject
from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.policy.rules import approvals
from custody.policy.rules.legs import BACK
from custody.terms import Leg, Text


@rule(
    "APR-09",
    1,
    verbs=subject.HANDOFFS,
    params=Params,
    title=Text("The approvals are used within their limits", "批准的使用未超出限定"),
    remedies={
        "used_up": Text(
            "The approval of this subcontract may be used {uses} time(s) and was used {used} "
            "time(s). Request a "
            "new one.",
            "该分包的批准限用{uses}次，已用{used}次。请重新申请审批。",
        ),
        "over": Text(
            "The approval at tier {tier} may be used until {use_until}; that day is over. Request a new one.",
            "第{tier}级分包的批准限用至{use_until}，现已过期。请重新申请审批。",
        ),
    },
)
def apr_09(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """No approval on the path is past the last day that an officer set; that of the subcontract used was used
    fewer times than it may be.

    A use is a handoff over the very subcontract, from its offer on, unless it was withdrawn, declined or
    undone, and unless copies only come back or are read; what passes on below uses up nothing above. Of
    several limits the narrowest counts.
    """
    if subject.leg(facts) is Leg.RETURN:
        return answer.not_applicable(BACK.en, BACK.zh)
    found = [
        (tier, hop, approval, limits)
        for tier, hop, approval in approvals.approvals_on_path(facts)
        if approval is not None
        for limits in [known(approval.limits, "the limits of an approval", "批准的使用限定", "approval")]
        if limits
    ]
    if not found:
        return answer.not_applicable("No limit was set.", "没有限定使用。")
    answer.tell("limited", len(found), everyone=True)
    answer.tell("today", facts.act.today, everyone=True)
    for tier, hop, approval, limits in found:
        own = [hop.from_party, hop.to_party]
        until = min((limit.until for limit in limits if limit.until is not None), default=None)
        if until is not None and facts.act.today > until and not answer.problems:
            answer.tell("tier", tier, own=own)
            answer.tell("use_until", until, own=own)
            answer.fail("over")
        uses = min((limit.uses for limit in limits if limit.uses is not None), default=None)
        if uses is not None and hop.id == facts.act.hop and subject.leg(facts) is not Leg.INSPECTION:
            used = known(approval.used, "how often the approval was used", "批准的使用次数", "approval")
            answer.tell("uses", uses, own=own)
            answer.tell("used", used, own=own)
            if used >= uses:
                answer.fail("used_up")
    return None
