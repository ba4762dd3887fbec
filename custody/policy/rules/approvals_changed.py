"""APR-07: what was approved is what stands today, term by term."""

from __future__ import annotations

from custody.policy.facts import Facts, known
from custody.policy.regime import Pack, Params
from custody.policy.rule import Answer, rule
from custody.policy.rules import approvals, approvals_standing
from custody.terms import Text

TERMS: dict[str, Text] = {
    "scope": Text("the work", "工作内容"),
    "level": Text("the classification", "密级"),
    "categories": Text("the categories of work", "业务范围"),
    "starts": Text("the first day", "起日"),
    "ends": Text("the last day", "止日"),
    "share": Text("the share", "占合同比例"),
    "amount": Text("the amount", "金额"),
    "currency": Text("the currency", "币种"),
    "keeps_core": Text("whether the giver keeps the core", "发包方是否保留核心工作"),
    "client_consent": Text("the client's consent", "委托方同意"),
    "awarded_on": Text("the day of the award", "发包日期"),
    "payer": Text("who pays", "付款方"),
    "payer_country": Text("from where it is paid", "付款来源国"),
    "payment": Text("how it is paid", "付款方式"),
    "parent": Text("the subcontract above", "上级分包"),
    "from_party": Text("the giving party", "发包方"),
    "to_party": Text("the receiving party", "承接方"),
}
"""The terms that an approval is bound to, as a remedy names them."""


@rule(
    "APR-07",
    1,
    verbs=approvals.VERBS,
    params=Params,
    title=Text("Nothing was changed after it was approved", "获批后内容未变更"),
    remedies={
        "changed": Text(
            "After approval of the subcontract at tier {tier} this was changed: {fields}. Nothing passes it "
            "until the new terms are approved; the page of the request shows old and new.",
            "第{tier}级分包获批后有变更：{fields}。新内容获批之前不得经其移交，新旧内容见审批页面。",
        ),
        "differs": Text(
            "The subcontract at tier {tier} is not the subject that was approved. Amend it, so that officers "
            "decide on it as it stands.",
            "第{tier}级分包与获批内容不一致。请办理变更，由审批人按现有内容重新决定。",
        ),
    },
)
def apr_07(facts: Facts, pack: Pack, params: Params, answer: Answer) -> None:
    """Each hop that must already be approved stands in the terms that were approved last, and its subject has
    the hash of its approval.

    The terms themselves are compared, not only the hash that stands beside them: what was written into the
    table past every act is found too. While an amendment waits for its decision this says what it changes.
    """
    found = approvals.approvals_on_path(facts)
    if not any(approval for _, _, approval in found):
        return answer.not_applicable("No approval was given; see APR-01.", "没有获批的审批，见APR-01。")
    answer.tell("hops", len(found), everyone=True)
    for tier, hop, approval in found:
        changed = known(hop.changed, "what was changed after approval", "获批后的变更", f"hop:{hop.id}")
        if approval is None or answer.problems:  # what fails first is what is shown
            continue
        own = [hop.from_party, hop.to_party]
        answer.tell("tier", tier, own=own)
        if changed:
            answer.tell("fields", changed, shown=_listed(changed), own=own)
            answer.fail("changed")
        elif approval.state in approvals_standing.DECIDED and not approvals.covers(approval, hop):
            answer.fail("differs")
    return None


def _listed(names: tuple[str, ...]) -> Text:
    labels = [TERMS.get(name, Text(name, name)) for name in names]
    return Text(", ".join(x.en for x in labels), "、".join(x.zh for x in labels))
