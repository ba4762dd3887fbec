"""CTR-01, third version: what is not approved yet cannot be reported, and time is left for it after that."""

from __future__ import annotations

from datetime import date, timedelta

from custody.policy import subject
from custody.policy.facts import Facts, Hop
from custody.policy.regime import Pack
from custody.policy.rule import REGISTRY, WARN, Answer, rule
from custody.policy.rules import contracts
from custody.policy.rules.legs import spared
from custody.terms import HopState


@rule(
    "CTR-01",
    3,
    verbs=REGISTRY.named("CTR-01@2").verbs,
    params=contracts.Report,
    severity=WARN,
    title=REGISTRY.named("CTR-01@2").title,
    remedies=REGISTRY.named("CTR-01@2").remedies,
)
def ctr_01_3(facts: Facts, pack: Pack, params: contracts.Report, answer: Answer) -> None:
    """The hop concerned was reported by its due day, or that day has not passed.

    While a subcontract waits for its approval there is nothing to report, and nothing is judged. From the
    approval on as many days are left as the regime names, whatever day was due before; it may name none, and
    an approval of which the day is not known gives none. Not asked of copies that go back or stay within one
    party.
    """
    why = spared(facts, "CTR-01@2")
    if why is not None:
        return answer.not_applicable(why.en, why.zh)
    if facts.act.hop is None:
        return answer.not_applicable("No subcontract is used.", "不涉及分包。")
    hop, depth = subject.hop(facts), len(subject.path(facts))
    if params.first_tier_only and depth > 1:
        return answer.not_applicable("Only first-tier subcontracts are reported.", "仅第一级分包须报告。")
    if hop.reported_on is None and hop.state == HopState.REQUESTED.value:
        return answer.not_applicable(
            "It is not approved yet. Once it is, it is to be reported to the authority.",
            "分包尚未批准。批准后须向主管部门报告。",
        )
    due = max(contracts.due_day(hop, pack, params), _left(facts, hop, params.days))
    own = [hop.from_party, hop.to_party]
    answer.tell("due", due, own=own)
    answer.tell("reported_on", hop.reported_on, own=own)
    if hop.reported_on is None and facts.act.today > due:
        answer.warn("overdue")
    elif hop.reported_on is not None and hop.reported_on > due:
        answer.warn("late")
    return None


def _left(facts: Facts, hop: Hop, days: int | None) -> date:
    """Return the last day of those that an approval leaves for the report."""
    if days is None or hop.approval is None:
        return date.min
    decided = facts.approval(hop.approval).decided_on
    return date.min if decided is None else decided + timedelta(days=days)
