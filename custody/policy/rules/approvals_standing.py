"""APR-01 and APR-02 where an approval may be suspended: it was granted, and does not count for now.

So APR-01 is content with it, and APR-02 alone says what is the matter and what to do.
"""

from __future__ import annotations

from custody.policy.facts import Facts
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.policy.rules import approvals
from custody.terms import ApprovalState, Text

DECIDED = {
    ApprovalState.GRANTED.value,
    ApprovalState.SUSPENDED.value,
    ApprovalState.REVOKED.value,
}
"""States of an approval that officers once granted."""


@rule(
    "APR-01",
    2,
    verbs=approvals.VERBS,
    params=Params,
    title=Text("A granted approval covers each subcontract on the path", "链上每一级分包都有相应的批准"),
    remedies={
        "none": Text(
            "The subcontract at tier {tier} has no approval. Request one.",
            "第{tier}级分包没有审批。请提出申请。",
        ),
        "not_granted": Text(
            "The approval at tier {tier} is not granted ({state}). Wait for the decision, or request again.",
            "第{tier}级分包的审批未获批准（{state}）。请等待决定，或重新申请。",
        ),
        "changed": Text(
            "The subcontract at tier {tier} is not the one that was put up for approval: it was changed "
            "since. Request approval again.",
            "第{tier}级分包与提交审批的内容不一致（提交后有变更）。请重新申请审批。",
        ),
        "level": Text(
            "The approval at tier {tier} reaches up to {approved_level} only. Request approval for the "
            "higher level.",
            "第{tier}级分包的批准仅到{approved_level}。请按更高密级重新申请审批。",
        ),
    },
)
def apr_01_2(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Each hop has an approval in its favour whose subject hash equals the hop's and whose level reaches it.

    Whether the approval is still in force, or suspended, is APR-02. Under hop.approve the hop's own request
    must be open.
    """
    approvals.covered(facts, pack, answer, DECIDED)


@rule(
    "APR-02",
    2,
    verbs=approvals.VERBS,
    params=Params,
    title=Text("The approvals are in force today", "各项批准今天有效"),
    remedies={
        "revoked": Text(
            "The approval at tier {tier} was revoked. Request a new one.",
            "第{tier}级分包的批准已撤销。请重新申请。",
        ),
        "suspended": Text(
            "The approval at tier {tier} is suspended. Hand over nothing more over it until an officer "
            "lifts the suspension; the page of the approval says why.",
            "第{tier}级分包的批准已暂停。在审批人解除暂停之前不得再经其移交，原因见该审批页面。",
        ),
        "early": Text(
            "The approval at tier {tier} begins on {starts}. Wait for that day, or ask for an earlier start.",
            "第{tier}级分包的批准自{starts}起生效。请等到该日，或申请提前。",
        ),
        "expired": Text(
            "The approval at tier {tier} ended on {ends}. Have it renewed.",
            "第{tier}级分包的批准已于{ends}到期。请办理续批。",
        ),
    },
)
def apr_02_2(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """None on the path is revoked, suspended, expired or before its start; an open request is not past its
    end."""
    approvals.in_force(facts, answer, DECIDED)
