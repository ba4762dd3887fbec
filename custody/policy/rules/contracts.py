"""CTR: subcontracts are reported to the authority in time. A warning: a duty beside the handoff."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from custody.policy import subject
from custody.policy.calendar import after_working_days, end_of_next_month
from custody.policy.facts import Facts, Hop, known
from custody.policy.regime import Pack, Params, first_only, lower, switched_off
from custody.policy.rule import WARN, Answer, rule
from custody.terms import Text

Due = Literal["before_start", "end_of_month_after_award", "working_days_after_award"]


class Report(Params):
    """When a report is due; in how many days, working days of the award where those count, and days from an
    approval that comes later; and whether for first tiers only."""

    due: Due | None = None
    days: int | None = None
    first_tier_only: bool = False
    tighten = {"due": first_only, "days": lower, "first_tier_only": switched_off}


@rule(
    "CTR-01",
    1,
    verbs=subject.HOPS | subject.HANDOFFS,
    params=Report,
    severity=WARN,
    title=Text("The subcontract was reported to the authority in time", "分包已按期向主管部门报告"),
    remedies={
        "overdue": Text(
            "The report to the authority was due by {due} and is not recorded. File it now and record "
            "the day.",
            "应于{due}前向主管部门报告，尚无报告记录。请立即报告并登记日期。",
        ),
        "late": Text(
            "The report was due by {due} and was filed on {reported_on}. Keep the explanation with the "
            "contract.",
            "应于{due}前报告，实际报告日为{reported_on}。请将情况说明与合同一并留存。",
        ),
    },
)
def ctr_01(facts: Facts, pack: Pack, params: Report, answer: Answer) -> None:
    """The hop concerned was reported by its due day, or that day has not passed."""
    if facts.act.hop is None:
        return answer.not_applicable("No subcontract is used.", "不涉及分包。")
    hop, depth = subject.hop(facts), len(subject.path(facts))
    if params.first_tier_only and depth > 1:
        return answer.not_applicable("Only first-tier subcontracts are reported.", "仅第一级分包须报告。")
    due = due_day(hop, pack, params)
    own = [hop.from_party, hop.to_party]
    answer.tell("due", due, own=own)
    answer.tell("reported_on", hop.reported_on, own=own)
    if hop.reported_on is None and facts.act.today > due:
        answer.warn("overdue")
    elif hop.reported_on is not None and hop.reported_on > due:
        answer.warn("late")
    return None


def due_day(hop: Hop, pack: Pack, params: Report) -> date:
    """Return the last day on which a hop is reported in time. Raises Missing."""
    kind = known(params.due, "when reports are due", "报告期限", "pack")
    if kind == "before_start":
        return hop.starts - timedelta(days=1)
    awarded = known(
        hop.awarded_on, "the day the subcontract was awarded", "分包合同签订日期", f"hop:{hop.id}"
    )
    if kind == "end_of_month_after_award":
        return end_of_next_month(awarded)
    return after_working_days(
        pack, awarded, known(params.days, "the number of working days", "工作日天数", "pack")
    )
