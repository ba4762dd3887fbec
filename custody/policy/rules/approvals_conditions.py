"""APR-06: what officers asked for with an approval is done before it must be."""

from __future__ import annotations

from typing import Literal

from custody.policy import subject
from custody.policy.facts import Condition, Facts, known
from custody.policy.regime import Pack, Params, block_for_warn
from custody.policy.rule import Answer, rule
from custody.policy.rules import approvals
from custody.terms import ConditionState, ConditionType, Text

_OPEN = {ConditionState.OPEN.value, ConditionState.EVIDENCED.value}


class Overdue(Params):
    """What a running condition does that was not met by its day."""

    overdue: Literal["warn", "block"] = "warn"
    tighten = {"overdue": block_for_warn}


@rule(
    "APR-06",
    1,
    verbs=subject.HANDOFFS,
    params=Overdue,
    title=Text("The conditions of the approvals are met", "批准所附条件已落实"),
    remedies={
        "open": Text(
            "Condition {number} of the approval at tier {tier}, set on {since}, must be met before anything "
            "is handed over. Show on the page of the approval that it is met; an officer has to confirm it.",
            "第{tier}级分包批准所附的第{number}项条件（{since}提出）须在移交前落实。"
            "请在审批页面提交落实材料，并由审批人确认。",
        ),
        "overdue": Text(
            "Condition {late} of the approval at tier {late_tier} was to be met by {due}. Show on the page "
            "of the approval that it is met; an officer has to confirm it.",
            "第{late_tier}级分包批准所附的第{late}项条件应于{due}前落实。"
            "请在审批页面提交落实材料，并由审批人确认。",
        ),
    },
)
def apr_06(facts: Facts, pack: Pack, params: Overdue, answer: Answer) -> None:
    """No approval on the path has a precondition that is neither met nor waived, or a running one past its
    day.

    What was shown and no officer has confirmed is not met yet. A precondition bars whether its day has come
    or not. What fails first is what is shown; the page of the approval lists all.
    """
    found = [
        (tier, [hop.from_party, hop.to_party], condition)
        for tier, hop, approval in approvals.approvals_on_path(facts)
        if approval is not None
        for condition in known(
            approval.conditions, "the conditions of an approval", "批准所附条件", f"approval:{approval.id}"
        )
    ]
    if not found:
        return answer.not_applicable("No condition was set.", "没有附加条件。")
    answer.tell("conditions", len(found), everyone=True)
    answer.tell("today", facts.act.today, everyone=True)
    waiting = [(tier, own, c) for tier, own, c in found if c.state in _OPEN]
    answer.tell("not_settled", len(waiting))
    for tier, own, condition in waiting:
        if condition.type == ConditionType.PRECONDITION.value:
            if "open" not in answer.problems:
                answer.tell("tier", tier, own=own)
                answer.tell("number", condition.number, own=own)
                answer.tell("since", condition.set_on, own=own)
            answer.fail("open")
        elif _late(facts, condition):
            if "overdue" not in answer.problems:
                answer.tell("late_tier", tier, own=own)
                answer.tell("late", condition.number, own=own)
                answer.tell("due", condition.due, own=own)
            (answer.fail if params.overdue == "block" else answer.warn)("overdue")
    return None


def _late(facts: Facts, condition: Condition) -> bool:
    day = known(condition.due, "by when a condition must be met", "条件的落实期限", "approval")
    return facts.act.today > day
